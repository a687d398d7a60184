import Administration
import Foundation
import Gateway
import HTTPTypes
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration: apps that register themselves")
struct ClientRegistrationTests {
    /// What an app says of itself, and the token with which it may.
    struct Registrar: Sendable {
        let server: TestServer
        let token: String

        static let callback = "https://app.example/cb"

        func post(_ metadata: JSONObject, token: String? = nil, type: String = "application/json") async throws -> Answer {
            try await send(.post, server.fixture.issuer + "/oauth2/register", metadata, token: token ?? self.token, type: type)
        }

        func send(
            _ method: HTTPRequest.Method, _ url: String, _ metadata: JSONObject? = nil, token: String?, type: String = "application/json"
        ) async throws -> Answer {
            var headers: HTTPFields = [.contentType: type]
            if let token { headers[.authorization] = "Bearer " + token }
            return try await server.send(method, url, headers: headers, body: metadata.map { String(decoding: $0.encoded(), as: UTF8.self) })
        }

        /// Registers with `metadata` beside one redirect URI.
        func register(_ metadata: JSONObject = [:]) async throws -> JSONObject {
            let answer = try await post(ClientRegistrationTests.metadata(metadata))
            #expect(answer.status == 201, "\(answer.body)")
            return answer.json
        }
    }

    static func metadata(_ more: JSONObject = [:], redirectURI: String = Registrar.callback) -> JSONObject {
        var metadata: JSONObject = ["redirect_uris": [.string(redirectURI)]]
        for member in more.members { metadata.append(member.name, member.value) }
        return metadata
    }

    static func run(
        uses: Int = 20, hosts: [String] = [], _ configure: (inout RegistrationChanges) -> Void = { _ in },
        _ body: @escaping @Sendable (Registrar) async throws -> Void
    ) async throws {
        var changes = RegistrationChanges()
        changes.byToken = true
        configure(&changes)
        let given = changes
        try await TestServer.run { server in
            let (desk, pool) = (server.fixture.administration, server.fixture.pool.id.text)
            _ = try await desk.perform(UpdatePool(pool, registration: given))
            let leave = try await desk.perform(CreateRegistrationToken(pool: pool, validFor: 3600, uses: uses, redirectHosts: hosts))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await body(Registrar(server: server, token: leave.secret.revealText()))
        }
    }

