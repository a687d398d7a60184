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
