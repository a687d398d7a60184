import Foundation
import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: plan, apply, and nothing to do afterwards")
struct ConfigPlanTests {
    static func value(_ json: JSONValue) -> ConfigValue {
        switch json {
        case .null: ConfigValue(.absent)
        case .bool(let flag): ConfigValue(.flag(flag))
        case .string(let text): ConfigValue(.text(text))
        case .array(let values): ConfigValue(.list(values.map(value)))
        case .object(let object): ConfigValue(.members(object.members.map { .init($0.name, value($0.value)) }))
        default: ConfigValue(json.integer.map(ConfigValue.Content.number) ?? .absent)
        }
    }

    private func document(_ pool: JSONValue, secret: String = "s3cret", opensSecrets: Bool = true) throws(ConfigError) -> ConfigDocument {
        try ConfigDocument(
            Self.value(["version": 1, "pools": [pool]]), ConfigReferences(opensSecrets: opensSecrets) { _ in Array(secret.utf8) })
    }

    private func plan(_ fixture: GatewayFixture, _ pool: JSONValue, deletes: Bool = false, secret: String = "s3cret") async throws -> ConfigPlan {
        try await fixture.administration.plan(try document(pool, secret: secret), deletes: deletes)
    }

    private func lines(_ plan: ConfigPlan) -> [String] { Self.lines(plan) }

    /// One line a step.
    static func lines(_ plan: ConfigPlan) -> [String] {
        plan.steps.map { step in
            let differences = step.differences.map { "\($0.name): \($0.before.shown) -> \($0.after.shown)" }
            return ([step.verb.rawValue, step.kind.rawValue, step.target.name] + differences).joined(separator: " | ")
        }
    }

    private static let whole: JSONValue = [
        "name": "staff", "signing_algorithm": "ES256", "domain": "ID.example.com", "accent": "#0B57D0", "privacy_url": "https://example.com/p",
        "provider_order": ["corp"], "limit_per_user": 60, "deletion_protection": false,
        "custom_attributes": [["name": "custom:team"], ["name": "roles", "type": "string", "multivalued": true]],
        "resources": [["uri": "https://orders.example.com", "scopes": ["read", "write"]]],
        "identity_providers": [
            [
                "name": "corp", "type": "oidc", "issuer": "https://id.corp.example", "client_id": "gate", "client_secret": "file:secret.txt",
                "authorization_endpoint": "https://id.corp.example/a", "token_endpoint": "https://id.corp.example/t",
                "jwks_uri": "https://id.corp.example/k", "scope": "openid email",
                "attribute_mapping": ["email": "email", "groups": ["groups", "roles"], "custom:team": "dept"],
                "required_attributes": ["email"], "domains": ["CORP.example"], "parameters": ["hd": "corp.example"],
            ],
            // Its preset maps more than this document does.
            [
                "name": "github", "type": "oidc", "preset": "github", "client_id": "gate", "client_secret": "env:GITHUB",
                "attribute_mapping": ["email": "email"],
            ],
        ],
        "clients": [
            [
                "client_name": "shop", "confidential": true, "redirect_uris": ["https://shop.example/cb"], "scope": "openid profile",
                "resources": ["https://orders.example.com"], "resource_scopes": ["https://orders.example.com read"],
                "identity_providers": ["corp"], "access_token_lifetime": 600, "web_origins": ["https://shop.example"],
            ],
            ["client_name": "spa", "redirect_uris": ["https://spa.example/cb"]],
        ],
    ]

    @Test("what is not there is made in one go; then there is nothing to do, also of what an export says")
    func converges() async throws {
        try await GatewayFixture.run { fixture in
            let first = try await plan(fixture, Self.whole)
            #expect(first.steps.map(\.verb) == Array(repeating: .create, count: 8))
            let outcomes = try await first.apply(at: fixture.administration)
            #expect(outcomes.compactMap(\.unseenSecretOf).count == 1)
            let second = try await plan(fixture, Self.whole)
            #expect(lines(second) == [])
            let made = try #require(try await fixture.administration.listPools().first { $0.name == "staff" })
            #expect(made.domain == "id.example.com" && made.branding.accent == "#0b57d0" && !made.deletionProtection)
            let github = try await fixture.administration.provider("github", pool: made.id.text)
            #expect(github.settings.attributeMapping.rules.map(\.attribute) == ["email"])

            let export = try await fixture.administration.exportConfig(pool: nil)
            let exported = try ConfigDocument(export.value, ConfigReferences { _ in Array("s3cret".utf8) })
            let third = try await fixture.administration.plan(exported, deletes: true)
            #expect(lines(third) == [])
        }
    }

