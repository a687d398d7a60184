import Administration
import Foundation
import Gateway
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Back-channel logout: apps are told (OpenID Connect Back-Channel Logout 1.0)")
struct BackChannelLogoutTests {
    private static let uri = "https://app.example/backchannel?a=1"
    private static let event = "http://schemas.openid.net/event/backchannel-logout"

    /// A server whose app takes logout tokens, and somebody who is signed in to it.
    private static func run(
        _ body: @Sendable (TestServer, FakeApps, Browser, _ idToken: String) async throws -> Void
    ) async throws {
        let apps = FakeApps()
        try await TestServer.run({ options in
            options.transport = apps
            options.clientSettings = { $0.logout.backchannelURI = .set(uri) }
        }) { server in
            let browser = Browser(server)
            let tokens = try await server.app.redeem(try await browser.signIn(server.app), at: server).json
            try await body(server, apps, browser, try #require(tokens["id_token"]?.string))
        }
    }

    /// As a server that runs does.
    private static func logout(_ server: TestServer) -> BackChannelLogout {
        let fixture = server.fixture
        return BackChannelLogout(
            publicURL: GatewayFixture.publicURL, directory: fixture.directory, stores: fixture.stores, keyRing: fixture.keyRing,
            environment: fixture.clock.environment)
    }

    @discardableResult
    private static func tell(_ server: TestServer) async throws -> [LogoutNotice] {
        let told = Told()
        try await logout(server).tellDue { told.append($0) }
        return told.notices
    }

    private final class Told: Sendable {
        private let list = Mutex<[LogoutNotice]>([])
        var notices: [LogoutNotice] { list.withLock { $0 } }
        func append(_ notice: LogoutNotice) { list.withLock { $0.append(notice) } }
    }

    private static func signOut(_ server: TestServer, _ browser: Browser, _ hint: String) async throws -> Answer {
        try await browser.get(
            FormCoding.append(
                [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI)], to: server.fixture.issuer + "/logout"))
    }

