/// The 16 bytes that all spans of a trace share, as they stand in a header and in a collector.
package struct TraceID: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    package var text: String { high.hexDigits + low.hexDigits }

    static func random() -> TraceID { TraceID(high: .random(in: .min ... .max), low: .random(in: 1 ... .max)) }
}

/// `traceparent` (W3C Trace Context §3.2): the span of whoever asked, and whether it is recorded there.
package struct TraceParent: Sendable, Hashable {
    let trace: TraceID
    let span: UInt64
    let isSampled: Bool

    /// Version 00 alone, in lower case and whole: what is not is nobody's parent.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 55, bytes[0...2].elementsEqual("00-".utf8), bytes[35] == UInt8(ascii: "-"), bytes[52] == UInt8(ascii: "-"),
            let high = UInt64(hexDigits: bytes[3..<19]), let low = UInt64(hexDigits: bytes[19..<35]), high | low != 0,
            let span = UInt64(hexDigits: bytes[36..<52]), span != 0, let flags = UInt64(hexDigits: bytes[53..<55])
        else { return nil }
        (trace, self.span, isSampled) = (TraceID(high: high, low: low), span, flags & 1 == 1)
    }
}

extension UInt64 {
    /// Sixteen of them, in lower case.
    var hexDigits: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    init?(hexDigits: ArraySlice<UInt8>) {
        var value: UInt64 = 0
        for byte in hexDigits {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        self = value
    }
}
