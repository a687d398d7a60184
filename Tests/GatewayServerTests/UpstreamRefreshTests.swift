import Administration
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("When an app refreshes, an OpenID provider is asked again what it says of the user (OpenID Connect Core §12)")
struct UpstreamRefreshTests {
    private typealias Setting = OpenIDServerTests.Setting

    /// A provider that is asked again, and the refresh token of somebody who signed in by it.
    private func withSignIn(
        _ client: @escaping @Sendable (inout ClientSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Setting, _ token: String) async throws -> Void
    ) async throws {
        let provider = try FakeOpenIDProvider()
        provider.change { $0.givesRefreshTokens = true }
        try await Setting.run(provider: provider, register: { $0.refreshesUpstream = true }) { setting in
            var settings = ClientSettings()
            client(&settings)
            _ = try await setting.server.fixture.administration.perform(
                UpdateClient(setting.server.app.clientID, pool: setting.server.fixture.pool.id.text, settings: settings))
            setting.server.fixture.clock.advanceUptime(by: .seconds(2))
            try await body(setting, try await token(setting))
        }
    }

    private func token(_ setting: Setting) async throws -> String {
        let browser = Browser(setting.server)
        let (answer, redirectURI) = try await setting.begin(browser)
        let code = try #require(try await browser.get(FormCoding.append(answer, to: redirectURI)).parameter("code"))
        return try #require(try await setting.server.app.redeem(code, at: setting.server).json["refresh_token"]?.string)
    }

    private func refreshed(_ token: String, _ setting: Setting) async throws -> (claims: JSONObject, token: String) {
        let answer = try await setting.server.app.refresh(token, at: setting.server)
        let idToken = try #require(answer.json["id_token"]?.string, "\(answer.body)")
        return (FakeOpenIDProvider.payload(idToken), try #require(answer.json["refresh_token"]?.string))
    }

    private func requests(_ setting: Setting) -> Int { setting.provider.requests.count { $0.form["grant_type"] == "refresh_token" } }

    @Test("what changed there is in the next tokens; asked at most once a minute, with the token that it gave last")
    func current() async throws {
        try await withSignIn { setting, token in
            let clock = setting.server.fixture.clock
            setting.provider.change { $0.personNow = .alice.with(["name": "Alice Meier", "groups": ["staff"]]) }
            // The sign-in was a moment ago.
            let first = try await refreshed(token, setting)
            #expect(first.claims["name"] == "Alice Müller" && requests(setting) == 0)
            clock.advance(by: 60)
            let second = try await refreshed(first.token, setting)
            #expect(second.claims["name"] == "Alice Meier" && second.claims["groups"]?.strings == ["staff"])
            let third = try await refreshed(second.token, setting)
            #expect(third.claims["name"] == "Alice Meier" && requests(setting) == 1)
            clock.advance(by: 60)
            setting.provider.change { $0.personNow = .alice }
            #expect(try await refreshed(third.token, setting).claims["name"] == "Alice Müller")
            #expect(requests(setting) == 2)
            // The authorization request asked for it.
            let scope = FakeOpenIDProvider.query(
                try #require(
                    try await Browser(setting.server).get(
                        setting.server.app.authorizeURL(setting.server, ["identity_provider": setting.name])
                    ).location))["scope"]
            #expect(scope?.split(separator: " ").contains("offline_access") == true)
        }
    }

    @Test("of twenty refreshes at once one asks: no provider sees its refresh token twice")
    func once() async throws {
        try await withSignIn { setting, token in
            let tokens = try await [token, self.token(setting), self.token(setting)]
            setting.server.fixture.clock.advance(by: 60)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<20 {
                    group.addTask { try await setting.server.app.refresh(tokens[index % 3], at: setting.server).status }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(requests(setting) == 3)
        }
    }

    @Test("invalid_grant there ends the sign-in here, with all its tokens")
    func ended() async throws {
        try await withSignIn { setting, token in
            setting.provider.endRefreshes()
            setting.server.fixture.clock.advance(by: 60)
            try await setting.server.expectError("invalid_grant") { try await setting.server.app.refresh(token, at: setting.server) }
            let seen = try await setting.server.app.introspect(token, at: setting.server)
            #expect(seen.body == #"{"active":false}"#)
        }
    }

    @Test(
        "what it refuses of the person ends the sign-in: asked again at once, by the same token or for a new code, there is nothing",
        arguments: ["login_required", "interaction_required", "consent_required", "invalid_grant"])
    func refused(error: String) async throws {
        try await withSignIn { setting, token in
            setting.provider.change { $0.reply(at: "/token", #"{"error":"\#(error)"}"#, status: 400) }
            setting.server.fixture.clock.advance(by: 60)
            for _ in 1...2 {
                try await setting.server.expectError("invalid_grant") { try await setting.server.app.refresh(token, at: setting.server) }
            }
            let seen = try await setting.server.app.introspect(token, at: setting.server)
            #expect(seen.body == #"{"active":false}"#)
        }
    }

    @Test("while it is away users are as they were, until the client's --max-age-of-attributes; a request that hangs is one a minute")
    func outage() async throws {
        try await withSignIn({ $0.attributesMaxAge = .set(600) }) { setting, token in
            let clock = setting.server.fixture.clock
            setting.provider.goDown(true)
            clock.advance(by: 60)
            var (claims, next) = try await refreshed(token, setting)
            #expect(claims["name"] == "Alice Müller" && requests(setting) == 1)
            (claims, next) = try await refreshed(next, setting)
            #expect(requests(setting) == 1)
            // Back, and asked: the age counts from now.
            setting.provider.goDown(false)
            clock.advance(by: 500)
            (claims, next) = try await refreshed(next, setting)
            #expect(requests(setting) == 2)
            setting.provider.goDown(true)
            clock.advance(by: 599)
            (claims, next) = try await refreshed(next, setting)
            clock.advance(by: 1)
            let last = next
            try await setting.server.expectError("invalid_grant") { try await setting.server.app.refresh(last, at: setting.server) }
        }
    }

    @Test("what would be refused at a sign-in is refused: another person, another signature, another audience; nothing of it is kept")
    func unproven() async throws {
        let lies: [@Sendable (inout FakeOpenIDProvider.Behaviour) -> Void] = [
            { $0.personNow = .alice.with(["sub": "mallory", "name": "Mallory"]) },
            { $0.claims = { $0.with(["aud": "another-client", "name": "Mallory"]) } },
            { $0.claims = { $0.with(["iss": "https://evil.example", "name": "Mallory"]) } },
            { $0.tokenAnswer = { answer in answer.with(["id_token": .string((answer["id_token"]?.string ?? "") + "A")]) } },
        ]
        for lie in lies {
            try await withSignIn { setting, token in
                setting.provider.change(lie)
                setting.server.fixture.clock.advance(by: 60)
                try await setting.server.expectError("invalid_grant") { try await setting.server.app.refresh(token, at: setting.server) }
                let users = try await setting.server.fixture.users()
                #expect(users.allSatisfy { $0.attributes["name"] != .text("Mallory") })
            }
        }
    }

    @Test("who lost the last of the client's groups there gets nothing more (--require-group)")
    func groups() async throws {
        try await withSignIn({ $0.requiredGroups = ListChange(replacement: ["admins"]) }) { setting, token in
            setting.provider.change { $0.personNow = .alice.with(["groups": ["staff"]]) }
            setting.server.fixture.clock.advance(by: 60)
            try await setting.server.expectError("invalid_grant") { try await setting.server.app.refresh(token, at: setting.server) }
        }
    }
}
