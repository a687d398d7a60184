import Administration
import Foundation
import Gateway
import OpenIDConnect
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats

/// The flows of one pool, called as the server calls them, without HTTP between.
struct Flow: Sendable {
    let fixture: GatewayFixture
    let signIn: SignIn
    let tokens: Tokens
    let proofKey = ProofKey(randomBytes: [UInt8](repeating: 9, count: 32))

    /// The master key's, of the servers that answer.
    private let sealer: Sealer

    init(_ fixture: GatewayFixture) { (self.fixture, signIn, tokens, sealer) = (fixture, fixture.signIn, fixture.tokens, fixture.sealer) }

    private init(_ flow: Flow, tokens: Tokens, sealer: Sealer) {
        (fixture, signIn, self.tokens, self.sealer) = (flow.fixture, flow.signIn, tokens, sealer)
    }

    /// The same, with the token endpoint of a server that began after `key reseal`.
    func resealed(_ byte: UInt8 = 9) async throws -> Flow {
        let new = try Sealer(masterKey: SecretBytes([UInt8](repeating: byte, count: 32)))
        let environment = fixture.clock.environment
        _ = try await Resealing(stores: fixture.stores, environment: environment).reseal(from: sealer, to: new, by: .system)
        let keyRing = KeyRing(store: fixture.stores.keys, sealer: new, environment: environment)
        let tokens = Tokens(
            publicURL: GatewayFixture.publicURL, directory: fixture.directory, stores: fixture.stores, keyRing: keyRing, sealer: new,
            environment: environment)
        return Flow(self, tokens: tokens, sealer: new)
    }

    var address: PoolAddress { PoolAddress(publicURL: GatewayFixture.publicURL, pool: fixture.pool) }

    /// The pool as it is stored now, with attributes that were declared later.
    private func pool() async throws -> UserPool { try await fixture.administration.pool(fixture.pool.id.text) }

    /// Begins a sign-in, which must go upstream.
    func begin(
        _ more: [(name: String, value: String)] = [], from client: String? = nil
    ) async throws -> (request: AuthnRequest, binding: SecretBytes) {
        let parameters = Parameters(
            [
                ("response_type", "code"), ("client_id", fixture.client.id.text), ("redirect_uri", GatewayFixture.redirectURI),
                ("scope", "openid email profile"), ("code_challenge", proofKey.codeChallenge), ("code_challenge_method", "S256"),
            ] + more)
        let outcome = try await signIn.begin(
            parameters, pool: pool(), address: address, cookies: BrowserCookies(binding: nil, session: nil).withClientAddress(from: client))
        guard case .upstream(let url, let binding) = outcome else { throw Unexpected() }
        return (try fixture.identityProvider.request(inRedirect: url).request, binding)
    }

    /// A whole sign-in of one person.
    func complete(
        nameID: String = "alice@example.com", attributes: [FakeResponse.Attribute] = FakeResponse.usualAttributes,
        configure: (inout FakeResponse) -> Void = { _ in }
    ) async throws -> CompletedSignIn {
        let (request, binding) = try await begin()
        return try await answer(request, binding, nameID: nameID, attributes: attributes, configure: configure)
    }

    /// The identity provider's answer to a sign-in that began.
    func answer(
        _ request: AuthnRequest, _ binding: SecretBytes, nameID: String = "alice@example.com",
        attributes: [FakeResponse.Attribute] = FakeResponse.usualAttributes, from client: String? = nil,
        configure: (inout FakeResponse) -> Void = { _ in }
    ) async throws -> CompletedSignIn {
        let response = fixture.identityProvider.respond(
            to: request, nameID: nameID, attributes: attributes, at: fixture.clock.now, configure: configure)
        return try await signIn.completeSAML(
            HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil), pool: pool(), address: address,
            cookies: BrowserCookies(binding: binding, session: nil).withClientAddress(from: client))
    }

    /// The error of a sign-in that must be refused.
    func refusal(
        nameID: String = "alice@example.com", attributes: [FakeResponse.Attribute] = FakeResponse.usualAttributes,
        sourceLocation: SourceLocation = #_sourceLocation, configure: (inout FakeResponse) -> Void = { _ in }
    ) async throws -> SignInError? {
        try await fixture.refusal(sourceLocation: sourceLocation) {
            try await complete(nameID: nameID, attributes: attributes, configure: configure)
        }
    }

    func code(_ completed: CompletedSignIn) throws -> String {
        try #require(completed.response?.fields.first { $0.name == "code" }?.value)
    }

    func redeem(_ code: String, redirectURI: String = GatewayFixture.redirectURI) async throws(OAuthError) -> TokenResponse {
        try await token([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
            ("code_verifier", proofKey.codeVerifier),
        ])
    }

    func refresh(
        _ token: String, scope: String = "", as client: (client: AppClient, secret: String?)? = nil
    ) async throws(OAuthError) -> TokenResponse {
        try await self.token([("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)], as: client)
    }

    private func token(
        _ form: [(name: String, value: String)], as client: (client: AppClient, secret: String?)? = nil
    ) async throws(OAuthError) -> TokenResponse {
        let (id, secret) = client.map { ($0.client.id, $0.secret) } ?? (fixture.client.id, fixture.clientSecret)
        let parameters = Parameters(form + [("client_id", id.text), ("client_secret", secret ?? "")])
        return try await tokens.respond(
            to: TokenRequest(parameters), credentials: ClientCredentials(authorization: nil, form: parameters), pool: fixture.pool)
    }

    /// The user of that username as it is stored.
    func user(_ username: String = "corp_alice@example.com") async throws -> User {
        try await fixture.administration.user(username, pool: fixture.pool.id.text)
    }

    struct Unexpected: Error {}
}

extension GatewayFixture {
    /// The error of a sign-in that must be refused, and leave neither user nor session nor code.
    func refusal(sourceLocation: SourceLocation = #_sourceLocation, _ signIn: () async throws -> CompletedSignIn) async throws -> SignInError? {
        let before = try await contents()
        let failure = await #expect(throws: SignInFailure.self, sourceLocation: sourceLocation) { _ = try await signIn() }
        let after = try await contents()
        #expect((after.users, after.sessions, after.codes) == (before.users, before.sessions, before.codes), sourceLocation: sourceLocation)
        #expect(failure?.pool == pool.id, sourceLocation: sourceLocation)
        return failure?.error
    }
}

/// What an admin may not give is refused by a problem that names the field.
func expectProblem(_ field: Field, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
    let error = await #expect(throws: AdministrationError.self, sourceLocation: sourceLocation) { try await body() }
    guard case .problems(let problems)? = error, let problem = problems.first, problems.count == 1 else {
        Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
        return
    }
    #expect(problem.field == field, sourceLocation: sourceLocation)
}
