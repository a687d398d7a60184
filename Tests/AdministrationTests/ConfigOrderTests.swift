import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: what one has alone is given up before another takes it, in whichever order they stand")
struct ConfigOrderTests {
    private func plan(_ fixture: GatewayFixture, _ pools: [JSONValue], deletes: Bool = false) async throws(ConfigError) -> ConfigPlan {
        let document = try ConfigDocument(
            ConfigPlanTests.value(["version": 1, "pools": .array(pools)]), ConfigReferences { _ in Array("s3cret".utf8) })
        return try await fixture.administration.plan(document, deletes: deletes)
    }

    private func plan(_ fixture: GatewayFixture, _ providers: JSONValue..., deletes: Bool = false) async throws(ConfigError) -> ConfigPlan {
        try await plan(fixture, [["name": .string(fixture.pool.name), "identity_providers": .array(providers)]], deletes: deletes)
    }

    /// Does it: then there is nothing to do, also where what is there is deleted that is not mentioned.
    private func apply(_ fixture: GatewayFixture, _ providers: JSONValue..., deletes: Bool = false) async throws -> [String] {
        let pools: [JSONValue] = [["name": .string(fixture.pool.name), "identity_providers": .array(providers)]]
        let planned = try await plan(fixture, pools, deletes: deletes)
        _ = try await planned.apply(at: fixture.administration)
        #expect(ConfigPlanTests.lines(try await plan(fixture, pools, deletes: deletes)) == [])
        return ConfigPlanTests.lines(planned)
    }

    private func conflicts(_ body: () async throws(ConfigError) -> ConfigPlan) async -> [String] {
        do throws(ConfigError) {
            _ = try await body()
            return []
        } catch {
            return error.problems.map { if case .refused(.store(.conflict(let what, _))) = $0.cause { what } else { "\($0.cause)" } }
        }
    }

    private static func openID(_ name: String, _ domains: String..., more: JSONObject = [:]) -> JSONValue {
        let own: JSONObject = [
            "name": .string(name), "type": "oidc", "issuer": "https://id.example", "client_id": "gate", "client_secret": "env:G",
            "authorization_endpoint": "https://id.example/a", "token_endpoint": "https://id.example/t", "jwks_uri": "https://id.example/k",
            "domains": .array(domains.map(JSONValue.string)),
        ]
        return .object(JSONObject((own.members + more.members).map { ($0.name, $0.value) }))
    }

    private static func saml(_ name: String, _ entity: String, _ domains: String...) -> JSONValue {
        let metadata = FakeIdentityProvider(entityID: "https://\(entity).example", key: .second).metadata()
        return [
            "name": .string(name), "type": "saml", "metadata": .string(String(decoding: metadata, as: UTF8.self)),
            "entity_id": .string("https://\(entity).example"),
            "domains": .array(domains.map(JSONValue.string)),
        ]
    }

