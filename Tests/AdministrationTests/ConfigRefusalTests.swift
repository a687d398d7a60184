import Crypto
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: what an act would refuse, its plan refuses")
struct ConfigRefusalTests {
    private static let resource = "https://orders.example.com"

    private func plan(
        _ fixture: GatewayFixture, _ pool: JSONObject, deletes: Bool = false, opensSecrets: Bool = true, secret: String = "s3cret"
    ) async throws(ConfigError) -> ConfigPlan {
        let named = JSONObject([("name", .string(fixture.pool.name))] + pool.members.map { ($0.name, $0.value) })
        let document = try ConfigDocument(
            ConfigPlanTests.value(["version": 1, "pools": [.object(named)]]),
            ConfigReferences(opensSecrets: opensSecrets) { _ in Array(secret.utf8) })
        return try await fixture.administration.plan(document, deletes: deletes)
    }

    /// The fields that are refused; of what is no problem of a field its code.
    private func refused(
        _ fixture: GatewayFixture, _ pool: JSONObject, deletes: Bool = false, opensSecrets: Bool = true, secret: String = "s3cret"
    ) async -> [String] {
        do throws(ConfigError) {
            _ = try await plan(fixture, pool, deletes: deletes, opensSecrets: opensSecrets, secret: secret)
            return []
        } catch {
            return error.problems.flatMap { problem -> [String] in
                switch problem.cause {
                case .refused(.problems(let problems)): problems.map(\.field.rawValue)
                case .refused(let error): [error.code]
                default: ["\(problem.cause)"]
                }
            }
        }
    }

    private static func client(_ name: String, _ more: JSONObject = [:]) -> JSONValue {
        .object(JSONObject([("client_name", .string(name)), ("redirect_uris", ["https://a.example/cb"])] + more.members.map { ($0.name, $0.value) }))
    }

    private static func workload(_ name: String, client: String = "ci") -> JSONValue {
        ["name": .string(name), "issuer": "https://ci.example", "subject": "repo:acme/shop", "client": .string(client)]
    }

    private static let grants: JSONObject = ["grant_types": ["authorization_code", .string(AppClient.workloadGrantType)]]

    @Test("a workload needs a client with the grant: as the document makes it, or as it is")
    func workloads() async throws {
        try await GatewayFixture.run { fixture in
            let field = Field.clientID.rawValue
            #expect(await refused(fixture, ["clients": [Self.client("ci")], "workloads": [Self.workload("w")]]) == [field])
            #expect(await refused(fixture, ["clients": [Self.client("ci", Self.grants)], "workloads": [Self.workload("w")]]) == [])
            let own = Self.workload("w", client: fixture.client.name)
            #expect(await refused(fixture, ["workloads": [own]]) == [field])
            let given: JSONObject = [
                "client_name": .string(fixture.client.name), "grant_types": ["authorization_code", .string(AppClient.workloadGrantType)],
            ]
            #expect(await refused(fixture, ["clients": [.object(given)], "workloads": [own]]) == [])
            let many = (0...200).map { Self.workload("w\($0)") }
            #expect(await refused(fixture, ["clients": [Self.client("ci", Self.grants)], "workloads": .array(many)]) == [Field.name.rawValue])
        }
    }

    @Test("a client that is to be public has no key and no certificate of its own")
    func publicClient() async throws {
        try await GatewayFixture.run { fixture in
            for (name, value) in [("jwks_uri", JSONValue.string("https://a.example/keys")), ("tls_client_auth_san_dns", "a.example")] {
                let proof = JSONObject([(name, value)])
                let isPublic = JSONObject([("confidential", .bool(false)), (name, value)])
                #expect(await refused(fixture, ["clients": [Self.client("a", isPublic)]]) == [#"several(["confidential", "\#(name)"])"#])
                #expect(await refused(fixture, ["clients": [Self.client("a", proof)]]) == [])
            }
        }
    }

    @Test("a pool has so many custom attributes and resources")
    func limits() async throws {
        try await GatewayFixture.run { fixture in
            let attributes = (0...50).map { JSONValue.object(["name": .string("a\($0)")]) }
            #expect(await refused(fixture, ["custom_attributes": .array(attributes)]) == [Field.name.rawValue])
            #expect(await refused(fixture, ["custom_attributes": .array(Array(attributes.dropLast()))]) == [])
            let resources = (0...100).map { JSONValue.object(["uri": .string("urn:r\($0)")]) }
            #expect(await refused(fixture, ["resources": .array(resources)]) == [Field.resource.rawValue])
            #expect(await refused(fixture, ["resources": .array(Array(resources.dropLast()))]) == [])
        }
    }

