import Administration
import Foundation
import TestSupport
import Testing
import UserPools

@Suite("An app client is registered for what it can do")
struct ClientRegistrationTests {
    private func settings(_ configure: (inout ClientSettings) -> Void) -> ClientSettings {
        var settings = ClientSettings()
        configure(&settings)
        return settings
    }

    private func create(_ fixture: GatewayFixture, confidential: Bool = true, _ configure: (inout ClientSettings) -> Void) async throws -> AppClient {
        try await fixture.administration.perform(
            CreateClient(name: "x", pool: fixture.pool.id.text, confidential: confidential, settings: settings(configure))
        ).client
    }

    @Test("RFC 8628: an app on devices needs no redirect URI, and signs people in; it may be public")
    func devices() async throws {
        try await GatewayFixture.run { fixture in
            let made = try await create(fixture, confidential: false) { $0.grantTypes = [AppClient.deviceGrantType, "refresh_token"] }
            #expect(made.redirectURIs == [] && made.signsPeopleIn && made.signsDevicesIn && !made.usesRedirectURIs)
            #expect(made.scopes == ["openid", "email", "profile", "phone"])
            await expectInvalid(.redirectURI) { _ = try await create(fixture) { $0.grantTypes = [AppClient.deviceGrantType, "authorization_code"] } }
            await expectInvalid(.grant) { _ = try await create(fixture) { $0.grantTypes = ["urn:ietf:params:oauth:grant-type:device"] } }
        }
    }

    @Test("RFC 6749 §4.4: client_credentials alone needs no redirect URI and has no scopes of people; a public client cannot have it")
    func clientCredentials() async throws {
        try await GatewayFixture.run { fixture in
            let made = try await create(fixture) { $0.grantTypes = ["client_credentials"] }
            #expect(made.redirectURIs == [] && made.scopes == [] && !made.signsPeopleIn)
            let scoped = try await create(fixture) { ($0.grantTypes, $0.scopes) = (["client_credentials"], ["jobs.run"]) }
            #expect(scoped.scopes == ["jobs.run"])
            await expectInvalid(.grant) { _ = try await create(fixture, confidential: false) { $0.grantTypes = ["client_credentials"] } }
            let both = try await create(fixture) {
                $0.grantTypes = ["authorization_code", "client_credentials"]
                $0.redirectURIs = ["https://x.example/cb"]
            }
            #expect(both.scopes == ["openid", "email", "profile", "phone"])
        }
    }

    @Test("a client proves itself by a secret or by a key, never by both; a key needs no secret, and what the secret was counts no more")
    func authentication() async throws {
        try await GatewayFixture.run { fixture in
            let signer = try ClientSigner()
            let document = ClientSettings.Keys.document(Array(signer.keySet.utf8))
            let pool = fixture.pool.id.text
            func update(_ client: AppClient, _ configure: (inout ClientSettings) -> Void) async throws -> AppClient {
                try await fixture.administration.perform(UpdateClient(client.id.text, pool: pool, settings: settings(configure))).after
            }
            for confidential in [true, false] {
                let made = try await create(fixture, confidential: confidential) {
                    ($0.grantTypes, $0.keys) = (["client_credentials"], document)
                }
                #expect(made.authentication == .privateKey && made.secrets.isEmpty && made.isConfidential && made.keys == .document(signer.keySet))
                await expectInvalid(.authMethod) { _ = try await update(made) { $0.authentication = "client_secret_basic" } }
                let moved = try await update(made) { $0.keys = .url("https://app.example.com/jwks.json") }
                #expect(moved.keys == .url("https://app.example.com/jwks.json"))
                await expectInvalid(.name) {
                    _ = try await fixture.administration.perform(RotateClientSecret(of: made.id.text, pool: pool, oldValidFor: 0))
                }
            }
            let secret = try await update(fixture.client) { $0.authentication = "client_secret_post" }
            #expect(secret.authentication == .secretPost && secret.secrets == fixture.client.secrets)
            await expectInvalid(.authMethod) { _ = try await update(secret) { $0.authentication = "private_key_jwt" } }
            await expectInvalid(.authMethod) { _ = try await update(secret) { ($0.authentication, $0.keys) = ("client_secret_post", document) } }
            for method in ["none", "tls_client_auth", "", "CLIENT_SECRET_BASIC"] {
                await expectInvalid(.authMethod) { _ = try await update(secret) { $0.authentication = method } }
            }
            let keyed = try await update(secret) { $0.keys = document }
            #expect(keyed.authentication == .privateKey && keyed.secrets.isEmpty)
            await expectInvalid(.authMethod) {
                _ = try await create(fixture, confidential: false) {
                    ($0.redirectURIs, $0.authentication) = (["https://x.example/cb"], "client_secret_basic")
                }
            }
        }
    }

