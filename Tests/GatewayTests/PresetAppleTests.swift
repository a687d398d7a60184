import Administration
import Crypto
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Preset apple: Sign in with Apple")
struct PresetAppleTests {
    private static func run(
        _ register: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in }, _ body: (OpenIDFlow) async throws -> Void
    ) async throws {
        let key = P256.Signing.PrivateKey()
        try await OpenIDFlow.runPreset(
            "apple", FakeApple.make(key.publicKey),
            { settings in
                settings.clientSecret = nil
                settings.clientKey = SecretBytes(key.pemRepresentation)
                (settings.teamID, settings.keyID) = (FakeApple.teamID, FakeApple.keyID)
                register(&settings)
            }, body)
    }

    private func form(_ answer: FakeOpenIDProvider.Fields, user: String?) -> FakeOpenIDProvider.Fields {
        answer.filter { $0.name != "user" } + (user.map { [("user", $0)] } ?? [])
    }

    @Test("the client secret is a JWT that Apple verifies; the answer is asked for as a form, without a prompt")
    func secret() async throws {
        try await Self.run { flow in
            let query = try await flow.request([("prompt", "login")])
            #expect(query["response_mode"] == "form_post" && query["prompt"] == nil && query["scope"] == "openid email name")
            let done = try await flow.signIn(as: FakeApple.person)
            #expect(done.user.username == "apple_001234.0a1b2c3d4e5f.1234")
            let secret = try #require(flow.provider.requests.first { $0.url.hasSuffix("/auth/token") }?.form["client_secret"])
            let claims = FakeOpenIDProvider.payload(secret)
            #expect(Set(claims.names) == ["iss", "sub", "aud", "iat", "exp"])
        }
    }

    @Test("without team, key ID or key it is refused where it is configured; a secret in words too")
    func incomplete() async throws {
        let wrong: [(field: Field, change: @Sendable (inout OIDCProviderSettings) -> Void)] = [
            (.teamID, { $0.teamID = nil }), (.teamID, { $0.keyID = nil }), (.clientSecret, { $0.clientKey = nil }),
            (.clientKey, { ($0.clientKey, $0.clientSecret) = (nil, SecretBytes("a secret in words")) }),
        ]
        for (field, change) in wrong { await expectProblem(field) { try await Self.run(change) { _ in } } }
    }

    @Test("another key, team or key ID than Apple knows: refused by Apple")
    func wrongKey() async throws {
        let changes: [@Sendable (inout OIDCProviderSettings) -> Void] = [
            { $0.clientKey = SecretBytes(P256.Signing.PrivateKey().pemRepresentation) }, { $0.teamID = "ZZZZZZZZZZ" }, { $0.keyID = "ZZZZZZZZZZ" },
        ]
        for change in changes {
            try await Self.run(change) { flow in
                let error = try await flow.refusal(as: FakeApple.person)
                #expect(error == .oidc(.tokenRefused("invalid_client")))
            }
        }
    }

    @Test("the name comes at the first sign-in only, beside the token, and is kept at the second")
    func name() async throws {
        try await Self.run { flow in
            let first = try await flow.signIn(as: FakeApple.person)
            #expect(first.text("name") == "Jo Appleseed" && first.text("given_name") == "Jo" && first.text("family_name") == "Appleseed")
            let second = try await flow.signIn(as: FakeApple.person)
            #expect(second.user.id == first.user.id && second.text("name") == "Jo Appleseed" && !second.isNewUser)
        }
    }

    @Test("email_verified is a text or a boolean, and counts either way; false and anything else does not")
    func emailVerified() async throws {
        try await Self.run { flow in
            for (value, expected) in [("true", true), (true, true), ("false", false), (false, false), ("yes", false), (1, false), (nil, false)]
                as [(JSONValue?, Bool)]
            {
                let done = try await flow.signIn(as: FakeApple.person.with(["email_verified": value]))
                #expect(done.isEmailVerified == expected, "\(String(describing: value))")
            }
        }
    }

    @Test("a forged `user` changes no address and nobody's identity: only a name is taken from it")
    func forged() async throws {
        try await Self.run { flow in
            let (url, binding) = try await flow.begin()
            let forged = """
                {"name":{"firstName":"Mal","lastName":"Lory"},"email":"ceo@example.com","email_verified":true,"sub":"another","groups":["admins"]}
                """
            let done = try await flow.complete(form(flow.provider.authorize(url, as: FakeApple.person), user: forged), binding: binding)
            #expect(done.text("email") == "jo@privaterelay.appleid.com" && done.text("name") == "Mal Lory")
            #expect(done.user.identities.map(\.subject) == ["001234.0a1b2c3d4e5f.1234"] && done.user.groups.isEmpty)
        }
    }

    @Test("a `user` that is none is passed over")
    func unreadable() async throws {
        try await Self.run { flow in
            for text in [
                "", "null", "[]", "{", #"{"name":"Jo"}"#, #"{"name":{"firstName":7,"lastName":["x"]}}"#, #"{"name":{}}"#,
                #"{"name":{"firstName":"A","firstName":"B"}}"#, "<script>",
            ] {
                let (url, binding) = try await flow.begin()
                let done = try await flow.complete(form(flow.provider.authorize(url, as: FakeApple.person), user: text), binding: binding)
                #expect(done.text("name") == nil, "\(text)")
            }
        }
    }

    @Test("a name with control characters or of 10 KB costs the sign-in a clear error")
    func badName() async throws {
        try await Self.run { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url, as: FakeApple.person)
            let control = form(answer, user: #"{"name":{"firstName":"A\u0007","lastName":"B"}}"#)
            let refused = try await flow.refusal(of: control, binding: binding)
            #expect(refused?.code == "attribute.control_character")
            let long = form(answer, user: #"{"name":{"firstName":"\#(String(repeating: "x", count: 10_000))"}}"#)
            let tooLong = try await flow.refusal(of: long, binding: binding)
            #expect(tooLong?.code == "oidc.callback")
        }
    }

    @Test("who presses Cancel at Apple has declined")
    func cancelled() async throws {
        try await Self.run { flow in
            let (url, binding) = try await flow.begin()
            let state = try #require(FakeOpenIDProvider.query(url)["state"])
            let error = try await flow.refusal(of: [("state", state), ("error", "user_cancelled_authorize")], binding: binding)
            #expect(error == .oidc(.declined))
        }
    }

    @Test("a `user` of another kind of provider is not read")
    func elsewhere() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let person = FakeOpenIDProvider.Person(idToken: ["sub": "x"])
            let answer = flow.provider.authorize(url, as: person) + [("user", #"{"name":{"firstName":"Jo","lastName":"A"}}"#)]
            let done = try await flow.complete(answer, binding: binding)
            #expect(done.text("name") == nil)
        }
    }
}
