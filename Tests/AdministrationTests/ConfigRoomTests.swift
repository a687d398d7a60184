import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: a pool that is full gives one up before it takes another")
struct ConfigRoomTests {
    private func plan(_ fixture: GatewayFixture, _ pool: JSONObject, deletes: Bool) async throws(ConfigError) -> ConfigPlan {
        let named = JSONObject([("name", .string(fixture.pool.name))] + pool.members.map { ($0.name, $0.value) })
        let document = try ConfigDocument(ConfigPlanTests.value(["version": 1, "pools": [.object(named)]]), ConfigReferences { _ in [] })
        return try await fixture.administration.plan(document, deletes: deletes)
    }

    /// Does it: then there is nothing to do.
    private func apply(_ fixture: GatewayFixture, _ pool: JSONObject) async throws -> [String] {
        let planned = try await plan(fixture, pool, deletes: true)
        _ = try await planned.apply(at: fixture.administration)
        #expect(ConfigPlanTests.lines(try await plan(fixture, pool, deletes: true)) == [])
        return ConfigPlanTests.lines(planned)
    }

    /// The fields that are refused.
    private func refused(_ fixture: GatewayFixture, _ pool: JSONObject, deletes: Bool) async -> [Field] {
        do throws(ConfigError) {
            _ = try await plan(fixture, pool, deletes: deletes)
            return []
        } catch {
            return error.problems.flatMap { problem -> [Field] in
                if case .refused(.problems(let problems)) = problem.cause { problems.map(\.field) } else { [] }
            }
        }
    }

    private static func resources(_ names: [String], _ more: JSONObject = [:]) -> JSONObject {
        let resources = names.map { JSONValue.object(["uri": .string("urn:" + $0), "scopes": ["read"]]) }
        return JSONObject([("resources", .array(resources))] + more.members.map { ($0.name, $0.value) })
    }

    private static func client(_ name: String, _ more: JSONObject) -> JSONValue {
        .object(JSONObject([("client_name", .string(name)), ("redirect_uris", ["https://a.example/cb"])] + more.members.map { ($0.name, $0.value) }))
    }

    private static let full = (0..<100).map { "r\($0)" }

    @Test("of resources: one that goes anyway, and that nobody has, for each that comes")
    func resources() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await apply(fixture, Self.resources(Self.full))
            try await fixture.updateClient { $0.resources = ["urn:r0"] }
            let wanted = Self.resources(["new", "newer"] + Self.full.dropFirst(3) + ["r0"])
            #expect(await refused(fixture, wanted, deletes: false) == [.resource, .resource])
            #expect(
                try await apply(fixture, wanted) == [
                    "delete | resource | urn:r1", "create | resource | urn:new | scopes: (none) -> read",
                    "delete | resource | urn:r2", "create | resource | urn:newer | scopes: (none) -> read",
                ])
            // Where there is room, what goes goes last.
            _ = try await apply(fixture, Self.resources(["new", "r0"]))
            #expect(
                try await apply(fixture, Self.resources(["other", "r0"])) == [
                    "create | resource | urn:other | scopes: (none) -> read", "delete | resource | urn:new",
                ])
        }
    }

    @Test("a resource that clients of the document have is given up by them, with its scopes, before it goes; not where one keeps it")
    func resourcesOfClients() async throws {
        try await GatewayFixture.run { fixture in
            func wanted(_ resource: String, _ served: String) -> JSONObject {
                let names = Array(Self.full.dropLast()) + [resource]
                let (uri, scope) = (JSONValue.string("urn:" + resource), JSONValue.string("urn:\(resource) read"))
                let clients = [
                    Self.client("app", ["resources": [uri, "urn:r1"], "resource_scopes": [scope, "urn:r1 read"]]),
                    Self.client("service", ["confidential": true, "serves": [.string("urn:" + served)]]),
                ]
                let own: JSONValue = ["client_name": .string(fixture.client.name)]
                return Self.resources(names.reversed(), ["clients": .array(clients + [own])])
            }
            _ = try await apply(fixture, wanted("old", "old"))
            #expect(await refused(fixture, wanted("new", "old"), deletes: true).contains(.resource))
            #expect(
                try await apply(fixture, wanted("new", "new")) == [
                    "change | client | app | resources: urn:old, urn:r1 -> urn:r1 | resource_scopes: urn:old read, urn:r1 read -> urn:r1 read",
                    "change | client | service | serves: urn:old -> (none)",
                    "delete | resource | urn:old",
                    "create | resource | urn:new | scopes: (none) -> read",
                    "change | client | app | resources: urn:r1 -> urn:new, urn:r1 | resource_scopes: urn:r1 read -> urn:new read, urn:r1 read",
                    "change | client | service | serves: (none) -> urn:new",
                ])
        }
    }

    @Test("of workloads")
    func workloads() async throws {
        try await GatewayFixture.run { fixture in
            let grants: JSONObject = ["grant_types": ["authorization_code", .string(AppClient.workloadGrantType)]]
            let clients: JSONValue = [Self.client("ci", grants), ["client_name": .string(fixture.client.name)]]
            func wanted(_ numbers: Range<Int>) -> JSONObject {
                let workloads = numbers.reversed().map { number -> JSONValue in
                    ["name": .string("w\(number)"), "issuer": "https://ci.example", "subject": .string("repo:acme/\(number)"), "client": "ci"]
                }
                return ["clients": clients, "workloads": .array(workloads)]
            }
            _ = try await apply(fixture, wanted(0..<200))
            #expect(await refused(fixture, wanted(1..<201), deletes: false) == [.name])
            let steps = try await apply(fixture, wanted(1..<201))
            #expect(
                steps.map { $0.split(separator: " | ").prefix(3).joined(separator: " ") } == ["delete workload w0", "create workload w200"])
        }
    }
}
