import Administration
import Foundation
import HTTPTypes
import OpenIDConnect
import SAML
import Synchronization
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@testable import Gateway

@Suite("A sign-out goes on to the OpenID provider (OpenID Connect RP-Initiated Logout 1.0, our role as the relying party)")
struct UpstreamSignOutTests {
    typealias Setting = OpenIDServerTests.Setting
    private static let endpoint = "https://op.example/end?tenant=a"

    /// Somebody is signed in by a provider that has an address to sign people out.
    private struct Stage: Sendable {
        let setting: Setting
        let browser: Browser
        /// What the provider signed.
        let upstreamToken: String
        /// The app's own ID token.
        let hint: String
        let refresh: String
        var server: TestServer { setting.server }
        var callback: String { server.fixture.issuer + "/logout/callback" }

        func logoutURL(_ more: [(name: String, value: String)] = []) -> String {
            FormCoding.append(
                [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI), ("state", "s 1")] + more,
                to: server.fixture.issuer + "/logout")
        }

        func record() async throws -> LogoutRecord {
            let reference = try #require(server.log.lines.last { $0.message == "signed out" }?.metadata["reference"])
            let id = try #require(LogoutRecord.Reference(reference))
            return try #require(try await server.fixture.stores.logouts.find(id, in: server.fixture.pool.id))
        }

        func back(_ state: String?, by other: Browser? = nil) async throws -> Answer {
            try await (other ?? browser).get(FormCoding.append(state.map { [("state", $0)] } ?? [], to: callback))
        }

        func expectOver() async throws {
            let asked = try await browser.get(server.app.authorizeURL(server, ["prompt": "none", "identity_provider": "op"]))
            #expect(asked.parameter("error") == "login_required")
            #expect(try await server.app.refresh(refresh, at: server).json["error"]?.string == "invalid_grant")
        }