    @Test("what is changed by hand is found, field by field, and made good; what the document does not mention stays")
    func drift() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            _ = try await plan(fixture, Self.whole).apply(at: desk)
            let id = try #require(try await desk.listPools().first { $0.name == "staff" }).id.text
            let client = try #require(try await desk.listClients(pool: id).first { $0.name == "shop" }).id.text
            var (byHand, provider) = (ClientSettings(), OIDCProviderSettings())
            (byHand.accessTokenLifetime, byHand.refreshGrace, byHand.redirectURIs) = (900, 20, ["https://evil.example/cb"])
            provider.common.require = []
            _ = try await desk.perform(UpdateClient(client, pool: id, settings: byHand))
            _ = try await desk.perform(UpdateOIDCProvider("corp", pool: id, settings: provider))
            _ = try await desk.perform(UpdatePool(id, domain: "other.example.com", samlKeyDays: .set(100)))
            _ = try await desk.perform(AddPoolResource("https://orders.example.com", scopes: ["admin"], to: id))

            let found = try await plan(fixture, Self.whole)
            #expect(
                lines(found) == [
                    "change | user pool | staff | domain: other.example.com -> id.example.com",
                    "change | resource | https://orders.example.com | scopes: read, write, admin -> read, write",
                    "change | identity provider | corp | required_attributes: (none) -> email",
                    "change | client | shop | redirect_uris: https://evil.example/cb -> https://shop.example/cb | access_token_lifetime: 900 -> 600",
                ])
            _ = try await found.apply(at: desk)
            let after = try await plan(fixture, Self.whole)
            #expect(lines(after) == [])
            #expect(try await desk.client(client, pool: id).refreshGrace == 20)
            #expect(try await desk.pool(id).samlKeyDays == 100)
        }
    }

    @Test("a secret is another where the one that is referred to is, and is shown by its place alone")
    func secrets() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await plan(fixture, Self.whole).apply(at: fixture.administration)
            let other = try await plan(fixture, Self.whole, secret: "an0ther")
            #expect(
                lines(other) == [
                    "change | identity provider | corp | client_secret: another -> that of file:secret.txt",
                    "change | identity provider | github | client_secret: another -> that of env:GITHUB",
                ])
            #expect(!"\(other)".contains("an0ther"))
            _ = try await other.apply(at: fixture.administration)
            let after = try await plan(fixture, Self.whole, secret: "an0ther")
            #expect(lines(after) == [])
        }
    }

    @Test("only where it is asked for something is deleted, of the lists that the document has; else it is told")
    func prune() async throws {
        try await GatewayFixture.run { fixture in
            let name = fixture.pool.name
            let nothing = try await plan(fixture, ["name": .string(name)], deletes: true)
            #expect(lines(nothing) == [])
            #expect(nothing.left.map(\.name) == [fixture.client.name, "corp"] && nothing.left.allSatisfy { !$0.isDeletable })
            let kept = try await plan(fixture, ["name": .string(name), "clients": [], "identity_providers": [], "resources": []])
            #expect(lines(kept) == [] && kept.left.map(\.name) == [fixture.client.name, "corp"] && kept.left.allSatisfy(\.isDeletable))
            let gone = try await plan(fixture, ["name": .string(name), "clients": [], "identity_providers": []], deletes: true)
            #expect(lines(gone) == ["delete | client | \(fixture.client.name)", "delete | identity provider | corp"])
            _ = try await gone.apply(at: fixture.administration)
            #expect(try await fixture.administration.listClients(pool: fixture.pool.id.text).isEmpty)
            #expect(try await fixture.administration.listProviders(pool: fixture.pool.id.text).isEmpty)
        }
    }

    @Test("where a step is refused what was done stays, and the same document goes on from there")
    func goesOn() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            let whole = try await plan(fixture, Self.whole)
            // Somebody else takes the domain after the plan was made: the pool is not there then, nor a part of it.
            let taken = try await desk.perform(CreatePool(name: "thief", domain: "id.example.com", signingAlgorithm: "ES256", region: "local"))
            let stopped = await #expect(throws: ConfigStopped.self) { try await whole.apply(at: desk) }
            #expect(stopped?.done.isEmpty == true && stopped?.failed.kind == .pool)
            _ = try await desk.perform(UpdatePool(taken.id.text, domain: ""))
            let rest = try await plan(fixture, Self.whole)
            #expect(rest.steps.map(\.verb) == Array(repeating: .create, count: 8))
            _ = try await rest.apply(at: desk)
            let after = try await plan(fixture, Self.whole)
            #expect(lines(after) == [])
        }
    }

    @Test("what another admin changes after the plan stays: the apply ends there; another field of the same thing is no matter")
    func twoAdmins() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            _ = try await plan(fixture, Self.whole).apply(at: desk)
            let id = try #require(try await desk.listPools().first { $0.name == "staff" }).id.text
            let client = try #require(try await desk.listClients(pool: id).first { $0.name == "shop" }).id.text
            func update(_ configure: (inout ClientSettings) -> Void) async throws {
                var settings = ClientSettings()
                configure(&settings)
                _ = try await desk.perform(UpdateClient(client, pool: id, settings: settings))
            }
            try await update { $0.accessTokenLifetime = 900 }
            let planned = try await plan(fixture, Self.whole)
            try await update { $0.accessTokenLifetime = 1200 }
            let stopped = await #expect(throws: ConfigStopped.self) { try await planned.apply(at: desk) }
            #expect(stopped?.cause == .changedMeanwhile("client 'shop'"))
            #expect(try await desk.client(client, pool: id).lifetimes.accessToken == 1200)

            let again = try await plan(fixture, Self.whole)
            try await update { $0.refreshGrace = 20 }
            _ = try await again.apply(at: desk)
            let after = try await desk.client(client, pool: id)
            #expect(after.lifetimes.accessToken == 600 && after.refreshGrace == 20)

            // The same of a pool, a resource, and providers of both kinds.
            var provider = OIDCProviderSettings()
            provider.common.enabled = false
            _ = try await desk.perform(UpdatePool(id, domain: "a.example.com"))
            _ = try await desk.perform(AddPoolResource("https://orders.example.com", scopes: ["admin"], to: id))
            _ = try await desk.perform(UpdateOIDCProvider("corp", pool: id, settings: provider))
            let three = try await plan(fixture, Self.whole)
            #expect(three.steps.map(\.kind) == [.pool, .resource])
            _ = try await desk.perform(UpdatePool(id, domain: "b.example.com"))
            let pool = await #expect(throws: ConfigStopped.self) { try await three.apply(at: desk) }
            #expect(pool?.cause == .changedMeanwhile("pool 'staff'"))
            let two = try await plan(fixture, Self.whole)
            _ = try await desk.perform(AddPoolResource("https://orders.example.com", scopes: ["other"], to: id))
            let resource = await #expect(throws: ConfigStopped.self) { try await two.apply(at: desk) }
            #expect(resource?.cause == .changedMeanwhile("resource 'https://orders.example.com'") && resource?.done.count == 1)
        }
    }

    @Test("where secrets are not read, one that is given is no difference")
    func withoutSecrets() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await plan(fixture, Self.whole).apply(at: fixture.administration)
            let read = try document(Self.whole, secret: "an0ther", opensSecrets: false)
            let found = try await fixture.administration.plan(read, deletes: false)
            #expect(lines(found) == [])
        }
    }

    @Test("a client's secret that is given is its secret; another one takes its place, and the one before is good for a day")
    func clientSecret() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            let pool: JSONValue = [
                "name": "staff", "signing_algorithm": "ES256",
                "clients": [
                    [
                        "client_name": "shop", "confidential": true, "redirect_uris": ["https://shop.example/cb"], "client_secret": "env:SHOP",
                    ]
                ],
            ]
            let (first, second) = ("first-0123456789-0123456789-01234", "second-0123456789-0123456789-0123")
            let made = try await plan(fixture, pool, secret: first).apply(at: desk)
            #expect(made.compactMap(\.unseenSecretOf).isEmpty)
            let id = try #require(try await desk.listPools().first { $0.name == "staff" }).id.text
            let client = try #require(try await desk.listClients(pool: id).first)
            #expect(client.secrets.map(\.hash) == [SecretHash(of: Array(first.utf8))])
            let same = try await plan(fixture, pool, secret: first)
            #expect(lines(same) == [])
            let other = try await plan(fixture, pool, secret: second)
            #expect(lines(other) == ["change | client | shop | client_secret: another -> that of env:SHOP"] && !"\(other)".contains(second))
            _ = try await other.apply(at: desk)
            let after = try #require(try await desk.listClients(pool: id).first)
            func end(of secret: String) -> Date?? { after.secrets.first { $0.hash == SecretHash(of: Array(secret.utf8)) }.map(\.expiresAt) }
            #expect(end(of: first) == fixture.clock.environment.now().addingTimeInterval(86_400) && end(of: second) == .some(nil))
            let short = await #expect(throws: ConfigError.self) { try await plan(fixture, pool, secret: "short") }
            guard case .refused(.problems(let problems))? = short?.problems.first?.cause else { throw Unexpected() }
            #expect(problems.map(\.field) == [.clientSecret])
        }
    }

    private struct Unexpected: Error {}

    private func refusals(_ fixture: GatewayFixture, _ pool: JSONValue) async -> [ConfigProblem.Cause] {
        do {
            _ = try await plan(fixture, pool)
            return []
        } catch { return (error as? ConfigError)?.problems.map(\.cause) ?? [] }
    }

    @Test("what no act would do is refused before anything is done, all of it at once")
    func refusals() async throws {
        try await GatewayFixture.run { fixture in
            let causes = await refusals(
                fixture,
                [
                    "name": "Example staff", "signing_algorithm": "RS256",
                    "identity_providers": [["name": "corp", "type": "saml", "idp_initiated_client": "b?"]],
                    "workloads": [["name": "ci", "issuer": "http://ci.example", "subject": "*", "client": .string(fixture.client.name)]],
                    "clients": [
                        ["client_name": "a", "redirect_uris": ["http://app.example/cb"]],
                        ["client_name": "b", "redirect_uris": ["https://b.example/cb"], "identity_providers": ["nobody"]],
                        ["client_id": "nothere"],
                        [
                            "client_name": "c", "redirect_uris": ["https://c.example/cb"], "jwks_uri": "https://c.example/k",
                            "tls_client_auth_san_dns": "c.example",
                        ],
                    ],
                ])
            guard causes.count == 9, case .fixed(field: "signing_algorithm", before: "ES256") = causes[0],
                case .refused(.problems(let problems)) = causes[1], case .refused(.notFound(.provider, name: "nobody", pool: _)) = causes[2],
                case .refused(.notFound(.client, name: "nothere", pool: _)) = causes[3],
                case .several(["jwks_uri", "tls_client_auth_san_dns"]) = causes[4],
                // After the clients.
                case .refused(.notFound(.client, name: "b?", pool: _)) = causes[5],
                causes[6...].allSatisfy({ if case .refused(.problems) = $0 { true } else { false } })
            else {
                Issue.record("\(causes)")
                return
            }
            #expect(problems.map(\.field) == [.redirectURI])
            let recorded = try await fixture.administration.auditEvents(pool: fixture.pool.id.text, user: nil, limit: 100)
            #expect(!recorded.contains { $0.action == .clientCreate && $0.target.name != fixture.client.id.text })
        }
    }

    @Test("a document says what it has too much, too little, of the wrong type and twice")
    func documents() throws {
        let error = #expect(throws: ConfigError.self) {
            try document([
                "name": "x", "domian": "a.example", "limit_per_user": "60", "resources": [["scopes": ["a"]]],
                "identity_providers": [["name": "p", "type": "oidc", "client_secret": "hunter2"]],
                "clients": [["client_name": "c", "enabled": "yes"], ["client_name": "c"]],
            ])
        }
        let found = (error?.problems ?? []).map { problem in
            switch problem.cause {
            case .unknownField(let name, let known): "unknown \(name) \(known.contains("domain"))"
            case .expected(let field, _, let seen): "expected \(field) \(seen)"
            case .missing(let field): "missing \(field)"
            case .twice(let words): "twice \(words)"
            default: "\(problem.cause)"
            }
        }
        #expect(
            found == [
                "unknown domian true", "expected limit_per_user a text", "missing uri", "expected client_secret a text", "expected enabled a text",
                "twice client 'c' of pool 'x'",
            ])
    }
}
