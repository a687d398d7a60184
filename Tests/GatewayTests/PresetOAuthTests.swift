import Administration
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Presets without OpenID Connect: GitHub, Facebook, Amazon, OAuth 2.0")
struct PresetOAuthTests {
    private static let groups: @Sendable (inout OIDCProviderSettings) -> Void = { $0.map = ["groups=groups"] }

    @Test("github: no nonce and no ID token; numeric id; the private primary address, verified; the name, or the login where there is none")
    func gitHub() async throws {
        try await OpenIDFlow.runPreset("github", FakeGitHub.make()) { flow in
            let query = try await flow.request([("login_hint", "octocat")])
            #expect(query["nonce"] == nil && query["code_challenge_method"] == "S256" && query["scope"] == "read:user user:email")
            #expect(query["login"] == "octocat" && query["max_age"] == nil)
            let done = try await flow.signIn(as: FakeGitHub.person)
            #expect(done.user.username == "github_583231" && done.text("email") == "octocat@example.com" && done.isEmailVerified == true)
            #expect(done.text("name") == "The Octocat" && done.text("preferred_username") == "octocat" && done.text("picture") != nil)
            var nameless = FakeGitHub.person
            nameless.userInfo = nameless.userInfo.with(["name": .null, "login": "renamed"])
            let second = try await flow.signIn(as: nameless)
            #expect(second.user.id == done.user.id && second.text("name") == "renamed")
            let profile = try #require(flow.provider.requests.first { $0.url == "https://api.github.com/user" })
            #expect(profile.header("accept") == "application/vnd.github+json" && profile.header("authorization")?.hasPrefix("Bearer gho_") == true)
        }
    }

    @Test("github: a profile proves no time of authentication: neither token has one")
    func gitHubTime() async throws {
        try await OpenIDFlow.runPreset("github", FakeGitHub.make()) { flow in
            let done = try await flow.signIn(as: FakeGitHub.person)
            let token = try await Flow(flow.fixture).redeem(try #require(done.response?.fields.first { $0.name == "code" }?.value))
            for text in [token.idToken ?? "", token.accessToken] {
                let claims = FakeOpenIDProvider.payload(text)
                #expect(claims["auth_time"] == nil && claims["iat"] != nil)
            }
        }
    }

    @Test("github: `iss` of its answers is that of the preset, so a sign-in is no mix-up; a wrong one is")
    func gitHubIssuer() async throws {
        try await OpenIDFlow.runPreset("github", FakeGitHub.make()) { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url, as: FakeGitHub.person)
            #expect(answer.contains { $0.name == "iss" && $0.value == "https://github.com/login/oauth" })
            let lured = answer.map { $0.name == "iss" ? ("iss", "https://github.com") : $0 }
            let code = try await flow.refusal(of: lured, binding: binding)?.code
            #expect(code == "oidc.mix_up", "no mix-up")
            // Where it does not come, as at GitHub Enterprise Server, nothing was promised.
            _ = try await flow.complete(answer.filter { $0.name != "iss" }, binding: binding)
        }
    }

    @Test("github: an address that is not verified, and a user without any; the public one of the profile is never taken")
    func gitHubEmail() async throws {
        var contents = FakeGitHub.Contents()
        contents.emails = [["email": "octocat@example.com", "primary": true, "verified": false]]
        try await OpenIDFlow.runPreset("github", FakeGitHub.make(contents)) { flow in
            let done = try await flow.signIn(as: FakeGitHub.person)
            #expect(done.text("email") == "octocat@example.com" && done.isEmailVerified == false)
        }
        contents.emails = []
        try await OpenIDFlow.runPreset("github", FakeGitHub.make(contents)) { flow in
            let done = try await flow.signIn(as: FakeGitHub.person)
            #expect(done.text("email") == nil && done.isEmailVerified == nil)
        }
    }

