import Administration
import Foundation
import Gateway
import SAML
import TestSupport
import Testing
import UserPools

@Suite("Administration checks every value before a store sees it")
struct AdministrationTests {
    @Test("a pool: its name, its domain, its algorithm and its region")
    func pools() async throws {
        try await GatewayFixture.run { fixture in
            let administration = fixture.administration
            func create(_ name: String = "x", domain: String? = nil, algorithm: String = "ES256", region: String = "local") async throws {
                _ = try await administration.perform(CreatePool(name: name, domain: domain, signingAlgorithm: algorithm, region: region))
            }
            for name in ["", String(repeating: "n", count: 129), "a\u{7}b", "a\nb"] { await expectInvalid(.name) { try await create(name) } }
            for domain in [
                "localhost", "a b.example", "-a.example", "a..example", "https://a.example", "a.example/x", "a.example:443", "a_b.example",
                "ü.example",
            ] {
                await expectInvalid(.domain) { try await create(domain: domain) }
            }
            for algorithm in ["HS256", "none", "rs256", "HS256", ""] {
                await expectInvalid(.signingAlgorithm) { try await create(algorithm: algorithm) }
            }
            for region in ["", "a b", "eu/1", String(repeating: "r", count: 60)] {
                await expectInvalid(.region) { try await create(region: region) }
            }
            try await create(domain: "Login.Example.COM")
            #expect(try await administration.listPools().compactMap(\.domain) == ["login.example.com"])
            await expectCode("storage.conflict") { try await create(domain: "login.example.com") }
            #expect(try await administration.pool(fixture.pool.id.text).id.text.wholeMatch(of: /local_[0-9A-Za-z]{9}/) != nil)
        }
    }

