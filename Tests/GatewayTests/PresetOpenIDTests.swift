import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Presets that speak OpenID Connect: Google, Okta, Auth0, Keycloak, GitLab")
struct PresetOpenIDTests {
    @Test("google: addresses on several hosts by discovery, RS256, e-mail verified by JSON true, picture; the secret in the body")
    func google() async throws {
        try await OpenIDFlow.runPreset("google", FakeGoogle.make()) { flow in
            let (url, _) = try await flow.begin()
            #expect(url.hasPrefix("https://accounts.google.com/o/oauth2/v2/auth?"))
            #expect(try await flow.scopes() == ["openid", "email", "profile"])
            let done = try await flow.signIn(as: FakeGoogle.person)
            #expect(done.user.username == "google_110169484474386276334" && done.user.identities.map(\.issuer) == ["https://accounts.google.com"])
            #expect(done.text("name") == "Ann Other" && done.text("family_name") == "Other" && done.isEmailVerified == true)
            #expect(done.text("picture") == "https://lh3.googleusercontent.com/a/x=s96-c")
            #expect(flow.provider.requests.map(\.url).filter { !$0.contains("well-known") }.count == 2, "token and keys, no userinfo")
        }
    }

    @Test("case 148: Google registered by its issuer alone is held to the rules of the preset", arguments: ["google", nil])
    func googleByIssuer(preset: String?) async throws {
        @Sendable func register(_ settings: inout OIDCProviderSettings) {
            if preset != nil {
                (settings.preset, settings.issuer, settings.map) = (preset, nil, nil)
            } else {
                settings.clientAuthentication = .clientSecretPost
            }
        }
        try await OpenIDFlow.run(provider: try FakeGoogle.make(), name: "google", register: register) { flow in
            func isVerified(_ changes: [String: JSONValue?]) async throws -> Bool? {
                try await flow.signIn(as: FakeGoogle.person.with(changes)).isEmailVerified
            }
            // A company's address is the company's to vouch for, which `hd` says; gmail.com is Google's own.
            let (none, other, own) = (try await isVerified(["hd": nil]), try await isVerified(["hd": "evil.example"]), try await isVerified([:]))
            let gmail = try await isVerified(["hd": nil, "email": "ann@gmail.com"])
            #expect(none == false && other == false && own == true && gmail == true)
            #expect(try await flow.request([("prompt", "login")])["prompt"] == "select_account")
        }
        try await OpenIDFlow.run(
            provider: try FakeGoogle.make(), name: "google",
            register: {
                register(&$0)
                $0.parameters = ["hd=example.com"]
            }
        ) { flow in
            let refusal = try await flow.refusal(as: FakeGoogle.person.with(["hd": "evil.example"]))
            #expect(refusal == .oidc(.tenant(seen: "evil.example")))
        }
    }

    @Test("google: prompt only with words that it knows; login becomes select_account, and without auth_time it proves nothing")
    func googlePrompt() async throws {
        try await OpenIDFlow.runPreset("google", FakeGoogle.make()) { flow in
            let query = try await flow.request([("prompt", "login")])
            #expect(query["prompt"] == "select_account")
            #expect(try await flow.request([("prompt", "consent")])["prompt"] == "consent")
            #expect(try await flow.request([("prompt", "login consent")])["prompt"] == "consent select_account")
            #expect(try await flow.request()["prompt"] == nil)
            #expect(try await flow.refusal(as: FakeGoogle.person, [("prompt", "login")]) == .oidc(.authenticationTime(seen: nil)))
            #expect(try await flow.signIn(as: FakeGoogle.person, [("prompt", "consent")]).isNewUser)
        }
    }

    @Test("google: `accounts.google.com` without https as iss, which only its old libraries sent, is another issuer")
    func googleIssuer() async throws {
        try await OpenIDFlow.runPreset("google", FakeGoogle.make()) { flow in
            let seen = "accounts.google.com"
            flow.provider.change { $0.claims = { $0.with(["iss": .string(seen)]) } }
            let error = try await flow.tokenRefusal(as: FakeGoogle.person)
            #expect(error == .issuer(expected: "https://accounts.google.com", seen: seen))
        }
    }

    @Test("google: `--parameter hd=` is only a wish to the account chooser: the claim must fit, and a private account has none")
    func googleOrganisation() async throws {
        try await OpenIDFlow.runPreset("google", FakeGoogle.make(), { $0.parameters = ["hd=example.com"] }) { flow in
            #expect(try await flow.request()["hd"] == "example.com")
            _ = try await flow.signIn(as: FakeGoogle.person)
            #expect(try await flow.refusal(as: FakeGoogle.person.with(["hd": "evil.example"])) == .oidc(.tenant(seen: "evil.example")))
            #expect(try await flow.refusal(as: FakeGoogle.person.with(["hd": nil])) == .oidc(.tenant(seen: nil)))
        }
        try await OpenIDFlow.runPreset("google", FakeGoogle.make(), { $0.parameters = ["hd=*"] }) { flow in
            _ = try await flow.signIn(as: FakeGoogle.person.with(["hd": "anybody.example"]))
            #expect(try await flow.refusal(as: FakeGoogle.person.with(["hd": nil])) == .oidc(.tenant(seen: nil)))
        }
    }

