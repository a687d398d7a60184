import Crypto
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

/// A pool in which every field of the format is set, applied, exported, and made again elsewhere.
@Suite("Configuration as a document: what is exported is what was there, and makes the same elsewhere")
struct ConfigExportTests {
    private static let sector = "https://shop.example/sector.json"
    private static let metadataURL = "https://two.example/metadata"

    private static func data(_ bytes: [UInt8], _ type: String) -> JSONValue { .string("data:image/\(type);base64,\(Base64.encode(bytes))") }

    /// - Parameter signer: the keys of a client.
    static func whole(_ signer: ClientSigner) -> JSONObject {
        JSONObject(pool.members.map { ($0.name, $0.value) } + [("clients", .array(clients(signer))), ("workloads", .array(workloads(signer)))])
    }

    private static let pool: JSONObject = [
        "name": "staff", "region": "eu-1", "signing_algorithm": "ES256", "domain": "id.example.com", "deletion_protection": false,
        "saml_encryption": false, "rotate_saml_keys_every_days": 365, "rotate_keys_every_days": 90, "keep_accepted_signins_days": 30,
        "display_name": "Acme", "logo": data(TestImage.png(width: 300, height: 60), "png"), "dark_logo": data(TestImage.svg, "svg+xml"),
        "show_name": true, "accent": "#0b57d0", "dark_accent": "#a8c7fa", "privacy_url": "https://example.com/p",
        "terms_url": "https://example.com/t",
        "support_url": "mailto:help@example.com", "provider_order": ["two", "corp"], "limit_per_address": 600, "limit_per_client": 60,
        "limit_per_user": 30, "registration": "token", "registration_maximum": 10, "registration_unused_days": 5,
        "registration_resources": ["https://orders.example.com"], "client_id_metadata_documents": true, "client_id_metadata_hosts": ["apps.example"],
        "custom_attributes": [["name": "team", "type": "string"], ["name": "roles", "type": "string", "multivalued": true]],
        "signing_algorithms": ["ES256", "EdDSA"],
        "resources": [["uri": "https://orders.example.com", "scopes": ["read", "write"]], ["uri": "urn:plain", "scopes": []]],
        "identity_providers": .array([openID, apple, microsoft, gitHub, one, two]),
    ]

    private static let openID: JSONValue = [
        "name": "corp", "type": "oidc", "issuer": "https://id.corp.example", "client_id": "gate", "client_key": "file:corp.pem", "key_id": "k1",
        "token_endpoint_auth_method": "private_key_jwt", "authorization_endpoint": "https://id.corp.example/a",
        "token_endpoint": "https://id.corp.example/t", "userinfo_endpoint": "https://id.corp.example/u", "jwks_uri": "https://id.corp.example/k",
        "end_session_endpoint": "https://id.corp.example/e", "scope": "openid email", "prompt": "login", "acr_values": "urn:a urn:b",
        "parameters": ["hd": "corp.example", "audience": "x=y"], "id_token_signing_algorithms": ["ES256"],
        "assertion_audience": "token_endpoint", "refresh_upstream": true, "single_logout": false, "display_name": "Corp",
        "logo": data(TestImage.png, "png"),
        // In another order than rules of one attribute: it says the same.
        "attribute_mapping": ["groups": ["groups", "roles"], "email": "email", "custom:team": "dept"], "required_attributes": ["email", "groups"],
        "domains": ["corp.example"], "acr_mapping": ["mfa": ["urn:mfa", "urn:hw"], "pwd": "urn:pwd"], "enabled": false,
    ]

    private static let apple: JSONValue = [
        "name": "apple", "type": "oidc", "preset": "apple", "client_id": "com.example.gate", "client_key": "file:apple.pem", "key_id": "F6G7H8J9K0",
        "team_id": "A1B2C3D4E5", "authorization_endpoint": "https://appleid.apple.com/auth/authorize",
        "token_endpoint": "https://appleid.apple.com/auth/token", "jwks_uri": "https://appleid.apple.com/auth/keys",
        // What its preset would say and map is not wanted.
        "display_name": .null, "attribute_mapping": [:],
    ]

