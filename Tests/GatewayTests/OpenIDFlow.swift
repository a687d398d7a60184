import Administration
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

/// A pool with an OpenID provider beside the SAML one, and sign-ins through it, called as the server calls them.
struct OpenIDFlow: Sendable {
    static let map = ["email=email", "name=name", "groups=groups"]

    let fixture: GatewayFixture
    let provider: FakeOpenIDProvider
    let signIn: SignIn
    let name: String

    /// - Parameters:
    ///   - name: of the provider in the pool.
    ///   - custom: an attribute of the pool's own.
    static func run(
        provider: FakeOpenIDProvider? = nil, name: String = "op", register: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in },
        declaring custom: String? = nil, _ body: (OpenIDFlow) async throws -> Void
    ) async throws {
        let provider = try provider ?? FakeOpenIDProvider()
        try await GatewayFixture.run({ $0.transport = provider }) { fixture in
            if let custom {
                _ = try await fixture.administration.perform(AddCustomAttribute(custom, type: .string, multivalued: false, to: fixture.pool.id.text))
            }
            try await Self.register(provider, name, in: fixture, register)
            try await body(OpenIDFlow(fixture: fixture, provider: provider, signIn: fixture.signIn, name: name))
        }
    }

    /// As it is stored now, with attributes that were declared later.
    func storedPool() async throws -> UserPool { try await fixture.administration.pool(fixture.pool.id.text) }

    var address: PoolAddress { PoolAddress(publicURL: GatewayFixture.publicURL, pool: fixture.pool) }

    /// Begins a sign-in: the address that the browser is sent to, and the cookie that it gets.
    func begin(_ more: [(name: String, value: String)] = [], cookies: BrowserCookies? = nil) async throws -> (url: String, binding: SecretBytes) {
        let proofKey = ProofKey(randomBytes: [UInt8](repeating: 9, count: 32))
        let parameters = Parameters(
            [
                ("response_type", "code"), ("client_id", fixture.client.id.text), ("redirect_uri", GatewayFixture.redirectURI),
                ("scope", "openid email profile"), ("code_challenge", proofKey.codeChallenge), ("code_challenge_method", "S256"),
                ("identity_provider", name),
            ] + more)
        let outcome = try await signIn.begin(
            parameters, pool: storedPool(), address: address, cookies: cookies ?? BrowserCookies(binding: nil, session: nil))
        guard case .upstream(let url, let binding) = outcome else { throw Unexpected() }
        return (url, binding)
    }

    func complete(
        _ answer: [(name: String, value: String)], binding: SecretBytes?, at callback: String? = nil
    ) async throws -> CompletedSignIn {
        try await signIn.completeOIDC(
            Parameters(answer), provider: callback ?? name, pool: storedPool(), address: address,
            cookies: BrowserCookies(binding: binding, session: nil))
    }

    /// A whole sign-in of one person.
    func signIn(as person: FakeOpenIDProvider.Person = .alice, _ more: [(name: String, value: String)] = []) async throws -> CompletedSignIn {
        let (url, binding) = try await begin(more)
        return try await complete(provider.authorize(url, as: person), binding: binding)
    }

    /// The error of a sign-in that must be refused, and leave nothing behind but what waits.
    func refusal(
        as person: FakeOpenIDProvider.Person = .alice, _ more: [(name: String, value: String)] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> SignInError? {
        try await fixture.refusal(sourceLocation: sourceLocation) { try await signIn(as: person, more) }
    }

    struct Unexpected: Error {}
}
