import Administration
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Cases 90 to 92 and 115: the answer that a browser brings from an OpenID provider")
struct OpenIDAnswerTests {
    @Test("case 90: a state that is missing, unknown, or of a sign-in that expired; nothing is asked of the provider")
    func state() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            let code = try #require(answer.first { $0.name == "code" })
            #expect(try await flow.refusal(of: [code], binding: binding) == .oidc(.state))
            #expect(try await flow.refusal(of: [code, ("state", "' OR 1=1 --")], binding: binding) == .unknownState)
            flow.fixture.clock.advance(by: 30 * 60)
            #expect(try await flow.refusal(of: answer, binding: binding) == .unknownState)
            #expect(flow.provider.count(of: "/token") == 0)
        }
    }

    @Test("cases 90 and 115: the answer in a browser that did not begin, and with the cookie of another flow; nothing is asked of the provider")
    func otherBrowser() async throws {
        try await OpenIDFlow.run { flow in
            let (mine, other) = (try await flow.begin(), try await flow.begin())
            let answer = flow.provider.authorize(mine.url)
            #expect(try await flow.refusal(of: answer, binding: nil) == .otherBrowserState(cookieSeen: false))
            #expect(try await flow.refusal(of: answer, binding: other.binding) == .otherBrowserState(cookieSeen: true))
            #expect(flow.provider.count(of: "/token") == 0)
            _ = try await flow.complete(answer, binding: mine.binding)
        }
    }

    @Test("case 115: two tabs of one browser each end, in whatever order")
    func tabs() async throws {
        try await OpenIDFlow.run { flow in
            let first = try await flow.begin()
            let second = try await flow.begin(cookies: BrowserCookies(binding: first.binding, session: nil))
            #expect(first.binding.reveal() == second.binding.reveal())
            let bob = FakeOpenIDProvider.Person(idToken: ["sub": "bob-1"])
            let later = try await flow.complete(flow.provider.authorize(second.url, as: bob), binding: first.binding)
            let earlier = try await flow.complete(flow.provider.authorize(first.url), binding: first.binding)
            #expect((later.user.username, earlier.user.username) == ("op_bob-1", "op_alice-7"))
            #expect(later.response != nil && earlier.response != nil)
        }
    }

    @Test("cases 67 and 90: the same answer 50 times at once, and once more, gives exactly one session", arguments: [false, true])
    func atOnce(_ takesCodesAgain: Bool) async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change { $0.takesCodesAgain = takesCodesAgain }
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            let done = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { (try? await flow.complete(answer, binding: binding)) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(done == 1)
            #expect(try await flow.refusal(of: answer, binding: binding) == .unknownState)
            #expect(try await flow.fixture.contents() == .init(acceptedProofs: 1, users: 1, sessions: 1, codes: 1))
        }
    }

    @Test("case 91: a code of provider A at the callback of B, either way round: no token endpoint sees it")
    func mixUp() async throws {
        try await OpenIDFlow.runTwo { flow, other in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            for callback in ["other", "nobody", "OP", "corp"] {
                #expect(try await flow.refusal(of: answer, binding: binding, at: callback)?.code == "oidc.mix_up", "\(callback)")
            }
            #expect(flow.provider.count(of: "/token") + other.provider.count(of: "/token") == 0)
            // A's browser is lured to B with B's own code for A's state.
            let (otherURL, _) = try await other.begin()
            let stolen = other.provider.authorize(otherURL).map { $0.name == "state" ? answer[1] : $0 }
            #expect(try await flow.refusal(of: stolen, binding: binding) == .oidc(.tokenRefused("invalid_grant")))
            #expect(other.provider.count(of: "/token") == 0)
            // One answer is tried, and that was it.
            #expect(try await flow.refusal(of: answer, binding: binding) == .unknownState)
        }
    }

    @Test("case 91: `iss` missing where it was promised, or of another provider, also beside an error (RFC 9207 §2.4)")
    func issuerParameter() async throws {
        try await OpenIDFlow.runTwo(issuesRFC9207: true) { flow, other in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            let (expected, seen) = (flow.provider.issuer, other.provider.issuer)
            let silent = answer.filter { $0.name != "iss" }
            let lie = answer.filter { $0.name == "state" } + [("error", "access_denied"), ("iss", seen)]
            #expect(try await flow.refusal(of: silent, binding: binding) == .oidc(.mixUp(expected: expected, seen: nil)))
            for answer in [silent + [("iss", seen)], lie] {
                #expect(try await flow.refusal(of: answer, binding: binding) == .oidc(.mixUp(expected: expected, seen: seen)))
            }
            #expect(flow.provider.count(of: "/token") == 0)
            _ = try await flow.complete(answer, binding: binding)
        }
    }

    @Test("RFC 9207: providers share the pool's redirect URI only where each names itself, and the sign-in says whose turn it is")
    func sharedRedirectURI() async throws {
        try await OpenIDFlow.runTwo({ $0.sharesRedirectURI = true }, { $0.sharesRedirectURI = true }, issuesRFC9207: true) { flow, other in
            func complete(_ answer: FakeOpenIDProvider.Fields, _ binding: SecretBytes, at name: String?) async throws -> SignInError? {
                do {
                    _ = try await flow.signIn.completeOIDC(
                        Parameters(answer), provider: name, pool: flow.storedPool(), address: flow.address,
                        cookies: BrowserCookies(binding: binding, session: nil))
                    return nil
                } catch { return (error as? SignInFailure)?.error }
            }
            let (url, binding) = try await flow.begin()
            #expect(FakeOpenIDProvider.query(url)["redirect_uri"] == flow.fixture.issuer + "/oauth2/idpresponse")
            let answer = flow.provider.authorize(url)
            // Its own redirect URI is not the one that was asked for.
            #expect(try await complete(answer, binding, at: "op")?.code == "oidc.mix_up")
            let lured = answer.map { $0.name == "iss" ? ("iss", other.provider.issuer) : $0 }
            #expect(try await complete(lured, binding, at: nil) == .oidc(.mixUp(expected: flow.provider.issuer, seen: other.provider.issuer)))
            #expect(try await complete(answer, binding, at: nil) == nil)
        }
        await expectProblem(.sharedRedirectURI) {
            try await OpenIDFlow.run(register: { $0.sharesRedirectURI = true }) { _ in }
        }
    }

    @Test("case 92: error and code together; an error is told as the word that it is")
    func errorAndCode() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            #expect(try await flow.refusal(of: answer + [("error", "access_denied")], binding: binding)?.code == "oidc.callback")
            func error(_ text: String) async throws -> SignInError? {
                let state = answer.filter { $0.name == "state" }
                return try await flow.refusal(
                    of: state + [("error", text), ("error_description", "<script>\r\nSet-Cookie: x")], binding: binding)
            }
            #expect(try await error("access_denied") == .oidc(.declined))
            #expect(try await error("server_error") == .oidc(.refused("server_error")))
            #expect(try await error("<b>x: y</b>") == .oidc(.refused("bxyb")))
            #expect(try await error("<>") == .oidc(.refused("unreadable")))
            #expect(flow.provider.count(of: "/token") == 0)
            _ = try await flow.complete(answer, binding: binding)
        }
    }
}
