import Foundation
import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: each step is one transaction")
struct ConfigTransactionTests {
    private static let metadata = FakeIdentityProvider(entityID: "https://idp.example", key: .second).metadata()

    private static let pool: JSONObject = [
        "name": "staff", "signing_algorithm": "ES256", "display_name": "Acme", "domain": "id.example.com",
        "logo": .string("data:image/png;base64," + Base64.encode(TestImage.png)), "limit_per_user": 60,
        "identity_providers": [
            // Of what its preset maps a part alone is wanted, and of what it shows nothing.
            [
                "name": "github", "type": "oidc", "preset": "github", "client_id": "gate", "client_secret": "env:GITHUB",
                "display_name": .null, "attribute_mapping": ["email": "email"],
            ],
            [
                "name": "idp", "type": "saml", "preset": "adfs", "metadata": .string(String(decoding: metadata, as: UTF8.self)),
                "attribute_mapping": ["email": "mail"], "exceptions": [],
            ],
        ],
    ]

    private func plan(_ fixture: GatewayFixture, _ pool: JSONObject, secret: String = "s3cret") async throws -> ConfigPlan {
        let document = try ConfigDocument(
            ConfigPlanTests.value(["version": 1, "pools": [.object(pool)]]), ConfigReferences { _ in Array(secret.utf8) })
        return try await fixture.administration.plan(document, deletes: false)
    }

    private func id(_ fixture: GatewayFixture) async throws -> String {
        try #require(try await fixture.administration.listPools().first { $0.name == "staff" }).id.text
    }