    @Test("okta: the thin ID token is completed from userinfo, groups too")
    func okta() async throws {
        try await OpenIDFlow.runPreset(
            "okta", FakeOkta.make(),
            { ($0.issuer, $0.map, $0.scopes) = ("https://example.okta.com", ["groups=groups"], ["openid", "email", "profile", "groups"]) }
        ) { flow in
            let done = try await flow.signIn(as: FakeOkta.person)
            #expect(done.user.username == "okta_00uid4BxXw6I6TV4m0g3" && done.text("email") == "john.doe@example.com")
            #expect(done.text("given_name") == "John" && done.isEmailVerified == true && done.user.groups == ["Everyone", "Engineering"])
            #expect(flow.provider.count(of: "/oauth2/v1/userinfo") == 1)
        }
    }

    @Test("auth0: the slash at the end of the issuer counts; sub with a bar; a custom claim whose name is a URL")
    func auth0() async throws {
        try await OpenIDFlow.runPreset(
            "auth0", FakeAuth0.make(), { ($0.issuer, $0.map) = ("https://example.eu.auth0.com/", ["groups=https://example.com/roles"]) }
        ) { flow in
            #expect(flow.fixture.clock.fetched == ["https://example.eu.auth0.com/.well-known/openid-configuration"])
            let done = try await flow.signIn(as: FakeAuth0.person)
            #expect(done.user.username == "auth0_auth0|5f7c8ec7c33c6c004bbafe82" && done.text("email") == "j+smith@example.com")
            #expect(done.user.groups == ["editor", "auditor"])
            #expect(flow.provider.requests.allSatisfy { !$0.url.hasSuffix("/userinfo") })
            flow.provider.change { $0.claims = { $0.with(["iss": "https://example.eu.auth0.com"]) } }
            let error = try await flow.tokenRefusal(as: FakeAuth0.person)
            #expect(error == .issuer(expected: "https://example.eu.auth0.com/", seen: "https://example.eu.auth0.com"))
        }
        let error = await #expect(throws: AdministrationError.self, "without the slash it is another issuer") {
            try await OpenIDFlow.runPreset("auth0", FakeAuth0.make(), { $0.issuer = "https://example.eu.auth0.com" }) { _ in }
        }
        #expect(error?.code == "token.provider_metadata")
    }

    @Test("keycloak: groups as they are, with the slash in front, or roles by a path; iss in every answer")
    func keycloak() async throws {
        for (source, groups) in [
            ("groups", ["/staff", "/staff/admins"]), ("realm_access.roles", ["offline_access", "uma_authorization", "user"]),
        ] {
            try await OpenIDFlow.runPreset(
                "keycloak", FakeKeycloak.make(), { ($0.issuer, $0.map) = ("https://keycloak.example.com/realms/staff", ["groups=\(source)"]) }
            ) { flow in
                let done = try await flow.signIn(as: FakeKeycloak.person)
                #expect(done.user.groups == groups && done.text("preferred_username") == "jane" && done.text("email") == "jane@example.com")
                let (url, binding) = try await flow.begin()
                let silent = flow.provider.authorize(url, as: FakeKeycloak.person).filter { $0.name != "iss" }
                let error = try await flow.refusal(of: silent, binding: binding)
                #expect(error == .oidc(.mixUp(expected: "https://keycloak.example.com/realms/staff", seen: nil)))
            }
        }
    }

    @Test("keycloak: prompt=login is passed on, and auth_time proves it")
    func keycloakPrompt() async throws {
        try await OpenIDFlow.runPreset("keycloak", FakeKeycloak.make(), { $0.issuer = "https://keycloak.example.com/realms/staff" }) { flow in
            let query = try await flow.request([("prompt", "login")])
            #expect(query["prompt"] == "login" && query["max_age"] == "60")
            _ = try await flow.signIn(as: FakeKeycloak.person, [("prompt", "login")])
        }
    }

    @Test("gitlab: the address and groups_direct of the ID token, the name of userinfo; all groups where they are wanted")
    func gitLab() async throws {
        for (source, groups) in [("groups_direct", ["tools/ci"]), ("groups", ["tools", "tools/ci"])] {
            try await OpenIDFlow.runPreset("gitlab", FakeGitLab.make(), { $0.map = ["groups=\(source)"] }) { flow in
                let done = try await flow.signIn(as: FakeGitLab.person)
                #expect(done.user.username == "gitlab_1573" && done.text("name") == "Dev Eloper" && done.text("nickname") == "dev")
                #expect(done.user.groups == groups && done.isEmailVerified == true)
                #expect(try await flow.request([("prompt", "login")])["prompt"] == nil, "it knows no prompt")
            }
        }
    }

    @Test("every preset of this house makes a provider from what its guide tells the admin to give", arguments: ProviderPreset.all.map(\.name))
    func all(_ name: String) async throws {
        let preset = try #require(ProviderPreset.named(name))
        #expect(preset.knownPrompts.map { Set($0).isSubset(of: ["none", "login", "consent", "select_account"]) } ?? true)
        #expect(preset.map.allSatisfy { UserAttribute(String($0.prefix { $0 != "=" })) != nil })
        #expect(preset.dialect.isOpenID == (preset.scopes.contains("openid")))
        if case .fixed(let issuer) = preset.issuer { #expect(issuer.hasPrefix("https://") && !issuer.hasSuffix("/")) }
        if let endpoints = preset.endpoints { #expect(!preset.dialect.isOpenID && endpoints.keys == nil && endpoints.userInfo != nil) }
    }
}
