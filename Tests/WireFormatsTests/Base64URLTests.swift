import Testing
import WireFormats
import WireFormats

@Suite("RFC 7515 §2, RFC 4648 §5: base64url without padding")
struct Base64URLTests {
    @Test(
        "RFC 4648 §10: the vectors, less their padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, text: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test("every byte value survives both ways, at each length modulo 3")
    func roundTrip() {
        for length in 0..<300 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ length) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(
        "O8: one text has one meaning: no padding, no white space, no other alphabet, no trailing bits",
        arguments: [
            "Zg==", "Zm8=", "Zm 9v", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Z", "Zm9vY", "Zh", "Zm9", "Zm9vé", "Zm9v.", "Zm9v\0",
        ])
    func refused(text: String) { #expect(Base64URL.decode(text) == nil) }
}
