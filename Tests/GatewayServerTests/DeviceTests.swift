import Administration
import Foundation
import Gateway
import GatewayServer
import HTTPTypes
import Logging
import OpenIDConnect
import Storage
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 8628: a device without a browser is let in by somebody who has one")
struct DeviceTests {
    /// A television, which is a public client.
    struct Device {
        let server: TestServer
        let app: TestApp

        func begin(_ changes: [String: String?] = [:], headers: HTTPFields = [:]) async throws -> Answer {
            var form: [String: String?] = ["client_id": app.clientID, "scope": "openid email"]
            for (name, value) in changes { form[name] = value }
            return try await server.post(
                server.fixture.issuer + "/oauth2/device_authorization", form.compactMap { name, value in value.map { (name, $0) } }, headers: headers)
        }

        func poll(_ code: String, _ changes: [String: String] = [:]) async throws -> Answer {
            var form = ["grant_type": AppClient.deviceGrantType, "device_code": code, "client_id": app.clientID]
            for (name, value) in changes { form[name] = value }
            return try await server.post(server.fixture.issuer + "/oauth2/token", form.map { ($0.key, $0.value) })
        }

        /// The two codes.
        func codes(_ changes: [String: String?] = [:]) async throws -> (device: String, user: String) {
            let answer = try await begin(changes).json
            return (try #require(answer["device_code"]?.string), try #require(answer["user_code"]?.string))
        }
    }

    private func run(
        groups: [String] = [], _ body: @Sendable (TestServer, Device) async throws -> Void
    ) async throws {
        try await TestServer.run({ $0.isConfidential = false }) { server in
            let made = try await server.fixture.administration.perform(
                CreateClient(
                    name: "Living room", pool: server.fixture.pool.id.text, confidential: false,
                    settings: {
                        var settings = ClientSettings()
                        settings.grantTypes = [AppClient.deviceGrantType, "refresh_token"]
                        if !groups.isEmpty { settings.requiredGroups = ListChange(groups) }
                        return settings
                    }()))
            try await body(server, Device(server: server, app: TestApp(clientID: made.client.id.text, secret: nil, redirectURI: "")))
        }
    }

