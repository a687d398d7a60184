import Foundation
import Testing
import WireFormats

@testable import TokenVerifierCore

@Suite("Random and mutated tokens never crash and never verify")
struct HostileTokenTests {
    private let mint = Mint()

    @Test("4,000 random texts of token characters, dots, quotes and other bytes") func random() async throws {
        let verifier = try mint.verifier()
        let alphabet = Array("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.._-={}[]\":,\\u0 é\0".unicodeScalars)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<4000 {
            let length = Int.random(in: 0..<200, using: &generator)
            var text = String.UnicodeScalarView()
            for _ in 0..<length { text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]) }
            let token = String(text)
            #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: token) } != nil)
        }
    }

    @Test("a good token with one character changed, one left out or one put in, at every place") func mutated() async throws {
        let verifier = try mint.verifier()
        let good = Array(mint.accessToken().utf8)
        for place in good.indices {
            var changed = good
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            var shorter = good
            shorter.remove(at: place)
            var longer = good
            longer.insert(UInt8(ascii: "A"), at: place)
            for bytes in [changed, shorter, longer] where bytes != good {
                let token = String(decoding: bytes, as: UTF8.self)
                #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: token) } != nil)
            }
        }
    }

    @Test("20,000 random and mutated JSON texts: parsed or refused, never a crash") func json() {
        var generator = SystemRandomNumberGenerator()
        let seed = Array(Mint.accessClaims(["x": #"{"a":[1.5e3,-0,"\ud83d\ude00\n",null,true],"b":{}}"#]).utf8)
        for round in 0..<20_000 {
            var bytes = seed
            for _ in 0...(round % 5) {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [UInt8(ascii: "{")] }
            }
            _ = try? JSONParser.parse(bytes)
        }
    }
}