    @Test("keys are public signing keys, from a document or from an https address")
    func keys() async throws {
        try await GatewayFixture.run { fixture in
            let secret = #"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#
            for text in ["", "{}", #"{"keys":[]}"#, "[]", secret, String(repeating: " ", count: 70_000)] {
                await expectInvalid(.jwks) {
                    _ = try await create(fixture) { ($0.grantTypes, $0.keys) = (["client_credentials"], .document(Array(text.utf8))) }
                }
            }
            for url in ["", "http://app.example.com/jwks.json", "ftp://x", "https://a.example/#x", "https://user@a.example/"] {
                await expectInvalid(.jwksURL) { _ = try await create(fixture) { ($0.grantTypes, $0.keys) = (["client_credentials"], .url(url)) } }
            }
        }
    }

    @Test("a service that a client is must be one of the pool, which cannot be taken from the pool then; a group has a name")
    func servesAndGroups() async throws {
        try await GatewayFixture.run { fixture in
            let (pool, orders) = (fixture.pool.id.text, "https://orders.example")
            await expectInvalid(.serves) { _ = try await create(fixture) { ($0.grantTypes, $0.serves) = (["client_credentials"], [orders]) } }
            _ = try await fixture.administration.perform(AddPoolResource(orders, scopes: [], to: pool))
            let made = try await create(fixture) { ($0.grantTypes, $0.serves) = (["client_credentials"], [orders]) }
            #expect(made.serves == [orders] && made.resources == [])
            await #expect(throws: AdministrationError.self) { _ = try await fixture.administration.perform(RemovePoolResource(orders, from: pool)) }
            for name in ["", "a\nb", String(repeating: "g", count: 513)] {
                await expectInvalid(.requireGroup) {
                    _ = try await create(fixture) { ($0.grantTypes, $0.requiredGroups) = (["client_credentials"], [name]) }
                }
            }
        }
    }

    @Test("whoever signs people in has a redirect URI: at creation, when the grant comes later, and when the last one is taken away")
    func redirectURI() async throws {
        try await GatewayFixture.run { fixture in
            await expectInvalid(.redirectURI) { _ = try await create(fixture) { _ in } }
            await expectInvalid(.redirectURI) { _ = try await create(fixture) { $0.grantTypes = ["client_credentials", "authorization_code"] } }
            let pool = fixture.pool.id.text
            let made = try await create(fixture) { $0.grantTypes = ["client_credentials"] }
            func update(_ client: AppClient, _ configure: (inout ClientSettings) -> Void) async throws -> AppClient {
                try await fixture.administration.perform(UpdateClient(client.id.text, pool: pool, settings: settings(configure))).after
            }
            await expectInvalid(.redirectURI) { _ = try await update(made) { $0.grantTypes = ListChange(added: ["authorization_code"]) } }
            #expect(try await update(made) { $0.name = "y" }.name == "y")
            await expectInvalid(.redirectURI) { _ = try await update(fixture.client) { $0.redirectURIs = [] } }
            let people = try await update(made) {
                $0.grantTypes = ListChange(added: ["authorization_code"])
                $0.redirectURIs = ["https://x.example/cb"]
            }
            #expect(people.signsPeopleIn && people.redirectURIs == ["https://x.example/cb"])
        }
    }
}

private func expectInvalid(_ field: Field, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
    let error = await #expect(throws: AdministrationError.self, sourceLocation: sourceLocation) { try await body() }
    guard case .problems(let problems)? = error, let problem = problems.first, problems.count == 1 else {
        Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
        return
    }
    #expect(problem.field == field && !problem.reason.text().isEmpty && !problem.remedy().isEmpty, sourceLocation: sourceLocation)
}