    @Test("a pool and providers of both kinds are made as they are said to be, and nothing is changed afterwards")
    func made() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await plan(fixture, Self.pool).apply(at: fixture.administration)
            let id = try await id(fixture)
            let events = try await fixture.administration.auditEvents(pool: id, user: nil, limit: 100).map(\.action)
            let made = events.map(\.text).filter { $0.hasPrefix("pool.") || $0.hasPrefix("provider.") }
            #expect(made.sorted() == ["pool.create", "provider.create", "provider.create"])
            let providers = try await fixture.administration.listProviders(pool: id)
            #expect(providers.map { $0.settings.attributeMapping.rules.map(\.attribute) } == [["email"], ["email"]])
            #expect(providers.allSatisfy { $0.settings.displayName == nil })
            let pool = try await fixture.administration.pool(id)
            #expect(pool.branding.logo != nil && pool.settings.rateLimits?.perUser == 60 && pool.domain == "id.example.com")
            #expect(ConfigPlanTests.lines(try await plan(fixture, Self.pool)) == [])
        }
    }

    @Test("another entity of a document is looked for in that one: what somebody gave meanwhile in its place stays")
    func documentMeanwhile() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            let members = ["one", "two"].map { name in
                let provider = FakeIdentityProvider(entityID: "https://\(name).example", key: .second)
                return String(decoding: provider.metadata(), as: UTF8.self)
            }
            let both = "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">\(members.joined())</md:EntitiesDescriptor>"
            func pool(_ entity: String) -> JSONObject {
                [
                    "name": "staff", "signing_algorithm": "ES256",
                    "identity_providers": [
                        ["name": "idp", "type": "saml", "metadata": .string(both), "entity_id": .string("https://\(entity).example")]
                    ],
                ]
            }
            _ = try await plan(fixture, pool("one")).apply(at: desk)
            let planned = try await plan(fixture, pool("two"))
            #expect(planned.steps.flatMap(\.differences).map(\.name) == ["entity_id"])
            let id = try await id(fixture)
            var byHand = SAMLProviderSettings()
            byHand.metadata = .document(Array((both + "\n").utf8))
            _ = try await desk.perform(UpdateSAMLProvider("idp", pool: id, settings: byHand))
            let stopped = await #expect(throws: ConfigStopped.self) { try await planned.apply(at: desk) }
            #expect(stopped?.cause == .changedMeanwhile("identity provider 'idp'"))
            let kept = try #require(try await desk.provider("idp", pool: id).saml?.settings)
            #expect(kept.entityID == "https://one.example" && kept.metadata == both + "\n")
            _ = try await plan(fixture, pool("two")).apply(at: desk)
            #expect(try await desk.provider("idp", pool: id).saml?.settings.entityID == "https://two.example")
        }
    }

    private static func shop(_ lifetime: Int) -> JSONObject {
        [
            "name": "staff", "signing_algorithm": "ES256",
            "clients": [
                [
                    "client_name": "shop", "confidential": true, "redirect_uris": ["https://shop.example/cb"], "client_secret": "env:SHOP",
                    "access_token_lifetime": .integer(lifetime),
                ]
            ],
        ]
    }

    private static func secret(_ number: Int) -> String { "secret-\(number)-0123456789-0123456789-0123" }

    @Test("a client's fields and its secret change in one transaction; a third secret within a day is refused by the plan, one of the two is not")
    func secrets() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            _ = try await plan(fixture, Self.shop(600), secret: Self.secret(1)).apply(at: desk)
            let id = try await id(fixture)
            _ = try await plan(fixture, Self.shop(700), secret: Self.secret(2)).apply(at: desk)
            let events = try await desk.auditEvents(pool: id, user: nil, limit: 100).filter { $0.target.kind == .client }
            #expect(events.map(\.action) == [.clientRotateSecret, .clientCreate])
            #expect(events.first?.detail("access_token_lifetime") == "700" && events.first?.detail("old_valid_for") == "86400 s")

            let refused = await #expect(throws: ConfigError.self) { try await plan(fixture, Self.shop(800), secret: Self.secret(3)) }
            guard case .refused(.twoSecrets(client: "shop", until: fixture.clock.now.addingTimeInterval(86_400)))? = refused?.problems.first?.cause
            else {
                Issue.record("\(String(describing: refused))")
                return
            }
            // Back to the one before is no third one.
            _ = try await plan(fixture, Self.shop(800), secret: Self.secret(1)).apply(at: desk)
            #expect(ConfigPlanTests.lines(try await plan(fixture, Self.shop(800), secret: Self.secret(1))) == [])
            fixture.clock.advance(by: 86_401)
            _ = try await plan(fixture, Self.shop(800), secret: Self.secret(3)).apply(at: desk)
            #expect(try await desk.listClients(pool: id).first?.liveSecrets(at: fixture.clock.now).count == 2)
        }
    }

    @Test("of two plans that make the same, one does: the other finds a pool, or a client, of the name, and leaves it alone")
    func madeTwice() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            let only: JSONObject = ["name": "staff", "signing_algorithm": "ES256"]
            let pools = (try await plan(fixture, only), try await plan(fixture, only))
            _ = try await pools.0.apply(at: desk)
            let pool = await #expect(throws: ConfigStopped.self) { try await pools.1.apply(at: desk) }
            #expect(pool?.cause == .changedMeanwhile("pool 'staff'"))
            #expect(try await desk.listPools().count { $0.name == "staff" } == 1)

            let id = try await id(fixture)
            let clients = (
                try await plan(fixture, Self.shop(600), secret: Self.secret(1)), try await plan(fixture, Self.shop(600), secret: Self.secret(1))
            )
            _ = try await clients.0.apply(at: desk)
            let client = await #expect(throws: ConfigStopped.self) { try await clients.1.apply(at: desk) }
            #expect(client?.cause == .changedMeanwhile("client 'shop'"))
            #expect(try await desk.listClients(pool: id).map(\.name) == ["shop"])
            // By hand a name may be there twice.
            _ = try await desk.perform(CreatePool(name: "staff", domain: nil, signingAlgorithm: "ES256", region: "local"))
        }
    }

    @Test("another secret that somebody gave after the plan stays")
    func secretMeanwhile() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            _ = try await plan(fixture, Self.shop(600), secret: Self.secret(1)).apply(at: desk)
            let planned = try await plan(fixture, Self.shop(700), secret: Self.secret(2))
            let id = try await id(fixture)
            let client = try #require(try await desk.listClients(pool: id).first)
            _ = try await desk.perform(RotateClientSecret(of: client.id.text, pool: id, oldValidFor: 0))
            let stopped = await #expect(throws: ConfigStopped.self) { try await planned.apply(at: desk) }
            #expect(stopped?.cause == .changedMeanwhile("client 'shop'"))
            #expect(try await desk.client(client.id.text, pool: id).lifetimes.accessToken == 600)
        }
    }
}
