import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Cases 79, 80, 94 and 96: a provider's keys, from one sign-in to the next")
struct OpenIDKeyTests {
    @Test("case 96: keys rotated between two sign-ins: one refresh, then the new key counts and the old one still does")
    func rotation() async throws {
        try await OpenIDFlow.run { flow in
            let first = try await flow.signIn()
            #expect(flow.provider.count(of: "/keys") == 1)
            try flow.provider.rotate()
            #expect(try await flow.signIn().user.id == first.user.id)
            #expect(flow.provider.count(of: "/keys") == 2)
            _ = try await flow.signIn()
            #expect(flow.provider.count(of: "/keys") == 2)
        }
    }

    @Test("case 96: a removed key is good until the cache ends, and not longer")
    func removed() async throws {
        try await OpenIDFlow.run { flow in
            _ = try await flow.signIn()
            let otherKeys = try FakeOpenIDProvider().publishedKeys()
            // From now on the provider publishes another key, and somebody who has the old one goes on signing.
            flow.provider.change { $0.reply(at: "/keys", otherKeys) }
            _ = try await flow.signIn()
            // Fifteen minutes, and five in which the old ones serve while the new ones are asked for.
            flow.fixture.clock.advance(by: 20 * 60 + 1)
            #expect(try await flow.tokenRefusal()?.code == "token.unknown_key", "the removed key still counts")
        }
    }

    @Test("case 79: an unknown kid asks for the keys once a minute, however often it comes")
    func unknownKey() async throws {
        try await OpenIDFlow.run { flow in
            _ = try await flow.signIn()
            let stranger = try FakeOpenIDProvider()
            flow.provider.change { $0.idToken = { try? stranger.sign(FakeOpenIDProvider.payload($0)) } }
            for _ in 0..<20 {
                #expect(try await flow.tokenRefusal()?.code == "token.unknown_key", "a stranger's key was taken")
            }
            #expect(flow.provider.count(of: "/keys") == 2)
        }
    }

    @Test("case 94: a key set of 10,000 keys, of 5 MB, with private keys, of HTML: the last good keys are kept, and a first sign-in is refused")
    func badKeySets() async throws {
        let key = try TokenSigningKey.generate(.ES256)
        let jwk = String(decoding: key.publicJWK.encoded(), as: UTF8.self)
        let many: [String] = Array(repeating: jwk, count: 10_000)
        let padding = String(repeating: "x", count: 5 << 20)
        let secret = String(decoding: key.publicJWK.with(["d": .string(Base64URL.encode(key.privateKeyBytes))]).encoded(), as: UTF8.self)
        let bodies: [String] = [
            #"{"keys":[\#(many.joined(separator: ","))]}"#, #"{"keys":[\#(jwk)],"padding":"\#(padding)"}"#, #"{"keys":[\#(secret)]}"#, "<html>",
            #"{"keys":[]}"#, #"{"keys":7}"#,
        ]
        for body in bodies {
            try await OpenIDFlow.run { flow in
                flow.provider.change { $0.reply(at: "/keys", body) }
                let code = try await flow.tokenRefusal()?.code ?? ""
                #expect(["token.keys_unavailable", "token.unknown_key"].contains(code), "\(body.prefix(40))")
            }
            try await OpenIDFlow.run { flow in
                _ = try await flow.signIn()
                flow.provider.change { $0.reply(at: "/keys", body) }
                flow.fixture.clock.advance(by: 15 * 60 + 1)
                _ = try await flow.signIn()
            }
        }
    }

    @Test("keys that are out of reach: the known ones are kept for a day; without any the sign-in says 503, and works when they are back")
    func unreachable() async throws {
        try await OpenIDFlow.run { flow in
            flow.provider.change { $0.fail(at: "/keys", .unreachable) }
            let error = try await flow.refusal()
            #expect(error?.code == "token.keys_unavailable" && error?.status == 503)
            flow.provider.change { $0.answers = [:] }
            flow.fixture.clock.advance(by: 10)
            _ = try await flow.signIn()
            flow.provider.change { $0.fail(at: "/keys", .unreachable) }
            flow.fixture.clock.advance(by: 3600)
            _ = try await flow.signIn()
        }
    }
}
