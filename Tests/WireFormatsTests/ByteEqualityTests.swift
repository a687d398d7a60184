import Testing

@testable import WireFormats

@Suite("Texts compared by bytes")
struct ByteEqualityTests {
    @Test("a difference is seen at every place of every length, and none where there is none", arguments: 0..<26)
    func everyPlace(_ length: Int) {
        let text = String(decoding: (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }, as: UTF8.self)
        #expect(text.hasSameBytes(as: String(decoding: Array(text.utf8), as: UTF8.self)))
        #expect(!text.hasSameBytes(as: text + "a") && !(text + "a").hasSameBytes(as: text))
        for place in 0..<length {
            var bytes = Array(text.utf8)
            bytes[place] ^= 1
            #expect(!text.hasSameBytes(as: String(decoding: bytes, as: UTF8.self)), "at \(place)")
        }
    }

    @Test("of a text of any length the byte is found that lies outside, wherever it stands", arguments: [1, 15, 16, 17, 100, 1000])
    func outside(_ length: Int) {
        for place in [0, length / 2, length - 1] {
            for (byte, isInside) in [(0x20, false), (0x21, true), (0x7E, true), (0x7F, false)] {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                bytes[place] = UInt8(byte)
                #expect(String(decoding: bytes, as: UTF8.self).hasOnlyBytes(in: 0x21...0x7E) == isInside, "\(byte) at \(place)")
                // A slice whose first place is not 0.
                #expect(([0x7F] + bytes)[1...].place(of: UInt8(byte)) == place + 1, "\(byte) at \(place)")
            }
        }
        #expect("".hasOnlyBytes(in: 0x21...0x7E) && [UInt8]()[...].place(of: 0) == nil && !"\u{E9}".hasOnlyBytes(in: 0...0x7F))
    }

    @Test("two spellings of an accent are two texts; each text stays once, where it stood first")
    func distinct() {
        let (one, two) = ("\u{E9}", "e\u{301}")
        #expect(!one.hasSameBytes(as: two))
        #expect([one, "a", two, "a", one].distinctByBytes.map { Array($0.utf8) } == [one, "a", two].map { Array($0.utf8) })
    }

    @Test("thousands of spellings of one text cost no more than as many texts")
    func spellings() {
        let marks: [Unicode.Scalar] = ["\u{316}", "\u{327}", "\u{328}", "\u{334}", "\u{345}", "\u{35C}", "\u{301}"]
        var orders: [[Unicode.Scalar]] = [[]]
        for mark in marks {
            orders = orders.flatMap { order in (0...order.count).map { place in Array(order[..<place]) + [mark] + Array(order[place...]) } }
        }
        let texts = orders.prefix(4096).map { order in
            var text = "a"
            text.unicodeScalars.append(contentsOf: order)
            return text
        }
        let took = ContinuousClock().measure { #expect(texts.distinctByBytes.count == texts.count) }
        #expect(took < .seconds(1), "each has the hash of its own bytes")
    }
}