    @Test("from the device to the browser and back: tokens of the usual shape, and a refresh token")
    func whole() async throws {
        try await run { server, device in
            let answer = try await device.begin()
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store")
            let code = try #require(answer.json["device_code"]?.string), user = try #require(answer.json["user_code"]?.string)
            #expect(user.wholeMatch(of: /[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}/) != nil)
            #expect(answer.json["verification_uri"]?.string == server.fixture.issuer + "/device")
            #expect(answer.json["verification_uri_complete"]?.string == server.fixture.issuer + "/device?user_code=" + user)
            #expect(answer.json["expires_in"] == 900 && answer.json["interval"] == 5)
            try await server.expectError("authorization_pending") { try await device.poll(code) }

            let browser = Browser(server)
            let question = try await browser.enter(user.lowercased().replacing("-", with: " "))
            #expect(question.body.contains("Living room") && question.body.contains("alice@example.com") && question.body.contains(user))
            #expect(question.body.contains("Only continue if you began this on a device in front of you."))
            server.expectPage(question)
            try await server.expectError("authorization_pending") {
                server.fixture.clock.advance(by: 5)
                return try await device.poll(code)
            }
            let allowed = try await browser.press("allow", on: question)
            #expect(allowed.status == 200 && allowed.body.contains("The device is connected"))
            // The button twice.
            #expect(try await browser.press("allow", on: question).body.contains("The device is connected"))

            let tokens = try await device.poll(code)
            #expect(tokens.status == 200, "\(tokens.body)")
            #expect(tokens.json["scope"] == "openid email" && tokens.json["token_type"] == "Bearer")
            let access = try await server.verifier().verify(accessToken: try #require(tokens.json["access_token"]?.string))
            #expect(access.clientID == device.app.clientID && access.claims.string("sid") != nil)
            let id = try await server.verifier(audience: device.app.clientID).verify(
                idToken: try #require(tokens.json["id_token"]?.string), nonce: nil)
            #expect(id.subject == access.subject)
            let refreshed = try await device.app.refresh(try #require(tokens.json["refresh_token"]?.string), at: server)
            #expect(refreshed.status == 200, "\(refreshed.body)")
            try await server.expectError("invalid_grant") { try await device.poll(code) }
            // The browser's session ends, and all that came of it.
            #expect(try await server.fixture.stores.sessions.end(Session.ID(try #require(access.claims.string("sid")))!, in: server.fixture.pool.id))
            try await server.expectError("invalid_grant") {
                try await device.app.refresh(try #require(refreshed.json["refresh_token"]?.string), at: server)
            }
        }
    }

    @Test("case 174: a session is asked too, and lets nobody in by itself; the address with the code shows it, and does nothing")
    func session() async throws {
        try await run { server, device in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            let codes = try await device.codes()
            let page = try await browser.get(server.fixture.issuer + "/device?user_code=" + codes.user)
            #expect(
                page.status == 200 && page.body.contains("value=\"\(codes.user)\"") && page.body.contains("Check that your device shows this code."))
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
            // Nobody who only looked claimed it: another browser may.
            let question = try await browser.enter(codes.user)
            #expect(question.body.contains("name=\"answer\" value=\"allow\""))
            server.fixture.clock.advance(by: 5)
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
            #expect(try await browser.press("deny", on: question).body.contains("The device was not let in"))
            server.fixture.clock.advance(by: 5)
            try await server.expectError("access_denied") { try await device.poll(codes.device) }
            #expect(try await browser.press("allow", on: question).body.contains("This was answered already"))
        }
    }

    @Test("case 174: what answers a question is a form of ours in the browser that was asked: without its token, or elsewhere, nothing is let in")
    func forms() async throws {
        try await run { server, device in
            let codes = try await device.codes()
            let (browser, thief) = (Browser(server), Browser(server))
            let question = try await browser.enter(codes.user)
            let fields = DeviceTests.fields(question)
            let url = server.fixture.issuer + "/device/confirm"
            for wrong in [
                fields.filter { $0.name != "csrf" }, fields.map { $0.name == "csrf" ? (name: $0.name, value: String($0.value.reversed())) : $0 },
            ] {
                try await server.expectRefusal("sign_in.form_token") { try await browser.post(url, wrong + [("answer", "allow")]) }
            }
            // A thief with a page of its own has a token of its own, and neither the request nor the code is its.
            let own = DeviceTests.fields(try await thief.get(server.fixture.issuer + "/device")).filter { $0.name == "csrf" }
            let stolen = try await thief.post(url, fields.filter { $0.name != "csrf" } + own + [("answer", "allow")])
            #expect(stolen.body.contains("This was answered already"))
            let typed = try await thief.post(server.fixture.issuer + "/device", own + [("user_code", codes.user)])
            #expect(typed.status == 200 && typed.body.contains("This code is not known"))
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
        }
    }

    @Test("case 175: a code of another sign-in, brought to this browser or made for another device, lets nobody in")
    func otherCode() async throws {
        try await run { server, device in
            let (victim, attacker) = (Browser(server), Browser(server))
            let (codes, others) = (try await device.codes(), try await device.codes())
            let question = try await victim.enter(codes.user)
            let attack = try await attacker.enter(others.user, nameID: "mallory@example.com")
            func code(_ page: Answer) throws -> String { try #require(DeviceTests.fields(page).first { $0.name == "code" }?.value) }
            func allow(_ code: String) async throws -> Answer {
                try await victim.post(
                    server.fixture.issuer + "/device/confirm",
                    DeviceTests.fields(question).map { $0.name == "code" ? (name: "code", value: code) : $0 } + [("answer", "allow")])
            }
            #expect(try await allow(try code(attack)).status == 400)
            // The app's own code, of this very browser and session.
            let own = try await victim.get(server.app.authorizeURL(server))
            #expect(try await allow(try #require(own.parameter("code"))).status == 400)
            // Used: the person signs in again, which the session answers.
            #expect(try await allow("no-code").status == 303)
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
            #expect(try await victim.press("allow", on: question).body.contains("The device is connected"))
            // Nor can anybody redeem what let it in.
            try await server.expectError("unauthorized_client") {
                try await TestApp(clientID: device.app.clientID, secret: nil, redirectURI: server.fixture.issuer + "/device/confirm").redeem(
                    try code(question), at: server)
            }
        }
    }

    @Test("an address that was changed on its way grants nothing else than the device asked for")
    func changedAddress() async throws {
        try await run { server, device in
            let browser = Browser(server)
            let codes = try await device.codes(["scope": "openid"])
            let sent = try await browser.type(codes.user)
            let wider = try #require(sent.location).replacing("scope=openid", with: "scope=openid+email+phone")
            let question = try await browser.follow(wider)
            #expect(try await browser.press("allow", on: question).status == 400)
            server.fixture.clock.advance(by: 5)
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
        }
    }

    @Test("case 173: after twenty codes that are none from one address no more are tried, not even a right one; a right one costs nothing")
    func guesses() async throws {
        try await run { server, device in
            let devices = server.fixture.application().devices
            let (pool, address) = (server.fixture.pool, PoolAddress(publicURL: GatewayFixture.publicURL, pool: server.fixture.pool))
            let code = try await device.codes().user
            func enter(_ text: String, from network: String) async throws -> DeviceSignIn.Entry {
                let cookies = BrowserCookies(binding: SecretBytes(String(repeating: "b", count: 43)), session: nil)
                return try await devices.enter(text, pool: pool, address: address, cookies: cookies.withClientAddress(from: network))
            }
            for _ in 0..<50 { guard case .signIn = try await enter(code, from: "203.0.113.7") else { Issue.record("refused"); return } }
            // What cannot be one is not looked for.
            for _ in 0..<50 { guard case .unknown = try await enter("hello", from: "203.0.113.7") else { Issue.record("held back"); return } }
            for _ in 0..<20 { guard case .unknown = try await enter("BBBB-BBBB", from: "203.0.113.7") else { Issue.record("held back"); return } }
            guard case .tooMany = try await enter(code, from: "203.0.113.7") else { Issue.record("not held back"); return }
            guard case .signIn = try await enter(code, from: "198.51.100.7") else { Issue.record("refused"); return }
            // All together, from however many addresses.
            var held = 0
            for number in 0..<2_100 {
                if case .tooMany = try await enter("BBBB-BBBB", from: "10.0.\(number / 250).\(number % 250 + 1)") { held += 1 }
            }
            #expect(held == 120)
            guard case .tooMany = try await enter(code, from: "198.51.100.8") else { Issue.record("not held back"); return }
            server.fixture.clock.advanceUptime(by: .seconds(900))
            guard case .signIn = try await enter(code, from: "203.0.113.7") else { Issue.record("refused"); return }
        }
    }

    @Test("case 173: neither code stands in the database, as itself or as a hash that can be computed without the master key")
    func hashed() async throws {
        try await run { server, device in
            let codes = try await device.codes()
            let letters = codes.user.replacing("-", with: "")
            let rows = try await server.fixture.database.read { connection throws(StoreError) in
                try connection.rows("SELECT * FROM device_requests", []).map { "\($0)" }
            }
            #expect(rows.count == 1)
            for plain in [codes.device, codes.user, letters] { #expect(!rows[0].contains(plain)) }
            for hashed in [codes.user, letters, letters.lowercased()] { #expect(!rows[0].contains("\(SecretHash(of: hashed.utf8).bytes)")) }
            #expect(rows[0].contains("\(SecretHash(of: codes.device.utf8).bytes)"))
        }
    }

    @Test("case 176: who asks too often is told to slow down, and waits five seconds more from then on")
    func slowDown() async throws {
        try await run { server, device in
            let codes = try await device.codes()
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
            server.fixture.clock.advance(by: 4)
            try await server.expectError("slow_down") { try await device.poll(codes.device) }
            server.fixture.clock.advance(by: 5)
            try await server.expectError("slow_down") { try await device.poll(codes.device) }
            server.fixture.clock.advance(by: 15)
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
            // No line for each question, where lines cost.
            #expect(!server.log.lines.contains { $0.metadata["code"] == "oauth.authorization_pending" && $0.level >= .info })
        }
    }

    @Test("case 176: fifty polls at once: one has tokens; another client's, and one that is late, have none")
    func polls() async throws {
        try await run { server, device in
            let (codes, late) = (try await device.codes(), try await device.codes())
            let browser = Browser(server)
            _ = try await browser.press("allow", on: try await browser.enter(codes.user))
            let thief = try await server.fixture.addClient("Thief", redirectURI: "https://t.example/cb", confidential: false) {
                $0.grantTypes = ["authorization_code", AppClient.deviceGrantType]
            }
            try await server.expectError("invalid_grant") { try await device.poll(codes.device, ["client_id": thief.client.id.text]) }
            try await server.expectError("unauthorized_client") { try await device.poll(codes.device, ["client_id": server.app.clientID]) }
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { try await device.poll(codes.device).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 400 } == 49)
            server.fixture.clock.advance(by: 900)
            try await server.expectError("expired_token") { try await device.poll(late.device) }
            #expect(
                try await browser.post(server.fixture.issuer + "/device", try await browser.typed(late.user)).body.contains("This code is not known"))
        }
    }

    @Test("who is in none of the groups that the client is for lets no device in; who left them before the device asked neither")
    func groups() async throws {
        try await run(groups: ["orders"]) { server, device in
            let codes = try await device.codes()
            let browser = Browser(server)
            let sent = try await browser.follow(try #require(try await browser.type(codes.user).location), groups: ["staff"])
            #expect(sent.status == 403, "\(sent.location ?? sent.body)")
            try await server.expectError("authorization_pending") { try await device.poll(codes.device) }
            let again = Browser(server)
            let other = try await device.codes()
            let question = try await again.follow(try #require(try await again.type(other.user).location), groups: ["orders"])
            #expect(try await again.press("allow", on: question).status == 200)
            var client = try #require(try await server.fixture.stores.clients.find(AppClient.ID(device.app.clientID)!, in: server.fixture.pool.id))
            client.requiredGroups = ["managers"]
            #expect(try await server.fixture.stores.clients.update(client))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("access_denied") { try await device.poll(other.device) }
        }
    }

    @Test("§3.1: a client without the grant, another's scope or resource, a wrong secret: refused where the device begins")
    func refusals() async throws {
        try await run { server, device in
            try await server.expectError("unauthorized_client") { try await device.begin(["client_id": server.app.clientID]) }
            try await server.expectError("invalid_client", status: 401) { try await device.begin(["client_id": "nobody"]) }
            try await server.expectError("invalid_client", status: 401) { try await device.begin(["client_id": nil]) }
            try await server.expectError("invalid_client", status: 401) { try await device.begin(["client_secret": "x"]) }
            try await server.expectError("invalid_scope") { try await device.begin(["scope": "admin"]) }
            try await server.expectError("invalid_target") { try await device.begin(["resource": "https://other.example"]) }
            #expect(try await server.get(server.fixture.issuer + "/oauth2/device_authorization").status == 405)
            try await server.expectError("invalid_request") {
                try await server.post(
                    server.fixture.issuer + "/oauth2/token", [("grant_type", AppClient.deviceGrantType), ("client_id", device.app.clientID)])
            }
            // The page is no redirect URI of a client that has no devices.
            try await server.expectRefusal("sign_in.redirect_uri") {
                try await server.get(server.app.authorizeURL(server, ["redirect_uri": server.fixture.issuer + "/device/confirm"]))
            }
            #expect(try await rowCount(server) == 0)
        }
    }

    @Test("how many devices a public client begins is bounded, and they come back")
    func bounded() async throws {
        try await run { server, device in
            var answer = try await device.begin()
            for _ in 0..<200 where answer.status == 200 { answer = try await device.begin() }
            #expect(answer.status == 503 && answer.json["error"] == "temporarily_unavailable")
            server.fixture.clock.advanceUptime(by: .seconds(90))
            #expect(try await device.begin().status == 200)
        }
    }

    @Test("discovery names the endpoint and the grant (§4)")
    func discovery() async throws {
        try await run { server, _ in
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(document["device_authorization_endpoint"]?.string == server.fixture.issuer + "/oauth2/device_authorization")
            #expect(document["grant_types_supported"]?.strings?.contains("urn:ietf:params:oauth:grant-type:device_code") == true)
        }
    }

    private func rowCount(_ server: TestServer) async throws -> Int {
        try await server.fixture.database.read { connection throws(StoreError) in try connection.rows("SELECT 1 FROM device_requests", []).count }
    }

    /// What the form of a page sends.
    static func fields(_ page: Answer) -> [(name: String, value: String)] {
        page.body.matches(of: /<input[^>]*name="([^"]*)" value="([^"]*)"/).map { (String($0.1), String($0.2)) }
    }
}

extension Browser {
    /// The form with the code typed.
    func typed(_ code: String) async throws -> [(name: String, value: String)] {
        let page = try await get(server.fixture.issuer + "/device")
        return DeviceTests.fields(page).filter { $0.name == "csrf" } + [("user_code", code)]
    }

    func type(_ code: String) async throws -> Answer { try await post(server.fixture.issuer + "/device", try await typed(code)) }

    /// From the sign-in's address to the question, by the provider where there is no session.
    func follow(_ url: String, nameID: String = "alice@example.com", groups: [String]? = nil) async throws -> Answer {
        var answer = try await get(url)
        let location = try #require(answer.location, "\(answer.body)")
        if !location.hasPrefix(server.fixture.issuer) {
            var attributes = FakeResponse.usualAttributes
            if let groups {
                var attribute = FakeResponse.Attribute("groups")
                attribute.values = groups
                attributes = attributes.filter { $0.name != "groups" } + [attribute]
            }
            let request = try server.fixture.identityProvider.request(inRedirect: location).request
            answer = try await self.answer(request, nameID: nameID, attributes: attributes)
        }
        return try await get(try #require(answer.location, "\(answer.body)"))
    }

    func enter(_ code: String, nameID: String = "alice@example.com") async throws -> Answer {
        let sent = try await type(code)
        #expect(sent.status == 303, "\(sent.body)")
        return try await follow(try #require(sent.location), nameID: nameID)
    }

    func press(_ answer: String, on page: Answer) async throws -> Answer {
        try await post(server.fixture.issuer + "/device/confirm", DeviceTests.fields(page) + [("answer", answer)])
    }
}
