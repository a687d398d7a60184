import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

extension OpenIDFlow {
    /// Two providers in one pool, `op` and `other`, as two views of the same flows.
    static func runTwo(
        _ registerOther: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in },
        _ registerFirst: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in }, issuesRFC9207: Bool = false,
        _ body: (_ first: OpenIDFlow, _ other: OpenIDFlow) async throws -> Void
    ) async throws {
        let providers = (
            first: try FakeOpenIDProvider(), other: try FakeOpenIDProvider(issuer: "https://other.example", clientID: "countersign-2")
        )
        if issuesRFC9207 { for provider in [providers.first, providers.other] { provider.change { $0.sendsIssuer = true } } }
        try await GatewayFixture.run({ $0.transport = FakeOpenIDProviders([providers.first, providers.other]) }) { fixture in
            try await register(providers.first, "op", in: fixture, registerFirst)
            try await register(providers.other, "other", in: fixture, registerOther)
            let signIn = fixture.signIn
            try await body(
                OpenIDFlow(fixture: fixture, provider: providers.first, signIn: signIn, name: "op"),
                OpenIDFlow(fixture: fixture, provider: providers.other, signIn: signIn, name: "other"))
        }
    }

    static func register(
        _ provider: FakeOpenIDProvider, _ name: String, in fixture: GatewayFixture, _ change: (inout OIDCProviderSettings) -> Void
    ) async throws {
        provider.follow(fixture.clock)
        fixture.clock.publish(provider.discoveryDocument(), at: provider.discoveryURL)
        var settings = OIDCProviderSettings()
        (settings.issuer, settings.clientID) = (provider.issuer, provider.clientID)
        settings.clientSecret = SecretBytes(provider.clientSecret)
        settings.map = ListChange(map)
        change(&settings)
        _ = try await fixture.administration.perform(CreateOIDCProvider(name, pool: fixture.pool.id.text, settings: settings))
    }

    /// The error of an answer that must be refused, and leave neither user nor session nor code.
    func refusal(
        of answer: FakeOpenIDProvider.Fields, binding: SecretBytes?, at callback: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> SignInError? {
        let before = try await fixture.contents().pendingSignIns
        let error = try await fixture.refusal(sourceLocation: sourceLocation) { try await complete(answer, binding: binding, at: callback) }
        #expect(try await fixture.contents().pendingSignIns == before, sourceLocation: sourceLocation)
        return error
    }

    /// The error of the ID token with which a sign-in of `person` must end.
    func tokenRefusal(
        as person: FakeOpenIDProvider.Person = .alice, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TokenError? {
        let error = try await refusal(as: person, sourceLocation: sourceLocation)
        guard case .oidc(.idToken(let error))? = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return nil
        }
        return error
    }

    /// Changes the provider as an administrator does, and lets the caches notice.
    func update(_ change: (inout OIDCProviderSettings) -> Void) async throws {
        var settings = OIDCProviderSettings()
        change(&settings)
        _ = try await fixture.administration.perform(UpdateOIDCProvider(name, pool: fixture.pool.id.text, settings: settings))
        fixture.clock.advanceUptime(by: .seconds(2))
    }

    /// The parameters of the authorization request that begins a sign-in.
    func request(_ more: [(name: String, value: String)] = []) async throws -> [String: String] {
        FakeOpenIDProvider.query(try await begin(more).url)
    }

    var administration: Administration { fixture.administration }
    var poolID: String { fixture.pool.id.text }

    func user(_ username: String) async throws -> User { try await administration.user(username, pool: poolID) }
}

extension CompletedSignIn {
    func text(_ attribute: String) -> String? {
        guard case .text(let text)? = user.attributes[attribute] else { return nil }
        return text
    }

    var isEmailVerified: Bool? {
        guard case .boolean(let flag)? = user.attributes["email_verified"] else { return nil }
        return flag
    }
}
