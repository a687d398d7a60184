import Administration
import Foundation
import HTTPTypes
import OpenIDConnect
import SAML
import Synchronization
import TestSupport
import Testing
import WireFormats

@Suite("Case 123: what is secret or personal is in no log line, no page of ours and no address of third parties")
struct LogTests {
    /// What must not be seen, with where it comes from.
    private final class Secrets: Sendable {
        private let kept = Mutex<[(what: String, text: String)]>([])

        func add(_ what: String, _ text: String?) {
            guard let text, text.utf8.count >= 8 else { return }
            kept.withLock { $0.append((what, text)) }
        }

        func find(in text: String, sourceLocation: SourceLocation = #_sourceLocation) {
            for (what, secret) in kept.withLock({ $0 }) {
                #expect(!text.contains(secret), "\(what)", sourceLocation: sourceLocation)
                let encoded = formText([("x", secret)]).dropFirst(2)
                #expect(!text.contains(encoded), "\(what), percent-encoded", sourceLocation: sourceLocation)
            }
        }

        var count: Int { kept.withLock(\.count) }
    }

    private static let nameID = "alice.wonder-1234@example.com"
    private static let attributes = [
        FakeResponse.Attribute("urn:oid:0.9.2342.19200300.100.1.3", "alice.wonder-1234@example.com"),
        FakeResponse.Attribute("displayName", "Alice Wonderland-Smythe"), FakeResponse.Attribute("groups", "secret-society-of-mice"),
    ]

    @Test("over a whole run at log level trace: sign-in, second app, tokens, refresh, userinfo, revocation, sign-out")
    func wholeRun() async throws {
        try await TestServer.run { server in
            let secrets = Secrets()
            let app = server.app
            let browser = Browser(server)
            try await signIn(server, browser, secrets)
            let again = try await browser.get(app.authorizeURL(server, ["prompt": "none"]))
            secrets.add("code of the session", again.parameter("code"))
            let tokens = try await app.redeem(try #require(again.parameter("code")), at: server)
            for name in ["access_token", "id_token", "refresh_token"] { secrets.add(name, tokens.json[name]?.string) }
            let access = try #require(tokens.json["access_token"]?.string), refresh = try #require(tokens.json["refresh_token"]?.string)
            _ = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access])
            let refreshed = try await app.refresh(refresh, at: server)
            for name in ["access_token", "id_token", "refresh_token"] { secrets.add("next \(name)", refreshed.json[name]?.string) }
            _ = try await app.revoke(try #require(refreshed.json["refresh_token"]?.string), at: server)
            let hint = try #require(tokens.json["id_token"]?.string)
            _ = try await browser.get(server.fixture.issuer + "/logout?id_token_hint=" + hint)
            #expect(secrets.count > 12 && server.log.lines.contains { $0.message == "signed in" })
            secrets.find(in: server.log.text)
        }
    }

