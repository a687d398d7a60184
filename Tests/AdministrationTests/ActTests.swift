import Foundation
import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Acts: lists lose nothing unsaid, and everything is recorded")
struct ActTests {
    /// What was recorded of one kind of act, the newest first.
    private func events(_ fixture: GatewayFixture, _ action: AuditEvent.Action) async throws -> [AuditEvent] {
        try await fixture.administration.auditEvents(pool: fixture.pool.id.text, user: nil, limit: 100).filter { $0.action == action }
    }

    private func expectRefused(
        _ field: Field, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async -> Problem? {
        let error = await #expect(throws: AdministrationError.self, sourceLocation: sourceLocation) { try await body() }
        guard case .problems(let problems)? = error, let problem = problems.first, problems.count == 1 else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return nil
        }
        #expect(problem.field == field, sourceLocation: sourceLocation)
        return problem
    }

    @Test("case 136: a pool's update with a logo and a new algorithm is done as a whole, or not at all")
    func wholeUpdate() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, id) = (fixture.administration, fixture.pool.id.text)
            _ = try await administration.perform(
                CreatePool(name: "Others", domain: "taken.example.com", signingAlgorithm: "ES256", region: "local"))
            var branding = BrandingSettings()
            branding.logo = .set(TestImage.png)
            func update(domain: String) async throws -> Changed<UserPool> {
                try await administration.perform(
                    UpdatePool(id, name: "Renamed", domain: domain, signingAlgorithm: "EdDSA", branding: branding))
            }
            let (pool, keys) = (try await administration.pool(id), try await administration.listKeys(pool: id).map(\.id))
            let recorded = try await administration.auditEvents(pool: id, user: nil, limit: 100).count
            let error = await #expect(throws: AdministrationError.self) { try await update(domain: "taken.example.com") }
            guard case .store(.conflict)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await administration.pool(id) == pool)
            #expect(try await administration.listKeys(pool: id).map(\.id) == keys)
            #expect(try await administration.auditEvents(pool: id, user: nil, limit: 100).count == recorded)

            let changed = try await update(domain: "free.example.com")
            #expect(changed.before == pool)
            #expect(try await administration.pool(id) == changed.after)
            let logo = try #require(changed.after.branding.logo)
            #expect(changed.after.name == "Renamed" && changed.after.domain == "free.example.com")
            #expect(try await fixture.stores.images.find(hash: logo.hash, in: pool.id)?.bytes == TestImage.png)
            #expect(try await administration.listKeys(pool: id).count { $0.phase == .upcoming && $0.algorithm == "EdDSA" } == 1)
            let actions = try await administration.auditEvents(pool: id, user: nil, limit: 100).map(\.action)
            #expect(actions.count == recorded + 2 && actions.contains(.poolUpdate) && actions.contains(.keyPublish))
        }
    }

    @Test("a third secret ends one that is good only where that was said, also where another admin made the second meanwhile")
    func thirdSecret() async throws {
        try await GatewayFixture.run({ $0.isConfidential = true }) { fixture in
            let (client, pool) = (fixture.client.id.text, fixture.pool.id.text)
            func rotate(mayEndOthers: Bool = false) async throws -> AppClient {
                let act = RotateClientSecret(of: client, pool: pool, oldValidFor: 3600, mayEndOthers: mayEndOthers)
                return try await fixture.administration.perform(act).client.after
            }
            let second = try await rotate()
            let error = await #expect(throws: AdministrationError.self) { try await rotate() }
            #expect(error?.code == "admin.two_secrets")
            #expect(try await fixture.administration.client(client, pool: pool).secrets == second.secrets)
            // What counts is what there is when it is done, not what somebody saw before the second one.
            let now = fixture.clock.now
            let late = await #expect(throws: AdministrationError.self) {
                try await fixture.administration.changeClient(fixture.client, .clientRotateSecret) { (client) throws(AdministrationError) in
                    try client.take(SecretBytes(String(repeating: "x", count: 43)), oldValidFor: 3600, at: now)
                }
            }
            #expect(late?.code == "admin.two_secrets")
            #expect(try await rotate(mayEndOthers: true).liveSecrets(at: fixture.clock.now).count == 2)
        }
    }

    @Test("in place of the newest secret comes another one, and the older one stays: where there are two, and it still is the newest")
    func replacedSecret() async throws {
        try await GatewayFixture.run({ $0.isConfidential = true }) { fixture in
            let (client, pool) = (fixture.client.id.text, fixture.pool.id.text)
            let first = try #require(fixture.client.secrets.first)
            func replace(_ newest: ClientSecret?) async throws -> AppClient {
                let act = RotateClientSecret(of: client, pool: pool, oldValidFor: 3600, replacing: newest)
                return try await fixture.administration.perform(act).client.after
            }
            let alone = await #expect(throws: AdministrationError.self) { try await replace(first) }
            guard case .problems(let problems)? = alone else {
                Issue.record("\(String(describing: alone))")
                return
            }
            #expect(problems.map(\.field) == [.name])
            let act = RotateClientSecret(of: client, pool: pool, oldValidFor: 60)
            let lost = try #require(try await fixture.administration.perform(act).client.after.newestSecret(at: fixture.clock.now))
            let after = try await replace(lost)
            #expect(after.liveSecrets(at: fixture.clock.now + 3599).count == 2 && !after.secrets.contains { $0.hash == lost.hash })
            #expect(after.secrets.first { $0.hash == first.hash }?.expiresAt == fixture.clock.now + 3600)
            // Somebody else was first.
            let late = await #expect(throws: AdministrationError.self) { try await replace(lost) }
            #expect(late == .changedMeanwhile("client '\(fixture.client.name)'"))
            #expect(try await fixture.administration.client(client, pool: pool).secrets == after.secrets)
        }
    }

    @Test("an update of a client is recorded with each value that changed, as it was and as it is, and by whom")
    func recorded() async throws {
        try await GatewayFixture.run { fixture in
            let before = fixture.client.redirectURIs.joined(separator: " ")
            try await fixture.updateClient { $0.redirectURIs = ListChange(added: ["https://b.example/cb"]) }
            let event = try #require(try await events(fixture, .clientUpdate).first)
            #expect(event.target == .init(.client, fixture.client.id.text))
            #expect(event.actor == .commandLine(user: "") && event.poolID == fixture.pool.id)
            #expect(
                event.details == [
                    .init("redirect_uris_before", before), .init("redirect_uris", before + " https://b.example/cb"),
                ])
            // What leaves it as it was is no event.
            try await fixture.updateClient { $0.redirectURIs = ListChange(added: ["https://b.example/cb"]) }
            #expect(try await events(fixture, .clientUpdate).map(\.id) == [event.id])
        }
    }

    @Test("a deletion is recorded with what was deleted, never with a secret, and stays")
    func deletions() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, pool) = (fixture.administration, fixture.pool.id.text)
            try await administration.perform(DeleteClient(fixture.client.id.text, pool: pool))
            try await administration.perform(DeleteProvider("corp", pool: pool))
            let client = try await events(fixture, .clientDelete), provider = try await events(fixture, .providerDelete)
            #expect(client.map { $0.detail("redirect_uris") } == [fixture.client.redirectURIs.joined(separator: " ")])
            #expect(provider.map { $0.detail("entity_id") } == [fixture.identityProvider.entityID])
            let secret = try #require(fixture.clientSecret)
            #expect(!"\(client)".contains(secret))
        }
    }

    @Test("a protected pool is not deleted; the protection is taken back first, and that is recorded")
    func protected() async throws {
        try await GatewayFixture.run { fixture in
            let (administration, pool) = (fixture.administration, fixture.pool.id)
            _ = try await administration.perform(UpdatePool(pool.text, deletionProtection: true))
            let error = await #expect(throws: AdministrationError.self) { try await administration.perform(DeletePool(pool.text)) }
            #expect(error == .protected(pool: pool) && error?.acts == [.dropDeletionProtection])
            _ = try await administration.perform(UpdatePool(pool.text, deletionProtection: false))
            #expect(try await events(fixture, .poolUpdate).contains { $0.detail("deletion_protection") == "false" })
            try await administration.perform(DeletePool(pool.text))
            await #expect(throws: AdministrationError.self) { try await administration.pool(pool.text) }
            let kept = try await fixture.stores.audit.list(in: pool, target: .init(.pool, pool.text), limit: 10)
            #expect(kept.first { $0.action == .poolDelete }?.detail("name") == fixture.pool.name)
        }
    }

    @Test("a requirement goes only where that is said, by whatever way its mapping goes")
    func requirements() async throws {
        try await GatewayFixture.run { fixture in
            func rules() async throws -> [AttributeMapping.Rule] {
                try await fixture.administration.provider("corp", pool: fixture.pool.id.text).settings.attributeMapping.rules
            }
            try await fixture.updateProvider {
                $0.map = ["email=mail", "name=cn"]
                $0.require = ["email"]
            }
            for change in [ListChange(["name=cn"]), ListChange([]), ListChange(removed: ["email"])] {
                let problem = await expectRefused(.map) { try await fixture.updateProvider { $0.map = change } }
                #expect(problem?.acts == [.mapAttribute("email"), .stopRequiring("email")])
            }
            try await fixture.updateProvider { $0.map = ListChange(added: ["email=eMail", "groups=a", "groups=b"]) }
            #expect(try await rules().filter(\.required).map(\.source) == ["eMail"])
            try await fixture.updateProvider { $0.map = ["email=other"] }
            #expect(try await rules().filter(\.required).map(\.source) == ["other"])
            try await fixture.updateProvider {
                $0.map = ["name=cn"]
                $0.require = ListChange(removed: ["email"])
            }
            #expect(try await rules().map(\.attribute) == ["name"])
        }
    }

    @Test("a client that offers all providers goes on doing so when one is added, and the last one is not taken away unsaid")
    func offered() async throws {
        try await GatewayFixture.run { fixture in
            func offered() async throws -> [String] {
                try await fixture.administration.client(fixture.client.id.text, pool: fixture.pool.id.text).identityProviders.map(\.text)
            }
            try await fixture.updateClient { $0.identityProviders = [] }
            try await fixture.updateClient { $0.identityProviders = ListChange(added: ["corp"]) }
            #expect(try await offered().isEmpty)
            try await fixture.updateClient { $0.identityProviders = ["corp"] }
            _ = await expectRefused(.offeredProvider) {
                try await fixture.updateClient { $0.identityProviders = ListChange(removed: ["corp"]) }
            }
            #expect(try await offered() == ["corp"])
        }
    }

    @Test("the example of a refused entry adds it where the list is there already, and gives it where it is made")
    func examples() async throws {
        try await GatewayFixture.run { fixture in
            let changed = await expectRefused(.redirectURI) { try await fixture.updateClient { $0.redirectURIs = ["http://a.example/"] } }
            #expect(changed?.isChange == true)
            let made = await expectRefused(.redirectURI) {
                var settings = ClientSettings()
                settings.redirectURIs = ["http://a.example/"]
                _ = try await fixture.administration.perform(
                    CreateClient(
                        name: "x", pool: fixture.pool.id.text, confidential: false, settings: settings))
            }
            #expect(made?.isChange == false)
        }
    }

    @Test("all that is wrong with an input is told at once, each with its field")
    func allProblems() async throws {
        try await GatewayFixture.run { fixture in
            func fields(_ body: () async throws -> Void) async -> [Field] {
                let error = await #expect(throws: AdministrationError.self) { try await body() }
                guard case .problems(let problems)? = error else { return [] }
                return problems.map(\.field)
            }
            let ofPool = await fields {
                _ = try await fixture.administration.perform(CreatePool(name: "", domain: "a b", signingAlgorithm: "none", region: "a/b"))
            }
            #expect(ofPool == [.name, .signingAlgorithm, .domain, .region])
            let ofClient = await fields {
                try await fixture.updateClient {
                    $0.name = ""
                    $0.redirectURIs = ["http://a.example/", "https://a.example/cb", "javascript:x"]
                    $0.scopes = ["a b"]
                    $0.accessTokenLifetime = 1
                }
            }
            #expect(ofClient == [.newName, .redirectURI, .redirectURI, .scope, .accessTokenLifetime])
            let ofProvider = await fields {
                try await fixture.updateProvider {
                    $0.map = ["sub=x"]
                    $0.domains = ["localhost"]
                    $0.onGroupOverage = .fetch
                }
            }
            #expect(ofProvider == [.onGroupOverage, .map, .emailDomain])
            let unchanged = try await fixture.administration.client(fixture.client.id.text, pool: fixture.pool.id.text)
            #expect(unchanged == fixture.client)
        }
    }

    @Test("metadata of another entity is refused, since everybody would be somebody else, unless the new one is named")
    func otherEntity() async throws {
        try await GatewayFixture.run { fixture in
            var other = fixture.identityProvider
            other.entityID += "/other"
            let (document, name) = (other.metadata(), other.entityID)
            let error = await #expect(throws: AdministrationError.self) { try await fixture.updateProvider { $0.metadata = .document(document) } }
            #expect(error?.code == "saml.metadata_entity")
            try await fixture.updateProvider {
                $0.metadata = .document(document)
                $0.entityID = name
            }
            #expect(try await fixture.administration.provider("corp", pool: fixture.pool.id.text).saml?.settings.entityID == name)
        }
    }

    @Test("web origins that were given can be those of the redirect URIs again")
    func defaultWebOrigins() async throws {
        try await GatewayFixture.run { fixture in
            func stored() async throws -> [String]? {
                try await fixture.administration.client(fixture.client.id.text, pool: fixture.pool.id.text).webOrigins
            }
            try await fixture.updateClient { $0.webOrigins = ["https://other.example"] }
            #expect(try await stored() == ["https://other.example"])
            try await fixture.updateClient { $0.usesDefaultWebOrigins = true }
            #expect(try await stored() == nil)
        }
    }
}
