import Foundation
import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats
import XMLSecurity

@testable import Administration

@Suite("Configuration as a document: an export plans nothing, whatever there is")
struct ConfigRoundTripTests {
    private func document(_ value: ConfigValue) throws(ConfigError) -> ConfigDocument {
        try ConfigDocument(value, ConfigReferences { _ in Array("s3cret".utf8) })
    }

    private func document(_ pool: JSONObject) throws(ConfigError) -> ConfigDocument {
        try document(ConfigPlanTests.value(["version": 1, "pools": [.object(pool)]]))
    }

    private func saml(_ fixture: GatewayFixture, _ more: JSONObject) throws(ConfigError) -> ConfigDocument {
        let provider = JSONObject([("name", "corp"), ("type", "saml")] + more.members.map { ($0.name, $0.value) })
        return try document(["name": .string(fixture.pool.name), "identity_providers": [.object(provider)]])
    }

    @Test("an exception without a day is the one that is there; a new one has the usual day, and then there is nothing to do")
    func undated() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            // As an earlier version left it.
            var stored = try #require(try await fixture.stores.providers.find(fixture.provider, in: fixture.pool.id))
            guard case .saml(let connection) = stored.kind else { throw Unexpected() }
            stored.kind = .saml(
                SAMLConnection(metadata: connection.metadata, entityID: connection.entityID, allowsMissingAuthnStatement: true))
            #expect(try await fixture.stores.providers.update(stored))
            let export = try await desk.exportConfig(pool: pool)
            #expect(ConfigPlanTests.lines(try await desk.plan(try document(export.value), deletes: true)) == [])

