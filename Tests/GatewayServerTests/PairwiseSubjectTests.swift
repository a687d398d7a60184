import Administration
import Foundation
import HTTPTypes
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@testable import Gateway

@Suite("OpenID Connect Core §8: pairwise subjects")
struct PairwiseSubjectTests {
    private static let news = "https://news.example/cb"
    private static let shop = "https://shop.example/cb"

    /// A pool whose usual app calls people as everybody does, with apps that do not.
    private struct Stage: Sendable {
        let server: TestServer
        var fixture: GatewayFixture { server.fixture }

        func add(
            _ name: String, _ redirectURI: String, _ configure: (inout ClientSettings) -> Void = { _ in }
        ) async throws -> TestApp {
            let made = try await fixture.addClient(name, redirectURI: redirectURI) {
                $0.subjects.isPairwise = true
                configure(&$0)
            }
            return TestApp(clientID: made.client.id.text, secret: made.secret, redirectURI: redirectURI)
        }

        func update(_ app: TestApp, _ change: (inout ClientSettings) -> Void) async throws {
            var settings = ClientSettings()
            change(&settings)
            _ = try await fixture.administration.perform(UpdateClient(app.clientID, pool: fixture.pool.id.text, settings: settings))
            fixture.clock.advanceUptime(by: .seconds(2))
        }

        func tokens(_ app: TestApp, _ browser: Browser? = nil) async throws -> Tokens {
            let browser = browser ?? Browser(server)
            let known = try await browser.get(app.authorizeURL(server)).parameter("code")
            let code = if let known { known } else { try await browser.signIn(app) }
            return try await Tokens(of: app, try await app.redeem(code, at: server))
        }

