import Foundation
import Testing
import WireFormats

@Suite("RFC 4648 §4: base64")
struct Base64Tests {
    @Test(
        "case 2: base64 that is invalid, URL-safe, not padded, not canonical or has other characters",
        arguments: [
            "AAA", "AA=A", "AA", "A===", "AB==", "AAB=", "AA-_", "AAAA=", "AAAA====", "AA==AAAA", "A\tAAA", "AAA*", "=AAA", "AAÄ=",
        ])
    func base64(_ text: String) {
        #expect(throws: Base64.Malformed.self) { try Base64.decodeFolded(text) }
    }

    @Test("base64 with line ends and spaces is read, and what is written is what others write")
    func base64RoundTrip() throws {
        #expect(try Base64.decodeFolded("AA\r\nEC A w==\n") == [0, 1, 2, 3])
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
            #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test("§3.1: white space is no base64 unless it is asked for", arguments: ["AA EC", "AAEC\n", "\rAAEC"])
    func folded(_ text: String) throws {
        #expect(throws: Base64.Malformed.self) { try Base64.decode(text) }
        #expect(try Base64.decodeFolded(text) == [0, 1, 2])
    }
}