            let reasoned: JSONObject = [
                "exceptions": [["name": "missing_authn_statement", "reason": "old server"], ["name": "sha1", "reason": "until the move"]]
            ]
            let plan = try await desk.plan(try saml(fixture, reasoned), deletes: false)
            #expect(
                ConfigPlanTests.lines(plan) == [
                    "change | identity provider | corp | exceptions: missing_authn_statement - -> sha1 - until the move, missing_authn_statement - old server"
                ])
            _ = try await plan.apply(at: desk)
            fixture.clock.advance(by: 1000)
            #expect(ConfigPlanTests.lines(try await desk.plan(try saml(fixture, reasoned), deletes: false)) == [])
            let made = try #require(try await desk.provider("corp", pool: pool).saml?.settings).madeExceptions
            #expect(made.map(\.quirk) == [.sha1, .missingAuthnStatement] && made.map(\.reason) == ["until the move", "old server"])
            #expect(made[0].until == fixture.clock.now.addingTimeInterval(365 * 86_400 - 1000) && made[1].until == nil)
            #expect(ConfigPlanTests.lines(try await desk.plan(try saml(fixture, ["exceptions": []]), deletes: false)).count == 1)
        }
    }

    @Test("what is as usual is in an export that is whole: drift finds what is changed from that, and elsewhere it makes the same")
    func whole() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            _ = try await fixture.addClient("job", redirectURI: "https://job.example/cb") { $0.grantTypes = ["client_credentials"] }
            let (short, whole) = (try await desk.exportConfig(pool: pool), try await desk.exportConfig(pool: pool, isWhole: true))
            #expect(ConfigPlanTests.lines(try await desk.plan(try document(whole.value), deletes: true)) == [])
            try await fixture.updateClient { $0.accessTokenLifetime = 900 }
            try await fixture.updateProvider { $0.singleLogout = false }
            _ = try await desk.perform(UpdatePool(pool, domain: "id.example.com"))
            #expect(ConfigPlanTests.lines(try await desk.plan(try document(short.value), deletes: true)) == [])
            #expect(
                ConfigPlanTests.lines(try await desk.plan(try document(whole.value), deletes: true)) == [
                    "change | user pool | Example staff | domain: id.example.com -> (none)",
                    "change | identity provider | corp | single_logout: false -> true",
                    "change | client | Orders | access_token_lifetime: 900 -> 3600",
                ])
            try await GatewayFixture.run { other in
                _ = try await other.administration.perform(UpdatePool(other.pool.id.text, name: "another"))
                _ = try await other.administration.plan(try document(whole.value), deletes: false).apply(at: other.administration)
                let made = try #require(try await other.administration.listPools().first { $0.name == "Example staff" }).id.text
                let copy = try await other.administration.exportConfig(pool: made)
                #expect(ConfigExportTests.text(copy.value) == ConfigExportTests.text(short.value))
            }
        }
    }

    @Test(
        "what a preset would say otherwise is exported: another address, with its issuer, and that no scope is asked for",
        arguments: [["userinfo_endpoint": "https://api.github.com/other"], ["scope": []]] as [JSONObject])
    func otherThanPreset(changed: JSONObject) async throws {
        func provider(_ more: JSONObject, _ fixture: GatewayFixture) throws(ConfigError) -> ConfigDocument {
            let own: JSONObject = ["name": "github", "type": "oidc", "preset": "github", "client_id": "gate", "client_secret": "env:G"]
            let all = JSONObject((own.members + more.members).map { ($0.name, $0.value) })
            return try document(["name": .string(fixture.pool.name), "identity_providers": [.object(all)]])
        }
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            _ = try await desk.plan(try provider([:], fixture), deletes: true).apply(at: desk)
            _ = try await desk.plan(try provider(changed, fixture), deletes: true).apply(at: desk)
            let export = try await desk.exportConfig(pool: fixture.pool.id.text)
            #expect(ConfigPlanTests.lines(try await desk.plan(try document(export.value), deletes: true)) == [])
            try await GatewayFixture.run { other in
                _ = try await other.administration.plan(try document(export.value), deletes: true).apply(at: other.administration)
                let copy = try await other.administration.exportConfig(pool: other.pool.id.text)
                #expect(ConfigExportTests.text(copy.value) == ConfigExportTests.text(export.value))
            }
        }
    }

    @Test("PKCE that an app with a key of its own may leave out, it may leave out elsewhere")
    func optionalPKCE() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            var settings = ClientSettings()
            (settings.redirectURIs, settings.keys, settings.pkce) = (["https://job.example/cb"], .url("https://job.example/keys"), .optional)
            _ = try await desk.perform(CreateClient(name: "job", pool: pool, confidential: true, settings: settings))
            #expect(try await desk.listClients(pool: pool).first { $0.name == "job" }?.pkce == .optional)
            let export = try await desk.exportConfig(pool: pool)
            #expect(ConfigPlanTests.lines(try await desk.plan(try document(export.value), deletes: true)) == [])
            try await GatewayFixture.run { other in
                _ = try await other.administration.perform(UpdatePool(other.pool.id.text, name: "another"))
                _ = try await other.administration.plan(try document(export.value), deletes: false).apply(at: other.administration)
                let made = try #require(try await other.administration.listPools().first { $0.name == "Example staff" }).id.text
                #expect(try await other.administration.listClients(pool: made).first { $0.name == "job" }?.pkce == .optional)
            }
        }
    }

    @Test("a resource that an app has no more takes its scopes with it, and the export makes the same elsewhere; who says that they stay is refused")
    func scopesOfResources() async throws {
        let resources: JSONValue = [["uri": "urn:a", "scopes": ["read", "write"]], ["uri": "urn:b", "scopes": ["read"]]]
        func app(_ fixture: GatewayFixture, _ more: JSONObject) throws(ConfigError) -> ConfigDocument {
            let own: JSONObject = ["client_name": "app", "redirect_uris": ["https://a.example/cb"]]
            let app = JSONObject((own.members + more.members).map { ($0.name, $0.value) })
            return try document(["name": .string(fixture.pool.name), "resources": resources, "clients": [.object(app)]])
        }
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            let both: JSONObject = ["resources": ["urn:a", "urn:b"], "resource_scopes": ["urn:a read", "urn:b read"]]
            _ = try await desk.plan(try app(fixture, both), deletes: false).apply(at: desk)
            let kept = try app(fixture, ["resources": ["urn:b"], "resource_scopes": ["urn:a read", "urn:b read"]])
            let refused = await #expect(throws: ConfigError.self) { try await desk.plan(kept, deletes: false) }
            guard case .refused(.problems(let problems))? = refused?.problems.first?.cause else { throw Unexpected() }
            #expect(problems.map(\.field) == [.resourceScope])

            let one = try app(fixture, ["resources": ["urn:b"]])
            let told = "change | client | app | resources: urn:a, urn:b -> urn:b | resource_scopes: urn:a read, urn:b read -> urn:b read"
            #expect(ConfigPlanTests.lines(try await desk.plan(one, deletes: false)) == [told])
            _ = try await desk.plan(one, deletes: false).apply(at: desk)
            let export = try await desk.exportConfig(pool: pool)
            #expect(ConfigPlanTests.lines(try await desk.plan(try document(export.value), deletes: true)) == [])
            try await GatewayFixture.run { other in
                _ = try await other.administration.plan(try document(export.value), deletes: true).apply(at: other.administration)
                let copy = try await other.administration.exportConfig(pool: other.pool.id.text)
                #expect(ConfigExportTests.text(copy.value) == ConfigExportTests.text(export.value))
            }
        }
    }

    @Test("what is fetched when it is made, followed, and signed by somebody: there is nothing to do afterwards, nor of its export, nor elsewhere")
    func fetched() async throws {
        let (url, op) = ("https://other.example/metadata", "https://op.example/.well-known/openid-configuration")
        let provider = FakeIdentityProvider(entityID: "https://other.example", key: .second, singleSignOnLocation: "https://other.example/sso")
        let text = String(decoding: provider.metadata(), as: UTF8.self).replacingOccurrences(of: "entityID=", with: "ID=\"_all\" entityID=")
        let signed = try XMLSigner(privateKeyPEM: FakeIdentityProvider.Key.curve.privateKeyPEM, certificateDER: nil)
            .sign(Array(text.utf8), elementID: "_all", afterChild: nil)
        let signer = "-----BEGIN CERTIFICATE-----\n\(FakeIdentityProvider.Key.curve.certificateBase64)\n-----END CERTIFICATE-----\n"
        let openID = try FakeOpenIDProvider()
        openID.change { $0.discovery = { $0.with(["authorization_response_iss_parameter_supported": true]) } }
        let providers: JSONValue = [
            [
                "name": "op", "type": "oidc", "issuer": "https://op.example", "client_id": "gate", "client_secret": "env:OP",
                "follow_discovery": true,
                "shared_redirect_uri": true,
            ],
            ["name": "other", "type": "saml", "metadata_url": .string(url), "metadata_signers": [.string(signer)]],
        ]
        func made(_ fixture: GatewayFixture, _ document: ConfigDocument) async throws -> String {
            fixture.clock.publish(signed, at: url)
            fixture.clock.publish(openID.discoveryDocument(), at: op)
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            _ = try await desk.plan(document, deletes: true).apply(at: desk)
            #expect(ConfigPlanTests.lines(try await desk.plan(document, deletes: true)) == [])
            for isWhole in [false, true] {
                let export = try await desk.exportConfig(pool: pool, isWhole: isWhole)
                #expect(ConfigPlanTests.lines(try await desk.plan(try self.document(export.value), deletes: true)) == [])
            }
            return ConfigExportTests.text(try await desk.exportConfig(pool: pool).value)
        }
        try await GatewayFixture.run { fixture in
            let first = try await made(fixture, try document(["name": .string(fixture.pool.name), "identity_providers": providers]))
            for name in ["follow_discovery", "shared_redirect_uri", "follow_metadata", "metadata_signers"] { #expect(first.contains(name)) }
            let whole = try await fixture.administration.exportConfig(pool: fixture.pool.id.text, isWhole: true)
            try await GatewayFixture.run { other in
                let second = try await made(other, try document(whole.value))
                #expect(second == first)
            }
        }
    }

    private struct Unexpected: Error {}
}