    @Test("github: organisations and teams as groups, over two pages each, and over a page that is short because something was left out of it")
    func gitHubGroups() async throws {
        var contents = FakeGitHub.Contents()
        contents.organisations = (0..<130).map { "org-\($0)" }
        contents.teams = (0..<101).map { ("org-\($0)", "team") }
        try await OpenIDFlow.runPreset("github", FakeGitHub.make(contents), Self.groups) { flow in
            #expect(try await flow.scopes().contains("read:org"), "without it GitHub answers with 403")
            let groups = try await flow.signIn(as: FakeGitHub.person).user.groups
            #expect(groups.count == 231 && groups.contains("org-129") && groups.contains("org-100/team"))
        }
        contents.leftOut = 1
        try await OpenIDFlow.runPreset("github", FakeGitHub.make(contents), Self.groups) { flow in
            let done = try await flow.signIn(as: FakeGitHub.person)
            #expect(done.user.groups.contains("org-129"))
        }
        contents.organisations = (0..<1_001).map { "org-\($0)" }
        try await OpenIDFlow.runPreset("github", FakeGitHub.make(contents), Self.groups) { flow in
            let code = try await flow.refusal(as: FakeGitHub.person)?.code
            #expect(code == "oidc.answer", "a part of the groups was taken for all of them")
        }
    }

    @Test("github: read:org is added where groups are mapped later, and not where a scope that holds it is there")
    func gitHubScopes() async throws {
        try await OpenIDFlow.runPreset("github", FakeGitHub.make()) { flow in
            #expect(try await flow.scopes() == ["read:user", "user:email"])
            try await flow.update { $0.map = ["groups=groups"] }
            #expect(try await flow.scopes() == ["read:user", "user:email", "read:org"])
            try await flow.update { $0.scopes = ["user"] }
            #expect(try await flow.scopes() == ["user"])
        }
    }

