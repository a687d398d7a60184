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

    @Test("a name that two clients have names neither, and an id comes before a name")
    func ambiguous() async throws {
        try await GatewayFixture.run { fixture in
            func refusal(_ pool: JSONObject) async throws -> [String] {
                do throws(ConfigError) {
                    _ = try await plan(fixture, pool)
                    return []
                } catch {
                    return error.problems.map { if case .ambiguous = $0.cause { $0.subject } else { "\($0.cause)" } }
                }
            }
            let (twins, workload): (JSONValue, JSONValue) = (
                [Self.client("X", id: "one"), Self.client("X", id: "two")], [Self.workload("build", client: "X")]
            )
            let refused = ["workload 'build' of pool '\(fixture.pool.name)'"]
            #expect(try await refusal(["clients": twins, "workloads": workload]) == refused)
            #expect(try await refusal(["clients": twins, "workloads": [Self.workload("build", client: "two")]]) == [])
            _ = try await plan(fixture, ["clients": twins]).apply(at: fixture.administration)
            #expect(try await refusal(["workloads": workload]) == refused)
            // One of them alone will have the name.
            let renamed: JSONObject = ["clients": [Self.client("Y", id: "one")], "workloads": workload]
            _ = try await plan(fixture, renamed).apply(at: fixture.administration)
            #expect(ConfigPlanTests.lines(try await plan(fixture, renamed)) == [])
            #expect(try await fixture.administration.pool(fixture.pool.id.text).settings.workloads?.map(\.clientID) == ["two"])
        }
    }

    @Test("an export says by its id which client is meant where its name is another's id")
    func exported() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            let clients: JSONValue = [Self.client("order-desk", id: "a"), Self.client("zeta", id: "order-desk")]
            let workloads: JSONValue = [Self.workload("first", client: "a"), Self.workload("second", client: "order-desk")]
            _ = try await plan(fixture, ["clients": clients, "workloads": workloads]).apply(at: desk)
            for hasIDs in [true, false] {
                let export = try await desk.exportConfig(pool: pool, hasIDs: hasIDs)
                let text = ConfigExportTests.text(export.value)
                #expect(text.contains(#""client":"a""#) && text.contains(#""client":"zeta""#) && text.contains(#""client_id":"a""#))
                let again = try await desk.plan(try ConfigDocument(export.value, ConfigReferences { _ in [] }), deletes: true)
                #expect(ConfigPlanTests.lines(again) == [])
            }
        }
    }

    @Test("what the document names and has no entry for is not deleted: that is refused, at the place of the name")
    func absent() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            func absent(_ pool: JSONObject, deletes: Bool = true) async throws -> [String] {
                do throws(ConfigError) {
                    _ = try await plan(fixture, pool, deletes: deletes)
                    return []
                } catch {
                    return error.problems.map { problem in
                        if case .absent(let kind, let name) = problem.cause { "\(problem.subject): \(kind.rawValue) \(name)" } else { "\(problem)" }
                    }
                }
            }
            let begins: JSONObject = ["initiate_login_uri": "https://a.example/login", "identity_providers": ["corp"]]
            let resources: JSONValue = [["uri": "urn:orders"]]
            let idp: JSONValue = ["name": "corp", "type": "saml", "allow_idp_initiated": true, "idp_initiated_client": "Nightly"]
            let whole: JSONObject = [
                "registration_resources": ["urn:orders"], "resources": resources, "identity_providers": [idp],
                "clients": [Self.client("Nightly", begins)], "workloads": [Self.workload("build", client: "Nightly")],
            ]
            _ = try await plan(fixture, whole).apply(at: desk)
            let pool = "pool '\(fixture.pool.name)'"
            for none in [JSONValue.array([]), [Self.client("other")]] {
                let workload: JSONObject = ["clients": none, "workloads": [Self.workload("build", client: "Nightly")]]
                #expect(try await absent(workload) == ["workload 'build' of \(pool): client Nightly"])
                #expect(try await absent(workload, deletes: false) == [])
                #expect(
                    try await absent(["clients": none, "identity_providers": [idp]]) == ["identity provider 'corp' of \(pool): client Nightly"])
            }
            let client: JSONObject = ["identity_providers": [], "clients": [Self.client("Nightly", begins)]]
            #expect(try await absent(client) == ["client 'Nightly' of \(pool): identity provider corp"])
            #expect(try await absent(["resources": [], "registration_resources": ["urn:orders"]]) == ["\(pool): resource urn:orders"])
            // What nobody names goes, also together with what named it.
            #expect(try await absent(["clients": [], "workloads": [], "identity_providers": []]) == [])
        }
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
