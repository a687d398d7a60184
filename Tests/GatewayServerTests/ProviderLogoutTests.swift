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

@Suite("A provider tells of the end of a session (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8, our role as its client)")
struct ProviderLogoutTests {
    typealias Setting = OpenIDServerTests.Setting
    private static let event = "http://schemas.openid.net/event/backchannel-logout"

    /// A server whose provider has sessions with names, and somebody who is signed in by it.
    private static func run(
        register: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Setting, Browser, _ refresh: String) async throws -> Void
    ) async throws {
        try await Setting.run(register: register) { setting in
            let (browser, refresh) = try await signIn(setting, sid: "op-session-1")
            try await body(setting, browser, refresh)
        }
    }

    private static func signIn(
        _ setting: Setting, sid: String?, as person: FakeOpenIDProvider.Person = .alice
    ) async throws -> (Browser, refresh: String) {
        setting.provider.change { behaviour in
            behaviour.claims = { claims in
                var claims = claims
                claims.append("sid", ifPresent: sid)
                return claims
            }
        }
        let browser = Browser(setting.server)
        let (answer, redirectURI) = try await setting.begin(browser, as: person)
        let done = try await browser.get(FormCoding.append(answer, to: redirectURI))
        let tokens = try await setting.server.app.redeem(try #require(done.parameter("code")), at: setting.server)
        return (browser, try #require(tokens.json["refresh_token"]?.string))
    }

    private static func claims(_ setting: Setting, id: String = UUID().uuidString) -> JSONObject {
        let now = Int(setting.server.fixture.clock.now.timeIntervalSince1970)
        return [
            "iss": .string(setting.provider.issuer), "sub": "alice-7",
            "aud": .string(setting.provider.clientID), "iat": .integer(now), "exp": .integer(now + 120), "jti": .string(id),
            "sid": "op-session-1", "events": .object([event: .object([:])]),
        ]
    }

    private static func send(_ setting: Setting, _ token: String?, to name: String = "op") async throws -> Answer {
        try await setting.server.post(
            setting.server.fixture.issuer + "/oauth2/idplogout/" + name, token.map { [("logout_token", $0)] } ?? [("other", "x")])
    }

    private static func isAlive(_ setting: Setting, _ one: (browser: Browser, refresh: String)) async throws -> Bool {
        let url = setting.server.app.authorizeURL(setting.server, ["prompt": "none", "identity_provider": "op"])
        return try await one.browser.get(url).parameter("code") != nil
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout: the session of that sid ends with its tokens, and its apps are told; others go on")
    func named() async throws {
        try await Self.run(register: { _ in }) { setting, browser, refresh in
            try await setting.server.fixture.updateClient { $0.logout.backchannelURI = .set("https://app.example/backchannel") }
            let second = try await Self.signIn(setting, sid: "op-session-2")
            let answer = try await Self.send(setting, try setting.provider.sign(Self.claims(setting)))
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store" && answer.body.isEmpty)
            #expect(try await !Self.isAlive(setting, (browser, refresh)))
            #expect(try await setting.server.app.refresh(refresh, at: setting.server).json["error"]?.string == "invalid_grant")
            #expect(try await Self.isAlive(setting, second))
            let line = try #require(setting.server.log.lines.last { $0.message == "signed out" })
            #expect(line.metadata["begun_by"] == "provider" && line.metadata["provider"] == "op")
            let logout = try await setting.server.fixture.administration.logout(
                try #require(line.metadata["reference"]), pool: setting.server.fixture.pool.id.text)
            #expect(logout.notices.map(\.channel) == [.back] && logout.record.userID != nil)
        }
    }

    @Test("§2.6 step 4: by sub alone all of the person's sessions by this provider end, by sid alone that one")
    func subjects() async throws {
        for member in ["sub", "sid"] {
            try await Self.run { setting, browser, refresh in
                let second = try await Self.signIn(setting, sid: "op-session-2")
                let person = FakeOpenIDProvider.Person.alice.with(["sub": "bob-8", "email": "bob@example.com"])
                let bob = try await Self.signIn(setting, sid: "op-session-3", as: person)
                let claims = Self.claims(setting).without([member == "sub" ? "sid" : "sub"])
                #expect(try await Self.send(setting, try setting.provider.sign(claims)).status == 200)
                #expect(try await !Self.isAlive(setting, (browser, refresh)))
                #expect(try await Self.isAlive(setting, second) == (member == "sid"))
                #expect(try await Self.isAlive(setting, bob))
            }
        }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-alg-none, -wrong-alg, -wrong-aud, -wrong-event and so on: refused, each with its code")
    func refused() async throws {
        try await Self.run { setting, browser, refresh in
            let good = Self.claims(setting)
            func with(_ name: String, _ value: JSONValue?) -> JSONObject {
                var claims = good.without([name])
                if let value { claims.append(name, value) }
                return claims
            }
            let provider = setting.provider
            func unsigned(_ header: JSONObject) -> String {
                [JSONWriter.encode(header), JSONWriter.encode(good)].map { Base64URL.encode($0) }.joined(separator: ".") + "."
            }
            let stranger = try TokenSigningKey.generate(.ES256)
            let now = Int(setting.server.fixture.clock.now.timeIntervalSince1970)
            let cases: [(String, String, String)] = [
                ("alg none", unsigned(["alg": "none", "typ": "logout+jwt"]), "token.algorithm"),
                ("alg HS256", unsigned(["alg": "HS256", "typ": "logout+jwt"]), "token.algorithm"),
                ("another's key", try stranger.sign(header: "logout+jwt", claims: good), "token.unknown_key"),
                ("wrong aud", try provider.sign(with("aud", "another")), "token.audience"),
                ("wrong iss", try provider.sign(with("iss", "https://other.example")), "token.issuer"),
                ("no event", try provider.sign(with("events", nil)), "token.claim"),
                ("wrong event", try provider.sign(with("events", .object(["http://schemas.openid.net/event/other": .object([:])]))), "token.claim"),
                ("event is no object", try provider.sign(with("events", .object([Self.event: true]))), "token.claim"),
                ("with nonce", try provider.sign(with("nonce", "n-1")), "token.claim"),
                ("no sub, no sid", try provider.sign(good.without(["sub", "sid"])), "token.claim"),
                ("no jti", try provider.sign(with("jti", nil)), "token.claim"),
                ("no iat", try provider.sign(with("iat", nil)), "token.claim"),
                ("no exp", try provider.sign(with("exp", nil)), "token.claim"),
                ("expired", try provider.sign(with("exp", .integer(now - 600))), "token.expired"),
                ("from the future", try provider.sign(with("iat", .integer(now + 6_000))), "token.not_yet_valid"),
                ("good for years", try provider.sign(with("exp", .integer(now + 900_000))), "token.claim"),
            ]
            for (what, token, code) in cases {
                let answer = try await Self.send(setting, token)
                #expect(answer.status == 400 && answer.json["error"]?.string == "invalid_request", "\(what)")
                #expect(setting.server.log.lines.last { $0.metadata["code"] != nil }?.metadata["code"] == code, "\(what)")
            }
            let missing = try await Self.send(setting, nil)
            #expect(missing.status == 400 && setting.server.log.lines.last?.metadata["code"] == "oauth.invalid_request")
            #expect(try await Self.isAlive(setting, (browser, refresh)))
        }
    }

    @Test("case 191: an ID token is no logout token, and a logout token counts once")
    func once() async throws {
        try await Self.run { setting, browser, refresh in
            let token = try setting.provider.sign(Self.claims(setting, id: "only-once"))
            #expect(try await Self.send(setting, token).status == 200)
            let again = try await Self.signIn(setting, sid: "op-session-1")
            #expect(try await Self.send(setting, token).status == 400)
            #expect(setting.server.log.lines.last { $0.metadata["code"] != nil }?.metadata["code"] == "saml.replay")
            #expect(try await Self.isAlive(setting, again))
            var identity = Self.claims(setting).without(["events"])
            identity.append("nonce", "n")
            #expect(try await Self.send(setting, try setting.provider.sign(identity)).status == 400)
            #expect(try await Self.isAlive(setting, again))
        }
    }

    @Test("case 192: one provider's word ends no session of another, whatever sub and sid it says; nor does one that is disabled or unknown")
    func ofThisProvider() async throws {
        try await Self.run { setting, browser, refresh in
            let fixture = setting.server.fixture
            let bySAML = Browser(setting.server)
            _ = try await bySAML.signIn(setting.server.app, ["identity_provider": "corp"], nameID: "alice-7")
            let token = try setting.provider.sign(Self.claims(setting))
            for name in ["corp", "nobody", "a%20b"] { #expect(try await Self.send(setting, token, to: name).status == 400, "\(name)") }
            #expect(try await Self.isAlive(setting, (browser, refresh)))
            // The same claims by another provider, which is somebody else.
            let other = try FakeOpenIDProvider(issuer: "https://other.example", clientID: setting.provider.clientID)
            fixture.clock.publish(other.discoveryDocument(), at: other.discoveryURL)
            var settings = OIDCProviderSettings()
            (settings.issuer, settings.clientID, settings.clientSecret) = (other.issuer, other.clientID, SecretBytes("secret"))
            _ = try await fixture.administration.perform(CreateOIDCProvider("other", pool: fixture.pool.id.text, settings: settings))
            #expect(try await Self.send(setting, token, to: "other").status == 400)
            #expect(try await Self.isAlive(setting, (browser, refresh)))
            #expect(try await Self.send(setting, token).status == 200)
            #expect(try await !Self.isAlive(setting, (browser, refresh)))
            #expect(try await bySAML.get(setting.server.app.authorizeURL(setting.server, ["prompt": "none"])).parameter("code") != nil)
        }
    }
}
