import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Cases 90 to 92, 115 and 116: the answer that a browser brings from an OpenID provider")
struct OpenIDAnswerTests {
    @Test("case 90: state missing, empty, unknown, twice, 10 KB, of a sign-in that expired")
    func state() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            let code = try #require(answer.first { $0.name == "code" }?.value)
            #expect(try await flow.refusal(of: [("code", code)], binding: binding) == .oidc(.state))
            for unknown in ["_" + String(repeating: "0", count: 40), "x", "' OR 1=1 --"] {
                #expect(try await flow.refusal(of: [("code", code), ("state", unknown)], binding: binding) == .unknownState)
            }
            for wrong in [[("state", "")], answer + answer, [("state", String(repeating: "s", count: 10_000))]] as [FakeOpenIDProvider.Fields] {
                switch try await flow.refusal(of: [("code", code)] + wrong, binding: binding) {
                case .oidc(.callback), .oidc(.state), .unknownState: continue
                case let other: Issue.record("\(String(describing: other))")
                }
            }
            flow.fixture.clock.advance(by: 30 * 60)
            #expect(try await flow.refusal(of: answer, binding: binding) == .unknownState)
            #expect(flow.provider.count(of: "/token") == 0)
        }
    }

    @Test("case 90: a state of another pool is none of this pool's")
    func otherPool() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let other = try await flow.administration.createPool(name: "Other", domain: nil, signingAlgorithm: "ES256", region: "local")
            let answer = flow.provider.authorize(url)
            do {
                _ = try await flow.signIn.completeOIDC(
                    Parameters(answer), provider: "op", pool: other,
                    address: PoolAddress(publicURL: GatewayFixture.publicURL, pool: other), cookies: BrowserCookies(binding: binding, session: nil))
                Issue.record("it was not refused")
            } catch let failure as SignInFailure { #expect(failure.error == .unknownState) }
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

    @Test("case 116: the session that the browser had before ends, and another id begins")
    func fixation() async throws {
        try await OpenIDFlow.run { flow in
            let before = try await flow.signIn()
            let (url, binding) = try await flow.begin(
                [("prompt", "login")], cookies: BrowserCookies(binding: nil, session: before.sessionCookie))
            let after = try await flow.signIn.completeOIDC(
                Parameters(flow.provider.authorize(url)), provider: "op", pool: flow.storedPool(), address: flow.address,
                cookies: BrowserCookies(binding: binding, session: before.sessionCookie))
            #expect(after.sessionCookie.reveal() != before.sessionCookie.reveal())
            let sessions = flow.fixture.stores.sessions
            let now = flow.fixture.clock.now
            #expect(try await sessions.find(cookie: SecretHash(of: before.sessionCookie.reveal()), in: flow.fixture.pool.id, at: now) == nil)
            #expect(try await sessions.find(cookie: SecretHash(of: after.sessionCookie.reveal()), in: flow.fixture.pool.id, at: now) != nil)
            #expect(try await flow.fixture.contents().sessions == 1)
        }
    }

    @Test("case 90: the same answer twice gives one session, also where the provider takes a code again")
    func twice() async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change { $0.takesCodesAgain = true }
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            _ = try await flow.complete(answer, binding: binding)
            #expect(try await flow.refusal(of: answer, binding: binding) == .unknownState)
            #expect(try await flow.fixture.contents().sessions == 1)
        }
    }

    @Test("cases 67 and 90: the same answer 50 times at once gives exactly one session", arguments: [false, true])
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
            #expect(try await flow.fixture.contents() == .init(acceptedProofs: 1, users: 1, sessions: 1, codes: 1))
        }
    }

    @Test("case 91: a code of provider A at the callback of B, either way round: no token endpoint sees it")
    func mixUp() async throws {
        try await OpenIDFlow.runTwo { flow, other in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            for callback in ["other", "nobody", "OP", "corp"] {
                guard case .oidc(.mixUp)? = try await flow.refusal(of: answer, binding: binding, at: callback) else {
                    Issue.record("\(callback)")
                    continue
                }
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

    @Test("case 91: `iss` missing where it was promised, of another provider, or wrong where it was not promised (RFC 9207 §2.4)")
    func issuerParameter() async throws {
        try await OpenIDFlow.runTwo(issuesRFC9207: true) { flow, other in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            let expected = flow.provider.issuer
            func without(_ name: String) -> FakeOpenIDProvider.Fields { answer.filter { $0.name != name } }
            #expect(try await flow.refusal(of: without("iss"), binding: binding) == .oidc(.mixUp(expected: expected, seen: nil)))
            for seen in [other.provider.issuer, expected + "/", "https://OP.example", "op.example"] {
                let error = try await flow.refusal(of: without("iss") + [("iss", seen)], binding: binding)
                #expect(error == .oidc(.mixUp(expected: expected, seen: seen)))
            }
            #expect(flow.provider.count(of: "/token") == 0)
            _ = try await flow.complete(answer, binding: binding)
        }
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let error = try await flow.refusal(of: flow.provider.authorize(url) + [("iss", "https://evil.example")], binding: binding)
            #expect(error == .oidc(.mixUp(expected: "https://op.example", seen: "https://evil.example")))
        }
    }

    @Test("case 91: an error too is only believed of the provider that was asked")
    func errorOfAnother() async throws {
        try await OpenIDFlow.runTwo(issuesRFC9207: true) { flow, other in
            let (url, binding) = try await flow.begin()
            let state = try #require(FakeOpenIDProvider.query(url)["state"])
            let lie: FakeOpenIDProvider.Fields = [("error", "access_denied"), ("state", state), ("iss", other.provider.issuer)]
            let error = try await flow.refusal(of: lie, binding: binding)
            #expect(error == .oidc(.mixUp(expected: flow.provider.issuer, seen: other.provider.issuer)))
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
            guard case .oidc(.mixUp)? = try await complete(answer, binding, at: "op") else {
                Issue.record("its own redirect URI is not the one that was asked for")
                return
            }
            let lured = answer.map { $0.name == "iss" ? ("iss", other.provider.issuer) : $0 }
            #expect(try await complete(lured, binding, at: nil) == .oidc(.mixUp(expected: flow.provider.issuer, seen: other.provider.issuer)))
            #expect(try await complete(answer, binding, at: nil) == nil)
        }
        await #expect(throws: AdministrationError.self) {
            try await OpenIDFlow.run(register: { $0.sharesRedirectURI = true }) { _ in }
        }
    }

    @Test("case 92: error and code together, neither, and an error that is no word")
    func errorAndCode() async throws {
        try await OpenIDFlow.run { flow in
            let (url, binding) = try await flow.begin()
            let answer = flow.provider.authorize(url)
            let state: FakeOpenIDProvider.Fields = answer.filter { $0.name == "state" }
            for wrong in [answer + [("error", "access_denied")], state, state + [("code", "")]] as [FakeOpenIDProvider.Fields] {
                guard case .oidc(.callback)? = try await flow.refusal(of: wrong, binding: binding) else {
                    Issue.record("\(wrong)")
                    continue
                }
            }
            func error(_ text: String) async throws -> SignInError? {
                try await flow.refusal(of: state + [("error", text), ("error_description", "<script>\r\nSet-Cookie: x")], binding: binding)
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