    @Test("a custom attribute: its name, and once")
    func attributes() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, pool) = (fixture.administration, fixture.pool.id.text)
            func add(_ name: String) async throws {
                _ = try await administration.perform(AddCustomAttribute(name, type: .string, multivalued: false, to: pool))
            }
            try await add("team")
            try await add("custom:level")
            #expect(try await administration.pool(pool).customAttributes.map(\.name) == ["team", "level"])
            for name in ["", "a b", String(repeating: "a", count: 21), "ü", "a/b", "custom:"] { await expectInvalid(.name) { try await add(name) } }
            for name in ["team", "custom:team"] { await expect(.store(.conflict(what: "custom attribute"))) { try await add(name) } }
        }
    }

    @Test("an identity provider: its name, once, and needs metadata")
    func providerNames() async throws {
        try await GatewayFixture.run { fixture in
            let other = FakeIdentityProvider(entityID: "https://other.example", key: .second)
            for name in ["", "a b", "a_b", "a/b", "a\u{7}", "a\u{200B}b", String(repeating: "a", count: 33)] {
                await expectInvalid(.name) { try await fixture.addProvider(name, other) }
            }
            await expectInvalid(.metadata) { try await fixture.addProvider("other", other) { $0.metadata = nil } }
            await expectCode("storage.conflict") { try await fixture.addProvider("corp", other) }
            // The same entity under another name would let two connections answer for one.
            await expectCode("storage.conflict") { try await fixture.addProvider("twin", fixture.identityProvider) }
            try await fixture.addProvider("Größe-1.ä", other)
            #expect(try await fixture.administration.listProviders(pool: fixture.pool.id.text).count == 2)
            await expectNotFound { _ = try await fixture.administration.provider("nobody", pool: fixture.pool.id.text) }
            await expectNotFound { _ = try await fixture.administration.provider("corp", pool: "local_000000000") }
        }
    }

    @Test("case 71, P21: a mapping onto sub, iss, aud and their like, onto what is not declared, twice, or malformed is refused")
    func mappings() async throws {
        try await GatewayFixture.run { fixture in
            func map(_ map: [String]) async throws { try await fixture.updateProvider { $0.map = ListChange(map) } }
            for name in [
                "sub", "iss", "aud", "exp", "nonce", "azp", "acr", "sid", "jti", "token_use", "username", "identities", "client_id", "scope",
                "at_hash",
                "cognito:groups", "Email", "mail", "custom:undeclared", "custom:", "updated_at",
            ] { await expectInvalid(.map) { try await map(["\(name)=x"]) } }
            for text in ["email", "=x", "email=", "", "="] { await expectInvalid(.map) { try await map([text]) } }
            await expectInvalid(.map) { try await map(["email=a", "email=b"]) }
            try await map(["email=a=b", "groups=a", "groups=b"])
            let rules = try await fixture.administration.provider("corp", pool: fixture.pool.id.text).settings.attributeMapping.rules
            #expect(rules.map(\.attribute) == ["email", "groups", "groups"] && rules.first?.source == "a=b")
            await expectInvalid(.require) { try await fixture.updateProvider { $0.require = ["name"] } }
            try await fixture.updateProvider { $0.require = ["email"] }
            #expect(
                try await fixture.administration.provider("corp", pool: fixture.pool.id.text).settings.attributeMapping.rules.filter(\.required)
                    .map(\.attribute) == ["email"])
            for domain in ["localhost", "@example.com", "a b.com", ""] {
                await expectInvalid(.emailDomain) { try await fixture.updateProvider { $0.domains = [domain] } }
            }
            try await fixture.updateProvider { $0.domains = ["Example.COM"] }
            let other = FakeIdentityProvider(entityID: "https://other.example", key: .second)
            await expectCode("storage.conflict") { try await fixture.addProvider("other", other) { $0.domains = ["example.com"] } }
        }
    }

    @Test("case 74: metadata without a key, of another kind, with http, too large, or not to be fetched is refused with its own code")
    func metadata() async throws {
        try await GatewayFixture.run { fixture in
            let good = String(decoding: FakeIdentityProvider(entityID: "https://other.example", key: .second).metadata(), as: UTF8.self)
            func add(_ source: MetadataSource) async throws {
                var settings = SAMLProviderSettings()
                settings.metadata = source
                _ = try await fixture.administration.perform(CreateSAMLProvider("other", pool: fixture.pool.id.text, settings: settings))
            }
            func add(_ text: String) async throws { try await add(.document(Array(text.utf8))) }
            await expectCode("saml.metadata_doctype") { try await add("<!DOCTYPE x []>" + good) }
            await expectCode("saml.metadata_root") { try await add("<html/>") }
            await expectCode("saml.metadata_no_signing_key") {
                try await add(good.replacing(/<md:KeyDescriptor.*<\/md:KeyDescriptor>/.dotMatchesNewlines(), with: ""))
            }
            await expectCode("saml.metadata_only_encryption_keys") { try await add(good.replacing("use=\"signing\"", with: "use=\"encryption\"")) }
            await expectCode("saml.metadata_expired") {
                try await add(good.replacing("entityID=", with: "validUntil=\"2020-01-01T00:00:00Z\" entityID="))
            }
            await expectInvalid(.metadata) {
                try await add(good.replacing("https://idp.example/saml/sso", with: "http://idp.example/saml/sso"))
            }
            await expectCode("saml.metadata_no_single_sign_on") {
                try await add(good.replacing("bindings:HTTP-Redirect", with: "bindings:PAOS").replacing("bindings:HTTP-POST", with: "bindings:PAOS"))
            }
            await expectCode("fetch.unreachable") { try await add(.url("https://other.example/metadata")) }
            fixture.clock.publish([UInt8](repeating: 0x20, count: (1 << 20) + 1), at: "https://other.example/metadata")
            await expectCode("fetch.too_large") { try await add(.url("https://other.example/metadata")) }
            #expect(try await fixture.administration.listProviders(pool: fixture.pool.id.text).count == 1)
            try await add(good)
        }
    }

    @Test("case 74: a refresh takes new keys, and keeps the last good metadata where the new one is refused")
    func refresh() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, pool) = (fixture.administration, fixture.pool.id.text)
            let url = "https://other.example/metadata"
            var other = FakeIdentityProvider(entityID: "https://other.example", key: .second, singleSignOnLocation: "https://other.example/sso")
            fixture.clock.publish(other.metadata(), at: url)
            var settings = SAMLProviderSettings()
            settings.metadata = .url(url)
            let before = try await administration.perform(CreateSAMLProvider("other", pool: pool, settings: settings))
            #expect(before.saml?.metadata.signingKeys.count == 1)

            var stranger = other
            stranger.entityID = "https://stranger.example"
            for (document, code) in [
                (nil, "fetch.unreachable"), (Array("<html/>".utf8), "saml.metadata_root"), (stranger.metadata(), "saml.metadata_entity"),
            ] as [([UInt8]?, String)] {
                fixture.clock.publish(document, at: url)
                await expectCode(code) { _ = try await administration.perform(RefreshProvider("other", pool: pool)) }
                #expect(try await administration.provider("other", pool: pool).saml?.metadata == before.saml?.metadata)
            }
            other.publishedKeys = [.second, .curve]
            fixture.clock.publish(other.metadata(), at: url)
            #expect(try await administration.perform(RefreshProvider("other", pool: pool)).saml?.metadata.signingKeys.count == 2)
            await expectInvalid(.name) { _ = try await administration.perform(RefreshProvider("corp", pool: pool)) }
            // What an admin gives as a file is not replaced by what an address from before has.
            try await fixture.updateProvider("other") { $0.metadata = .document(other.metadata()) }
            await expectInvalid(.name) { _ = try await administration.perform(RefreshProvider("other", pool: pool)) }
        }
    }

    @Test("metadata that another admin gives while a refresh fetches stays: the refresh says that somebody was first")
    func refreshOvertaken() async throws {
        try await GatewayFixture.run { fixture in
            let (pool, old, new) = (fixture.pool.id.text, "https://other.example/metadata", "https://other.example/new")
            var other = FakeIdentityProvider(entityID: "https://other.example", key: .second, singleSignOnLocation: "https://other.example/sso")
            let document = other.metadata()
            for url in [old, new] { fixture.clock.publish(document, at: url) }
            var settings = SAMLProviderSettings()
            settings.metadata = .url(old)
            _ = try await fixture.administration.perform(CreateSAMLProvider("other", pool: pool, settings: settings))
            other.publishedKeys = [.second, .curve]
            fixture.clock.publish(other.metadata(), at: new)
            let slow = SlowDocument(document: document) { try? await fixture.updateProvider("other") { $0.metadata = .url(new) } }
            let known = fixture.clock.environment
            let environment = Gateway.Environment(
                now: known.now, random: known.random, uptime: known.uptime, documents: slow, transport: NoTransport())
            let administration = Administration(stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: environment)
            await expectCode("storage.conflict") { _ = try await administration.perform(RefreshProvider("other", pool: pool)) }
            let after = try await administration.provider("other", pool: pool).saml
            #expect(after?.settings.metadataURL == new && after?.metadata.signingKeys.count == 2)
        }
    }

    @Test("a provider that is disabled while its metadata is being fetched stays disabled, and keeps what else was changed")
    func refreshMeanwhile() async throws {
        try await GatewayFixture.run { fixture in
            let pool = fixture.pool.id.text
            var other = FakeIdentityProvider(entityID: "https://other.example", key: .second, singleSignOnLocation: "https://other.example/sso")
            let url = "https://other.example/metadata"
            fixture.clock.publish(other.metadata(), at: url)
            var settings = SAMLProviderSettings()
            settings.metadata = .url(url)
            _ = try await fixture.administration.perform(CreateSAMLProvider("other", pool: pool, settings: settings))

            other.publishedKeys = [.second, .curve]
            let document = other.metadata()
            let slow = SlowDocument(document: document) {
                var change = SAMLProviderSettings()
                change.enabled = false
                change.map = ["name=displayName"]
                change.domains = ["other.example"]
                _ = try? await fixture.administration.perform(UpdateSAMLProvider("other", pool: pool, settings: change))
            }
            let known = fixture.clock.environment
            let environment = Gateway.Environment(
                now: known.now, random: known.random, uptime: known.uptime, documents: slow, transport: NoTransport())
            let administration = Administration(stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: environment)
            #expect(try await administration.perform(RefreshProvider("other", pool: pool)).saml?.metadata.signingKeys.count == 2)
            let after = try await administration.provider("other", pool: pool)
            #expect(!after.settings.enabled)
            #expect(after.settings.attributeMapping.rules.map(\.attribute) == ["name"])
            #expect(after.settings.domains == ["other.example"])
            #expect(after.saml?.metadata.signingKeys.count == 2)
        }
    }

    @Test("a client: redirect URIs, scopes, grants, lifetimes, providers")
    func clients() async throws {
        try await GatewayFixture.run { fixture in
            func update(_ change: (inout ClientSettings) -> Void) async throws { try await fixture.updateClient(change) }
            for uri in [
                "http://app.example/cb", "https://app.example/cb#x", "https://user@app.example/", "javascript:alert(1)", "myapp:/cb", "/cb", "",
                "https://app.example/a/../b", "https://*.example/cb", "https://app.example/ü", "https://app.example./cb", "https:///cb",
            ] {
                await expectInvalid(.redirectURI) { try await update { $0.redirectURIs = [uri] } }
                await expectInvalid(.logoutURI) { try await update { $0.postLogoutRedirectURIs = [uri] } }
            }
            for scope in ["", "a b", "a\"b", "ü", "a\\b"] { await expectInvalid(.scope) { try await update { $0.scopes = [scope] } } }
            for grant in ["implicit", "password", ""] { await expectInvalid(.grant) { try await update { $0.grantTypes = [grant] } } }
            for seconds in [0, -1, 59, 86_401, .max, .min] {
                await expectInvalid(.accessTokenLifetime) { try await update { $0.accessTokenLifetime = seconds } }
                await expectInvalid(.idTokenLifetime) { try await update { $0.idTokenLifetime = seconds } }
            }
            await expectInvalid(.refreshTokenLifetime) { try await update { $0.refreshTokenLifetime = 59 } }
            for seconds in [9, 601] { await expectInvalid(.codeLifetime) { try await update { $0.codeLifetime = seconds } } }
            for seconds in [-1, 61] { await expectInvalid(.refreshGrace) { try await update { $0.refreshGrace = seconds } } }
            await expectNotFound { try await update { $0.identityProviders = ["nobody"] } }
            let unchanged = try await fixture.administration.client(fixture.client.id.text, pool: fixture.pool.id.text)
            #expect(unchanged.redirectURIs == fixture.client.redirectURIs && unchanged.scopes == fixture.client.scopes)

            try await update {
                $0.redirectURIs = ["https://app.example/cb?tenant=1", "com.example.app:/cb", "http://127.0.0.1/cb", "http://localhost:3000/cb"]
                $0.identityProviders = ["corp"]
                $0.accessTokenLifetime = 60
            }
            let changed = try await fixture.administration.client(fixture.client.id.text, pool: fixture.pool.id.text)
            #expect(changed.redirectURIs.count == 4 && changed.identityProviders.map(\.text) == ["corp"] && changed.lifetimes.accessToken == 60)
            await expectNotFound { _ = try await fixture.administration.client("nobody", pool: fixture.pool.id.text) }
        }
    }

    @Test("a client's secret is told once and stored hashed; without a redirect URI there is no client")
    func clientSecret() async throws {
        try await GatewayFixture.run { fixture in
            let secret = try #require(fixture.clientSecret)
            #expect(secret.utf8.count == 43)
            #expect(fixture.client.secrets.map(\.hash) == [SecretHash(of: secret.utf8)])
            #expect(!"\(fixture.client)".contains(secret))
            await expectInvalid(.redirectURI) {
                _ = try await fixture.administration.perform(
                    CreateClient(
                        name: "x", pool: fixture.pool.id.text, confidential: false, settings: ClientSettings()))
            }
            await expectInvalid(.redirectURI) { try await fixture.updateClient { $0.redirectURIs = [] } }
        }
    }

    @Test("every error of an administrator's command has a code, a sentence and a remedy")
    func texts() {
        let errors: [AdministrationError] = [
            .problems([Problem(.scope, "v", "is wrong", example: .give(.scope, "y"))]),
            .notFound(.client, name: "c", pool: nil),
            .metadata(.metadataNoSigningKey), .fetch(.status(404), url: "https://x.example"), .keys(.seal(.notOpened)),
            .store(.conflict(what: "client")),
        ]
        for error in errors { #expect(!error.code.isEmpty && !error.message.isEmpty && !error.remedy.isEmpty) }
    }

    private func expectInvalid(_ field: Field, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
        let error = await #expect(throws: AdministrationError.self, sourceLocation: sourceLocation) { try await body() }
        guard case .problems(let problems)? = error, let problem = problems.first, problems.count == 1 else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
        #expect(problem.field == field && !problem.reason.text().isEmpty && !problem.remedy().isEmpty, sourceLocation: sourceLocation)
    }

    private func expect(
        _ expected: AdministrationError, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async {
        let error = await #expect(throws: AdministrationError.self, sourceLocation: sourceLocation) { try await body() }
        #expect(error == expected, sourceLocation: sourceLocation)
    }

    private func expectCode(_ code: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
        let error = await #expect(throws: AdministrationError.self, sourceLocation: sourceLocation) { try await body() }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.remedy.isEmpty == false, sourceLocation: sourceLocation)
    }

    private func expectNotFound(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
        await expectCode("admin.not_found", sourceLocation: sourceLocation, body)
    }
}

/// A server that takes its time: something else happens until it has answered.
private struct SlowDocument: DocumentSource {
    let document: [UInt8]
    let meanwhile: @Sendable () async -> Void

    func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument {
        await meanwhile()
        return .document(document, DocumentVersion())
    }
}