    @Test("github: an error with status 200 is an error")
    func gitHubError() async throws {
        try await OpenIDFlow.runPreset("github", FakeGitHub.make(), { $0.clientSecret = SecretBytes("wrong") }) { flow in
            let error = try await flow.refusal(as: FakeGitHub.person)
            #expect(error == .oidc(.tokenRefused("invalid_client")))
            flow.provider.change { $0.reply(at: "/access_token", #"{"error":"bad_verification_code","error_uri":"https://docs.github.com/"}"#) }
            #expect(try await flow.refusal(as: FakeGitHub.person) == .oidc(.tokenRefused("bad_verification_code")))
        }
    }

    @Test("github: a profile without a numeric id, with 0, with a text of 300 characters names nobody")
    func gitHubSubject() async throws {
        try await OpenIDFlow.runPreset("github", FakeGitHub.make()) { flow in
            for id: JSONValue? in [nil, 0, -1, .null, true, [1], .string(String(repeating: "9", count: 300)), .number(583_231.5)] {
                var person = FakeGitHub.person
                person.userInfo = person.userInfo.with(["id": id])
                let error = try await flow.refusal(as: person)
                #expect(error?.code == "oidc.answer", "\(String(describing: id))")
            }
        }
    }

    @Test("github: nobody says when the person was authenticated, so prompt=login and max_age are not met")
    func gitHubAuthenticationTime() async throws {
        try await OpenIDFlow.runPreset("github", FakeGitHub.make()) { flow in
            for demand in [("prompt", "login"), ("max_age", "60")] {
                do {
                    _ = try await flow.begin([demand])
                    Issue.record("the person is sent off in vain")
                } catch let failure as SignInFailure { #expect(failure.error.code == "oauth.login_required" && failure.wayBack != nil) }
            }
            #expect(try await flow.request([("prompt", "select_account")])["prompt"] == "select_account")
        }
    }

    @Test("facebook: appsecret_proof, JSON called text/javascript, nested picture; an address that nobody verified")
    func facebook() async throws {
        try await OpenIDFlow.runPreset("facebook", FakeFacebook.make()) { flow in
            let query = try await flow.request([("prompt", "select_account")])
            #expect(query["scope"] == "email public_profile" && query["prompt"] == nil && query["nonce"] == nil)
            let done = try await flow.signIn(as: FakeFacebook.person)
            #expect(done.user.username == "facebook_10158424" && done.text("given_name") == "Ann" && done.text("family_name") == "Other")
            #expect(done.text("picture") == "https://platform-lookaside.fbsbx.com/x")
            #expect(done.text("email") == "ann@example.com" && done.isEmailVerified == false)
            let profile = try #require(flow.provider.requests.first { $0.url.contains("/me?") })
            #expect(!profile.url.contains("access_token=") && !profile.url.contains(FakeFacebook.secret))
        }
    }

    @Test("facebook: who signed up by telephone has no address; an e-mail_verified of the profile is not believed")
    func facebookEmail() async throws {
        try await OpenIDFlow.runPreset("facebook", FakeFacebook.make(), { $0.domains = ["example.com"] }) { flow in
            var person = FakeFacebook.person
            person.userInfo = person.userInfo.with(["email": nil])
            let done = try await flow.signIn(as: person)
            #expect(done.text("email") == nil && done.isEmailVerified == nil && done.text("name") == "Ann Q. Other")
            person.userInfo = person.userInfo.with(["id": "2", "email": "ann@example.com", "email_verified": true])
            #expect(try await flow.signIn(as: person).isEmailVerified == false)
        }
    }

    @Test("facebook: a wrong app secret gives no profile")
    func facebookProof() async throws {
        try await OpenIDFlow.runPreset("facebook", FakeFacebook.make(), { $0.clientSecret = SecretBytes("another secret") }) { flow in
            flow.provider.change { $0.clientAuthentication = .other }
            let code = try await flow.refusal(as: FakeFacebook.person)?.code
            #expect(code == "oidc.answer", "the proof was not looked at")
        }
    }

    @Test("amazon: user_id, an access token with a bar, an address that nobody verified")
    func amazon() async throws {
        try await OpenIDFlow.runPreset("amazon", FakeAmazon.make()) { flow in
            let done = try await flow.signIn(as: FakeAmazon.person)
            #expect(done.user.username == "amazon_amzn1.account.K2LI23KL2LK2" && done.text("name") == "Mork Hashimoto")
            #expect(done.text("email") == "mhashimoto-04@example.com" && done.isEmailVerified == false)
            #expect(flow.provider.requests.contains { $0.header("authorization")?.hasPrefix("Bearer Atza|") == true })
        }
    }

    @Test("oauth2: every address by hand, the claim that names the user, dotted paths, email_verified as JSON true")
    func oauth2() async throws {
        let provider = try FakeOpenIDProvider(issuer: "https://forum.example")
        provider.change { $0.isOpenID = false }
        try await OpenIDFlow.runPreset(
            "oauth2", provider,
            {
                $0.issuer = "https://forum.example"
                ($0.authorizationURL, $0.tokenURL) = ("https://forum.example/authorize", "https://forum.example/token")
                ($0.userInfoURL, $0.subjectClaim) = ("https://forum.example/userinfo", "uid")
                $0.scopes = ["basic"]
                $0.map = ["email=contact_email", "name=profile.display.name", "groups=profile.roles"]
            }
        ) { flow in
            #expect(flow.fixture.clock.fetched.isEmpty)
            let query = try await flow.request()
            #expect(query["nonce"] == nil && query["scope"] == "basic" && query["code_challenge"]?.count == 43)
            let person = FakeOpenIDProvider.Person(
                userInfo: [
                    "uid": "u-77", "sub": "somebody-else", "contact_email": "x@example.com", "email": "x@example.com", "email_verified": true,
                    "profile": ["display": ["name": "Xaver"], "roles": ["a", "b"]],
                ])
            let done = try await flow.signIn(as: person)
            #expect(done.user.username == "oauth2_u-77" && done.text("name") == "Xaver" && done.user.groups == ["a", "b"])
            #expect(done.isEmailVerified == true)
            var nobody = person
            nobody.userInfo = person.userInfo.with(["uid": nil])
            let code = try await flow.refusal(as: nobody)?.code
            #expect(code == "oidc.answer", "sub is not the claim that names the user here")
        }
    }

    @Test("oauth2: without one of its addresses it is refused where it is configured")
    func oauth2Addresses() async throws {
        let wrong: [(field: Field, change: @Sendable (inout OIDCProviderSettings) -> Void)] = [
            (.userInfoURL, { $0.userInfoURL = nil }), (.tokenURL, { $0.tokenURL = nil }), (.authorizationURL, { $0.authorizationURL = nil }),
            (.issuer, { $0.issuer = nil }), (.userInfoURL, { $0.userInfoURL = "http://forum.example/me" }),
            (.tokenURL, { $0.tokenURL = "https://user@forum.example/token" }),
            (.authorizationURL, { $0.authorizationURL = "https://forum.example/#" }),
            (.tokenURL, { $0.tokenURL = "javascript:alert(1)" }),
        ]
        for (field, change) in wrong {
            await expectProblem(field) {
                try await OpenIDFlow.runPreset(
                    "oauth2", FakeOpenIDProvider(issuer: "https://forum.example"),
                    {
                        $0.issuer = "https://forum.example"
                        ($0.authorizationURL, $0.tokenURL) = ("https://forum.example/authorize", "https://forum.example/token")
                        $0.userInfoURL = "https://forum.example/userinfo"
                        change(&$0)
                    }
                ) { _ in }
            }
        }
    }
}