    @Test("a resource or an algorithm that a client needs stays; not of one that goes, or needs it no more")
    func pruned() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            _ = try await desk.perform(AddPoolResource(Self.resource, scopes: ["read"], to: pool))
            _ = try await desk.perform(AddSigningAlgorithm(.EdDSA, to: pool))
            try await fixture.updateClient {
                $0.resources = [Self.resource]
                $0.signedResponses.idToken = .set("EdDSA")
            }
            let (none, own): (JSONObject, JSONValue) = (["resources": []], .string(fixture.client.name))
            #expect(await refused(fixture, none, deletes: true) == [Field.resource.rawValue])
            #expect(await refused(fixture, none) == [])
            #expect(await refused(fixture, ["signing_algorithms": ["ES256"]], deletes: true) == [Field.addedAlgorithm.rawValue])
            let without: JSONValue = ["client_name": own, "resources": [], "id_token_signed_response_alg": .null]
            for clients in [[without], []] {
                let document: JSONObject = ["resources": [], "signing_algorithms": ["ES256"], "clients": .array(clients)]
                #expect(await refused(fixture, document, deletes: true) == [])
            }
            try await fixture.updateClient { ($0.resources, $0.serves) = ([], [Self.resource]) }
            #expect(await refused(fixture, none, deletes: true) == [Field.resource.rawValue])
        }
    }

    @Test("a provider that is new is looked at as a whole, but for what is fetched; an app that a provider sends people to has an address for that")
    func providers() async throws {
        try await GatewayFixture.run { fixture in
            func openID(_ more: JSONObject) -> JSONObject {
                let base: JSONObject = [
                    "name": "partner", "type": "oidc", "issuer": "https://id.partner.example", "client_id": "gate", "client_secret": "file:s",
                ]
                return ["identity_providers": [.object(JSONObject((base.members + more.members).map { ($0.name, $0.value) }))]]
            }
            #expect(await refused(fixture, openID([:])) == [])
            #expect(await refused(fixture, openID(["prompt": "sometimes", "scope": "email"])) == [Field.scope.rawValue, Field.prompt.rawValue])
            #expect(await refused(fixture, openID(["attribute_mapping": ["custom:team": "dept"]])) == [Field.map.rawValue])
            #expect(await refused(fixture, openID(["follow_discovery": true, "shared_redirect_uri": true])) == [])

            func saml(_ more: JSONObject) -> JSONObject {
                let base: JSONObject = ["name": "idp", "type": "saml", "metadata_url": "https://idp.example/metadata"]
                return ["identity_providers": [.object(JSONObject((base.members + more.members).map { ($0.name, $0.value) }))]]
            }
            #expect(await refused(fixture, saml([:])) == [])
            // What its metadata has is known when it is fetched.
            #expect(await refused(fixture, saml(["request_binding": "redirect", "response_binding": "artifact"])) == [])
            #expect(await refused(fixture, saml(["required_attributes": ["email"]])) == [Field.require.rawValue])
            let initiated: JSONObject = ["allow_idp_initiated": true, "idp_initiated_client": .string(fixture.client.name)]
            #expect(await refused(fixture, saml(initiated)) == [Field.idpInitiatedClient.rawValue])
            let begins: JSONValue = ["client_name": .string(fixture.client.name), "initiate_login_uri": "https://app.example/login"]
            let both = JSONObject((saml(initiated).members + JSONObject([("clients", [begins])]).members).map { ($0.name, $0.value) })
            #expect(await refused(fixture, both) == [])
            // A demand that the metadata in force does not meet.
            let signers: JSONValue = [
                "name": "corp", "type": "saml",
                "metadata_signers": [
                    .string("-----BEGIN CERTIFICATE-----\n\(FakeIdentityProvider.Key.curve.certificateBase64)\n-----END CERTIFICATE-----\n")
                ],
            ]
            #expect(await refused(fixture, ["identity_providers": [signers]]) == ["saml.metadata_unsigned"])
        }
    }

    @Test("where secrets are not read, a plan refuses what it refuses where they are, and nothing else: one that cannot be the stored one is another")
    func withoutSecrets() async throws {
        try await GatewayFixture.run({ $0.isConfidential = false }) { fixture in
            let (key, text) = (P256.Signing.PrivateKey().pemRepresentation, String(repeating: "s3cret", count: 6))
            func refused(_ pool: JSONObject, _ secret: String) async -> [String] {
                let (read, unread) = (
                    await self.refused(fixture, pool, secret: secret), await self.refused(fixture, pool, opensSecrets: false)
                )
                #expect(read == unread, "\(pool)")
                return unread
            }
            func lines(_ pool: JSONObject, opensSecrets: Bool = false) async throws -> [String] {
                ConfigPlanTests.lines(try await plan(fixture, pool, opensSecrets: opensSecrets))
            }
            func openID(_ name: String, _ more: JSONObject) -> JSONObject {
                let base: JSONObject = [
                    "name": .string(name), "type": "oidc", "issuer": "https://id.partner.example", "client_id": "gate",
                    "authorization_endpoint": "https://id.partner.example/a", "token_endpoint": "https://id.partner.example/t",
                    "jwks_uri": "https://id.partner.example/k",
                ]
                return ["identity_providers": [.object(JSONObject((base.members + more.members).map { ($0.name, $0.value) }))]]
            }
            // New ones are looked at as a whole.
            #expect(await refused(openID("new", ["client_secret": "env:S", "prompt": "sometimes"]), text) == [Field.prompt.rawValue])
            #expect(
                await refused(openID("new", ["client_secret": "env:S", "token_endpoint_auth_method": "none"]), text)
                    == [Field.clientAuthentication.rawValue])
            try await fixture.updateProvider { $0.domains = ["a.example"] }
            #expect(await refused(openID("new", ["client_secret": "env:S", "domains": ["a.example"]]), text) == ["storage.conflict"])

            // One that had none is given one, of either kind.
            _ = try await plan(fixture, openID("open", ["token_endpoint_auth_method": "none"])).apply(at: fixture.administration)
            let method: JSONObject = ["token_endpoint_auth_method": "client_secret_basic", "client_secret": "env:S"]
            #expect(await refused(openID("open", method), text) == [])
            let wanted = "token_endpoint_auth_method: none -> client_secret_basic | client_secret: (none) -> that of env:S"
            #expect(try await lines(openID("open", method)) == ["change | identity provider | open | " + wanted])
            let byKey: JSONObject = ["token_endpoint_auth_method": "private_key_jwt", "client_key": "env:K"]
            #expect(await refused(openID("open", byKey), key) == [])
            #expect(
                await refused(openID("open", ["token_endpoint_auth_method": "none", "client_secret": "env:S"]), text)
                    == [Field.clientAuthentication.rawValue])
            // What may be the same is no difference. It would be forgotten, and given again by the next plan.
            _ = try await plan(fixture, openID("open", method)).apply(at: fixture.administration)
            for secret in ["s3cret", text] {
                #expect(
                    await refused(openID("open", ["token_endpoint_auth_method": "none", "client_secret": "env:S"]), secret)
                        == [Field.clientAuthentication.rawValue])
            }
            #expect(try await lines(openID("open", method)) == [])
            #expect(await refused(openID("open", byKey), key) == [])

            func shop(_ more: JSONObject) -> JSONObject { ["clients": [Self.client("shop", more)]] }
            #expect(await refused(shop(["client_secret": "env:S"]), text) == [Field.clientSecret.rawValue])
            let keys: JSONObject = ["confidential": true, "client_secret": "env:S", "jwks_uri": "https://shop.example/keys"]
            #expect(await refused(shop(keys), text) == [Field.clientSecret.rawValue])
            #expect(await refused(shop(["confidential": true, "client_secret": "env:S"]), text) == [])
            let own: JSONValue = ["client_name": .string(fixture.client.name), "client_secret": "env:S"]
            #expect(await refused(["clients": [own]], text) == [Field.clientSecret.rawValue])
        }
    }

    @Test("an e-mail domain, an entity ID and a pool's domain have one owner each, in the order of the steps")
    func owners() async throws {
        try await GatewayFixture.run { fixture in
            func conflict(_ pools: [JSONValue]) async -> [String] {
                do throws(ConfigError) {
                    let document = try ConfigDocument(
                        ConfigPlanTests.value(["version": 1, "pools": .array(pools)]), ConfigReferences { _ in Array("s3cret".utf8) })
                    _ = try await fixture.administration.plan(document, deletes: false)
                    return []
                } catch {
                    return error.problems.map { if case .refused(.store(.conflict(let what, _))) = $0.cause { what } else { "\($0.cause)" } }
                }
            }
            try await fixture.updateProvider { $0.domains = ["a.example"] }
            func openID(_ name: String, _ domains: JSONValue) -> JSONValue {
                ["name": .string(name), "type": "oidc", "preset": "google", "client_id": "gate", "client_secret": "env:G", "domains": domains]
            }
            let name: JSONValue = .string(fixture.pool.name)
            func providers(_ providers: JSONValue...) -> [JSONValue] { [["name": name, "identity_providers": .array(providers)]] }
            #expect(await conflict(providers(openID("g", ["A.example"]))) == ["e-mail domain a.example of identity provider corp"])
            #expect(
                await conflict(providers(openID("g", ["b.example"]), openID("h", ["b.example"]))) == [
                    "e-mail domain b.example of identity provider g"
                ])
            let without: JSONValue = ["name": "corp", "type": "saml", "domains": []]
            #expect(await conflict(providers(without, openID("g", ["a.example"]))) == [])
            let same: JSONValue = [
                "name": "s", "type": "saml", "metadata": .string(String(decoding: fixture.identityProvider.metadata(), as: UTF8.self)),
            ]
            #expect(await conflict(providers(same)) == ["entity ID \(fixture.identityProvider.entityID) of identity provider corp"])

            _ = try await fixture.administration.perform(UpdatePool(fixture.pool.id.text, domain: "id.example.com"))
            let new: JSONValue = ["name": "new", "domain": "id.example.com"]
            #expect(await conflict([new]) == ["domain id.example.com of pool \(fixture.pool.id)"])
            #expect(await conflict([["name": name, "domain": .null], new]) == [])
        }
    }

    @Test("what is gone, and something of the pool names still, is no reason to refuse what says nothing new of that")
    func dangling() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            let made = try await fixture.addClient("ci", redirectURI: "https://ci.example/cb") {
                $0.grantTypes = ["authorization_code", AppClient.workloadGrantType]
                $0.initiateLoginURI = .set("https://ci.example/login")
            }.client.id.text
            _ = try await desk.perform(
                AddWorkload("ci", issuer: "https://ci.example", subject: "repo:acme/shop", client: made, keys: nil, mayRepeat: false, to: pool))
            try await fixture.addProvider("begins", FakeIdentityProvider(entityID: "https://begins.example")) {
                ($0.allowsIDPInitiated, $0.idpInitiatedClient) = (true, made)
            }
            try await fixture.updateClient { $0.identityProviders = ["corp"] }
            _ = try await desk.perform(DeleteClient(made, pool: pool))
            _ = try await desk.perform(DeleteProvider("corp", pool: pool))
            let export = try await desk.exportConfig(pool: pool)
            let document = try ConfigDocument(export.value, ConfigReferences { _ in [] })
            #expect(ConfigPlanTests.lines(try await desk.plan(document, deletes: true)) == [])
            // A new one that names what is gone is refused.
            #expect(await refused(fixture, ["clients": [Self.client("new", ["identity_providers": ["corp"]])]]) == ["admin.not_found"])
            #expect(await refused(fixture, ["workloads": [Self.workload("other", client: made)]]) == ["admin.not_found"])
        }
    }

    @Test("the same thing by its id and by its name is refused, also of two that are new")
    func twice() async throws {
        try await GatewayFixture.run { fixture in
            func same(_ pools: [JSONValue]) async -> [String] {
                do throws(ConfigError) {
                    let document = try ConfigDocument(ConfigPlanTests.value(["version": 1, "pools": .array(pools)]), ConfigReferences { _ in [] })
                    _ = try await fixture.administration.plan(document, deletes: false)
                    return []
                } catch { return error.problems.map { if case .same = $0.cause { $0.subject } else { "\($0.cause)" } } }
            }
            let (name, id): (JSONValue, JSONValue) = (.string(fixture.pool.name), .string(fixture.pool.id.text))
            let (client, clientID): (JSONValue, JSONValue) = (.string(fixture.client.name), .string(fixture.client.id.text))
            #expect(await same([["id": id], ["name": name]]) == ["pool 'Example staff'"])
            #expect(
                await same([["name": name, "clients": [["client_id": clientID], ["client_name": client]]]]) == [
                    "client 'Orders' of pool 'Example staff'"
                ])
            let callback: JSONValue = ["https://a.example/cb"]
            let (one, other): (JSONValue, JSONValue) = (
                ["client_id": "new", "client_name": "a", "redirect_uris": callback], ["client_name": "a", "redirect_uris": callback]
            )
            #expect(await same([["name": name, "clients": [one, other]]]) == ["client 'a' of pool 'Example staff'"])
            let renamed: JSONValue = ["client_id": "new", "client_name": "b", "redirect_uris": callback]
            #expect(await same([["name": name, "clients": [one, renamed]]]) == ["client 'b' (new) of pool 'Example staff'"])
            #expect(await same([["name": name, "clients": [one]]]) == [])
        }
    }
}
