import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: of a part of the pool, what is not mentioned stays")
struct ConfigPartTests {
    private static let grants: JSONValue = ["authorization_code", .string(AppClient.workloadGrantType)]

    private func document(_ fixture: GatewayFixture, _ pool: JSONObject) throws(ConfigError) -> ConfigDocument {
        let named = JSONObject([("name", .string(fixture.pool.name))] + pool.members.map { ($0.name, $0.value) })
        return try ConfigDocument(ConfigPlanTests.value(["version": 1, "pools": [.object(named)]]), ConfigReferences { _ in [] })
    }

    private func plan(_ fixture: GatewayFixture, _ pool: JSONObject) async throws(ConfigError) -> ConfigPlan {
        try await fixture.administration.plan(try document(fixture, pool), deletes: false)
    }

    private func problems(_ fixture: GatewayFixture, _ pool: JSONObject) async -> [String] {
        do throws(ConfigError) {
            _ = try await plan(fixture, pool)
            return []
        } catch {
            return error.problems.map { problem in
                switch problem.cause {
                case .fixed(let field, let before): "\(problem.subject): \(field) \(before)"
                case .several(let fields): "\(problem.subject): \(fields.joined(separator: " "))"
                default: "\(problem.cause)"
                }
            }
        }
    }

    private static func workload(_ more: JSONObject = [:]) -> JSONObject {
        let own: JSONObject = ["name": "build", "issuer": "https://ci.example", "subject": "repo:acme/shop", "client": "ci"]
        let members = own.members.filter { member in !more.members.contains { $0.name == member.name } } + more.members
        return ["workloads": [.object(JSONObject(members.map { ($0.name, $0.value) }))]]
    }

    @Test("a workload keeps its keys and whether it may repeat; null takes its keys away, and one kind of them takes the place of the other")
    func workloads() async throws {
        let signer = try ClientSigner()
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            let client: JSONValue = ["client_name": "ci", "redirect_uris": ["https://ci.example/cb"], "grant_types": Self.grants]
            let made = Self.workload(["jwks": .string(signer.keySet), "may_repeat": true])
            let document = JSONObject([("clients", [client])] + made.members.map { ($0.name, $0.value) })
            _ = try await plan(fixture, document).apply(at: desk)
            func stored() async throws -> Workload { try #require(try await desk.pool(pool).settings.workloads?.first) }
            let first = try await stored()
            #expect(first.keySet != nil && first.mayRepeat)
            #expect(ConfigPlanTests.lines(try await plan(fixture, Self.workload())) == [])
            #expect(ConfigPlanTests.lines(try await plan(fixture, Self.workload(["jwks_uri": .null]))) == [])

            // Another issuer's tokens are not believed by the keys of the one before.
            let moved = Self.workload(["issuer": "https://other.example"])
            let told = ConfigPlanTests.lines(try await plan(fixture, moved))
            #expect(told.count == 1 && told.first?.contains("issuer: https://ci.example -> https://other.example | jwks: ") == true, "\(told)")
            #expect(told.first?.contains("-> (none)") == true, "\(told)")

            // What is mentioned changes alone.
            _ = try await plan(fixture, Self.workload(["subject": "repo:acme/desk"])).apply(at: desk)
            let second = try await stored()
            #expect(second.subject == "repo:acme/desk" && second.keySet == first.keySet && second.mayRepeat)
            let address: JSONObject = ["subject": "repo:acme/desk", "jwks_uri": "https://ci.example/k"]
            _ = try await plan(fixture, Self.workload(address)).apply(at: desk)
            let third = try await stored()
            #expect(third.keySet == nil && third.keySetURL == "https://ci.example/k" && third.mayRepeat)
            let whole = try await desk.exportConfig(pool: pool, isWhole: true)
            #expect(ConfigExportTests.text(whole.value).contains(#""jwks":null"#))
            let none: JSONObject = ["subject": "repo:acme/desk", "jwks_uri": .null, "may_repeat": false]
            #expect(
                ConfigPlanTests.lines(try await plan(fixture, Self.workload(none))) == [
                    "change | workload | build | jwks_uri: https://ci.example/k -> (none) | may_repeat: true -> false"
                ])
            _ = try await plan(fixture, Self.workload(none)).apply(at: desk)
            let last = try await stored()
            #expect(last.keySet == nil && last.keySetURL == nil && !last.mayRepeat)

            let both = Self.workload(["jwks": .string(signer.keySet), "jwks_uri": "https://ci.example/k"])
            #expect(await problems(fixture, both) == ["workload 'build' of pool '\(fixture.pool.name)': jwks_uri jwks"])
        }
    }

    @Test("a custom attribute that is there is refused where another type is said, and not where none is")
    func attributes() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await fixture.administration.perform(
                AddCustomAttribute("level", type: .number, multivalued: true, to: fixture.pool.id.text))
            func level(_ more: JSONObject) -> JSONObject {
                ["custom_attributes": [.object(JSONObject([("name", "level")] + more.members.map { ($0.name, $0.value) }))]]
            }
            for same: JSONObject in [[:], ["type": "number"], ["multivalued": true]] {
                #expect(ConfigPlanTests.lines(try await plan(fixture, level(same))) == [])
            }
            let words = "custom attribute 'level' of pool '\(fixture.pool.name)'"
            #expect(await problems(fixture, level(["type": "string"])) == ["\(words): type number"])
            #expect(
                await problems(fixture, level(["type": "string", "multivalued": false])) == ["\(words): type number", "\(words): multivalued true"])
        }
    }
}