        func userInfo(_ access: String) async throws -> Answer {
            try await server.get(fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access])
        }
    }

    /// What an app gets, read without a verifier.
    private struct Tokens: Sendable {
        let access: String
        let id: String
        let refresh: String
        let accessClaims: JSONObject
        let idClaims: JSONObject

        init(of app: TestApp, _ answer: Answer) async throws {
            access = try #require(answer.json["access_token"]?.string, "\(answer.body)")
            id = try #require(answer.json["id_token"]?.string)
            refresh = try #require(answer.json["refresh_token"]?.string)
            (accessClaims, idClaims) = (try Self.claims(access), try Self.claims(id))
        }

        static func claims(_ token: String) throws -> JSONObject {
            let parts = token.split(separator: ".")
            return try JSONParser.parseObject(try #require(Base64URL.decode(String(parts[1]))))
        }

        var subject: String? { idClaims["sub"]?.string }
        var session: String? { idClaims["sid"]?.string }
    }

    private static func run(_ body: @Sendable (Stage) async throws -> Void) async throws {
        try await TestServer.run { server in try await body(Stage(server: server)) }
    }

    @Test("§8.1: one sub for all apps of a sector, another at each other one; the same for ever, of one length, and in all that an app is told")
    func everywhere() async throws {
        try await Self.run { stage in
            let (news, also) = (try await stage.add("News", Self.news), try await stage.add("News for phones", "https://NEWS.example:8443/other"))
            let shop = try await stage.add("Shop", Self.shop)
            let browser = Browser(stage.server)
            let (first, second, third) = (
                try await stage.tokens(news, browser), try await stage.tokens(also, browser), try await stage.tokens(shop, browser)
            )
            let subject = try #require(first.subject)
            let user = try #require(try await stage.fixture.users().first)
            #expect(subject.utf8.count == 43 && subject.utf8.allSatisfy { Character(Unicode.Scalar($0)).isASCII } && subject != user.id.text)
            #expect(second.subject == subject && third.subject != subject && third.subject?.utf8.count == 43)
            for (app, tokens) in [(news, first), (also, second), (shop, third)] {
                let own = try #require(tokens.subject)
                #expect(tokens.accessClaims["sub"]?.string == own)
                let info = try await stage.userInfo(tokens.access)
                #expect(info.status == 200 && info.json["sub"]?.string == own && info.json["email"] == "alice@example.com", "\(info.body)")
                let seen = try await app.introspect(tokens.access, at: stage.server)
                #expect(seen.json["active"] == true && seen.json["sub"]?.string == own, "\(seen.body)")
                let refresh = try await app.introspect(tokens.refresh, at: stage.server)
                #expect(refresh.json["active"] == true && refresh.json["sub"]?.string == own && refresh.json["username"] == nil)
                let again = try await Tokens(of: app, try await app.refresh(tokens.refresh, at: stage.server))
                #expect(again.subject == own && again.accessClaims["sub"]?.string == own && again.session == tokens.session)
                let verified = try await stage.server.verifier(audience: app.clientID).verify(idToken: tokens.id, accessToken: tokens.access)
                #expect(verified.subject == own)
            }
            // Somebody else at the same app, and the same person another day.
            let bob = try await Browser(stage.server).signIn(news, nameID: "bob@example.com")
            #expect(try await Tokens(of: news, try await news.redeem(bob, at: stage.server)).subject != subject)
            stage.fixture.clock.advance(by: 90 * 24 * 3600)
            #expect(try await stage.tokens(news).subject == subject)
        }
    }

    @Test("case 201: two apps of different sectors that put together all they have of one browser find nothing that says it is one person")
    func unlinkable() async throws {
        try await Self.run { stage in
            let (news, shop) = (try await stage.add("News", Self.news), try await stage.add("Shop", Self.shop))
            let browser = Browser(stage.server)
            let scope = ["scope": "openid"]
            @Sendable func everything(_ app: TestApp) async throws -> Set<String> {
                let known = try await browser.get(app.authorizeURL(stage.server, scope)).parameter("code")
                let code = if let known { known } else { try await browser.signIn(app, scope) }
                let tokens = try await Tokens(of: app, try await app.redeem(code, at: stage.server))
                let info = try await stage.userInfo(tokens.access)
                let refresh = try await app.introspect(tokens.refresh, at: stage.server)
                return Set(
                    [tokens.idClaims, tokens.accessClaims, info.json, refresh.json].flatMap(\.members).compactMap(\.value.string))
            }
            let (here, there) = (try await everything(news), try await everything(shop))
            // Who issued it, what kind it is, the app's own nonce, and what it may: of everybody.
            let usual = Set([stage.fixture.issuer, "access", "id", "refresh", "openid", news.nonce])
            #expect(here.intersection(there) == usual)
            let user = try #require(try await stage.fixture.users().first)
            let known = [user.id.text, user.username] + user.identities.map(\.subject)
            #expect(here.union(there).isDisjoint(with: known))
            // At apps that call people as everybody does, nothing is another than before.
            let elsewhere = try await stage.tokens(stage.server.app, browser)
            #expect(elsewhere.subject == user.id.text && elsewhere.idClaims["identities"] != nil)
            #expect(elsewhere.accessClaims["username"]?.string == user.username)
            let session = try #require(elsewhere.session)
            #expect(!here.contains(session) && !there.contains(session))
        }
    }

    @Test("§3.1.2.1, §5.5.1: a hint and a claims request speak of the app's own sub; of no other app's, and not of the name behind it")
    func hints() async throws {
        try await Self.run { stage in
            let (news, shop) = (try await stage.add("News", Self.news), try await stage.add("Shop", Self.shop))
            let browser = Browser(stage.server)
            let (own, other) = (try await stage.tokens(news, browser), try await stage.tokens(shop, browser))
            let user = try #require(try await stage.fixture.users().first)
            @Sendable func asked(_ changes: [String: String?]) async throws -> Answer {
                try await browser.get(news.authorizeURL(stage.server, changes.merging(["prompt": "none"]) { $1 }))
            }
            #expect(try await asked(["id_token_hint": own.id]).parameter("code") != nil)
            #expect(try await asked(["id_token_hint": other.id]).parameter("error") == "invalid_request")
            @Sendable func named(_ subject: String) -> [String: String?] { ["claims": #"{"id_token":{"sub":{"value":"\#(subject)"}}}"#] }
            #expect(try await asked(named(try #require(own.subject))).parameter("code") != nil)
            for subject in [try #require(other.subject), user.id.text] {
                #expect(try await asked(named(subject)).parameter("error") == "login_required")
            }
            // After a sign-in at the provider as well: the right person gets in, another does not.
            let second = Browser(stage.server)
            let right = try await second.answer(try await second.begin(news, ["id_token_hint": own.id]))
            #expect(right.parameter("code") != nil)
            let wrong = try await second.answer(
                try await second.begin(news, ["id_token_hint": own.id, "prompt": "login"]), nameID: "bob@example.com")
            #expect(wrong.parameter("error") == "login_required")
        }
    }

    @Test("RP-Initiated Logout §2: the app's ID token ends the session that it is of, with and without its cookie; one of somebody else asks first")
    func logout() async throws {
        try await Self.run { stage in
            let news = try await stage.add("News", Self.news) { $0.postLogoutRedirectURIs = ["https://news.example/bye"] }
            @Sendable func url(_ hint: String) -> String {
                FormCoding.append(
                    [("id_token_hint", hint), ("post_logout_redirect_uri", "https://news.example/bye")], to: stage.fixture.issuer + "/logout")
            }
            let browser = Browser(stage.server)
            let tokens = try await stage.tokens(news, browser)
            let bob = Browser(stage.server)
            let code = try await bob.signIn(news, nameID: "bob@example.com")
            let others = try await Tokens(of: news, try await news.redeem(code, at: stage.server))
            #expect(try await bob.get(url(tokens.id)).status == 200)
            #expect(try await bob.get(news.authorizeURL(stage.server, ["prompt": "none"])).parameter("code") != nil)
            // The hint's own session ended there: case 138.
            try await stage.server.expectError("invalid_grant") { try await news.refresh(tokens.refresh, at: stage.server) }
            let answer = try await bob.get(url(others.id))
            #expect(answer.status == 303 && answer.location == "https://news.example/bye", "\(answer.status)")
            #expect(try await bob.get(news.authorizeURL(stage.server, ["prompt": "none"])).parameter("error") == "login_required")
            let late = try await stage.tokens(news)
            let without = try await Browser(stage.server).get(url(late.id))
            #expect(without.status == 303, "\(without.status)")
            try await stage.server.expectError("invalid_grant") { try await news.refresh(late.refresh, at: stage.server) }
        }
    }

    @Test("case 138: an ID token of a session that was merged into another ends that, whatever cookie came", arguments: [false, true])
    func merged(hasCookie: Bool) async throws {
        try await Self.run { stage in
            let news = try await stage.add("News", Self.news)
            let (first, second) = (Browser(stage.server), Browser(stage.server))
            let (one, two) = (try await stage.tokens(news, first), try await stage.tokens(news, second))
            // A browser that had both: by a cookie that the second did not send, and by a binding that the first did not have.
            for (name, value) in first.cookies where name.contains("session") { second.cookies[name] = value }
            let code = try #require(try await second.answer(try await second.begin(news, ["prompt": "login"])).parameter("code"))
            let three = try await Tokens(of: news, try await news.redeem(code, at: stage.server))
            let sessions = try await stage.fixture.contents().sessions
            #expect(sessions == 1 && three.session == one.session && two.session != one.session && two.subject == one.subject)
            let browser = hasCookie ? second : Browser(stage.server)
            _ = try await browser.get(FormCoding.append([("id_token_hint", two.id)], to: stage.fixture.issuer + "/logout"))
            #expect(try await stage.fixture.contents().sessions == 0)
            for tokens in [one, two, three] {
                try await stage.server.expectError("invalid_grant") { try await news.refresh(tokens.refresh, at: stage.server) }
            }
        }
    }

    @Test("Back-Channel Logout §2.4, Front-Channel Logout §3: sub and sid are those of the app's ID token")
    func told() async throws {
        let apps = FakeApps()
        try await TestServer.run({ $0.transport = apps }) { server in
            let stage = Stage(server: server)
            let news = try await stage.add("News", Self.news) {
                $0.logout.backchannelURI = .set("https://news.example/told")
                $0.logout.frontchannelURI = .set("https://news.example/frame")
            }
            let browser = Browser(server)
            let tokens = try await stage.tokens(news, browser)
            let page = try await browser.get(FormCoding.append([("id_token_hint", tokens.id)], to: stage.fixture.issuer + "/logout"))
            let session = try #require(tokens.session)
            #expect(page.body.contains("sid=" + session), "\(page.body)")
            let fixture = stage.fixture
            let logout = BackChannelLogout(
                publicURL: GatewayFixture.publicURL, directory: fixture.directory, stores: fixture.stores, keyRing: fixture.keyRing,
                environment: fixture.clock.environment)
            try await logout.tellDue { _ in }
            let token = try Tokens.claims(try #require(apps.received.first?.logoutToken))
            #expect(token["sub"]?.string == tokens.subject && token["sid"]?.string == session)
        }
    }

    @Test("RFC 8693: a service that exchanges an app's token has its own sub in the new one; revoked, the token is nobody's")
    func exchange() async throws {
        try await Self.run { stage in
            let (orders, payments) = ("https://orders.example", "https://payments.example")
            try await stage.server.addResource(orders, scopes: ["read"], ofClient: false)
            try await stage.server.addResource(payments, scopes: ["read"], ofClient: false)
            let news = try await stage.add("News", Self.news) {
                $0.resources = [orders]
                $0.scopes = ["openid", "read"]
            }
            @Sendable func service(pairwise: Bool) async throws -> TestApp {
                var settings = ClientSettings()
                settings.grantTypes = ListChange([AppClient.exchangeGrantType])
                (settings.resources, settings.serves) = ([payments], [orders])
                settings.subjects.isPairwise = pairwise
                let made = try await stage.fixture.administration.perform(
                    CreateClient(name: "orders", pool: stage.fixture.pool.id.text, confidential: true, settings: settings))
                return TestApp(
                    clientID: made.client.id.text, secret: made.secret.map { String(decoding: $0.reveal(), as: UTF8.self) }, redirectURI: "")
            }
            let code = try await Browser(stage.server).signIn(news, ["resource": orders, "scope": "openid read"])
            let tokens = try await Tokens(of: news, try await news.redeem(code, at: stage.server))
            let user = try #require(try await stage.fixture.users().first)
            for pairwise in [false, true] {
                let service = try await service(pairwise: pairwise)
                // What it is called with says the app's name for the person.
                #expect(try await service.introspect(tokens.access, at: stage.server).json["sub"]?.string == tokens.subject)
                let answer = try await stage.server.post(
                    stage.fixture.issuer + "/oauth2/token",
                    [
                        ("grant_type", AppClient.exchangeGrantType), ("subject_token", tokens.access),
                        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"), ("resource", payments),
                    ], headers: service.authorization)
                let access = try #require(answer.json["access_token"]?.string, "\(answer.body)")
                let subject = try Tokens.claims(access)["sub"]?.string
                #expect(subject != tokens.subject && (subject == user.id.text) == !pairwise)
                #expect(try await service.introspect(access, at: stage.server).json["active"] == true)
            }
            let usual = try await stage.tokens(news)
            #expect(try await news.revoke(usual.access, at: stage.server).status == 200)
            #expect(try await stage.userInfo(usual.access).status == 401)
            #expect(try await news.introspect(usual.access, at: stage.server).json["active"] == false)
        }
    }

    @Test("an opaque access token opens nothing else: userinfo and introspection know the sub behind it")
    func opaque() async throws {
        try await Self.run { stage in
            let news = try await stage.add("News", Self.news) { $0.accessTokenFormat = .set(.opaque) }
            let answer = try await news.redeem(try await Browser(stage.server).signIn(news), at: stage.server)
            let (access, id) = (try #require(answer.json["access_token"]?.string), try #require(answer.json["id_token"]?.string))
            let subject = try Tokens.claims(id)["sub"]?.string
            #expect(try await stage.userInfo(access).json["sub"]?.string == subject)
            #expect(try await news.introspect(access, at: stage.server).json["sub"]?.string == subject)
        }
    }

    @Test("§8.1, §12.2: a change of the type or of the sector is another sub; what was given by the old one counts no more")
    func change() async throws {
        try await Self.run { stage in
            let news = try await stage.add("News", Self.news)
            let before = try await stage.tokens(news)
            // What changes no name ends nothing.
            try await stage.update(news) { $0.redirectURIs = ListChange([Self.news, "https://news.example/cb2"]) }
            let kept = try await Tokens(of: news, try await news.refresh(before.refresh, at: stage.server))
            #expect(kept.subject == before.subject)
            try await stage.update(news) { $0.subjects.isPairwise = false }
            #expect(try await stage.userInfo(kept.access).status == 401)
            #expect(try await news.introspect(kept.access, at: stage.server).json["active"] == false)
            try await stage.server.expectError("invalid_grant") { try await news.refresh(kept.refresh, at: stage.server) }
            stage.fixture.clock.advance(by: 60)
            let after = try await stage.tokens(news)
            let user = try #require(try await stage.fixture.users().first)
            #expect(after.subject == user.id.text)
            #expect(try await news.refresh(after.refresh, at: stage.server).status == 200)
            // Back again it is who it was.
            try await stage.update(news) { $0.subjects.isPairwise = true }
            #expect(try await stage.userInfo(after.access).status == 401)
            stage.fixture.clock.advance(by: 60)
            #expect(try await stage.tokens(news).subject == before.subject)
        }
    }

    @Test("case 202: whoever registers itself is of the sector of its own host: not by another's document, and not by an update")
    func registered() async throws {
        try await ClientRegistrationTests.run { registrar in
            let (server, clock) = (registrar.server, registrar.server.fixture.clock)
            let pairwise: JSONObject = ["subject_type": "pairwise"]
            func uris(_ uris: [String], _ more: JSONObject = [:]) -> JSONObject {
                var metadata: JSONObject = ["redirect_uris": .array(uris.map(JSONValue.string)), "subject_type": "pairwise"]
                for member in more.members { metadata.append(member.name, member.value) }
                return metadata
            }
            func sector(_ made: JSONObject) async throws -> Sector? {
                let id = try #require(made["client_id"]?.string.flatMap(AppClient.ID.init))
                return try await server.fixture.stores.clients.find(id, in: server.fixture.pool.id)?.sector
            }
            let made = try await registrar.register(pairwise)
            #expect(made["subject_type"] == "pairwise")
            let first = try await sector(made)
            #expect(first == .host("app.example"))
            // Of several hosts, this machine among them, none is the sector.
            for uri in ["https://evil.example/cb", "http://127.0.0.1/cb"] {
                let refused = try await registrar.post(uris(["https://app.example/cb", uri]))
                #expect(refused.status == 400 && refused.json["error"] == "invalid_client_metadata", "\(refused.body)")
                #expect(refused.json["error_description"]?.string?.hasPrefix("sector_identifier_uri:") == true)
            }
            // A document that does not name it makes nobody one of its sector.
            clock.publish(Array(#"["https://bank.example/cb","https://one.example/cb"]"#.utf8), at: "https://bank.example/apps.json")
            let byDocument: JSONObject = ["sector_identifier_uri": "https://bank.example/apps.json"]
            #expect(try await registrar.post(uris(["https://evil.example/cb"], byDocument)).status == 400)
            let named = try await registrar.post(uris(["https://bank.example/cb", "https://one.example/cb"], byDocument))
            let second = try await sector(named.json)
            #expect(named.status == 201 && second == .host("bank.example"), "\(named.body)")
            // Later neither: the sector goes along with the redirect URIs.
            let (url, token) = (try #require(named.json["registration_client_uri"]?.string), named.json["registration_access_token"]?.string)
            let id = try #require(named.json["client_id"])
            let kept = try await registrar.send(.put, url, uris(["https://evil.example/cb"], ["client_id": id] + byDocument), token: token)
            #expect(kept.status == 400)
            let moved = try await registrar.send(.put, url, uris(["https://evil.example/cb"], ["client_id": id]), token: token)
            let third = try await sector(moved.json)
            #expect(moved.status == 200 && third == .host("evil.example"), "\(moved.body)")
        }
    }

    @Test("case 202: a metadata document names no sector: nothing more is fetched for it")
    func document() async throws {
        try await ClientDocumentTests.run { server in
            @Sendable func ask(_ id: String, _ more: JSONObject) async throws -> Answer {
                var document: JSONObject = ["client_id": .string(id), "redirect_uris": ["https://mcp-client.example/cb"]]
                for member in ([("token_endpoint_auth_method", "none"), ("subject_type", "pairwise")] as [(String, JSONValue)]) {
                    document.append(member.0, member.1)
                }
                for member in more.members { document.append(member.name, member.value) }
                server.fixture.clock.publish(document.encoded(), at: id)
                let app = TestApp(clientID: id, secret: nil, redirectURI: "https://mcp-client.example/cb")
                return try await server.get(app.authorizeURL(server))
            }
            let bank = "https://bank.example/apps.json"
            server.fixture.clock.publish(Array(#"["https://mcp-client.example/cb"]"#.utf8), at: bank)
            let refused = try await ask("https://mcp-client.example/a.json", ["sector_identifier_uri": .string(bank)])
            #expect(refused.status == 400)
            let id = "https://mcp-client.example/b.json"
            #expect(try await ask(id, [:]).status == 302)
            let client = try await server.fixture.stores.clients.find(AppClient.ID(id)!, in: server.fixture.pool.id)
            #expect(client?.sector == .host("mcp-client.example"))
        }
    }

    /// The code of somebody who lets the app have what it asks for.
    private static func code(_ app: TestApp, _ person: String, at server: TestServer) async throws -> String {
        let browser = Browser(server)
        let answer = try await browser.answer(try await browser.begin(app), nameID: person)
        if let code = answer.parameter("code") { return code }
        return try #require(try await browser.allow(answer).parameter("code"))
    }

    @Test("case 202: a code that somebody got elsewhere gives no name of the host that the app moves to, nor any after a change of names")
    func movedUnderWay() async throws {
        try await ClientRegistrationTests.run { registrar in
            let server = registrar.server
            let (evil, later) = ("https://evil.example/cb", "https://evil.example/later")
            let made = try await registrar.post(["redirect_uris": [.string(evil)], "subject_type": "pairwise"])
            let (id, url) = (try #require(made.json["client_id"]?.string), try #require(made.json["registration_client_uri"]?.string))
            func app(_ redirectURI: String) -> TestApp {
                TestApp(clientID: id, secret: made.json["client_secret"]?.string, redirectURI: redirectURI)
            }
            var token = made.json["registration_access_token"]?.string
            func move(to uri: String, _ type: String = "pairwise") async throws {
                let moved = try await registrar.send(
                    .put, url, ["client_id": .string(id), "redirect_uris": [.string(uri)], "subject_type": .string(type)], token: token)
                #expect(moved.status == 200, "\(moved.body)")
                token = moved.json["registration_access_token"]?.string
                server.fixture.clock.advanceUptime(by: .seconds(2))
            }
            let first = try await Self.code(app(evil), "alice@example.com", at: server)
            try await move(to: Self.shop)
            try await server.expectError("invalid_grant") { try await app(evil).redeem(first, at: server) }
            // Nor one that a server gave which did not know yet.
            let second = try await Self.code(app(Self.shop), "alice@example.com", at: server)
            try await server.expectError("invalid_grant") { try await app(Self.shop).redeem(second, at: server) }
            server.fixture.clock.advance(by: 5)
            let third = try await Self.code(app(Self.shop), "alice@example.com", at: server)
            #expect(try await app(Self.shop).redeem(third, at: server).status == 200)
            // Of one host, so that nobody is called otherwise: the address alone is another.
            try await move(to: evil)
            server.fixture.clock.advance(by: 60)
            let fourth = try await Self.code(app(evil), "alice@example.com", at: server)
            try await move(to: later)
            try await server.expectError("invalid_grant") { try await app(evil).redeem(fourth, at: server) }
            // And of one address: the names alone are others.
            let fifth = try await Self.code(app(later), "alice@example.com", at: server)
            try await move(to: later, "public")
            try await server.expectError("invalid_grant") { try await app(later).redeem(fifth, at: server) }
        }
    }

    @Test("case 202: a metadata document that says another host after the code was given: the code gives no name of that host")
    func documentMoved() async throws {
        try await ClientDocumentTests.run { server in
            let id = "https://evil.example/client.json"
            @Sendable func publish(_ redirectURI: String) -> TestApp {
                let document: JSONObject = [
                    "client_id": .string(id), "redirect_uris": [.string(redirectURI)], "token_endpoint_auth_method": "none",
                    "subject_type": "pairwise",
                ]
                server.fixture.clock.publish(document.encoded(), at: id)
                return TestApp(clientID: id, secret: nil, redirectURI: redirectURI)
            }
            let evil = publish("https://evil.example/cb")
            let code = try await Self.code(evil, "alice@example.com", at: server)
            let shop = publish(Self.shop)
            server.fixture.clock.advanceUptime(by: .seconds(3_600))
            #expect(try await server.get(shop.authorizeURL(server)).status == 302)
            try await server.expectError("invalid_grant") { try await evil.redeem(code, at: server) }
        }
    }

    @Test("case 202: a device that was let in before a change of names gets none")
    func deviceMoved() async throws {
        try await Self.run { stage in
            var settings = ClientSettings()
            (settings.grantTypes, settings.subjects.isPairwise) = ([AppClient.deviceGrantType, "refresh_token"], true)
            let made = try await stage.fixture.administration.perform(
                CreateClient(name: "Living room", pool: stage.fixture.pool.id.text, confidential: false, settings: settings))
            let device = DeviceTests.Device(
                server: stage.server, app: TestApp(clientID: made.client.id.text, secret: nil, redirectURI: ""))
            let browser = Browser(stage.server)
            @Sendable func allowed() async throws -> String {
                let codes = try await device.codes()
                let answer = try await browser.press("allow", on: try await browser.enter(codes.user))
                #expect(answer.status == 200, "\(answer.body)")
                return codes.device
            }
            let before = try await allowed()
            try await stage.update(device.app) { $0.subjects.isPairwise = false }
            try await stage.server.expectError("access_denied") { try await device.poll(before) }
            stage.fixture.clock.advance(by: 60)
            let after = try await allowed()
            #expect(try await device.poll(after).status == 200)
        }
    }

    @Test("servers that need the first key at once make one; a change of the master key changes nobody's name, and the old one opens it no more")
    func keys() async throws {
        try await Self.run { stage in
            let news = try await stage.add("News", Self.news)
            let fixture = stage.fixture
            let client = try #require(try await fixture.stores.clients.find(AppClient.ID(news.clientID)!, in: fixture.pool.id))
            let user = User.ID("0d6d9a2e-6f0f-4a3e-9d55-0b4f9e2c7a11")!
            let names = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await fixture.keyRing.subjects(at: client).subject(of: user) } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(names.count == 1)
            let new = try Sealer(masterKey: SecretBytes([UInt8](repeating: 9, count: 32)))
            let unopened = try await SealedSecrets.open(in: fixture.stores, with: new).unopened
            #expect(unopened.contains("subject_keys, \(fixture.pool.id)"))
            _ = try await Resealing(stores: fixture.stores, environment: fixture.clock.environment).reseal(from: fixture.sealer, to: new, by: .system)
            let ring = KeyRing(store: fixture.stores.keys, sealer: new, environment: fixture.clock.environment)
            #expect(try await ring.subjects(at: client).subject(of: user) == names.first)
            await #expect(throws: KeyRingError.seal(.notOpened)) { _ = try await fixture.keyRing.subjects(at: client) }
            let left = try await SealedSecrets.open(in: fixture.stores, with: new).unopened
            #expect(left == [])
        }
    }

    @Test("forward authentication: Remote-Sub, and Remote-User with it, are the host's own; its sign-in finds its session")
    func forwardAuth() async throws {
        try await TestServer.run(isBehindProxy: true) { server in
            let stage = Stage(server: server)
            var settings = ClientSettings()
            (settings.forwardedHosts, settings.grantTypes, settings.subjects.isPairwise) = (["wiki.example"], ["authorization_code"], true)
            let client = try await stage.fixture.administration.perform(
                CreateClient(name: "Wiki", pool: stage.fixture.pool.id.text, confidential: false, settings: settings)
            ).client
            let host = ForwardedAppHost("wiki.example", client, server)
            #expect(try await host.signIn().status == 302)
            let answer = try await host.ask()
            let user = try #require(try await stage.fixture.users().first)
            let subject = try await stage.fixture.keyRing.subjects(at: client).subject(of: user.id)
            func header(_ name: String) -> String? { answer.headers[HTTPField.Name(name)!] }
            #expect(answer.status == 200 && header("Remote-Sub") == subject && header("Remote-User") == subject)
            let token = try Tokens.claims(try #require(header("Remote-Token")))
            #expect(token["sub"]?.string == subject && token["username"] == nil)
            let discovery = try await server.get(stage.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(discovery["subject_types_supported"]?.strings == ["public", "pairwise"])
        }
    }
}

private func + (left: JSONObject, right: JSONObject) -> JSONObject {
    var sum = left
    for member in right.members { sum.append(member.name, member.value) }
    return sum
}