    private static let microsoft: JSONValue = [
        "name": "entra", "type": "oidc", "preset": "microsoft", "tenant": "organizations", "client_id": "6731de76", "client_secret": "env:ENTRA",
        "allowed_tenants": [.string(FakeMicrosoft.tenant)], "on_group_overage": "fetch",
    ]

    private static let gitHub: JSONValue = [
        "name": "github", "type": "oidc", "preset": "github", "client_id": "g", "client_secret": "file:github.txt",
    ]

    private static let one: JSONValue = [
        "name": "one", "type": "saml", "preset": "adfs", "metadata": .string(String(decoding: metadata("one"), as: UTF8.self)),
        "subject": "pairwise-id",
        "exceptions": [
            ["name": "clock_skew", "until": "2099-01-31T00:00:00Z", "reason": "until the move is done"],
            ["name": "sha1", "until": "2098-01-31T00:00:00Z"],
        ],
        "on_group_overage": "ignore", "single_logout": false, "sign_requests": "always", "request_binding": "redirect",
        "name_id_format": "persistent", "force_authn": true, "authn_context": ["X509", "urn:mfa"], "authn_context_comparison": "minimum",
        "provider_name": "Acme", "send_subject": true, "ask_passively": true, "proxy_count": 2, "scope_to_idps": ["https://idp.example.com"],
        "attribute_mapping": ["email": "mail"], "required_attributes": ["email"], "domains": ["one.example"], "acr_mapping": ["mfa": "X509"],
        "allow_idp_initiated": true, "idp_initiated_client": "shop",
    ]

    private static let two: JSONValue = [
        "name": "two", "type": "saml", "metadata_url": .string(metadataURL), "entity_id": "https://two.example", "follow_metadata": false,
        "response_binding": "post", "display_name": "Two", "logo": data(TestImage.jpeg(), "jpeg"),
    ]

    private static func metadata(_ name: String) -> [UInt8] {
        FakeIdentityProvider(entityID: "https://\(name).example", key: .second, singleSignOnLocation: "https://\(name).example/sso").metadata()
    }

