import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: only what was looked at is done")
struct ConfigDigestTests {
    private func plan(_ fixture: GatewayFixture, _ pool: JSONObject, deletes: Bool = false, secret: String = "s3cret") async throws -> ConfigPlan {
        let named = JSONObject([("name", .string(fixture.pool.name))] + pool.members.map { ($0.name, $0.value) })
        let document = try ConfigDocument(
            ConfigPlanTests.value(["version": 1, "pools": [.object(named)]]), ConfigReferences { _ in Array(secret.utf8) })
        return try await fixture.administration.plan(document, deletes: deletes)
    }

    @Test("a digest is that of the steps and of what stands before each; of a secret it has the place alone")
    func digest() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            let provider: JSONValue = [
                "name": "github", "type": "oidc", "preset": "github", "client_id": "gate", "client_secret": "file:secret.txt",
            ]
            let wanted: JSONObject = ["display_name": "Acme", "identity_providers": [provider]]
            let first = try await plan(fixture, wanted).digest
            #expect(first.utf8.count == 64)
            #expect(try await plan(fixture, wanted).digest == first)
            #expect(try await plan(fixture, wanted, secret: "an0ther").digest == first)
            #expect(try await plan(fixture, ["display_name": "Acme Inc", "identity_providers": [provider]]).digest != first)