    private func expect(_ answer: Answer, _ status: Int, _ error: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.status == status && answer.json["error"]?.string == error, "\(answer.status) \(answer.body)", sourceLocation: sourceLocation)
        #expect(answer.json["error_description"]?.string?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(answer.headers[.cacheControl] == "no-store" && answer.headers[.contentType] == "application/json", sourceLocation: sourceLocation)
        let challenge = answer.headers[.wwwAuthenticate]
        #expect((challenge?.hasPrefix("Bearer ") == true) == (status == 401), "\(challenge ?? "")", sourceLocation: sourceLocation)
    }

    @Test("an error page leads back to an app that an admin knows, and to none that registered itself: nobody vouched for its address")
    func backToApp() async throws {
        try await Self.run { registrar in
            let server = registrar.server
            let itself = try await registrar.register(["client_name": "Contoso payroll", "initiate_login_uri": "https://app.example/login"])
            try await server.fixture.updateClient { $0.initiateLoginURI = .set("https://app.example/login") }
            func links(_ client: String) async throws -> [String] {
                let url = server.fixture.issuer + "/oauth2/authorize?response_type=code&redirect_uri=https://other.example/cb&client_id=" + client
                let page = try await server.send(.get, url)
                #expect(page.status == 400)
                return PageReader(page.body).all("a").compactMap { $0["href"] }.filter { $0.hasPrefix("https://app.example") }
            }
            #expect(try await links(server.fixture.client.id.text).count == 1)
            #expect(try await links(try #require(itself["client_id"]?.string)) == [])
        }
    }

    @Test("§3.2.1: 201 with everything as registered; the client signs people in by its secret, and by PKCE")
    func registered() async throws {
        try await Self.run { registrar in
            let server = registrar.server
            let answer = try await registrar.post(
                Self.metadata([
                    "client_name": "Itself", "grant_types": ["authorization_code", "refresh_token"], "scope": "openid email nonsense",
                    "logo_uri": "https://app.example/logo.png", "policy_uri": "https://app.example/policy", "tos_uri": "https://app.example/tos",
                    "contacts": ["ann@app.example"], "unknown": 1,
                ]))
            #expect(answer.status == 201 && answer.headers[.cacheControl] == "no-store" && answer.headers[.contentType] == "application/json")
            let made = answer.json
            let now = Int(server.fixture.clock.now.timeIntervalSince1970)
            #expect(made["client_secret_expires_at"] == 0 && made["client_id_issued_at"]?.integer == now)
            #expect(made["redirect_uris"]?.strings == [Registrar.callback] && made["response_types"]?.strings == ["code"])
            #expect(made["scope"] == "openid email" && made["token_endpoint_auth_method"] == "client_secret_basic")
            #expect(made["logo_uri"] == "https://app.example/logo.png" && made["contacts"]?.strings == ["ann@app.example"] && made["unknown"] == nil)
            let (id, secret) = (try #require(made["client_id"]?.string), try #require(made["client_secret"]?.string))
            #expect(made["registration_client_uri"]?.string == server.fixture.issuer + "/oauth2/register/" + id)

            let app = TestApp(clientID: id, secret: secret, redirectURI: Registrar.callback)
            let browser = Browser(server)
            let back = try await browser.allow(try await browser.answer(try await browser.begin(app)))
            let tokens = try await app.redeem(try #require(back.parameter("code"), "\(back.location ?? back.body)"), at: server)
            #expect(tokens.status == 200 && tokens.json["refresh_token"] != nil && tokens.json["scope"] == "openid email", "\(tokens.body)")
            // Its own way alone (THREATS P5), and nothing for itself.
            try await server.expectError("unauthorized_client") { try await app.credentials(at: server) }

            let client = try #require(try await server.fixture.stores.clients.find(AppClient.ID(id)!, in: server.fixture.pool.id))
            #expect(client.metadata.registration?.way == .token && client.metadata.registration?.accessTokenHash != nil)
            let events = try await server.fixture.stores.audit.list(
                in: server.fixture.pool.id, target: AuditEvent.Target(.client, id), limit: 10)
            #expect(events.map(\.action) == [.clientRegister] && events.first?.detail("redirect_uris") == Registrar.callback)
        }
    }

    @Test("off unless the pool says otherwise: nothing at the address, and nothing in discovery")
    func off() async throws {
        try await TestServer.run { server in
            let url = server.fixture.issuer + "/oauth2/register"
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(document["registration_endpoint"] == nil)
            let registrar = Registrar(server: server, token: "x")
            let refused = try await registrar.post(Self.metadata())
            #expect(refused.status == 404)
            for method in [HTTPRequest.Method.get, .put, .delete] {
                let answer = try await registrar.send(method, url + "/" + server.app.clientID, [:], token: "x")
                #expect(answer.status == 404)
            }
        }
        try await Self.run { registrar in
            let server = registrar.server
            let discovery = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(discovery["registration_endpoint"]?.string == server.fixture.issuer + "/oauth2/register")
            #expect(try await server.get(server.fixture.issuer + "/oauth2/register").status == 405)
        }
    }

    @Test("case 198: without a token, with a wrong, an overdue or a used one 401, and nothing is made; what is refused uses none up")
    func tokens() async throws {
        try await Self.run(uses: 1) { registrar in
            let server = registrar.server
            @Sendable func clients() async throws -> Int { try await server.fixture.stores.clients.list(in: server.fixture.pool.id).count }
            let before = try await clients()
            let url = server.fixture.issuer + "/oauth2/register"
            let without = try await registrar.send(.post, url, Self.metadata(), token: nil)
            expect(without, 401, "invalid_token")
            #expect(without.headers[.wwwAuthenticate] == "Bearer realm=\"registration\"")
            expect(try await registrar.post(Self.metadata(), token: "wrong"), 401, "invalid_token")
            var headers: HTTPFields = [.contentType: "application/json"]
            headers[.authorization] = "Basic " + Data("a:b".utf8).base64EncodedString()
            expect(try await server.send(.post, url, headers: headers, body: "{}"), 401, "invalid_token")
            expect(try await registrar.post(["redirect_uris": ["http://app.example/cb"]]), 400, "invalid_redirect_uri")
            expect(try await registrar.post(Self.metadata(["subject_type": "unlinkable"])), 400, "invalid_client_metadata")
            expect(try await registrar.post(Self.metadata(["software_statement": "x"])), 400, "unapproved_software_statement")
            #expect(try await clients() == before)
            _ = try await registrar.register()
            expect(try await registrar.post(Self.metadata()), 401, "invalid_token")
            #expect(try await clients() == before + 1)
        }
        try await Self.run { registrar in
            registrar.server.fixture.clock.advance(by: 3600)
            expect(try await registrar.post(Self.metadata()), 401, "invalid_token")
        }
    }

    @Test("case 198: 50 parallel registrations with a token of one use make exactly one client")
    func parallel() async throws {
        try await Self.run(uses: 1) { registrar in
            let statuses = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { (try? await registrar.post(Self.metadata()).status) ?? 0 } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 1 && statuses.count { $0 == 401 } == 49, "\(statuses)")
            let clients = try await registrar.server.fixture.stores.clients.list(in: registrar.server.fixture.pool.id)
            #expect(clients.count { $0.metadata.registration != nil } == 1)
        }
    }

    @Test("case 199: a stranger's requests are limited by address, and clients by the pool's maximum")
    func limits() async throws {
        try await Self.run({ $0.maximum = 2 }) { registrar in
            for _ in 1...2 { _ = try await registrar.register() }
            expect(try await registrar.post(Self.metadata()), 503, "temporarily_unavailable")
        }
        try await GatewayFixture.run { fixture in
            let environment = fixture.clock.environment
            let keyRing = KeyRing(store: fixture.stores.keys, sealer: fixture.sealer, environment: environment)
            let registrations = ClientRegistrations(keyRing: keyRing, stores: fixture.stores, environment: environment)
            let (pool, address) = (fixture.pool, PoolAddress(publicURL: GatewayFixture.publicURL, pool: fixture.pool))
            func error(from network: String) async -> String? {
                do throws(OAuthError) {
                    _ = try await registrations.register([], token: SecretBytes("x"), pool: pool, address: address, from: network)
                    return nil
                } catch { return error.error.rawValue }
            }
            for _ in 1...ClientRegistrations.maximumAttempts { #expect(await error(from: "192.0.2.1") == "invalid_token") }
            #expect(await error(from: "192.0.2.1") == "temporarily_unavailable")
            #expect(await error(from: "192.0.2.2") == "invalid_token")
            fixture.clock.advanceUptime(by: .seconds(10))
            #expect(await error(from: "192.0.2.1") == "invalid_token")
        }
    }

    @Test("§3.1: a body that is no JSON object, or too large, is told so; by whatever page of a browser, which may read the answer")
    func bodies() async throws {
        try await Self.run { registrar in
            let server = registrar.server
            let url = server.fixture.issuer + "/oauth2/register"
            var headers: HTTPFields = [.contentType: "application/json", .authorization: "Bearer " + registrar.token]
            for body in ["", "[]", "{", "{\"a\":1,\"a\":2}", "redirect_uris=x"] {
                expect(try await server.send(.post, url, headers: headers, body: body), 400, "invalid_client_metadata")
            }
            let large = try await server.send(.post, url, headers: headers, body: String(repeating: " ", count: 65 << 10))
            #expect(large.status == 413)
            headers[.origin] = "https://inspector.example"
            let told = try await server.send(.post, url, headers: headers, body: "[]")
            #expect(told.headers[.accessControlAllowOrigin] == "*" && told.headers[.accessControlAllowCredentials] == nil)
            let preflight = try await server.send(.options, url, headers: [.origin: "https://inspector.example"])
            #expect(preflight.headers[.accessControlAllowOrigin] == "*")
            #expect(preflight.headers[.accessControlAllowHeaders]?.contains("authorization") == true)
        }
    }

    @Test("case 200: what a token allows counts for each change as well: its hosts")
    func hosts() async throws {
        try await Self.run(hosts: ["app.example"]) { registrar in
            expect(try await registrar.post(Self.metadata(redirectURI: "https://evil.example/cb")), 400, "invalid_redirect_uri")
            let made = try await registrar.register()
            let (id, url) = (try #require(made["client_id"]), try #require(made["registration_client_uri"]?.string))
            let token = try #require(made["registration_access_token"]?.string)
            let moved = try await registrar.send(
                .put, url, Self.metadata(["client_id": id], redirectURI: "https://evil.example/cb"), token: token)
            expect(moved, 400, "invalid_redirect_uri")
        }
    }

    @Test("RFC 7592 §2.1: an app reads its registration with its own token, and with no other")
    func read() async throws {
        try await Self.run { registrar in
            let (made, other) = (try await registrar.register(["client_name": "Itself"]), try await registrar.register())
            let (url, token) = (try #require(made["registration_client_uri"]?.string), try #require(made["registration_access_token"]?.string))
            let answer = try await registrar.send(.get, url, token: token)
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store")
            // The secret is stored nowhere; the rest is there again.
            var expected = JSONObject()
            for member in made.members where member.name != "client_secret" { expected.append(member.name, member.value) }
            #expect(answer.json == expected, "\(answer.body)")
            for wrong in [other["registration_access_token"]?.string, registrar.token, "", nil] {
                expect(try await registrar.send(.get, url, token: wrong), 401, "invalid_token")
            }
            let issuer = registrar.server.fixture.issuer
            for id in ["unknown", registrar.server.app.clientID, "a%2Fb", String(repeating: "a", count: 200)] {
                expect(try await registrar.send(.get, issuer + "/oauth2/register/" + id, token: token), 401, "invalid_token")
            }
        }
    }

    @Test("RFC 7592 §2.2: an update replaces everything, and the token is another one; of two with one token one is the first")
    func update() async throws {
        try await Self.run { registrar in
            let made = try await registrar.register(["logo_uri": "https://app.example/logo.png", "client_name": "Itself"])
            let (id, url) = (try #require(made["client_id"]), try #require(made["registration_client_uri"]?.string))
            let token = try #require(made["registration_access_token"]?.string)
            let changed = Self.metadata(["client_id": id, "client_name": "Other"], redirectURI: "https://app.example/cb2")
            for (metadata, error) in [
                (Self.metadata(), "invalid_client_metadata"), (Self.metadata(["client_id": "other"]), "invalid_client_metadata"),
                (Self.metadata(["client_id": id, "client_secret": "other"]), "invalid_client_metadata"),
                (Self.metadata(["client_id": id, "registration_access_token": .string(token)]), "invalid_request"),
                (Self.metadata(["client_id": id, "client_id_issued_at": 1]), "invalid_request"),
                (["client_id": id, "redirect_uris": ["https://app.example/cb#f"]], "invalid_redirect_uri"),
            ] as [(JSONObject, String)] {
                expect(try await registrar.send(.put, url, metadata, token: token), 400, error)
            }
            let answer = try await registrar.send(.put, url, changed, token: token)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer.json["redirect_uris"]?.strings == ["https://app.example/cb2"] && answer.json["client_name"] == "Other")
            // What is not said any more is not registered any more; a secret that is there stays.
            #expect(answer.json["logo_uri"] == nil && answer.json["client_secret"] == nil && answer.json["client_secret_expires_at"] == 0)
            let next = try #require(answer.json["registration_access_token"]?.string)
            #expect(next != token)
            expect(try await registrar.send(.get, url, token: token), 401, "invalid_token")
            let statuses = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<10 { group.addTask { (try? await registrar.send(.put, url, changed, token: next).status) ?? 0 } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 401 } == 9, "\(statuses)")
        }
    }

    @Test("RFC 7592 §2.2: who becomes public has no secret, and who becomes confidential gets one")
    func otherAuthentication() async throws {
        try await Self.run { registrar in
            let made = try await registrar.register()
            let (id, url) = (try #require(made["client_id"]), try #require(made["registration_client_uri"]?.string))
            @Sendable func put(_ method: JSONValue, _ token: JSONValue?) async throws -> JSONObject {
                let answer = try await registrar.send(
                    .put, url, Self.metadata(["client_id": id, "token_endpoint_auth_method": method]), token: token?.string)
                #expect(answer.status == 200, "\(answer.body)")
                return answer.json
            }
            let open = try await put("none", made["registration_access_token"])
            #expect(open["client_secret_expires_at"] == nil && open["token_endpoint_auth_method"] == "none")
            let client = try await registrar.server.fixture.stores.clients.find(AppClient.ID(id.string!)!, in: registrar.server.fixture.pool.id)
            #expect(client?.isConfidential == false && client?.pkce == .required)
            let closed = try await put("client_secret_post", open["registration_access_token"])
            #expect(closed["client_secret"]?.string?.utf8.count == 43 && closed["client_secret"] != made["client_secret"])
        }
    }

    @Test("RFC 7592 §2.3: an app takes itself away, and its refresh tokens end")
    func delete() async throws {
        try await Self.run { registrar in
            let server = registrar.server
            let made = try await registrar.register(["grant_types": ["authorization_code", "refresh_token"]])
            let (id, url) = (try #require(made["client_id"]?.string), try #require(made["registration_client_uri"]?.string))
            let app = TestApp(clientID: id, secret: made["client_secret"]?.string, redirectURI: Registrar.callback)
            let browser = Browser(server)
            let code = try #require(try await browser.allow(try await browser.answer(try await browser.begin(app))).parameter("code"))
            let refresh = try #require(try await app.redeem(code, at: server).json["refresh_token"]?.string)
            expect(try await registrar.send(.delete, url, token: registrar.token), 401, "invalid_token")
            let gone = try await registrar.send(.delete, url, token: made["registration_access_token"]?.string)
            #expect(gone.status == 204 && gone.body.isEmpty)
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("invalid_client", status: 401) { try await app.refresh(refresh, at: server) }
            expect(try await registrar.send(.get, url, token: made["registration_access_token"]?.string), 401, "invalid_token")
        }
    }

    @Test("OpenID Connect Core §8.1: a sector document must name every redirect URI, and be there")
    func sectors() async throws {
        try await Self.run { registrar in
            let (clock, url) = (registrar.server.fixture.clock, "https://app.example/sector.json")
            let metadata = Self.metadata(["sector_identifier_uri": .string(url)])
            expect(try await registrar.post(metadata), 400, "invalid_client_metadata")
            for document in ["{}", "[\"https://app.example/other\"]", "[1]"] {
                clock.publish(Array(document.utf8), at: url)
                expect(try await registrar.post(metadata), 400, "invalid_client_metadata")
            }
            clock.publish(Array("[\"\(Registrar.callback)\",\"https://other.example/\"]".utf8), at: url)
            let made = try await registrar.post(metadata)
            #expect(made.status == 201 && made.json["sector_identifier_uri"]?.string == url, "\(made.body)")
        }
    }

    @Test("RFC 7523: a key in the document or at an address takes the place of a secret")
    func keys() async throws {
        try await Self.run { registrar in
            let server = registrar.server
            let signer = try ClientSigner(.ES256)
            let set = try JSONParser.parse(Array(signer.keySet.utf8))
            let made = try await registrar.register(["token_endpoint_auth_method": "private_key_jwt", "jwks": set])
            #expect(made["client_secret"] == nil && made["client_secret_expires_at"] == nil && made["jwks"] == set)
            let app = TestApp(clientID: try #require(made["client_id"]?.string), secret: nil, redirectURI: Registrar.callback)
            let browser = Browser(server)
            let code = try #require(try await browser.allow(try await browser.answer(try await browser.begin(app))).parameter("code"))
            let assertion = try signer.assertion(of: app.clientID, for: server.fixture.issuer, at: server.fixture.clock.now)
            let tokens = try await app.redeem(
                code, at: server,
                ["client_assertion": assertion, "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"])
            #expect(tokens.status == 200, "\(tokens.body)")
            let published = try await registrar.register([
                "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://app.example/jwks.json",
            ])
            #expect(published["jwks_uri"] == "https://app.example/jwks.json" && published["jwks"] == nil)
        }
    }

    @Test("default_max_age counts where a request says nothing of it, and a request's own counts more")
    func defaultMaxAge() async throws {
        try await Self.run { registrar in
            let made = try await registrar.register(["default_max_age": 60])
            let app = TestApp(
                clientID: try #require(made["client_id"]?.string), secret: made["client_secret"]?.string, redirectURI: Registrar.callback)
            let browser = Browser(registrar.server)
            _ = try await browser.allow(try await browser.answer(try await browser.begin(app)))
            #expect(try await browser.get(app.authorizeURL(registrar.server)).parameter("code") != nil)
            registrar.server.fixture.clock.advance(by: 200)
            #expect(try await browser.get(app.authorizeURL(registrar.server)).parameter("code") == nil)
            #expect(try await browser.get(app.authorizeURL(registrar.server, ["max_age": "900"])).parameter("code") != nil)
        }
    }

    @Test("RFC 8707: such an app asks for services that the pool has for such apps, as long as it has them, and for no other")
    func resources() async throws {
        try await Self.run { registrar in
            let (server, service) = (registrar.server, "https://mcp.example.com/mcp")
            try await server.addResource(service, scopes: ["files.read"], ofClient: false)
            let made = try await registrar.register(["token_endpoint_auth_method": "none"])
            let app = TestApp(clientID: try #require(made["client_id"]?.string), secret: nil, redirectURI: Registrar.callback)
            let request = ["resource": service, "scope": "files.read"] as [String: String?]
            try await server.expectTold(app, "invalid_target") { try await server.get(app.authorizeURL(server, request)) }
            var changes = RegistrationChanges()
            changes.resources = [service]
            _ = try await server.fixture.administration.perform(UpdatePool(server.fixture.pool.id.text, registration: changes))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let browser = Browser(server)
            let back = try await browser.allow(try await browser.answer(try await browser.begin(app, request)))
            let tokens = try await app.redeem(try #require(back.parameter("code"), "\(back.location ?? back.body)"), at: server)
            let verified = try await server.verifier(audience: service).verify(accessToken: try #require(tokens.json["access_token"]?.string))
            #expect(verified.claims["scope"] == "files.read")
        }
    }

    @Test("one that nobody uses is swept with everything, one that is used stays")
    func swept() async throws {
        try await Self.run({ $0.unusedDays = 1 }) { registrar in
            let fixture = registrar.server.fixture
            let (used, unused) = (try await registrar.register(), try await registrar.register())
            fixture.clock.advance(by: 3600 * 20)
            let app = TestApp(
                clientID: try #require(used["client_id"]?.string), secret: used["client_secret"]?.string, redirectURI: Registrar.callback)
            let browser = Browser(registrar.server)
            let code = try #require(try await browser.allow(try await browser.answer(try await browser.begin(app))).parameter("code"))
            #expect(try await app.redeem(code, at: registrar.server).status == 200)
            fixture.clock.advance(by: 3600 * 5)
            await Housekeeping(stores: fixture.stores, environment: fixture.clock.environment, logger: registrar.server.log.logger).clean()
            let left = try await fixture.stores.clients.list(in: fixture.pool.id).map(\.id.text)
            #expect(left.contains(app.clientID) && !left.contains(unused["client_id"]?.string ?? ""))
            let events = try await fixture.stores.audit.list(
                in: fixture.pool.id, target: AuditEvent.Target(.client, unused["client_id"]?.string ?? ""), limit: 10)
            #expect(events.first?.action == .clientDelete && events.first?.actor == .system)
        }
    }
}
