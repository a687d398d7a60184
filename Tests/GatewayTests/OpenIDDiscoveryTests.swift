import Administration
import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Case 94: the discovery document at `idp create oidc` and `idp refresh`: refused with its code, the last good one is kept")
struct OpenIDDiscoveryTests {
    private func document(_ changes: [String: JSONValue?] = [:]) throws -> [UInt8] {
        let provider = try FakeOpenIDProvider()
        provider.change { $0.discovery = { $0.with(changes) } }
        return provider.discoveryDocument()
    }

    private func create(_ fixture: GatewayFixture, _ document: [UInt8]?) async throws -> ConfiguredProvider {
        fixture.clock.publish(document, at: "https://op.example/.well-known/openid-configuration")
        var settings = OIDCProviderSettings()
        (settings.issuer, settings.clientID, settings.clientSecret) = ("https://op.example", "countersign-1", SecretBytes("secret"))
        return try await fixture.administration.perform(CreateOIDCProvider("op", pool: fixture.pool.id.text, settings: settings))
    }

    /// What is wrong with a document, one of each kind; the rules are `ProviderMetadataTests'`.
    private func wrong() throws -> [(code: String, document: [UInt8]?)] {
        [
            ("token.provider_metadata", try document(["issuer": "https://op.example/"])),
            ("token.provider_metadata", try document(["jwks_uri": "http://op.example/keys"])),
            ("token.provider_metadata", Array("<html>".utf8)), ("token.provider_metadata", try document(["token_endpoint": nil])),
            ("fetch.too_large", try document(["padding": .string(String(repeating: "x", count: 5 << 20))])), ("fetch.unreachable", nil),
        ]
    }

    @Test("case 94: at creation each is refused with its code, and nothing is stored")
    func creation() async throws {
        try await GatewayFixture.run { fixture in
            for (code, bytes) in try wrong() {
                let error = await #expect(throws: AdministrationError.self) { try await create(fixture, bytes) }
                #expect(error?.code == code)
            }
            #expect(try await fixture.administration.listProviders(pool: fixture.pool.id.text).map(\.settings.name.text) == ["corp"])
            _ = try await create(fixture, try document())
        }
    }

    @Test("case 94: at a refresh the last good one is kept, and people go on signing in")
    func refresh() async throws {
        try await OpenIDFlow.run { flow in
            let before = try await flow.administration.provider("op", pool: flow.poolID).settings
            for (code, bytes) in try wrong() {
                flow.fixture.clock.publish(bytes, at: flow.provider.discoveryURL)
                let error = await #expect(throws: AdministrationError.self) {
                    try await flow.administration.perform(RefreshProvider("op", pool: flow.poolID))
                }
                #expect(error?.code == code)
                let after = try await flow.administration.provider("op", pool: flow.poolID).settings
                #expect(after.kind == before.kind && after.updatedAt == before.updatedAt, "\(code)")
            }
            flow.fixture.clock.advanceUptime(by: .seconds(2))
            _ = try await flow.signIn()
        }
    }

    @Test("a refresh takes over what moved, the promise of RFC 9207 too; with the shared redirect URI that promise may not go")
    func moved() async throws {
        let provider = try FakeOpenIDProvider()
        provider.change { $0.sendsIssuer = true }
        try await OpenIDFlow.run(provider: provider, register: { $0.sharesRedirectURI = true }) { flow in
            flow.provider.change { $0.discovery = { $0.with(["userinfo_endpoint": "https://op.example/userinfo2"]) } }
            flow.fixture.clock.publish(flow.provider.discoveryDocument(), at: flow.provider.discoveryURL)
            let refreshed = try await flow.administration.perform(RefreshProvider("op", pool: flow.poolID))
            #expect(refreshed.oidc?.endpoints.userInfo == "https://op.example/userinfo2" && refreshed.oidc?.endpoints.sendsIssuer == true)
            flow.provider.change { $0.sendsIssuer = false }
            flow.fixture.clock.publish(flow.provider.discoveryDocument(), at: flow.provider.discoveryURL)
            await expectProblem(.sharedRedirectURI) { _ = try await flow.administration.perform(RefreshProvider("op", pool: flow.poolID)) }
            #expect(try await flow.administration.provider("op", pool: flow.poolID).oidc?.endpoints.sendsIssuer == true)
        }
    }

    @Test("addresses given by hand are not looked up, and have nothing to refresh")
    func byHand() async throws {
        try await OpenIDFlow.run(register: { settings in
            (settings.authorizationURL, settings.tokenURL) = ("https://op.example/authorize", "https://op.example/token")
            (settings.keysURL, settings.userInfoURL) = ("https://op.example/keys", "https://op.example/userinfo")
        }) { flow in
            #expect(flow.fixture.clock.fetched.isEmpty)
            _ = try await flow.signIn()
            await expectProblem(.name) { _ = try await flow.administration.perform(RefreshProvider("op", pool: flow.poolID)) }
        }
    }
}