    @Test("an e-mail domain goes over to one that stands before its owner, new or not")
    func moved() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await apply(fixture, Self.openID("one", "a.example"), Self.openID("two", "b.example", "c.example"))
            // In another case it is the same.
            let steps = try await apply(
                fixture, Self.openID("new", "C.example"), Self.openID("one", "a.example", "b.example"),
                Self.openID("two", more: ["display_name": "Two"]))
            #expect(
                steps.filter { !$0.hasPrefix("create") } == [
                    "change | identity provider | two | domains: b.example, c.example -> (none)",
                    "change | identity provider | one | domains: a.example -> a.example, b.example",
                    "change | identity provider | two | display_name: (none) -> Two",
                ])
            #expect(steps.firstIndex { $0.hasPrefix("create") } == 1)
        }
    }

    @Test("two that swap their domains do, over a step without them; each keeps what it has before and afterwards")
    func swapped() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await apply(fixture, Self.openID("one", "a.example", "x.example"), Self.saml("two", "two", "b.example", "y.example"))
            let steps = try await apply(fixture, Self.openID("one", "b.example", "x.example"), Self.saml("two", "two", "a.example", "y.example"))
            #expect(
                steps == [
                    "change | identity provider | two | domains: b.example, y.example -> y.example",
                    "change | identity provider | one | domains: a.example, x.example -> b.example, x.example",
                    "change | identity provider | two | domains: y.example -> a.example, y.example",
                ])
            // A ring of three.
            _ = try await apply(fixture, Self.openID("one", "a.example"), Self.saml("two", "two", "b.example"), Self.openID("three", "c.example"))
            _ = try await apply(fixture, Self.openID("one", "c.example"), Self.saml("two", "two", "a.example"), Self.openID("three", "b.example"))
        }
    }

    @Test("of one that keeps it, or of which the document says nothing of domains, none is taken")
    func kept() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await apply(fixture, Self.openID("one", "a.example"))
            let taken = ["e-mail domain a.example of identity provider one"]
            #expect(
                await conflicts { () throws(ConfigError) in try await plan(fixture, Self.openID("new", "a.example"), Self.openID("one", "A.example"))
                } == taken)
            let silent: JSONValue = ["name": "one", "type": "oidc", "enabled": false]
            #expect(await conflicts { () throws(ConfigError) in try await plan(fixture, Self.openID("new", "a.example"), silent) } == taken)
            #expect(await conflicts { () throws(ConfigError) in try await plan(fixture, Self.openID("new", "a.example")) } == taken)
            // Of two that are new the first has it.
            let twins = await conflicts { () throws(ConfigError) in
                try await plan(fixture, Self.openID("x", "z.example"), Self.openID("y", "z.example"))
            }
            #expect(twins == ["e-mail domain z.example of identity provider x"])
        }
    }

    @Test("a provider of another name in the place of one that is deleted: that one goes first, with its domains and its entity ID")
    func renamed() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await apply(fixture, Self.saml("old", "entity", "a.example"), Self.openID("other"), deletes: true)
            let renamed = Self.saml("staff", "entity", "a.example")
            #expect(
                await conflicts { () throws(ConfigError) in try await plan(fixture, renamed) } == [
                    "e-mail domain a.example of identity provider old"
                ])
            let steps = try await apply(fixture, renamed, deletes: true)
            #expect(
                steps.map { $0.split(separator: " | ").prefix(3).joined(separator: " ") } == [
                    "delete identity provider old", "create identity provider staff", "delete identity provider other",
                ])
        }
    }

    @Test("an entity ID goes over to one that stands before its owner; two that would swap theirs are refused")
    func entities() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await apply(fixture, Self.saml("one", "e1"), Self.saml("two", "e2"))
            let steps = try await apply(fixture, Self.saml("one", "e2"), Self.saml("new", "e1"), Self.saml("two", "e3"))
            #expect(
                steps.map { $0.split(separator: " | ").prefix(3).joined(separator: " ") } == [
                    "change identity provider two", "change identity provider one", "create identity provider new",
                ])
            let swap = await conflicts { () throws(ConfigError) in try await plan(fixture, Self.saml("one", "e3"), Self.saml("two", "e2")) }
            #expect(
                swap == ["entity ID https://e3.example of identity provider two", "entity ID https://e2.example of identity provider one"])
        }
    }

    @Test("a pool's domain goes over to one that stands before its owner, and two swap theirs")
    func pools() async throws {
        try await GatewayFixture.run { fixture in
            func pool(_ name: String, _ domain: JSONValue) -> JSONValue { ["name": .string(name), "signing_algorithm": "ES256", "domain": domain] }
            func apply(_ pools: JSONValue...) async throws -> [String] {
                let planned = try await plan(fixture, pools)
                _ = try await planned.apply(at: fixture.administration)
                #expect(ConfigPlanTests.lines(try await plan(fixture, pools)) == [])
                return ConfigPlanTests.lines(planned)
            }
            _ = try await apply(pool("one", "a.example.com"), pool("two", "b.example.com"))
            #expect(
                try await apply(pool("one", "b.example.com"), pool("two", "A.example.com")) == [
                    "change | user pool | two | domain: b.example.com -> (none)",
                    "change | user pool | one | domain: a.example.com -> b.example.com",
                    "change | user pool | two | domain: (none) -> a.example.com",
                ])
            let moved = try await apply(pool("new", "a.example.com"), pool("two", .null))
            #expect(moved.first == "change | user pool | two | domain: a.example.com -> (none)" && moved.count == 2)
            let kept = ["domain b.example.com of pool \(try #require(try await fixture.administration.listPools().first { $0.name == "one" }).id)"]
            #expect(await conflicts { () throws(ConfigError) in try await plan(fixture, [pool("new", "b.example.com"), ["name": "one"]]) } == kept)
            #expect(
                await conflicts { () throws(ConfigError) in try await plan(fixture, [pool("one", "b.example.com"), pool("new", "b.example.com")]) }
                    == kept)
        }
    }

    @Test("what was given up by somebody else meanwhile, or taken, is left alone")
    func meanwhile() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            _ = try await apply(fixture, Self.openID("one", "a.example"), Self.openID("two", "b.example"))
            let planned = try await plan(fixture, Self.openID("one", "b.example"), Self.openID("two", "a.example"))
            var byHand = OIDCProviderSettings()
            byHand.common.domains = ["b.example", "c.example"]
            _ = try await desk.perform(UpdateOIDCProvider("two", pool: fixture.pool.id.text, settings: byHand))
            let stopped = await #expect(throws: ConfigStopped.self) { try await planned.apply(at: desk) }
            #expect(stopped?.cause == .changedMeanwhile("identity provider 'two'") && stopped?.done.isEmpty == true)
        }
    }
}
