import Administration
import Gateway
import TestSupport
import Testing
import UserPools

@Suite("OpenID Connect Core §3.1: signing in through an OpenID provider")
struct OpenIDSignInTests {
    @Test("code flow with PKCE S256, state and nonce: a user with e-mail, name and groups, known by issuer and sub")
    func signIn() async throws {
        try await OpenIDFlow.run { flow in
            let (url, _) = try await flow.begin()
            let query = FakeOpenIDProvider.query(url)
            #expect(url.hasPrefix("https://op.example/authorize?") && query["response_type"] == "code" && query["client_id"] == "countersign-1")
            #expect(query["redirect_uri"] == flow.fixture.issuer + "/oauth2/idpresponse/op" && query["scope"] == "openid email profile")
            #expect(query["code_challenge_method"] == "S256" && query["code_challenge"]?.count == 43 && query["nonce"]?.count == 43)

            let other = FakeOpenIDProvider.query(try await flow.begin().url)
            for name in ["state", "nonce", "code_challenge"] { #expect(query[name] != other[name]) }

            let done = try await flow.signIn()
            #expect(done.isNewUser && done.user.username == "op_alice-7" && done.user.groups == ["staff", "admins"])
            #expect(done.user.attributes["email"] == .text("alice@example.com") && done.user.attributes["name"] == .text("Alice Müller"))
            let identity = FederatedIdentity(
                provider: try #require(IdentityProvider.Name("op")), issuer: "https://op.example", subject: "alice-7", format: "")
            #expect(done.user.identities == [identity])
            #expect(try await flow.signIn().user.id == done.user.id)
        }
    }

    @Test("a required claim that is not sent: the refusal names the claims that arrived, but for those of the token itself")
    func required() async throws {
        try await OpenIDFlow.run(register: {
            $0.common.map = ["email=email", "nickname=handle"]
            $0.common.require = ["nickname"]
        }) { flow in
            guard case .attribute(.missingSource("nickname", "handle"), let arrived)? = try await flow.refusal() else {
                Issue.record("another refusal")
                return
            }
            #expect(Set(arrived).isSuperset(of: ["sub", "email", "name", "groups"]) && Set(arrived).isDisjoint(with: ["iss", "aud", "nonce"]))
        }
    }
}
