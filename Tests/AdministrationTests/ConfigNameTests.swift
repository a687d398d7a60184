import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: which client and which provider a name means")
struct ConfigNameTests {
    private func document(_ fixture: GatewayFixture, _ pool: JSONObject) throws(ConfigError) -> ConfigDocument {
        let named = JSONObject([("name", .string(fixture.pool.name))] + pool.members.map { ($0.name, $0.value) })
        return try ConfigDocument(ConfigPlanTests.value(["version": 1, "pools": [.object(named)]]), ConfigReferences { _ in [] })
    }

    private func plan(_ fixture: GatewayFixture, _ pool: JSONObject, deletes: Bool = false) async throws(ConfigError) -> ConfigPlan {
        try await fixture.administration.plan(try document(fixture, pool), deletes: deletes)
    }

    /// The lines of the steps about one kind of thing.
    private static func lines(_ plan: ConfigPlan, _ kind: ConfigStep.Kind) -> [String] {
        ConfigPlanTests.lines(plan).filter { $0.contains(" | \(kind.rawValue) | ") }
    }

    private static func client(_ name: String, id: String? = nil, _ more: JSONObject = [:]) -> JSONValue {
        let own: [(String, JSONValue)] = [
            ("client_name", .string(name)), ("redirect_uris", ["https://a.example/cb"]),
            ("grant_types", ["authorization_code", .string(AppClient.workloadGrantType)]),
        ]
        return .object(JSONObject((id.map { [("client_id", .string($0))] } ?? []) + own + more.members.map { ($0.name, $0.value) }))
    }

    private static func workload(_ name: String, client: String) -> JSONValue {
        ["name": .string(name), "issuer": "https://ci.example", "subject": "repo:acme/shop", "client": .string(client)]
    }

    @Test("a workload goes over to a new client of the same name, and then there is nothing to do")
    func another() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            let before: JSONObject = ["clients": [Self.client("Nightly", id: "a1")], "workloads": [Self.workload("build", client: "Nightly")]]
            _ = try await plan(fixture, before).apply(at: desk)
            let after: JSONObject = ["clients": [Self.client("Nightly", id: "nightly")], "workloads": [Self.workload("build", client: "Nightly")]]
            let planned = try await plan(fixture, after, deletes: true)
            #expect(Self.lines(planned, .workload) == ["change | workload | build | client: a1 -> nightly"])
            _ = try await planned.apply(at: desk)
            #expect(ConfigPlanTests.lines(try await plan(fixture, after, deletes: true)) == [])
            #expect(try await desk.pool(fixture.pool.id.text).settings.workloads?.map(\.clientID) == ["nightly"])
        }
    }
}