            // What the plan does not touch is no part of it; what it replaces is.
            _ = try await desk.perform(UpdatePool(fixture.pool.id.text, domain: "id.example.com"))
            #expect(try await plan(fixture, wanted).digest == first)
            var branding = BrandingSettings()
            branding.displayName = .set("Somebody else's")
            _ = try await desk.perform(UpdatePool(fixture.pool.id.text, branding: branding))
            #expect(try await plan(fixture, wanted).digest != first)
        }
    }

    private static func client(_ name: String, id: String? = nil, lifetime: Int = 3600, _ more: JSONObject = [:]) -> JSONValue {
        let own: [(String, JSONValue)] = [
            ("client_name", .string(name)), ("redirect_uris", ["https://a.example/cb"]), ("access_token_lifetime", .integer(lifetime)),
        ]
        return .object(JSONObject((id.map { [("client_id", .string($0))] } ?? []) + own + more.members.map { ($0.name, $0.value) }))
    }

    @Test("which client and which pool it is about is a part of the digest, and shown where the name does not say it")
    func targets() async throws {
        try await GatewayFixture.run { fixture in
            func made(_ id: String) async throws -> ConfigPlan { try await plan(fixture, ["clients": [Self.client("Order desk", id: id)]]) }
            let (desk, other) = (try await made("order-desk"), try await made("other"))
            #expect(desk.steps.map(\.target.shown) == ["Order desk (order-desk)"] && other.steps.map(\.target.shown) == ["Order desk (other)"])
            #expect(desk.digest != other.digest)

            let phones = ["phone-1", "phone-2"]
            _ = try await plan(fixture, ["clients": .array(phones.map { Self.client("phone", id: $0) })]).apply(at: fixture.administration)
            var digests: Set<String> = []
            for id in phones {
                let change = try await plan(fixture, ["clients": [Self.client("phone", id: id, lifetime: 600)]])
                #expect(change.steps.map(\.target.shown) == ["phone (\(id))"] && change.steps.map(\.pool.shown) == [fixture.pool.name])
                let left = JSONValue.array(phones.filter { $0 != id }.map { Self.client("phone", id: $0) })
                let gone = try await plan(fixture, ["clients": left], deletes: true)
                #expect(Set(gone.steps.map(\.target.shown)) == [fixture.client.name, "phone (\(id))"])
                digests.formUnion([change.digest, gone.digest])
            }
            #expect(digests.count == 4)

            func pool(_ id: String, _ name: String) async throws -> ConfigPlan {
                let pool: JSONValue = ["id": .string(id), "name": .string(name), "custom_attributes": [["name": "team"]]]
                let document = try ConfigDocument(ConfigPlanTests.value(["version": 1, "pools": [pool]]), ConfigReferences { _ in [] })
                return try await fixture.administration.plan(document, deletes: false)
            }
            let (one, two) = (try await pool("local_one", "new"), try await pool("local_two", "new"))
            #expect(one.steps.map(\.target.shown) == ["new (local_one)", "custom:team"] && one.steps.map(\.pool.shown) == ["new", "new"])
            #expect(one.digest != two.digest)
            let same = try await pool("local_one", fixture.pool.name)
            #expect(same.steps.map(\.pool.shown) == Array(repeating: "\(fixture.pool.name) (local_one)", count: 2))
        }
    }

    @Test("a client that is named otherwise meanwhile is another one for the digest, also where the document's word for it is the same")
    func namedClient() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            let grants: JSONObject = ["grant_types": ["authorization_code", .string(AppClient.workloadGrantType)]]
            let both: JSONValue = [Self.client("ci", id: "one", grants), Self.client("spare", id: "two", grants)]
            _ = try await plan(fixture, ["clients": both]).apply(at: desk)
            let wanted: JSONObject = [
                "workloads": [["name": "build", "issuer": "https://ci.example", "subject": "repo:acme/shop", "client": "ci"]]
            ]
            let first = try await plan(fixture, wanted)
            for (id, name) in [("one", "other"), ("two", "ci")] {
                var settings = ClientSettings()
                settings.name = name
                _ = try await desk.perform(UpdateClient(id, pool: pool, settings: settings))
            }
            let second = try await plan(fixture, wanted)
            #expect(ConfigPlanTests.lines(first) == ConfigPlanTests.lines(second) && first.digest != second.digest)
        }
    }

    @Test("whatever is said of a part of the pool is shown and is a part of the digest")
    func parts() async throws {
        try await GatewayFixture.run { fixture in
            func attribute(_ more: JSONObject) -> JSONObject {
                ["custom_attributes": [.object(JSONObject([("name", "level")] + more.members.map { ($0.name, $0.value) }))]]
            }
            func resource(_ scopes: JSONValue) -> JSONObject { ["resources": [["uri": "urn:orders", "scopes": scopes]]] }
            let wanted: [(JSONObject, String)] = [
                (attribute([:]), "create | custom attribute | custom:level | type: (none) -> string | multivalued: (none) -> false"),
                (attribute(["type": "number"]), "create | custom attribute | custom:level | type: (none) -> number | multivalued: (none) -> false"),
                (attribute(["multivalued": true]), "create | custom attribute | custom:level | type: (none) -> string | multivalued: (none) -> true"),
                (resource(["a", "b"]), "create | resource | urn:orders | scopes: (none) -> a, b"),
                (resource(["b"]), "create | resource | urn:orders | scopes: (none) -> b"),
                (["signing_algorithms": ["ES256", "EdDSA"]], "create | signing algorithm | EdDSA"),
                (["signing_algorithms": ["ES256", "RS256"]], "create | signing algorithm | RS256"),
            ]
            var digests: Set<String> = []
            for (document, line) in wanted {
                let plan = try await plan(fixture, document)
                #expect(ConfigPlanTests.lines(plan) == [line])
                digests.insert(plan.digest)
            }
            #expect(digests.count == wanted.count)
        }
    }

    @Test("what would be deleted is a part of the digest as it stands there")
    func deleted() async throws {
        try await GatewayFixture.run { fixture in
            let nothing: JSONObject = ["clients": [], "identity_providers": []]
            let first = try await plan(fixture, nothing, deletes: true)
            try await fixture.updateClient { $0.accessTokenLifetime = 900 }
            let second = try await plan(fixture, nothing, deletes: true)
            #expect(ConfigPlanTests.lines(first) == ConfigPlanTests.lines(second) && first.digest != second.digest)
            try await fixture.updateProvider { $0.singleLogout = false }
            #expect(try await plan(fixture, nothing, deletes: true).digest != second.digest)
        }
    }

    @Test("what another admin changed after the plan is not deleted: the apply ends there")
    func deletedMeanwhile() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            func stops(_ document: JSONObject, at what: String, _ change: () async throws -> Void) async throws {
                let planned = try await plan(fixture, document, deletes: true)
                try await change()
                let stopped = await #expect(throws: ConfigStopped.self) { try await planned.apply(at: desk) }
                #expect(stopped?.cause == .changedMeanwhile(what))
            }
            try await fixture.updateClient { $0.grantTypes = ["authorization_code", AppClient.workloadGrantType] }
            _ = try await desk.perform(AddPoolResource("https://orders.example.com", scopes: ["read"], to: pool))
            func workload(_ subject: String) -> AddWorkload {
                AddWorkload(
                    "ci", issuer: "https://ci.example", subject: subject, client: fixture.client.id.text, keys: nil, mayRepeat: false, to: pool)
            }
            _ = try await desk.perform(workload("repo:acme/shop"))

            try await stops(["clients": []], at: "client 'Orders'") { try await fixture.updateClient { $0.accessTokenLifetime = 900 } }
            try await stops(["identity_providers": []], at: "identity provider 'corp'") {
                try await fixture.updateProvider { $0.singleLogout = false }
            }
            try await stops(["resources": []], at: "resource 'https://orders.example.com'") {
                _ = try await desk.perform(AddPoolResource("https://orders.example.com", scopes: ["write"], to: pool))
            }
            try await stops(["workloads": []], at: "workload 'ci'") {
                _ = try await desk.perform(RemoveWorkload("ci", from: pool))
                _ = try await desk.perform(workload("repo:acme/other"))
            }
            #expect(try await desk.listClients(pool: pool).count == 1)
            #expect(try await desk.listProviders(pool: pool).count == 1)
            let left = try await desk.pool(pool)
            #expect(left.resources.map(\.scopes) == [["read", "write"]] && left.settings.workloads?.map(\.subject) == ["repo:acme/other"])

            // A resource that was none is somebody else's now.
            try await stops(["resources": [["uri": "urn:new", "scopes": ["a"]]]], at: "resource 'urn:new'") {
                _ = try await desk.perform(AddPoolResource("urn:new", scopes: ["b"], to: pool))
            }
        }
    }
}
