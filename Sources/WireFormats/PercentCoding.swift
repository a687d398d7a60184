/// Percent-encoding (RFC 3986 §2.1), strict in both directions.
package enum PercentCoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// RFC 3986 §2.3: letters, digits and `-._~`.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: ProtocolText.isLetterOrDigit(byte)
        }
    }

    /// Everything but unreserved characters as `%XX`. A space is `%20`, which readers of forms and readers of URLs both understand.
    package static func encode(_ text: String) -> String {
        if text.utf8.allSatisfy(isUnreserved) { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count * 2)
        append(text, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The same into a buffer.
    package static func append(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
    }

    /// The bytes that `encoded` stands for; nil where a `%` is not followed by two hexadecimal digits.
    /// - Parameter plusIsSpace: so in forms and queries (WHATWG URL §5.1), not so in paths.
    package static func decode(_ encoded: ArraySlice<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        // Mostly there is nothing to decode, least of all in what is long.
        guard encoded.place(of: UInt8(ascii: "%")) != nil || plusIsSpace && encoded.place(of: UInt8(ascii: "+")) != nil else { return Array(encoded) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index < encoded.endIndex {
            switch encoded[index] {
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < encoded.endIndex, let high = digit(encoded[index + 1]), let low = digit(encoded[index + 2]) else { return nil }
                decoded.append(high << 4 | low)
                index += 2
            case let byte: decoded.append(byte)
            }
            index += 1
        }
        return decoded
    }

    /// One segment of a path, where a plus is a plus; nil where it does not decode to stream-safe UTF-8.
    package static func pathSegment(_ encoded: String) -> String? {
        decode(Array(encoded.utf8)[...], plusIsSpace: false).flatMap { StreamSafeText.string($0) }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