    private static func clients(_ signer: ClientSigner) -> [JSONValue] {
        let code: JSONValue = ["https://a.example/cb"]
        let names: [(String, String)] = [
            ("tls_client_auth_subject_dn", "CN=job"), ("tls_client_auth_san_dns", "job.example.com"),
            ("tls_client_auth_san_uri", "https://job.example.com"), ("tls_client_auth_san_ip", "192.0.2.7"),
            ("tls_client_auth_san_email", "job@example.com"),
        ]
        let clients: [JSONValue] = [
            [
                "client_name": "shop", "confidential": true, "token_endpoint_auth_method": "client_secret_post", "client_secret": "file:shop.txt",
                "redirect_uris": ["https://shop.example/cb"], "post_logout_redirect_uris": ["https://shop.example/bye"],
                "initiate_login_uri": "https://shop.example/login",
                "grant_types": [
                    "authorization_code", "refresh_token", "client_credentials", .string(AppClient.workloadGrantType),
                    .string(AppClient.exchangeGrantType),
                ],
                "scope": "openid profile", "identity_providers": ["corp", "one"], "web_origins": ["https://shop.example"],
                "resources": ["https://orders.example.com"], "resource_scopes": ["https://orders.example.com read"],
                "serves": ["https://orders.example.com"], "required_groups": ["staff", "admins"], "pkce": "required", "enabled": false,
                "access_token_lifetime": 600, "id_token_lifetime": 700, "refresh_token_lifetime": 80_000, "refresh_grace": 0, "code_lifetime": 60,
                "refresh_token_idle": 5_000, "max_age_of_attributes": 4_000, "access_token_format": "opaque", "may_impersonate": true,
                "id_token_signed_response_alg": "EdDSA", "userinfo_signed_response_alg": "ES256", "introspection_signed_response_alg": "ES256",
                "authorization_signed_response_alg": "ES256", "third_party": true, "require_pushed_authorization_requests": true,
                "subject_type": "pairwise", "sector_identifier_uri": .string(sector), "logo": data(TestImage.png, "png"),
                "policy_uri": "https://shop.example/p", "tos_uri": "https://shop.example/t",
                "backchannel_logout_uri": "https://shop.example/out", "backchannel_logout_session_required": true,
                "frontchannel_logout_uri": "https://shop.example/front", "frontchannel_logout_session_required": true,
            ],
            [
                "client_name": "keys", "confidential": true, "jwks": .string(signer.keySet), "redirect_uris": code,
                "require_signed_request_object": true, "request_object_signing_alg": "ES256", "dpop_bound_access_tokens": true,
            ],
            ["client_name": "address", "jwks_uri": "https://a.example/jwks.json", "confidential": true, "redirect_uris": code],
            [
                "client_name": "own", "confidential": true, "redirect_uris": code, "tls_client_certificate_bound_access_tokens": true,
                "tls_client_auth_thumbprints": ["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],
            ],
            ["client_name": "proxy", "redirect_uris": code, "forward_hosts": ["wiki.example.com", "grafana.example.com=ops"]],
            ["client_id": "phone-1", "client_name": "phone", "redirect_uris": ["com.example.phone:/cb"]],
            ["client_id": "phone-2", "client_name": "phone", "redirect_uris": ["com.example.phone:/cb"]],
        ]
        let certified: [JSONValue] = names.map { name, value in
            ["client_name": .string(name), "confidential": true, name: .string(value), "redirect_uris": code]
        }
        return clients + certified
    }

    private static func workloads(_ signer: ClientSigner) -> [JSONValue] {
        [
            ["name": "ci", "issuer": "https://ci.example", "subject": "repo:acme/*", "client": "shop", "may_repeat": true],
            ["name": "k8s", "issuer": "https://k.example", "subject": "system:a", "client": "shop", "jwks": .string(signer.keySet)],
            ["name": "other", "issuer": "https://o.example", "subject": "system:b", "client": "shop", "jwks_uri": "https://o.example/k"],
        ]
    }

    private static let key = P256.Signing.PrivateKey().pemRepresentation

    /// What a reference is to: by its name, wherever it is.
    static let references = ConfigReferences { reference in
        if reference.text.contains("KEY") || reference.text.hasSuffix(".pem") { return Array(key.utf8) }
        return Array("s3cret-of-32-characters-and-some-more\n".utf8)
    }

    static func with(_ body: (GatewayFixture, Administration) async throws -> Void) async throws {
        let transport = try FakeMicrosoft.make("organizations")
        try await GatewayFixture.run {
            $0.transport = transport
        } _: { fixture in
            fixture.clock.publish(metadata("two"), at: metadataURL)
            fixture.clock.publish(Array(#"["https://shop.example/cb", "https://a.example/cb", "com.example.phone:/cb"]"#.utf8), at: sector)
            try await body(fixture, fixture.administration)
        }
    }

    static func text(_ value: ConfigValue) -> String {
        switch value.content {
        case .absent: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): "\(number)"
        case .text(let text): JSONWriter.quoted(text)
        case .list(let values): "[" + values.map(text).joined(separator: ",\n") + "]"
        case .members(let members): "{" + members.map { JSONWriter.quoted($0.name) + ":" + text($0.value) }.joined(separator: ",\n") + "}"
        }
    }

    /// The names of all members, wherever they are.
    private static func names(_ value: ConfigValue) -> Set<String> {
        switch value.content {
        case .list(let values): values.reduce(into: []) { $0.formUnion(names($1)) }
        case .members(let members): members.reduce(into: []) { $0.formUnion(names($1.value).union([$1.name])) }
        default: []
        }
    }

    private func document(_ value: ConfigValue) throws(ConfigError) -> ConfigDocument { try ConfigDocument(value, Self.references) }

    @Test("a pool with everything set: a second plan is empty; its export plans nothing; elsewhere it makes what exports as the same, byte for byte")
    func everything() async throws {
        let signer = try ClientSigner()
        let wanted = ConfigPlanTests.value(["version": 1, "pools": [.object(Self.whole(signer))]])
        // Whatever field is added to the format is set here as well, but for four.
        let fields = ConfigFields.pool.names + ConfigFields.oidc.names + ConfigFields.saml.names + ConfigFields.client.names
        #expect(Set(fields).subtracting(Self.names(wanted)) == ["subject_claim", "shared_redirect_uri", "follow_discovery", "metadata_signers"])

        var exported = ""
        try await Self.with { _, desk in
            let first = try await desk.plan(try document(wanted), deletes: false)
            #expect(!"\(first)".contains("s3cret") && !"\(first)".contains("PRIVATE"))
            let outcomes = try await first.apply(at: desk)
            // One secret is given; who has a key needs none.
            #expect(outcomes.compactMap(\.unseenSecretOf).isEmpty)
            let second = try await desk.plan(try document(wanted), deletes: true)
            #expect(ConfigPlanTests.lines(second) == [])

            let id = try #require(try await desk.listPools().first { $0.name == "staff" }).id
            #expect(id.text.hasPrefix("eu-1_"))
            let export = try await desk.exportConfig(pool: id.text)
            #expect(
                export.secrets.map { $0.variable }
                    == ["APPLE", "CORP", "ENTRA", "GITHUB"].map { "STAFF_\($0)_CLIENT_" + ($0 == "APPLE" || $0 == "CORP" ? "KEY" : "SECRET") })
            let again = try await desk.plan(try document(export.value), deletes: true)
            #expect(ConfigPlanTests.lines(again) == [] && again.left.map(\.name) == ["Example staff"])
            exported = Self.text(export.value)
            #expect(!exported.contains("s3cret") && !exported.contains("PRIVATE"))

            try await Self.with { _, other in
                _ = try await other.plan(try document(export.value), deletes: false).apply(at: other)
                let made = try #require(try await other.listPools().first { $0.name == "staff" }).id
                #expect(made != id)
                let copy = try await other.exportConfig(pool: made.text)
                #expect(Self.text(copy.value) == exported)
            }
            // With identifiers all of it is the same, also what its apps and providers know of it.
            let whole = try await desk.exportConfig(pool: id.text, hasIDs: true)
            try await Self.with { _, other in
                _ = try await other.plan(try document(whole.value), deletes: false).apply(at: other)
                let copy = try await other.exportConfig(pool: id.text, hasIDs: true)
                #expect(Self.text(copy.value) == Self.text(whole.value))
            }
        }
    }

    @Test("the page about configuration as code names each field, and no other")
    func page() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: folder.appendingPathComponent("docs/operations/configuration-as-code.md"), encoding: .utf8)
        let table = try #require(page.split(separator: "## Fields\n").last).prefix { $0 != "J" }
        let named = Set(table.matches(of: #/`([a-z_]+)`/#).map { String($0.output.1) })
        let providers = ConfigFields.oidc.names + ConfigFields.saml.names + ConfigFields.federation.names
        let fields = ConfigFields.pool.names + providers + ConfigFields.client.names
        let parts: Set = [
            "id", "custom_attributes", "resources", "identity_providers", "clients", "workloads", "signing_algorithms", "name", "type", "multivalued",
            "uri", "scopes", "issuer", "subject", "client", "may_repeat", "until", "reason", "client_id", "client_secret", "client_key",
            "allow_idp_initiated", "idp_initiated_client", "off", "token", "saml", "oidc", "federation",
        ]
        #expect(named == parts.union(fields))
    }
}
