import Administration
import FoundationEssentials
import Gateway
import GatewayServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("What the gateway says of itself: discovery, keys, metadata, health")
struct DocumentTests {
    @Test(
        "OIDC Discovery §4 and RFC 8414 §3.1: the same document at every well-known address",
        arguments: [
            "P/.well-known/openid-configuration", "P/.well-known/oauth-authorization-server", "W/oauth-authorization-server",
            "W/openid-configuration",
        ])
    func discovery(place: String) async throws {
        try await TestServer.run { server in
            let path =
                place.hasPrefix("P")
                ? server.pool + place.dropFirst() : "/.well-known" + place.dropFirst() + server.pool
            let answer = try await server.get(path)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/json")
            #expect(answer.headers[.cacheControl] == "public, max-age=300")
            let (document, issuer) = (answer.json, server.fixture.issuer)
            #expect(document["issuer"]?.string == issuer)
            for (member, path) in [
                ("authorization_endpoint", "/oauth2/authorize"), ("token_endpoint", "/oauth2/token"), ("userinfo_endpoint", "/oauth2/userInfo"),
                ("jwks_uri", "/.well-known/jwks.json"), ("revocation_endpoint", "/oauth2/revoke"), ("end_session_endpoint", "/logout"),
                ("introspection_endpoint", "/oauth2/introspect"),
            ] {
                #expect(document[member]?.string == issuer + path)
                // What is announced answers.
                #expect(try await server.get(issuer + path).status != 500)
            }
            #expect(document["response_types_supported"]?.strings == ["code"])
            #expect(document["response_modes_supported"]?.strings == ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"])
            #expect(
                document["grant_types_supported"]?.strings == [
                    "authorization_code", "refresh_token", "client_credentials", AppClient.deviceGrantType,
                    AppClient.workloadGrantType, AppClient.exchangeGrantType,
                ])
            #expect(document["subject_types_supported"]?.strings == ["public", "pairwise"])
            #expect(document["id_token_signing_alg_values_supported"]?.strings == ["ES256"])
            #expect(document["code_challenge_methods_supported"]?.strings == ["S256"])
            #expect(document["token_endpoint_auth_methods_supported"]?.strings?.contains("none") == true)
            #expect(document["authorization_response_iss_parameter_supported"] == true)
            #expect(document["request_uri_parameter_supported"] == false)
            #expect(document["request_parameter_supported"] == true)
            #expect(document["scopes_supported"]?.strings?.contains("openid") == true)
            #expect(try ProviderMetadata(bytes: Array(answer.body.utf8), issuer: issuer).jwksURI == issuer + "/.well-known/jwks.json")
        }
    }

    @Test("our SAML metadata has the certificate that signs, keeps its bytes, and goes on while the database is away (SAML Metadata §4.1)")
    func serviceProviderMetadata() async throws {
        try await TestServer.run { server in
            let first = try await server.get(server.pool + "/saml2/metadata")
            #expect(first.status == 200 && first.headers[.contentType] == "application/samlmetadata+xml")
            #expect(first.body.contains("<md:KeyDescriptor use=\"encryption\">") && first.body.contains("xmlenc11#aes256-gcm"))
            #expect(first.body.contains("<md:KeyDescriptor use=\"signing\">") && !first.body.contains("AuthnRequestsSigned"))
            await server.fixture.closeDatabase()
            server.fixture.clock.advanceUptime(by: .seconds(60))
            #expect(try await server.get(server.pool + "/saml2/metadata").body == first.body)
        }
    }

    @Test("the document follows what an admin changes, and no pool is given another one's")
    func followed() async throws {
        try await TestServer.run { server in
            func document(_ path: String) async throws -> JSONObject { try await server.get(path + "/.well-known/openid-configuration").json }
            func algorithms() async throws -> [[String]?] {
                let document = try await document(server.fixture.issuer)
                server.fixture.clock.advanceUptime(by: .seconds(2))
                return ["id_token", "userinfo", "introspection", "authorization"].map { document[$0 + "_signing_alg_values_supported"]?.strings }
            }
            func four(_ names: String...) -> [[String]?] { Array(repeating: names, count: 4) }
            let (administration, pool) = (server.fixture.administration, server.fixture.pool.id.text)
            #expect(try await algorithms() == four("ES256"))
            _ = try await administration.perform(AddSigningAlgorithm(.RS256, to: pool))
            #expect(try await algorithms() == four("ES256", "RS256"))
            // By the next one somebody may be asked to sign soon.
            _ = try await administration.perform(RotateKey(pool: pool, algorithm: .EdDSA))
            #expect(try await algorithms() == four("ES256", "RS256", "EdDSA"))
            _ = try await administration.perform(RotateKey(pool: pool, algorithm: .EdDSA, atOnce: true))
            #expect(try await algorithms() == four("EdDSA", "RS256"))
            // The key set is the same, and the document is not.
            _ = try await administration.perform(RemoveSigningAlgorithm(.RS256, from: pool))
            #expect(try await algorithms() == four("EdDSA"))
            try await server.giveDomain()
            let own = try await document("")
            #expect(own["issuer"]?.string == server.fixture.issuer && own["token_endpoint"] == "https://localhost/oauth2/token")
            #expect(try await document(server.fixture.issuer)["token_endpoint"]?.string == server.fixture.issuer + "/oauth2/token")
        }
    }

    @Test("RFC 7517: the key set has the public halves alone, each with kid, alg and use", arguments: ["RS256", "ES256", "EdDSA"])
    func keys(algorithm: String) async throws {
        try await TestServer.run({ $0.algorithm = algorithm }) { server in
            let answer = try await server.get(server.fixture.issuer + "/.well-known/jwks.json")
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "public, max-age=300")
            let keys = try #require(answer.json["keys"]?.array)
            #expect(keys.count == 1)
            let key = try #require(keys.first?.object)
            #expect(key["alg"]?.string == algorithm && key["use"] == "sig" && key["kid"]?.string?.utf8.count == 43)
            for member in ["d", "p", "q", "dp", "dq", "qi", "k"] { #expect(key[member] == nil) }
            #expect(try JSONWebKeySet(json: answer.body).count == 1)
        }
    }

    @Test("SAML Metadata §4.1: our metadata, whose address is our entity ID")
    func metadata() async throws {
        try await TestServer.run { server in
            let answer = try await server.get(server.fixture.entityID)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/samlmetadata+xml")
            for part in [
                "entityID=\"\(server.fixture.entityID)\"", "WantAssertionsSigned=\"true\"", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
                "Location=\"\(server.fixture.assertionConsumerService)\"", "Example staff",
            ] { #expect(answer.body.contains(part)) }
            #expect(answer.body.split(separator: "<md:AssertionConsumerService ").count == 3)
        }
    }

    @Test("the root says what this is, in the reader's language, and nothing of whom it serves")
    func landing() async throws {
        try await TestServer.run { server in
            let page = try await server.get("/")
            #expect(page.status == 200 && page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
            #expect(page.body.contains("<h1>Signing in happens here</h1>"))
            #expect(!page.body.contains(server.pool) && !page.body.contains(server.fixture.issuer) && page.setCookies == [])
            let german = try await server.get("/", headers: [.acceptLanguage: "de"])
            #expect(german.body.contains("<h1>Hier wird angemeldet</h1>"))
        }
    }

    @Test("healthz says that the process lives, readyz whether the server can work, and metrics are elsewhere")
    func health() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/healthz").status == 200)
            #expect(try await server.get("/readyz").status == 200)
            #expect(try await server.get("/metrics").status == 404)
            let down = Application(router: server.fixture.application(ready: false).router())
            try await down.test(.router) { client in
                let ready = try await client.executeRequest(uri: "/readyz", method: .get, headers: [:], body: nil)
                #expect(ready.status == .serviceUnavailable)
                let health = try await client.executeRequest(uri: "/healthz", method: .get, headers: [:], body: nil)
                #expect(health.status == .ok)
            }
        }
    }

    @Test("checkup tells how a request arrived, to whoever holds the master key and to nobody else")
    func checkup() async throws {
        try await TestServer.run { server in
            let name = try #require(HTTPField.Name(CheckupPass.header))
            func ask(_ pass: String?) async throws -> Answer { try await server.get("/checkup", headers: pass.map { [name: $0] } ?? [:]) }
            let (pass, now) = (CheckupPass(sealer: server.fixture.sealer), server.fixture.clock.now)
            let known = try await ask(try pass.text(at: now))
            #expect(known.status == 200 && known.json["time"]?.integer == Int(now.timeIntervalSince1970 * 1_000), "\(known.body)")
            #expect(known.json["connection_is_proxy"]?.bool == false && known.headers[.cacheControl] == "no-store")
            let other = try CheckupPass(sealer: Sealer(masterKey: SecretBytes([UInt8](repeating: 9, count: 32)))).text(at: now)
            let sealed = try server.fixture.sealer.seal([UInt8](repeating: 0, count: 8), context: "something else").base64URLText
            let late = try pass.text(at: now.addingTimeInterval(-86_401))
            for refused in [nil, "", other, sealed, late, String(repeating: "A", count: 48), String(repeating: "A", count: 4_000)] {
                let answer = try await ask(refused)
                #expect(answer.status == 404 && answer.body == "nothing here\n", "\(refused ?? "none")")
            }
            let ahead = try await ask(try pass.text(at: now.addingTimeInterval(3_600)))
            #expect(ahead.status == 200)
        }
    }

    @Test("case 125: while the database does not answer every endpoint says 503, and nothing that was not stored is given")
    func closedDatabase() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now)
            let code = try await browser.signIn(server.app)
            await server.fixture.closeDatabase()
            // What the caches still know gets as far as the grant.
            try await server.expectError("temporarily_unavailable", status: 503) { try await server.app.redeem(code, at: server) }
            server.fixture.clock.advanceUptime(by: .seconds(2))
            for answer in [
                try await browser.post(response), try await server.get(server.app.authorizeURL(server)),
                try await server.app.redeem(code, at: server), try await server.get(server.fixture.issuer + "/.well-known/jwks.json"),
            ] {
                #expect(answer.status == 503, "\(answer.body)")
                #expect(answer.location == nil && answer.setCookies == [])
                #expect(answer.json["access_token"] == nil)
            }
            #expect(server.log.lines.contains { $0.metadata["code"] == "storage.unavailable" })
            // The app learns that it may try again, the admin why.
            let line = try #require(server.log.lines.first { $0.metadata["code"] == "oauth.temporarily_unavailable" })
            #expect(line.metadata["seen"]?.contains("storage.unavailable") == true)
        }
    }

    @Test("over https every answer demands https for a year; the style sheet and the script are our own")
    func headers() async throws {
        try await TestServer.run { server in
            for path in ["/healthz", "/assets/countersign.css", "/assets/submit.js", server.pool + "/.well-known/jwks.json", "/nothing"] {
                let answer = try await server.get(path)
                #expect(answer.headers[.strictTransportSecurity] == "max-age=31536000")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            }
        }
    }
}
