import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("OpenID Connect Core §3.1.2.1 and §5.3 towards a provider: what it is asked, and what may change on the way")
struct OpenIDRequestTests {
    @Test("login_hint and ui_locales are passed on; nothing else of the app's request is")
    func passedOn() async throws {
        try await OpenIDFlow.run { flow in
            let query = try await flow.request([
                ("login_hint", "alice+1@example.com"), ("ui_locales", "fr-CA fr en"), ("state", "of-the-app"), ("nonce", "of-the-app"),
                ("custom", "of-the-app"), ("acr_values", "of-the-app"),
            ])
            #expect(query["login_hint"] == "alice+1@example.com" && query["ui_locales"] == "fr-CA fr en")
            #expect(!query.values.contains { $0.contains("of-the-app") })
            let names: Set<String> = [
                "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "login_hint",
                "ui_locales",
            ]
            #expect(Set(query.keys) == names)
        }
    }

    @Test("a provider's fixed prompt, acr_values and extra parameters are sent; the app's prompt goes first")
    func fixed() async throws {
        try await OpenIDFlow.run(register: {
            ($0.prompt, $0.acrValues, $0.parameters) = (
                "select_account", "urn:example:mfa", ["audience=https://api.example/?a=b&c", "kc_idp_hint=corp"]
            )
        }) { flow in
            let query = try await flow.request()
            #expect(query["prompt"] == "select_account" && query["acr_values"] == "urn:example:mfa")
            #expect(query["audience"] == "https://api.example/?a=b&c" && query["kc_idp_hint"] == "corp")
            #expect(try await flow.request([("prompt", "login")])["prompt"] == "login")
        }
    }

    @Test("an extra parameter cannot be one of the protocol's own", arguments: ["state", "prompt", "client_secret", "", "=x"])
    func reserved(_ name: String) async throws {
        await expectProblem(.parameter) {
            try await OpenIDFlow.run(register: { $0.parameters = ["\(name)=evil"] }) { _ in }
        }
    }

    @Test("prompt=login and max_age are proven by auth_time: missing or too old is refused, a minute of skew is allowed")
    func authenticationTime() async throws {
        try await OpenIDFlow.run { flow in
            let now = flow.fixture.clock.now
            func refusal(_ demand: (name: String, value: String), _ time: JSONValue?) async throws -> SignInError? {
                flow.provider.change { $0.claims = { $0.with(["auth_time": time]) } }
                return try await flow.refusal([demand])
            }
            let seconds = Int(now.timeIntervalSince1970)
            for demand in [("prompt", "login"), ("max_age", "0")] {
                #expect(try await flow.request([demand])["max_age"] == (demand.0 == "prompt" ? "60" : "0"))
                #expect(try await refusal(demand, nil) == .oidc(.authenticationTime(seen: nil)))
                #expect(try await refusal(demand, .integer(seconds - 61)) == .oidc(.authenticationTime(seen: now - 61)))
            }
            #expect(try await refusal(("max_age", "600"), .integer(seconds - 661)) == .oidc(.authenticationTime(seen: now - 661)))
            #expect(try await refusal(("prompt", "login"), "now")?.code == "token.claim", "a text is no time")
            flow.provider.change { $0.claims = { $0.with(["auth_time": .integer(seconds - 59)]) } }
            _ = try await flow.signIn([("prompt", "login")])
            flow.provider.change { $0.claims = { $0.with(["auth_time": .integer(seconds - 600)]) } }
            _ = try await flow.signIn([("max_age", "600")])
            // Where nothing is demanded, nothing need be proven, and a time to come counts as now.
            flow.provider.change { $0.claims = { $0.with(["auth_time": .integer(seconds + 3600)]) } }
            let done = try await flow.signIn()
            let session = try await flow.fixture.stores.sessions.find(
                cookie: SecretHash(of: done.sessionCookie.reveal()), in: flow.fixture.pool.id, at: now)
            #expect(session?.session.authenticatedAt == now)
        }
    }