    @Test("a sign-in tells which mapped attributes never came: none of which another source came")
    func unfilled() async throws {
        let map = ["email=mail", "name=displayName", "groups=one", "groups=two"]
        try await TestServer.run({ $0.providerSettings = { $0.map = .init(map) } }) { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now) {
                $0.attributes = [.init("two", "staff")]
            }
            #expect(try await browser.post(response).status == 303)
            #expect(server.log.lines.first { $0.message == "signed in" }?.metadata["unfilled"] == "email name")
        }
    }

    @Test("over refusals: neither the log nor the page has the assertion, the person, or anything that the app or the browser keeps")
    func refusals() async throws {
        try await TestServer.run { server in
            let secrets = Secrets()
            let app = server.app
            let browser = Browser(server)
            try await signIn(server, browser, secrets)
            var pages: [String] = []
            let now = server.fixture.clock.now
            let broken: [(inout FakeResponse) -> Void] = [
                { $0.audiences = [["https://other.example"]] }, { $0.recipient = "https://other.example/acs" },
                { $0.issuer = "https://other.example" },
                { $0.notOnOrAfter = now - 3600 }, { $0.confirmationNotOnOrAfter = now - 3600 }, { $0.signed = .none },
                { $0.afterSigning = { $0.replacing("Alice", with: "Mallory") } }, { $0.nameID = Self.nameID + " " },
                { $0.spNameQualifier = "https://other.example" },
                { $0.attributes = [.init(Self.attributes[0].name, Self.nameID, "second@example.com")] },
                { $0.attributes = [.init(Self.attributes[0].name, Self.nameID + "@twice")] }, { $0.nameIDFormat = NameIDFormat.transient },
                { $0.confirmationMethod = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches" }, { $0.authnInstant = now + 3600 },
                { $0.status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }, { $0.inResponseTo = "_unknown-request-of-nobody" },
            ]
            for change in broken {
                let request = try await browser.begin(app, ["prompt": "login"])
                let response = server.fixture.identityProvider.respond(
                    to: request, nameID: Self.nameID, attributes: Self.attributes, at: now
                ) {
                    $0.authnInstant = now
                    change(&$0)
                }
                secrets.add("a refused assertion", Data(response).base64EncodedString())
                let answer = try await browser.post(response)
                // The app is told, but for an answer to a request of nobody.
                #expect(answer.status == 400 || answer.parameter("error") != nil)
                pages.append(answer.body + (answer.parameter("error_description") ?? ""))
            }
            pages.append(try await browser.get(app.authorizeURL(server, ["redirect_uri": "https://evil.example/"])).body)
            pages.append(try await browser.get(app.authorizeURL(server, ["client_id": "nobody"])).body)
            _ = try await app.redeem("no-such-code-was-ever-given", at: server, ["code_verifier": "no-such-verifier-was-ever-made-by-anybody-at-all"])
            secrets.add("an unknown code", "no-such-code-was-ever-given")
            secrets.add("a wrong verifier", "no-such-verifier-was-ever-made")
            _ = try await app.refresh("no-such-refresh-token", at: server)
            secrets.add("an unknown refresh token", "no-such-refresh-token")
            let wrong: HTTPFields = [.authorization: "Basic " + Data("\(app.clientID):a-wrong-client-secret".utf8).base64EncodedString()]
            _ = try await server.post(server.fixture.issuer + "/oauth2/token", [("grant_type", "authorization_code")], headers: wrong)
            secrets.add("a wrong client secret", "a-wrong-client-secret")
            _ = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer not-an-access-token"])
            secrets.add("a wrong access token", "not-an-access-token")
            #expect(server.log.lines.filter { $0.metadata["reference"] != nil }.count >= broken.count + 2)
            secrets.find(in: server.log.text)
            for page in pages { secrets.find(in: page) }
        }
    }

    @Test("the address of the identity provider has nothing of the app's request but what SAML needs")
    func upstreamAddress() async throws {
        try await TestServer.run { server in
            let answer = try await Browser(server).get(server.app.authorizeURL(server, ["login_hint": "alice.wonder-1234@example.com"]))
            let location = try #require(answer.location)
            let request = try HTTPRedirectBinding.decode(query: String(location.split(separator: "?", maxSplits: 1)[1]))
            let seen = location + String(decoding: request, as: UTF8.self)
            for secret in [server.app.state, server.app.nonce, server.app.proofKey.codeChallenge, server.app.redirectURI, server.app.clientID] {
                #expect(!seen.contains(secret))
            }
        }
    }

    /// A sign-in whose every secret is remembered.
    private func signIn(_ server: TestServer, _ browser: Browser, _ secrets: Secrets) async throws {
        let app = server.app
        secrets.add("client secret", app.secret)
        secrets.add("basic credentials", app.authorization[.authorization].map { String($0.dropFirst(6)) })
        secrets.add("code verifier", app.proofKey.codeVerifier)
        secrets.add("state", app.state)
        secrets.add("nonce", app.nonce)
        let request = try await browser.begin(app)
        secrets.add("binding cookie", browser.bindingCookie)
        let response = server.fixture.identityProvider.respond(
            to: request, nameID: Self.nameID, attributes: Self.attributes, at: server.fixture.clock.now)
        secrets.add("SAMLResponse", Data(response).base64EncodedString())
        secrets.add("assertion", "<saml:Assertion")
        secrets.add("NameID and e-mail", Self.nameID)
        secrets.add("name", "Wonderland-Smythe")
        secrets.add("group", "secret-society-of-mice")
        let answer = try await browser.post(response)
        secrets.add("code", answer.parameter("code"))
        secrets.add("session cookie", browser.sessionCookie)
        let tokens = try await app.redeem(try #require(answer.parameter("code")), at: server)
        for name in ["access_token", "id_token", "refresh_token"] { secrets.add("first \(name)", tokens.json[name]?.string) }
    }
}
