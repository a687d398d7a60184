import Gateway
import TestSupport
import Testing
import WireFormats

@Suite("Case 123 with an OpenID provider: nothing of client secret, code, tokens, nonce and person is in a log line or a page")
struct OpenIDLogTests {
    private static let alice = FakeOpenIDProvider.Person(
        idToken: ["sub": "subject-of-alice-4711", "name": "Alice Wonderland-Smythe", "groups": ["secret-society-of-mice"]],
        userInfo: ["sub": "subject-of-alice-4711", "email": "alice.wonder-1234@example.com", "email_verified": true])

    /// What must not be seen: what the provider and we said to each other, and what the browser carried.
    private func secrets(_ setting: OpenIDServerTests.Setting, _ answer: FakeOpenIDProvider.Fields, _ location: String) -> [String: String] {
        var found = ["client secret": setting.provider.clientSecret, "client secret, encoded": PercentCoding.encode(setting.provider.clientSecret)]
        let query = FakeOpenIDProvider.query(location)
        for name in ["state", "nonce", "code_challenge"] { found[name] = query[name] }
        for field in answer { found["answer's \(field.name)"] = field.value }
        for request in setting.provider.requests {
            found["authorization header"] = request.header("authorization").map { String($0.dropFirst(6)) }
            found["code_verifier"] = request.form["code_verifier"] ?? found["code_verifier"]
        }
        for (what, text) in ["e-mail": "alice.wonder-1234", "name": "Wonderland-Smythe", "group": "secret-society-of-mice"] { found[what] = text }
        // Shorter texts may be anywhere by chance.
        return found.filter { $0.value.utf8.count >= 6 }
    }

    private func search(_ text: String, for secrets: [String: String], sourceLocation: SourceLocation = #_sourceLocation) {
        for (what, secret) in secrets { #expect(!text.contains(secret), "\(what)", sourceLocation: sourceLocation) }
    }

    @Test("over a sign-in, at log level trace")
    func signIn() async throws {
        try await OpenIDServerTests.Setting.run { setting in
            let browser = Browser(setting.server)
            let location = try #require(
                try await browser.get(setting.server.app.authorizeURL(setting.server, ["identity_provider": "op"])).location)
            let answer = setting.provider.authorize(location, as: Self.alice)
            let redirectURI = try #require(FakeOpenIDProvider.query(location)["redirect_uri"])
            let done = try await browser.get(FormCoding.append(answer, to: redirectURI))
            #expect(done.parameter("code") != nil && setting.server.log.lines.contains { $0.message == "signed in" })
            var secrets = secrets(setting, answer, location)
            secrets["binding cookie"] = browser.bindingCookie
            secrets["session cookie"] = browser.sessionCookie
            secrets["our code"] = done.parameter("code")
            #expect(secrets.count > 10)
            search(setting.server.log.text, for: secrets)
            // To the provider goes nothing of the app's request.
            for own in [setting.server.app.state, setting.server.app.nonce, setting.server.app.redirectURI, setting.server.app.clientID] {
                #expect(!location.contains(own) && !location.contains(PercentCoding.encode(own)))
            }
        }
    }

    @Test("over refusals of every kind: neither the log nor the page has any of it")
    func refusals() async throws {
        let changes: [@Sendable (inout FakeOpenIDProvider.Behaviour) -> Void] = [
            { $0.claims = { $0.with(["aud": "another-client-id"]) } }, { $0.claims = { $0.with(["nonce": "another-nonce"]) } },
            { $0.claims = { $0.with(["iss": "https://evil.example"]) } }, { $0.idToken = { String($0.dropLast(4)) + "AAAA" } },
            { $0.claims = { $0.with(["exp": 1_000]) } }, { $0.tokenAnswer = { $0.with(["access_token": "access-of-somebody-else"]) } },
            { $0.idToken = { _ in nil } }, { $0.clientAuthentication = .post }, { $0.reply(at: "/token", "<html>access-code-1</html>") },
            { $0.reply(at: "/userinfo", #"{"sub":"subject-of-somebody-else"}"#) },
            { $0.claims = { $0.with(["name": ["Alice Wonderland-Smythe", "alice.wonder-1234"]]) } },
        ]
        for change in changes {
            try await OpenIDServerTests.Setting.run { setting in
                setting.provider.change(change)
                let browser = Browser(setting.server)
                let location = try #require(
                    try await browser.get(setting.server.app.authorizeURL(setting.server, ["identity_provider": "op"])).location)
                let answer = setting.provider.authorize(location, as: Self.alice)
                let redirectURI = try #require(FakeOpenIDProvider.query(location)["redirect_uri"])
                let page = try await browser.get(FormCoding.append(answer, to: redirectURI))
                #expect(page.location?.hasPrefix(setting.server.app.redirectURI + "?error=") == true)
                #expect(setting.server.log.lines.contains { $0.metadata["reference"] != nil })
                let secrets = secrets(setting, answer, location)
                search(setting.server.log.text, for: secrets)
                search(page.body + (page.location ?? ""), for: secrets)
                #expect(!setting.server.log.text.contains("access-code-1") && !page.body.contains("access-code-1"))
            }
        }
    }
}
