import Testing

@testable import XMLSecurity

@Suite("UTF-8 (RFC 3629)")
struct UTF8Tests {
    @Test("is judged as Swift judges it, whatever stands where, and however long the ASCII between is")
    func judged() {
        let pieces: [[UInt8]] = [
            [0xC3, 0xBC], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x91, 0xA9], [0xC3], [0x80], [0xE2, 0x82], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x91],
        ]
        var random = SystemRandomNumberGenerator()
        var valid = 0
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<5, using: &random) {
                bytes += [UInt8](repeating: UInt8.random(in: 0..<0x80, using: &random), count: Int.random(in: 0..<20, using: &random))
                // Mostly what is valid, so that both verdicts come up often.
                bytes +=
                    pieces[
                        Bool.random(using: &random) || Bool.random(using: &random)
                            ? Int.random(in: 0..<3, using: &random) : Int.random(in: 0..<11, using: &random)]
            }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            valid += expected ? 1 : 0
            #expect(DocumentBytes.isUTF8(bytes) == expected, "\(bytes)")
        }
        #expect((4_000...16_000).contains(valid))
    }
}