    @Test("where the provider says no auth_time nobody else does: neither token has one, and the session proves no age")
    func notTold() async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change { $0.claims = { $0.with(["auth_time": nil]) } }
            let done = try await flow.signIn()
            let token = try await Flow(flow.fixture).redeem(try #require(done.response?.fields.first { $0.name == "code" }?.value))
            for text in [token.idToken ?? "", token.accessToken] {
                let claims = FakeOpenIDProvider.payload(text)
                #expect(claims["auth_time"] == nil && claims["iat"] != nil)
            }
            let cookies = BrowserCookies(binding: nil, session: done.sessionCookie)
            // With any age the session will do; where the app asks for one, the provider is asked again.
            let parameters = [("max_age", "86400")]
            let asked = try await flow.begin(parameters, cookies: cookies)
            #expect(asked.url.hasPrefix(flow.provider.addresses.authorization))
        }
    }

    @Test("the app's own answer has the provider's auth_time, not ours")
    func toldOn() async throws {
        try await OpenIDFlow.run { flow in
            let earlier = Int(flow.fixture.clock.now.timeIntervalSince1970) - 3000
            flow.provider.change { $0.claims = { $0.with(["auth_time": .integer(earlier)]) } }
            let apps = Flow(flow.fixture)
            let token = try await apps.redeem(try apps.code(try await flow.signIn([("max_age", "3600")])))
            #expect(FakeOpenIDProvider.payload(token.idToken ?? "")["auth_time"] == .integer(earlier))
        }
    }

    @Test("§5.3: userinfo is asked only where the mapping wants a claim that the ID token lacks")
    func userInfo() async throws {
        try await OpenIDFlow.run { flow in
            _ = try await flow.signIn()
            #expect(flow.provider.count(of: "/userinfo") == 0)
            _ = try await flow.signIn(as: .alice.with(["groups": nil]))
            #expect(flow.provider.count(of: "/userinfo") == 1)
            // What the ID token says goes first.
            var person = FakeOpenIDProvider.Person.alice.with(["name": nil])
            person.userInfo = ["sub": "alice-7", "name": "Alice of userinfo", "email": "other@example.com", "groups": ["evil"]]
            let done = try await flow.signIn(as: person)
            #expect(done.text("name") == "Alice of userinfo" && done.text("email") == "alice@example.com" && done.user.groups == ["staff", "admins"])
        }
        try await OpenIDFlow.run(register: { $0.map = ["email=email"] }) { flow in
            _ = try await flow.signIn(as: .alice.with(["email_verified": nil]))
            #expect(flow.provider.count(of: "/userinfo") == 0, "email_verified is wanted only where it could lead to a user")
        }
        try await OpenIDFlow.run(register: { ($0.map, $0.domains) = (["email=email"], ["example.com"]) }) { flow in
            var person = FakeOpenIDProvider.Person.alice.with(["email_verified": nil])
            person.userInfo = ["sub": "alice-7", "email": "alice@example.com", "email_verified": true]
            let done = try await flow.signIn(as: person)
            #expect(done.isEmailVerified == true && flow.provider.count(of: "/userinfo") == 1)
        }
    }

    @Test("dotted paths: a claim of that very name goes first, a path goes into objects only, at most eight steps")
    func paths() async throws {
        try await OpenIDFlow.run(register: { $0.map = ["groups=a.b.c", "custom:team=x.y"] }, declaring: "team") { flow in
            func groups(_ claims: JSONObject) async throws -> [String] {
                var person = FakeOpenIDProvider.Person()
                for member in claims.members { person.idToken.append(member.name, member.value) }
                return try await flow.signIn(as: person).user.groups
            }
            let two = try await groups(["a": ["b": ["c": ["one", "two"]]]])
            #expect(two == ["one", "two"])
            #expect(try await groups(["a": ["b": ["c": ["one"]]], "a.b.c": "flat"]) == ["flat"])
            #expect(try await groups(["a": [["b": ["c": ["one"]]]]]) == [])
            #expect(try await groups(["a": ["b": "c"]]) == [])
            #expect(try await groups(["a": ["b": ["c": ["x": 1]]]]) == [])
            #expect(try await groups(["a": ["b": ["c": [1, true, "t", ["nested"], .null]]]]) == ["1", "true", "t"])
        }
        try await OpenIDFlow.run(register: { $0.map = ["groups=a.a.a.a.a.a.a.a.a"] }) { flow in
            var value: JSONValue = ["deep"]
            for _ in 0..<8 { value = ["a": value] }
            var person = FakeOpenIDProvider.Person()
            person.idToken.append("a", value)
            let done = try await flow.signIn(as: person)
            #expect(done.user.groups.isEmpty)
        }
    }

    @Test("case 75: provider, client or user disabled or deleted in the middle: refused before the code is redeemed, but for the user")
    func disabledInTheMiddle() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            try await flow.update { $0.enabled = false }
            #expect(try await flow.refusal(of: answer, binding: binding) == .providerDisabled("op"))
            try await flow.update { $0.enabled = true }
            try await flow.fixture.updateClient { $0.enabled = false }
            #expect(try await flow.refusal(of: answer, binding: binding) == .clientDisabled)
            try await flow.fixture.updateClient { ($0.enabled, $0.identityProviders) = (true, ["corp"]) }
            #expect(try await flow.refusal(of: answer, binding: binding) == .unknownProvider("op"))
            try await flow.fixture.updateClient { ($0.identityProviders, $0.redirectURIs) = ([], ["https://app.example/other"]) }
            #expect(try await flow.refusal(of: answer, binding: binding) == .redirectURI(seen: GatewayFixture.redirectURI))
            try await flow.fixture.updateClient { $0.redirectURIs = [GatewayFixture.redirectURI] }
            #expect(flow.provider.count(of: "/token") == 0)
            let done = try await flow.complete(answer, binding: binding)

            _ = try await flow.administration.perform(SetUserEnabled(false, done.user.id.text, pool: flow.poolID))
            #expect(try await flow.refusal() == .userDisabled)
            try await flow.administration.perform(DeleteProvider("op", pool: flow.poolID))
            flow.fixture.clock.advanceUptime(by: .seconds(2))
            #expect(try await flow.refusal(of: answer, binding: binding) == .unknownState)
        }
    }

    @Test("a new secret counts at the next token request, without a new beginning")
    func rotatedSecret() async throws {
        try await OpenIDFlow.run(register: { $0.clientSecret = SecretBytes("old") }) { flow in
            let (url, binding) = try await flow.begin()
            try await flow.update { $0.clientSecret = SecretBytes(flow.provider.clientSecret) }
            _ = try await flow.complete(flow.provider.authorize(url), binding: binding)
        }
    }

    @Test("a sign-in sends the secret that is used and no other: not the pending one, nor the previous one where the provider refuses")
    func currentSecretOnly() async throws {
        try await OpenIDFlow.run { flow in
            let set = SetClientSecret(.secret(SecretBytes("wrong")), of: flow.name, pool: flow.poolID)
            _ = try await flow.administration.perform(set)
            _ = try await flow.signIn()
            _ = try await flow.administration.perform(FinishClientSecret(of: flow.name, pool: flow.poolID, mayBeUntested: true))
            flow.fixture.clock.advanceUptime(by: .seconds(2))
            let asked = flow.provider.count(of: "/token")
            let error = try await flow.refusal()
            #expect(error == .oidc(.tokenRefused("invalid_client")))
            #expect(flow.provider.count(of: "/token") == asked + 1)
            _ = try await flow.administration.perform(ReturnClientSecret(of: flow.name, pool: flow.poolID))
            flow.fixture.clock.advanceUptime(by: .seconds(2))
            _ = try await flow.signIn()
        }
    }

    @Test("the client secret is sealed where it is stored, for this provider alone")
    func sealed() async throws {
        try await OpenIDFlow.runTwo { flow, other in
            let connections = try await flow.administration.listProviders(pool: flow.poolID).compactMap(\.oidc)
            #expect(connections.count == 2)
            for connection in connections {
                let sealed = try #require(connection.sealedSecret)
                #expect(!sealed.contains(flow.provider.clientSecret) && Base64URL.decode(Array(sealed.utf8)) != nil)
            }
            #expect(Set(connections.compactMap(\.sealedSecret)).count == 2)
            _ = other
        }
    }
}