        /// Off to the provider: what it is asked.
        func leave() async throws -> [String: String] {
            let location = try #require(try await browser.get(logoutURL()).location)
            #expect(location.hasPrefix(endpoint + "&"))
            return FakeOpenIDProvider.query(location)
        }
    }

    private static func run(
        _ endSession: String? = endpoint, claims more: JSONObject = [:],
        register: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        let provider = try FakeOpenIDProvider()
        let signed = Mutex("")
        provider.change { behaviour in
            behaviour.discovery = { document in
                var document = document
                document.append("end_session_endpoint", ifPresent: endSession)
                return document
            }
            behaviour.claims = { claims in
                var claims = claims
                for member in more.members { claims.append(member.name, member.value) }
                return claims
            }
            behaviour.idToken = { token in
                signed.withLock { $0 = token }
                return token
            }
        }
        try await Setting.run(provider: provider, register: register) { setting in
            let browser = Browser(setting.server)
            let (answer, redirectURI) = try await setting.begin(browser)
            let done = try await browser.get(FormCoding.append(answer, to: redirectURI))
            let tokens = try await setting.server.app.redeem(try #require(done.parameter("code")), at: setting.server).json
            try await body(
                Stage(
                    setting: setting, browser: browser, upstreamToken: signed.withLock { $0 }, hint: try #require(tokens["id_token"]?.string),
                    refresh: try #require(tokens["refresh_token"]?.string)))
        }
    }

    @Test("oidcc-client-test-rp-init-logout: to the provider with its own ID token, and back with its state to the app")
    func whole() async throws {
        try await Self.run { stage in
            let asked = try await stage.leave()
            #expect(asked["id_token_hint"] == stage.upstreamToken && asked["client_id"] == stage.setting.provider.clientID)
            #expect(asked["post_logout_redirect_uri"] == stage.callback && asked["tenant"] == "a")
            let state = try #require(asked["state"])
            #expect(state.utf8.count == 43 && asked.count == 5)
            // Whatever comes of it, here it is over; and if nobody comes back, the record says so.
            try await stage.expectOver()
            #expect(try await stage.record().parties.map(\.result) == [.ended, .asked])
            let done = try await stage.back(state)
            #expect(done.status == 303 && done.location == GatewayFixture.logoutURI + "?state=s%201")
            let record = try await stage.record()
            #expect(record.parties.map(\.result) == [.ended, .signedOut] && record.parties[1].name == "op" && record.isComplete)
            #expect(record.initiator == .app(stage.server.fixture.client.id) && record.userID != nil)
            // Nobody's ID token is in the log.
            #expect(!stage.server.log.lines.contains { "\($0)".contains(stage.upstreamToken) })
        }
    }

    @Test(
        "case 209, oidcc-client-test-rp-init-logout-other-state, -no-state: no state, one that is wrong, used, late, or of another browser or pool")
    func state() async throws {
        try await Self.run { stage in
            let state = try #require(try await stage.leave()["state"])
            func expectRefused(_ answer: Answer, _ code: String) {
                #expect(answer.status == 400 && answer.location == nil && answer.body.contains("The sign-out did not work"))
                #expect(stage.server.log.lines.last { $0.metadata["code"] != nil }?.metadata["code"] == code)
            }
            expectRefused(try await stage.back(nil), "sign_out.missing_state")
            expectRefused(try await stage.back(""), "sign_out.missing_state")
            let swapped = String(state.reversed())
            for other in [swapped, state + "A", String(state.dropLast()), "\u{0}", "_" + state, String(repeating: "a", count: 5_000)] {
                expectRefused(try await stage.back(other), "sign_out.unknown_state")
            }
            expectRefused(try await stage.back(state, by: Browser(stage.server)), "sign_out.unknown_state")
            let stranger = Browser(stage.server)
            _ = try await stranger.get(stage.server.app.authorizeURL(stage.server, ["identity_provider": "op"]))
            expectRefused(try await stage.back(state, by: stranger), "sign_out.unknown_state")
            let twice = try await stage.browser.get(stage.callback + "?state=\(state)&state=\(state)")
            #expect(twice.status == 400 && twice.location == nil)
            #expect(try await stage.record().parties.map(\.result) == [.ended, .asked])
            // None of it used the state up.
            #expect(try await stage.back(state).status == 303)
            expectRefused(try await stage.back(state), "sign_out.unknown_state")
            #expect(try await stage.record().parties.map(\.result) == [.ended, .signedOut])
        }
        try await Self.run { stage in
            let state = try #require(try await stage.leave()["state"])
            stage.server.fixture.clock.advance(by: 1_801)
            #expect(try await stage.back(state).status == 400)
            #expect(try await stage.record().parties.map(\.result) == [.ended, .asked])
        }
    }

    @Test("case 209: the ID of a request to a SAML provider is no state, and of 20 who come back with one state one goes on")
    func once() async throws {
        try await Self.run { stage in
            let state = try #require(try await stage.leave()["state"])
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await stage.back(state).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 303 } == 1 && statuses.count { $0 == 400 } == 19)
            let record = LogoutRecord(
                reference: LogoutRecord.Reference("ABCDEFGH2345")!, poolID: stage.server.fixture.pool.id, userID: nil, initiator: .person,
                parties: [.init(.provider, "corp", .asked, at: stage.server.fixture.clock.now)], requestID: String(repeating: "a", count: 43),
                createdAt: stage.server.fixture.clock.now)
            let again = Browser(stage.server)
            let (answer, redirectURI) = try await stage.setting.begin(again)
            _ = try await again.get(FormCoding.append(answer, to: redirectURI))
            let session = try #require(again.sessionCookie)
            let found = try await stage.server.fixture.stores.sessions.find(
                cookie: SecretHash(of: Array(session.utf8)), in: stage.server.fixture.pool.id, at: stage.server.fixture.clock.now)
            #expect(try await stage.server.fixture.stores.logouts.end([try #require(found?.session.id)], recorded: record))
            #expect(try await stage.back(String(repeating: "a", count: 43), by: again).status == 400)
        }
    }

    @Test("case 210: the provider's ID token is kept sealed, changes hands with the master key, is bounded, and goes with the session")
    func kept() async throws {
        try await Self.run { stage in
            let fixture = stage.server.fixture
            let cookie = try #require(stage.browser.sessionCookie)
            let session = try #require(
                try await fixture.stores.sessions.find(cookie: SecretHash(of: Array(cookie.utf8)), in: fixture.pool.id, at: fixture.clock.now)
            ).session
            func sealed() async throws -> [UInt8]? { try await fixture.stores.sessions.upstreamIDToken(of: session.id, in: fixture.pool.id) }
            let before = try #require(try await sealed())
            #expect(!String(decoding: before, as: UTF8.self).contains(stage.upstreamToken.prefix(20)))
            let context = UpstreamIDToken.context(fixture.pool.id, IdentityProvider.Name("op")!)
            #expect(try fixture.sealer.open(before, context: context).revealText() == stage.upstreamToken)
            let new = try Sealer(masterKey: SecretBytes([UInt8](repeating: 9, count: 32)))
            _ = try await Resealing(stores: fixture.stores, environment: fixture.clock.environment).reseal(from: fixture.sealer, to: new, by: .system)
            let after = try #require(try await sealed())
            #expect(try new.open(after, context: context).revealText() == stage.upstreamToken)
            // What does not open is dropped, and stands in the way of nothing.
            _ = try await Resealing(stores: fixture.stores, environment: fixture.clock.environment).reseal(from: new, to: fixture.sealer, by: .system)
            #expect(try await sealed() != nil)
            _ = try await stage.leave()
            #expect(try await sealed() == nil)
        }
        // What is too long for an address goes by a form.
        try await Self.run(claims: ["padding": .string(String(repeating: "x", count: 4_000))]) { stage in
            let answer = try await stage.browser.get(stage.logoutURL())
            let form = PageForm(answer.body)
            #expect(answer.status == 200 && form.action == Self.endpoint)
            #expect(form.fields.first { $0.name == "id_token_hint" }?.value == stage.upstreamToken)
            #expect(form.fields.map(\.name) == ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"])
            #expect(try await stage.back(form.fields.last?.value).status == 303)
            let fixture = stage.server.fixture
            let provider = try #require(try await fixture.stores.providers.find(IdentityProvider.Name("op")!, in: fixture.pool.id))
            func isKept(_ size: Int) throws -> Bool {
                try UpstreamIDToken.sealed(String(repeating: "x", count: size), of: provider, with: fixture.sealer) != nil
            }
            #expect(try isKept(16_384))
            #expect(try !isKept(16_385))
        }
    }

    @Test("a session of which no ID token is kept: the provider learns which client asks, and asks the person")
    func withoutHint() async throws {
        try await Self.run(register: { $0.singleLogout = false }) { stage in
            let fixture = stage.server.fixture
            var settings = OIDCProviderSettings()
            settings.singleLogout = true
            _ = try await fixture.administration.perform(UpdateOIDCProvider("op", pool: fixture.pool.id.text, settings: settings))
            fixture.clock.advanceUptime(by: .seconds(2))
            let asked = try await stage.leave()
            #expect(asked["id_token_hint"] == nil && asked["client_id"] == stage.setting.provider.clientID)
            #expect(try await stage.back(asked["state"]).status == 303)
        }
    }

    @Test("no address, switched off, or registered by a version that did not do so: signed out here as ever, and the record says why")
    func notAsked() async throws {
        for (endSession, why) in [(nil, "no_logout_service"), (Self.endpoint, "switched_off")] as [(String?, String)] {
            try await Self.run(endSession, register: { $0.singleLogout = endSession == nil }) { stage in
                #expect(try await stage.browser.get(stage.logoutURL()).location == GatewayFixture.logoutURI + "?state=s%201")
                try await stage.expectOver()
                #expect(try await stage.record().parties[1].detail == why)
            }
        }
        try await Self.run { stage in
            let fixture = stage.server.fixture
            var provider = try #require(try await fixture.stores.providers.find(IdentityProvider.Name("op")!, in: fixture.pool.id))
            guard case .oidc(var connection) = provider.kind else { return }
            #expect(connection.singleLogout == true)
            connection.singleLogout = nil
            provider.kind = .oidc(connection)
            #expect(try await fixture.stores.providers.update(provider))
            fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await stage.browser.get(stage.logoutURL()).location == GatewayFixture.logoutURI + "?state=s%201")
            #expect(try await stage.record().parties[1].detail == "switched_off")
        }
    }

    @Test("the address is https, and OAuth 2.0 alone has none")
    func addresses() async throws {
        try await Self.run { stage in
            let fixture = stage.server.fixture
            func update(_ change: (inout OIDCProviderSettings) -> Void) async throws {
                var settings = OIDCProviderSettings()
                change(&settings)
                _ = try await fixture.administration.perform(UpdateOIDCProvider("op", pool: fixture.pool.id.text, settings: settings))
            }
            for url in ["http://op.example/end", "https://u@op.example/end", "javascript:alert(1)", "https://op.example/end#f"] {
                await #expect(throws: AdministrationError.self, "\(url)") { try await update { $0.endSessionURL = url } }
            }
            try await update { $0.endSessionURL = "https://op.example/other" }
            fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await stage.browser.get(stage.logoutURL()).location?.hasPrefix("https://op.example/other?") == true)
        }
        await #expect(throws: (any Error).self) {
            try await Self.run("http://op.example/end") { _ in }
        }
    }

    @Test("the button of our page, the person's own page, and a form of another site: all lead to the provider, and back")
    func otherWays() async throws {
        try await Self.run { stage in
            let answer = try await stage.browser.post(
                stage.server.fixture.issuer + "/logout", [("confirm", "yes")], headers: [.origin: GatewayFixture.publicURL])
            let refresh = try #require(answer.headers[HTTPField.Name("Refresh")!])
            #expect(answer.status == 200 && refresh.hasPrefix("0; url=" + Self.endpoint))
            let done = try await stage.back(FakeOpenIDProvider.query(String(refresh.dropFirst("0; url=".count)))["state"])
            #expect(done.status == 200 && done.body.contains("You are signed out"))
            #expect(try await stage.record().initiator == .person)
        }
        try await Self.run { stage in
            let page = try await stage.browser.get(stage.server.fixture.issuer + "/account")
            let form = try #require(page.body.components(separatedBy: "<form ").first { $0.contains("value=\"end\"") })
            let answer = try await stage.browser.post(stage.server.fixture.issuer + "/account", PageForm("<form " + form).fields)
            let refresh = try #require(answer.headers[HTTPField.Name("Refresh")!])
            let done = try await stage.back(FakeOpenIDProvider.query(String(refresh.dropFirst("0; url=".count)))["state"])
            #expect(done.status == 200 && done.body.contains("You are signed out"))
        }
        try await Self.run { stage in
            let form = [(name: "id_token_hint", value: stage.hint), (name: "post_logout_redirect_uri", value: GatewayFixture.logoutURI)]
            let sent = try await stage.browser.post(stage.server.fixture.issuer + "/logout", form, fromAnotherSite: true)
            #expect(sent.status == 303 && sent.setCookies == [])
            let answer = try await stage.browser.get(try #require(sent.location))
            let refresh = try #require(answer.headers[HTTPField.Name("Refresh")!])
            #expect(answer.status == 200 && refresh.hasPrefix("0; url=" + Self.endpoint))
            #expect(try await stage.back(FakeOpenIDProvider.query(refresh)["state"]).status == 303)
            try await stage.expectOver()
        }
    }

    @Test("case 210: an app's server with an ID token of ours ends the session, and sees neither the provider's ID token nor apps' frames")
    func hintAlone() async throws {
        // With no cookie; and with the session of somebody else, by Amazon Cognito's form and by what our own page posts.
        for way in ["no cookie", "logout_uri", "confirm"] {
            try await Self.run { stage in
                try await stage.server.fixture.updateClient { $0.logout.frontchannelURI = .set("https://app.example/frontchannel") }
                let other = Browser(stage.server)
                if way != "no cookie" {
                    let mallory = FakeOpenIDProvider.Person.alice.with(["sub": "mallory-1", "email": "mallory@example.com"])
                    let (answer, redirectURI) = try await stage.setting.begin(other, as: mallory)
                    _ = try await other.get(FormCoding.append(answer, to: redirectURI))
                }
                let answer: Answer
                switch way {
                case "logout_uri":
                    answer = try await other.get(
                        FormCoding.append(
                            [
                                ("id_token_hint", stage.hint), ("client_id", stage.server.app.clientID), ("logout_uri", GatewayFixture.logoutURI),
                            ], to: stage.server.fixture.issuer + "/logout"))
                case "confirm":
                    answer = try await other.post(
                        stage.server.fixture.issuer + "/logout", [("id_token_hint", stage.hint), ("confirm", "yes")],
                        headers: [.origin: GatewayFixture.publicURL])
                default: answer = try await other.get(stage.logoutURL())
                }
                let shown = answer.body + "\(answer.headers)"
                // Whoever is signed in herself has the frames of her own apps.
                let sid = try #require(TokenVerifier.unverifiedClaims(of: stage.hint)?.string("sid"))
                #expect(!shown.contains(stage.upstreamToken) && !shown.contains(sid), "\(way)")
                if way == "no cookie" {
                    #expect(answer.status == 303 && answer.location == GatewayFixture.logoutURI + "?state=s%201")
                } else {
                    // Mallory goes to the provider for herself, and sees nothing of the other on the way back either.
                    let location = answer.location ?? answer.headers[HTTPField.Name("Refresh")!]
                    let state = FakeOpenIDProvider.query(try #require(location))["state"]
                    let done = try await stage.back(state, by: other)
                    #expect([200, 303].contains(done.status) && !done.body.contains(sid), "\(way) \(done.status)")
                }
                try await stage.expectOver()
                // The frame is not counted as shown.
                let fixture = stage.server.fixture
                let references = stage.server.log.lines.filter { $0.message == "signed out" }.compactMap { $0.metadata["reference"] }
                let first = try await fixture.administration.logout(try #require(references.first), pool: fixture.pool.id.text)
                #expect(first.notices.map(\.channel) == [.front] && first.notices.map(\.result) == [nil], "\(way)")
            }
        }
    }

    @Test("case 210: the ID token goes to nobody but its issuer, also where the provider's name is another's by now")
    func otherIssuer() async throws {
        let tenant = "11111111-2222-3333-4444-555555555555"
        let cases: [(String, [String], Bool)] = [("/", [], false), ("", [tenant], true), ("", [String(tenant.reversed())], false)]
        for (suffix, tenants, goes) in cases {
            try await Self.run(claims: ["tid": .string(tenant)]) { stage in
                let fixture = stage.server.fixture
                var provider = try #require(try await fixture.stores.providers.find(IdentityProvider.Name("op")!, in: fixture.pool.id))
                guard case .oidc(var connection) = provider.kind else { return }
                connection.issuer += suffix
                connection.tenants = tenants
                provider.kind = .oidc(connection)
                #expect(try await fixture.stores.providers.update(provider))
                fixture.clock.advanceUptime(by: .seconds(2))
                let asked = try await stage.leave()
                #expect(asked["id_token_hint"] == (goes ? stage.upstreamToken : nil), "\(suffix) \(tenants)")
                #expect(asked["client_id"] == stage.setting.provider.clientID)
            }
        }
    }

    @Test("case 209: an answer by SAML, which nobody signed, does not use up a state that an OpenID provider has")
    func answerOfAnotherKind() async throws {
        try await Self.run { stage in
            let state = try #require(try await stage.leave()["state"])
            let response = LogoutResponse(
                id: "_forged", inResponseTo: state, issueInstant: stage.server.fixture.clock.now, destination: nil, issuer: "https://evil.example",
                status: .loggedOut)
            let form = [(name: "SAMLResponse", value: Data(try response.encoded()).base64EncodedString())]
            let answer = try await Browser(stage.server).post(stage.server.fixture.issuer + "/saml2/logout", form, fromAnotherSite: true)
            #expect(answer.status == 400)
            #expect(stage.server.log.lines.last { $0.metadata["code"] != nil }?.metadata["code"] == "sign_out.unknown_request")
            #expect(try await stage.record().parties.map(\.result) == [.ended, .asked])
            #expect(try await stage.back(state).status == 303)
        }
    }

    @Test("at the pool's own domain the browser comes back there, where its cookies are")
    func ownDomain() async throws {
        try await Self.run { stage in
            try await stage.server.giveDomain()
            let url = FormCoding.append([("id_token_hint", stage.hint)], to: TestServer.ownDomain + "/logout")
            let asked = FakeOpenIDProvider.query(try #require(try await stage.browser.get(url).location))
            #expect(asked["post_logout_redirect_uri"] == TestServer.ownDomain + "/logout/callback")
            let done = try await stage.browser.get(TestServer.ownDomain + "/logout/callback?state=" + (asked["state"] ?? ""))
            #expect(done.status == 200 && done.body.contains("You are signed out"))
        }
    }

    @Test("apps with frames have them on the way to the provider, by redirect and by form, and once")
    func frames() async throws {
        for size in [10, 4_000] {
            try await Self.run(claims: ["padding": .string(String(repeating: "x", count: size))]) { stage in
                try await stage.server.fixture.updateClient { $0.logout.frontchannelURI = .set("https://app.example/frontchannel") }
                let answer = try await stage.browser.get(stage.logoutURL())
                #expect(answer.status == 200 && answer.body.contains("<iframe src=\"https://app.example/frontchannel?"))
                #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-src https://app.example; ") == true)
                let state: String?
                if size == 10 {
                    let refresh = try #require(answer.headers[HTTPField.Name("Refresh")!])
                    #expect(refresh.hasPrefix("3; url=" + Self.endpoint))
                    state = FakeOpenIDProvider.query(refresh)["state"]
                } else {
                    state = PageForm(answer.body).fields.last?.value
                }
                let done = try await stage.back(state)
                #expect(done.status == 303 && done.location == GatewayFixture.logoutURI + "?state=s%201")
            }
        }
    }
}
