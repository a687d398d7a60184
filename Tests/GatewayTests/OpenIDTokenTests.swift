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

    @Test("case 76: alg none in any case, no signature, four or five parts")
    func algorithms() async throws {
        try await OpenIDFlow.run { flow in
            func replaced(_ header: String, signature: String?) -> @Sendable (String) -> String? {
                { token in
                    let parts = token.split(separator: ".").map(String.init)
                    return [Base64URL.encode(Array(header.utf8)), parts[1], signature ?? parts[2]].joined(separator: ".")
                }
            }
            for name in ["none", "None", "NONE", "nOnE", "HS256"] {
                flow.provider.change { $0.idToken = replaced(#"{"alg":"\#(name)"}"#, signature: "") }
                let error = try await flow.tokenRefusal()
                guard case .algorithm(_, name)? = error else {
                    Issue.record("\(name): \(String(describing: error))")
                    continue
                }
            }
            let wrong: [@Sendable (String) -> String?] = [
                { $0 + ".x" }, { $0 + ".x.y" }, { String($0.prefix { $0 != "." }) }, { _ in "" }, { _ in String(repeating: ".", count: 100_000) },
            ]
            for change in wrong {
                flow.provider.change { $0.idToken = change }
                guard case .malformed? = try await flow.tokenRefusal() else {
                    Issue.record("not malformed")
                    continue
                }
            }
            flow.provider.change { $0.idToken = { String($0.dropLast(4)) + "AAAA" } }
            #expect(try await flow.tokenRefusal() == .signature)
        }
    }

    @Test("case 77: HS256 with the provider's public key as the secret")
    func confusion() async throws {
        try await OpenIDFlow.run { flow in
            let done = try await flow.signIn()
            flow.provider.change { behaviour in
                behaviour.idToken = { token in
                    let parts = token.split(separator: ".").map(String.init)
                    let input = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "." + parts[1]
                    return input + "." + Base64URL.encode([UInt8](repeating: 7, count: 32))
                }
            }
            guard case .algorithm(_, "HS256")? = try await flow.tokenRefusal() else {
                Issue.record("not refused for its algorithm")
                return
            }
            #expect(try await flow.fixture.users().map(\.id) == [done.user.id])
        }
    }

    @Test(
        "case 85: iss that is another one, by one byte",
        arguments: ["https://op.example/", "http://op.example", "https://OP.example", "https://op.example/other-tenant", "https://op.example.evil"])
    func issuer(_ seen: String) async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change { $0.claims = { $0.with(["iss": .string(seen)]) } }
            let error = try await flow.tokenRefusal()
            #expect(error == .issuer(expected: "https://op.example", seen: seen))
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
            guard case .unknownKey? = try await flow.tokenRefusal() else {
                Issue.record("a key of another connection was taken")
                return
            }
        }
    }

    @Test("case 86: aud missing, other, with others beside it, a number, a part of ours; azp of another client")
    func audience() async throws {
        try await OpenIDFlow.run { flow in
            func error(_ changes: [String: JSONValue?]) async throws -> TokenError? {
                flow.provider.change { $0.claims = { $0.with(changes) } }
                return try await flow.tokenRefusal()
            }
            let expected = "countersign-1"
            #expect(try await error(["aud": "countersign-2"]) == .audience(expected: expected, seen: ["countersign-2"]))
            #expect(try await error(["aud": "countersign"]) == .audience(expected: expected, seen: ["countersign"]))
            #expect(try await error(["aud": ["countersign-1", "another"]]) == .audience(expected: expected, seen: ["countersign-1", "another"]))
            #expect(try await error(["azp": "countersign-2"]) == .authorizedParty(expected: expected, seen: "countersign-2"))
            for wrong: JSONValue? in [nil, 1, [1], [], .null] {
                switch try await error(["aud": wrong]) {
                case .claim("aud", _), .audience(_, []): continue
                case let other: Issue.record("\(String(describing: other))")
                }
            }
        }
    }

    @Test("case 87: exp missing, past or no number, iat and nbf ahead or missing; a minute of skew is allowed")
    func times() async throws {
        try await OpenIDFlow.run { flow in
            func error(_ changes: [String: JSONValue?]) async throws -> TokenError? {
                flow.provider.change { $0.claims = { $0.with(changes) } }
                return try await flow.tokenRefusal()
            }
            let (now, date) = (Self.now, Date(timeIntervalSince1970: TimeInterval(Self.now)))
            #expect(try await error(["exp": .integer(now - 61)]) == .expired(at: date - 61, now: date))
            #expect(try await error(["iat": .integer(now + 61)]) == .notYetValid(from: date + 61, now: date))
            #expect(try await error(["nbf": .integer(now + 61)]) == .notYetValid(from: date + 61, now: date))
            let wrong: [(String, JSONValue?)] = [
                ("exp", nil), ("exp", "1795000300"), ("exp", .null), ("iat", nil), ("iat", "now"), ("nbf", true), ("exp", [1_795_000_300]),
            ]
            for (name, value) in wrong {
                guard case .claim(name, _)? = try await error([name: value]) else {
                    Issue.record("\(name)")
                    continue
                }
            }
            flow.provider.change { $0.claims = { $0.with(["exp": .integer(now - 59), "iat": .integer(now + 59)]) } }
            _ = try await flow.signIn()
        }
    }

    @Test("case 88: nonce missing, another one, of a sign-in before; sub missing, empty, a number, 300 characters")
    func nonceAndSubject() async throws {
        try await OpenIDFlow.run { flow in
            func error(_ changes: [String: JSONValue?]) async throws -> TokenError? {
                flow.provider.change { $0.claims = { $0.with(changes) } }
                return try await flow.tokenRefusal()
            }
            let (url, binding) = try await flow.begin()
            let used = try #require(FakeOpenIDProvider.query(url)["nonce"])
            _ = try await flow.complete(flow.provider.authorize(url), binding: binding)
            #expect(try await error(["nonce": nil]) == .nonce)
            #expect(try await error(["nonce": "another"]) == .nonce)
            #expect(try await error(["nonce": ""]) == .nonce)
            #expect(try await error(["nonce": .string(used)]) == .nonce)
            guard case .claim("nonce", _)? = try await error(["nonce": 1]) else {
                Issue.record("a number is no nonce")
                return
            }
            for sub: JSONValue? in [nil, "", 7, .string(String(repeating: "a", count: 300)), .null] {
                guard case .claim("sub", _)? = try await error(["sub": sub]) else {
                    Issue.record("\(String(describing: sub))")
                    continue
                }
            }
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
            #expect(try await flow.signIn(as: alice).text("custom:team") == "red")
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
                guard case .oidc(.answer(.userInfo, _))? = try await flow.refusal(as: alice) else {
                    Issue.record("\(answer)")
                    continue
                }
            }
            #expect(try await flow.fixture.users().count == 1)
        }
    }
}
