import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Cases 76 to 89 in the flow: an ID token or userinfo that is not right ends the sign-in")
struct OpenIDTokenTests {
    private typealias Person = FakeOpenIDProvider.Person
    private static let now = 1_795_000_000

    private func replacingHeader(_ header: String, signature: String?) -> @Sendable (String) -> String? {
        { token in
            let parts = token.split(separator: ".").map(String.init)
            return [Base64URL.encode(Array(header.utf8)), parts[1], signature ?? parts[2]].joined(separator: ".")
        }
    }

    @Test("cases 76, 77: an ID token that is not signed, signed with the public key, in four parts, or with an altered signature")
    func signature() async throws {
        try await OpenIDFlow.run { flow in
            let done = try await flow.signIn()
            let secret = Base64URL.encode([UInt8](repeating: 7, count: 32))
            for (name, signature) in [("none", ""), ("HS256", secret)] {
                flow.provider.change { $0.idToken = replacingHeader(#"{"alg":"\#(name)","typ":"JWT"}"#, signature: signature) }
                #expect(try await flow.tokenRefusal()?.code == "token.algorithm")
            }
            flow.provider.change { $0.idToken = { $0 + ".x" } }
            #expect(try await flow.tokenRefusal()?.code == "token.malformed")
            flow.provider.change { $0.idToken = { String($0.dropLast(4)) + "AAAA" } }
            #expect(try await flow.tokenRefusal() == .signature)
            #expect(try await flow.fixture.users().map(\.id) == [done.user.id])
        }
    }

    @Test("case 85: iss of another configured connection, with its valid signature; and our issuer with its signature")
    func otherConnection() async throws {
        try await OpenIDFlow.runTwo { flow, other in
            _ = try await flow.signIn()
            _ = try await other.signIn()
            let issuer = other.provider.issuer
            flow.provider.change { behaviour in
                behaviour.idToken = { try? other.provider.sign(FakeOpenIDProvider.payload($0).with(["iss": .string(issuer)])) }
            }
            #expect(try await flow.tokenRefusal() == .issuer(expected: flow.provider.issuer, seen: issuer))
            flow.provider.change { $0.idToken = { try? other.provider.sign(FakeOpenIDProvider.payload($0)) } }
            #expect(try await flow.tokenRefusal()?.code == "token.unknown_key")
        }
    }

    @Test("cases 85 to 88: the issuer, the audience, the times, the nonce and the subject that the provider's sign-in must have")
    func claims() async throws {
        try await OpenIDFlow.run { flow in
            func error(_ changes: [String: JSONValue?]) async throws -> TokenError? {
                flow.provider.change { $0.claims = { $0.with(changes) } }
                return try await flow.tokenRefusal()
            }
            let (url, binding) = try await flow.begin()
            let used = try #require(FakeOpenIDProvider.query(url)["nonce"])
            _ = try await flow.complete(flow.provider.authorize(url), binding: binding)
            let (now, date) = (Self.now, Date(timeIntervalSince1970: TimeInterval(Self.now)))
            let (issuer, client) = ("https://op.example", "countersign-1")
            #expect(try await error(["iss": "https://op.example/"]) == .issuer(expected: issuer, seen: issuer + "/"))
            #expect(try await error(["aud": "countersign-2"]) == .audience(expected: client, seen: ["countersign-2"]))
            #expect(try await error(["aud": ["countersign-1", "another"]]) == .audience(expected: client, seen: [client, "another"]))
            #expect(try await error(["azp": "countersign-2"]) == .authorizedParty(expected: client, seen: "countersign-2"))
            #expect(try await error(["exp": .integer(now - 61)]) == .expired(at: date - 61, now: date))
            #expect(try await error(["iat": .integer(now + 61)]) == .notYetValid(from: date + 61, now: date))
            #expect(try await error(["nonce": nil]) == .nonce)
            #expect(try await error(["nonce": .string(used)]) == .nonce)
            #expect(try await error(["sub": ""])?.code == "token.claim")
            flow.provider.change { $0.claims = { $0.with(["exp": .integer(now - 59), "iat": .integer(now + 59)]) } }
            _ = try await flow.signIn()
        }
    }

    @Test("case 88: the tokens of two sign-ins changed for each other: the nonce tells")
    func exchanged() async throws {
        try await OpenIDFlow.run { flow in
            let (first, second) = (try await flow.begin(), try await flow.begin())
            let nonce = try #require(FakeOpenIDProvider.query(first.url)["nonce"])
            flow.provider.change { $0.claims = { $0.with(["nonce": .string(nonce)]) } }
            let error = try await flow.refusal(of: flow.provider.authorize(second.url), binding: second.binding)
            #expect(error == .oidc(.idToken(.nonce)))
            _ = try await flow.complete(flow.provider.authorize(first.url), binding: first.binding)
        }
    }

    @Test("case 89: at_hash of another access token")
    func accessTokenHash() async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change { $0.tokenAnswer = { $0.with(["access_token": "access-of-somebody-else"]) } }
            let error = try await flow.tokenRefusal()
            #expect(error == .accessTokenHash)
        }
    }