    private static func claims(of token: String) throws -> (header: JSONObject, claims: JSONObject) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 3)
        func object(_ part: Substring) throws -> JSONObject { try JSONParser.parseObject(try #require(Base64URL.decode(String(part)))) }
        return (try object(parts[0]), try object(parts[1]))
    }

    private static func record(_ server: TestServer) async throws -> LoggedLogout {
        let reference = try #require(server.log.lines.last { $0.message == "signed out" }?.metadata["reference"])
        return try await server.fixture.administration.logout(reference, pool: server.fixture.pool.id.text)
    }

    @Test("oidcc-backchannel-rp-initiated-logout: §2.4, §2.5: a signed token by POST, good for two minutes, with sub, sid, events and no nonce")
    func token() async throws {
        try await Self.run { server, apps, browser, hint in
            let idToken = try Self.claims(of: hint).claims
            let answer = try await Self.signOut(server, browser, hint)
            #expect(answer.status == 303)
            // oidcc-backchannel-rp-initiated-logout ends so.
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("error") == "login_required")
            #expect(apps.received.isEmpty)
            #expect(try await Self.tell(server).map(\.result) == [.told])
            let received = try #require(apps.received.first)
            #expect(apps.received.count == 1 && received.url == Self.uri && received.contentType == "application/x-www-form-urlencoded")
            let token = try #require(received.logoutToken)
            let (header, claims) = try Self.claims(of: token)
            #expect(header["typ"]?.string == "logout+jwt" && header["alg"]?.string == "ES256")
            let now = Int(server.fixture.clock.now.timeIntervalSince1970)
            #expect(claims["iss"]?.string == server.fixture.issuer && claims["aud"]?.string == server.app.clientID)
            #expect(claims["sub"] == idToken["sub"] && claims["sid"] == idToken["sid"] && claims["sid"] != nil)
            #expect(claims["iat"] == .integer(now) && claims["exp"] == .integer(now + 120))
            #expect(claims["jti"]?.string?.isEmpty == false && claims["nonce"] == nil)
            #expect(claims["events"] == .object([Self.event: .object([:])]))
            // Signed by a key that the pool publishes; nobody takes it for an access token or an ID token.
            let keys = try await server.get(server.fixture.issuer + "/.well-known/jwks.json").json
            #expect(keys["keys"]?.array?.contains { $0.object?["kid"] == header["kid"] } == true)
            await #expect(throws: TokenError.self) { try await server.verifier(audience: server.app.clientID).verify(accessToken: token) }
            await #expect(throws: TokenError.self) { try await server.verifier(audience: server.app.clientID).verify(idToken: token, nonce: nil) }
            #expect(try await Self.signOut(server, browser, token).body.contains("name=\"confirm\""), "no hint either")
            // It is over: nobody is told twice.
            #expect(try await Self.tell(server).isEmpty && apps.received.count == 1)
            let record = try await Self.record(server)
            #expect(record.notices.map(\.result) == [.told] && record.notices.map(\.channel) == [.back])
        }
    }

    @Test("oidcc-backchannel-logout-discovery-endpoint-verification, and the same of the front channel")
    func discovery() async throws {
        try await TestServer.run { server in
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            for member in ["backchannel_logout_supported", "backchannel_logout_session_supported"] { #expect(document[member] == true) }
            for member in ["frontchannel_logout_supported", "frontchannel_logout_session_supported"] { #expect(document[member] == true) }
            #expect(document["end_session_endpoint"]?.string == server.fixture.issuer + "/logout")
        }
    }

    @Test("case 187: whoever began it: an admin's sign-out, a disabled user, a deleted user: each app of each session is told, with one record")
    func admin() async throws {
        for act in ["sign-out", "disable", "delete"] {
            try await Self.run { server, apps, _, hint in
                let second = Browser(server)
                _ = try await server.app.redeem(try await second.signIn(server.app), at: server)
                let bob = Browser(server)
                _ = try await server.app.redeem(try await bob.signIn(server.app, nameID: "bob@example.com"), at: server)
                let (fixture, pool) = (server.fixture, server.fixture.pool.id.text)
                let user = try #require(try Self.claims(of: hint).claims["sub"]?.string)
                switch act {
                case "sign-out":
                    let done = try await fixture.administration.perform(SignOutUser(user, pool: pool))
                    #expect(done.sessions == 2)
                    let logout = try #require(done.logout)
                    #expect(logout.record.initiator == .administrator && logout.notices.count == 2 && !logout.isComplete)
                    #expect(logout.record.userID?.text == user)
                case "disable": _ = try await fixture.administration.perform(SetUserEnabled(false, user, pool: pool))
                default: try await fixture.administration.perform(DeleteUser(user, pool: pool))
                }
                #expect(try await Self.tell(server).map(\.result) == [.told, .told], "\(act)")
                let tokens = try apps.received.map { try Self.claims(of: try #require($0.logoutToken)).claims }
                #expect(tokens.allSatisfy { $0["sub"]?.string == user } && Set(tokens.compactMap { $0["sid"]?.string }).count == 2)
                #expect(try await bob.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
                // What is over already is not told again.
                if act == "sign-out" {
                    #expect(try await fixture.administration.perform(SignOutUser(user, pool: pool)).logout == nil)
                    #expect(try await Self.tell(server).isEmpty)
                }
            }
        }
    }

    @Test("only the apps of the session hear of it: not one in which the person never was, nor one without an address")
    func others() async throws {
        try await Self.run { server, apps, browser, hint in
            for (name, uri) in [("billing", "https://billing.example/out"), ("never", "https://never.example/out"), ("silent", nil)] {
                let made = try await server.fixture.addClient(name, redirectURI: "https://\(name).example/cb") {
                    if let uri { $0.logout.backchannelURI = .set(uri) }
                }
                guard name != "never" else { continue }
                let app = TestApp(clientID: made.client.id.text, secret: made.secret, redirectURI: "https://\(name).example/cb")
                let code = try #require(try await browser.get(app.authorizeURL(server)).parameter("code"))
                #expect(try await app.redeem(code, at: server).status == 200)
            }
            _ = try await Self.signOut(server, browser, hint)
            try await Self.tell(server)
            #expect(Set(apps.received.map(\.url)) == [Self.uri, "https://billing.example/out"])
            let audiences = try apps.received.map { try Self.claims(of: try #require($0.logoutToken)).claims["aud"]?.string }
            #expect(Set(audiences).count == 2)
        }
    }

    @Test("an app that does not answer has four of the sixteen places, and the others are told meanwhile")
    func hanging() async throws {
        try await Self.run { server, apps, _, _ in
            let made = try await server.fixture.addClient("billing", redirectURI: "https://billing.example/cb") {
                $0.logout.backchannelURI = .set("https://billing.example/out")
            }
            let billing = TestApp(clientID: made.client.id.text, secret: made.secret, redirectURI: "https://billing.example/cb")
            for number in 0..<20 {
                let browser = Browser(server)
                let tokens = try await server.app.redeem(try await browser.signIn(server.app), at: server).json
                if number == 19 {
                    let code = try #require(try await browser.get(billing.authorizeURL(server)).parameter("code"))
                    #expect(try await billing.redeem(code, at: server).status == 200)
                }
                server.fixture.clock.advance(by: 1)
                _ = try await Self.signOut(server, browser, try #require(tokens["id_token"]?.string))
            }
            let first = Mutex<[String]>([])
            apps.answer { url in
                first.withLock { $0.append(url) }
                return 200
            }
            try await Self.tell(server)
            // All are told, and the one of the other app does not wait for the nineteen before it.
            let order = first.withLock { $0 }
            #expect(order.count == 21 && order.filter { $0 == Self.uri }.count == 20)
            let place = try #require(order.firstIndex(of: "https://billing.example/out"))
            #expect(place < 16, "\(place)")
        }
    }

    @Test("a failure is followed by another attempt with a token of its own, later and later, and an end after nine", arguments: [503, 429, 408, 0])
    func retries(status: Int) async throws {
        try await Self.run { server, apps, browser, hint in
            apps.answer { _ throws(HTTPTransportError) in
                guard status != 0 else { throw .timeout }
                return status
            }
            _ = try await Self.signOut(server, browser, hint)
            var waited: [Int] = []
            for attempt in 1...9 {
                let notice = try #require(try await Self.tell(server).first)
                #expect(notice.attempts == attempt && notice.detail == (status == 0 ? "transport.timeout" : "status_\(status)"))
                guard let due = notice.dueAt else {
                    #expect(attempt == 9 && notice.result == .failed)
                    continue
                }
                let seconds = Int(due.timeIntervalSince(server.fixture.clock.now))
                server.fixture.clock.advance(by: seconds - 1)
                #expect(try await Self.tell(server).isEmpty)
                server.fixture.clock.advance(by: 1)
                waited.append(seconds)
            }
            #expect(waited == [15, 30, 60, 120, 300, 900, 1800, 1800])
            server.fixture.clock.advance(by: 86_400)
            #expect(try await Self.tell(server).isEmpty && apps.received.count == 9)
            let tokens = try apps.received.map { try Self.claims(of: try #require($0.logoutToken)).claims }
            #expect(Set(tokens.compactMap { $0["jti"]?.string }).count == 9)
            #expect(try await Self.record(server).isComplete == false)
        }
    }

    @Test("§2.8: 200 and 204 are success; what the app refuses is not asked again", arguments: [200, 204, 400, 404, 302, 401])
    func final(status: Int) async throws {
        try await Self.run { server, apps, browser, hint in
            apps.answer { _ in status }
            _ = try await Self.signOut(server, browser, hint)
            let notice = try #require(try await Self.tell(server).first)
            #expect(notice.result == (status < 300 ? .told : .failed) && notice.dueAt == nil)
            #expect(notice.detail == (status < 300 ? nil : "status_\(status)"))
            server.fixture.clock.advance(by: 86_400)
            #expect(try await Self.tell(server).isEmpty)
        }
    }

    @Test("case 188: an address that may not be asked, a client that is gone or has no address any more: given up at once")
    func notAllowed() async throws {
        try await Self.run { server, apps, browser, hint in
            apps.answer { _ throws(HTTPTransportError) in throw .notAllowed }
            _ = try await Self.signOut(server, browser, hint)
            let notice = try #require(try await Self.tell(server).first)
            #expect(notice.result == .failed && notice.detail == "transport.not_allowed")
        }
        try await Self.run { server, apps, browser, hint in
            _ = try await Self.signOut(server, browser, hint)
            try await server.fixture.updateClient { $0.logout.backchannelURI = .remove }
            let notice = try #require(try await Self.tell(server).first)
            #expect(notice.result == .failed && notice.detail == "not_registered" && apps.received.isEmpty)
        }
    }

    @Test("case 189: two servers tell an app once, and one that is killed while it tells leaves it to the other")
    func servers() async throws {
        try await Self.run { server, apps, browser, hint in
            _ = try await Self.signOut(server, browser, hint)
            try await withThrowingTaskGroup { group in
                for _ in 0..<10 { group.addTask { try await Self.tell(server) } }
                try await group.waitForAll()
            }
            #expect(apps.received.count == 1)
        }
        try await Self.run { server, apps, browser, hint in
            _ = try await Self.signOut(server, browser, hint)
            // It took the notice and was heard of no more.
            let (stores, now) = (server.fixture.stores, server.fixture.clock.now)
            let taken = try await stores.logouts.takeNotices(dueAt: now, until: now.addingTimeInterval(20), limit: 5)
            #expect(taken.count == 1)
            #expect(try await Self.tell(server).isEmpty)
            server.fixture.clock.advance(by: 20)
            #expect(try await Self.tell(server).map(\.result) == [.told] && apps.received.count == 1)
            // What it still says then does not count.
            var late = try #require(taken.first)
            (late.result, late.dueAt) = (.failed, nil)
            try await stores.logouts.keep(late)
            #expect(try await Self.record(server).notices.map(\.result) == [.told])
        }
    }

    @Test("an address is https, or of this machine, and has no fragment (§2.2)")
    func addresses() async throws {
        try await GatewayFixture.run { fixture in
            for uri in ["http://app.example/out", "https://app.example/out#f", "ftp://app.example/", "app.example", "https://u@app.example/"] {
                await #expect(throws: AdministrationError.self, "\(uri)") {
                    try await fixture.updateClient { $0.logout.backchannelURI = .set(uri) }
                }
            }
            for uri in ["https://app.example/out?x=1", "http://localhost:3000/out", "http://127.0.0.1/out"] {
                try await fixture.updateClient {
                    $0.logout.backchannelURI = .set(uri)
                    $0.logout.backchannelSessionRequired = true
                }
                let metadata = try await fixture.administration.client(fixture.client.id.text, pool: fixture.pool.id.text).metadata
                #expect(metadata.backchannelLogoutURI == uri && metadata.backchannelLogoutSessionRequired == true)
            }
            try await fixture.updateClient { $0.logout.backchannelURI = .remove }
            #expect(try await fixture.administration.client(fixture.client.id.text, pool: fixture.pool.id.text).metadata == ClientMetadata())
        }
    }
}
