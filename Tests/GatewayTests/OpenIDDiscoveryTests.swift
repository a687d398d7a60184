import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Case 94: the discovery document at `idp create oidc` and `idp refresh`: refused with its code, the last good one is kept")
struct OpenIDDiscoveryTests {
    /// What is wrong in the document, by name; nil takes a member away.
    private static let wrong: [(what: String, changes: [String: JSONValue?])] = [
        ("another issuer", ["issuer": "https://evil.example"]), ("a slash more", ["issuer": "https://op.example/"]),
        ("another case", ["issuer": "https://OP.example"]), ("no issuer", ["issuer": nil]), ("a list", ["issuer": ["https://op.example"]]),
        ("http authorization", ["authorization_endpoint": "http://op.example/authorize"]),
        ("http token", ["token_endpoint": "http://op.example/token"]), ("http keys", ["jwks_uri": "http://op.example/keys"]),
        ("http userinfo", ["userinfo_endpoint": "http://op.example/userinfo"]), ("loopback", ["token_endpoint": "http://127.0.0.1/token"]),
        ("no keys", ["jwks_uri": nil]), ("no token endpoint", ["token_endpoint": nil]), ("no authorization", ["authorization_endpoint": nil]),
        ("user information", ["token_endpoint": "https://user:pw@op.example/token"]), ("a fragment", ["jwks_uri": "https://op.example/keys#x"]),
        ("javascript", ["authorization_endpoint": "javascript:alert(1)"]), ("a number", ["token_endpoint": 7]),
        ("no host", ["token_endpoint": "https:///token"]),
    ]

    private func document(_ changes: [String: JSONValue?] = [:]) throws -> [UInt8] {
        let provider = try FakeOpenIDProvider()
        provider.change { $0.discovery = { $0.with(changes) } }
        return provider.discoveryDocument()
    }

    private func create(_ fixture: GatewayFixture, _ document: [UInt8]?) async throws -> ConfiguredProvider {
        fixture.clock.publish(document, at: "https://op.example/.well-known/openid-configuration")
        var settings = OIDCProviderSettings()
        (settings.issuer, settings.clientID, settings.clientSecret) = ("https://op.example", "countersign-1", SecretBytes("secret"))
        return try await fixture.administration.createOIDCProvider("op", pool: fixture.pool.id.text, settings: settings)
    }

    /// Bytes that are no document at all.
    private func noDocuments() throws -> [(what: String, bytes: [UInt8]?)] {
        let good = try document()
        let deep = String(repeating: #"{"a":"#, count: 10_000) + String(repeating: "}", count: 10_000)
        let large = try document(["padding": .string(String(repeating: "x", count: 5 << 20))])
        let many = try document(["values": .array((0..<10_000).map { .integer($0) })])
        return [
            ("nobody there", nil), ("5 MB", large), ("HTML", Array("<html>".utf8)), ("a list", Array("[]".utf8)), ("nothing", []),
            ("trailing garbage", good + Array("x".utf8)), ("a deep one", Array(deep.utf8)), ("10,000 values", many),
            ("issuer twice", Array(#"{"issuer":"https://op.example","#.utf8) + good.dropFirst()), ("no UTF-8", good.dropLast() + [0xFF, 0x7D]),
        ]
    }

    @Test("at creation nothing is stored")
    func creation() async throws {
        try await GatewayFixture.run { fixture in
            for (what, changes) in Self.wrong {
                let bytes = try document(changes)
                await #expect(throws: AdministrationError.self, "\(what)") { try await create(fixture, bytes) }
            }
            for (what, bytes) in try noDocuments() {
                await #expect(throws: AdministrationError.self, "\(what)") { try await create(fixture, bytes) }
            }
            #expect(try await fixture.administration.listProviders(pool: fixture.pool.id.text).map(\.settings.name.text) == ["corp"])
            _ = try await create(fixture, try document())
        }
    }

    @Test("its codes: another issuer and http are the document's, too large and not there are the way's")
    func codes() async throws {
        try await GatewayFixture.run { fixture in
            func error(_ document: [UInt8]?) async throws -> AdministrationError? {
                do {
                    _ = try await create(fixture, document)
                    return nil
                } catch { return error as? AdministrationError }
            }
            guard case .discovery(.providerMetadata)? = try await error(try document(["issuer": "https://evil.example"])) else {
                Issue.record("another issuer")
                return
            }
            guard case .discovery(.providerMetadata)? = try await error(try document(["jwks_uri": "http://op.example/keys"])) else {
                Issue.record("http")
                return
            }
            let large = try document(["padding": .string(String(repeating: "x", count: 5 << 20))])
            guard case .fetch(.tooLarge, _)? = try await error(large), case .fetch(.unreachable, _)? = try await error(nil) else {
                Issue.record("the way")
                return
            }
        }
    }

    @Test("at a refresh the last good one is kept, and people go on signing in")
    func refresh() async throws {
        try await OpenIDFlow.run { flow in
            let before = try await flow.administration.provider("op", pool: flow.poolID).settings
            let kept = (before.kind, before.updatedAt)
            let documents = try noDocuments() + Self.wrong.map { ($0.what, try document($0.changes)) }
            for (what, bytes) in documents {
                flow.fixture.clock.publish(bytes, at: flow.provider.discoveryURL)
                await #expect(throws: AdministrationError.self, "\(what)") {
                    try await flow.administration.refreshProvider("op", pool: flow.poolID)
                }
                let after = try await flow.administration.provider("op", pool: flow.poolID).settings
                #expect((after.kind, after.updatedAt) == kept, "\(what)")
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
            let refreshed = try await flow.administration.refreshProvider("op", pool: flow.poolID)
            #expect(refreshed.oidc?.endpoints.userInfo == "https://op.example/userinfo2" && refreshed.oidc?.endpoints.sendsIssuer == true)
            flow.provider.change { $0.sendsIssuer = false }
            flow.fixture.clock.publish(flow.provider.discoveryDocument(), at: flow.provider.discoveryURL)
            await #expect(throws: AdministrationError.self) { try await flow.administration.refreshProvider("op", pool: flow.poolID) }
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
            await #expect(throws: AdministrationError.self) { try await flow.administration.refreshProvider("op", pool: flow.poolID) }
        }
    }
}