    @Test("case 89: userinfo of another sub, without one, as a JWT that nobody signed, as a list, as HTML, with status 500")
    func userInfo() async throws {
        try await OpenIDFlow.run(register: { $0.map = ["email=email", "custom:team=team"] }, declaring: "team") { flow in
            let alice = Person(idToken: ["sub": "alice-7", "email": "alice@example.com"], userInfo: ["sub": "alice-7", "team": "red"])
            let done = try await flow.signIn(as: alice)
            #expect(done.text("custom:team") == "red")
            for sub: JSONValue? in ["mallory-1", nil, "", 7, "Alice-7", "alice-7 "] {
                var person = alice
                person.userInfo = ["team": "blue"]
                if let sub { person.userInfo.append("sub", sub) }
                #expect(try await flow.refusal(as: person) == .oidc(.otherSubject(.userInfo)), "\(String(describing: sub))")
            }
            let unsigned = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8)) + "." + Base64URL.encode(Array(#"{"sub":"alice-7"}"#.utf8)) + "."
            let answers: [(type: String, body: String, status: Int)] = [
                ("application/jwt", unsigned, 200), ("application/json", unsigned, 200), ("application/json", "[]", 200),
                ("text/html", #"{"sub":"alice-7"}"#, 200), ("application/json", #"{"sub":"alice-7","sub":"mallory-1"}"#, 200),
                ("application/json", #"{"sub":"alice-7"}"#, 500), ("application/json", #"{"sub":"alice-7"}"#, 302),
            ]
            for answer in answers {
                flow.provider.change { $0.reply(at: "/userinfo", answer.body, status: answer.status, type: answer.type) }
                #expect(try await flow.refusal(as: alice)?.code == "oidc.answer", "\(answer)")
            }
            #expect(try await flow.fixture.users().count == 1)
        }
    }

    @Test("userinfo that the provider signs is verified: signature, issuer, audience, subject, type, and its end where it says one (Core §5.3.2)")
    func signedUserInfo() async throws {
        try await OpenIDFlow.run(register: { $0.map = ["email=email", "custom:team=team"] }, declaring: "team") { flow in
            let alice = Person(idToken: ["sub": "alice-7", "email": "alice@example.com"], userInfo: ["sub": "alice-7", "team": "nobody asks here"])
            let provider = flow.provider
            let good: JSONObject = ["iss": .string(provider.issuer), "aud": .string(provider.clientID), "sub": "alice-7", "team": "red"]
            func answer(_ text: String, type: String = "application/jwt") {
                provider.change { $0.reply(at: "/userinfo", text, status: 200, type: type) }
            }
            answer(try provider.sign(good), type: "application/jwt; charset=utf-8")
            #expect(try await flow.signIn(as: alice).text("custom:team") == "red")

            let stranger = try FakeOpenIDProvider(issuer: provider.issuer, clientID: provider.clientID)
            let refused: [(what: String, text: String)] = [
                ("token.unknown_key", try stranger.sign(good)),
                ("token.signature", String(try provider.sign(good).dropLast(6)) + "AAAAAA"),
                ("token.issuer", try provider.sign(good.with(["iss": "https://attacker.example"]))),
                ("token.issuer", try provider.sign(good.with(["iss": nil]))),
                ("token.audience", try provider.sign(good.with(["aud": "somebody-else"]))),
                ("token.claim", try provider.sign(good.with(["aud": nil]))),
                ("token.expired", try provider.sign(good.with(["exp": 1_000]))),
            ]
            for each in refused {
                answer(each.text)
                let expected = RelyingPartyError.answer(.userInfo, problem: "it is signed, and refused as \(each.what)")
                #expect(try await flow.refusal(as: alice) == .oidc(expected), "\(each.what)")
            }
            answer(try provider.sign(good.with(["sub": "mallory-1"])))
            #expect(try await flow.refusal(as: alice) == .oidc(.otherSubject(.userInfo)))
        }
    }
}
