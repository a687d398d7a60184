/// Base64 (RFC 4648 §4), strictly: padded, canonical, and nothing beside the alphabet (THREATS case 2).
package enum Base64 {
    /// Why a text is no base64: it says nothing more, for nobody can mend such a text by its position.
    package struct Malformed: Error, Equatable {}

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    package static func decode(_ text: String) throws(Malformed) -> [UInt8] { try decode(Array(text.utf8)) }

    package static func decode(_ text: [UInt8]) throws(Malformed) -> [UInt8] {
        guard !text.contains(where: isFolding) else { throw Malformed() }
        return try decodeFolded(text)
    }

    /// CR, LF and space may stand anywhere, as in XML and mail (RFC 2045 §6.8).
    package static func decodeFolded(_ text: String) throws(Malformed) -> [UInt8] { try decodeFolded(Array(text.utf8)) }

    private static func isFolding(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A || byte == 0x20 }

    package static func decodeFolded(_ text: [UInt8]) throws(Malformed) -> [UInt8] {
        var isSound = true
        let decoded = values.withUnsafeBufferPointer { values in
            text.withUnsafeBufferPointer { text in
                [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { decoded, count in
                    guard let written = decode(text, by: values, into: decoded) else { return isSound = false }
                    count = written
                }
            }
        }
        guard isSound else { throw Malformed() }
        return decoded
    }

    /// How many bytes came out; nil where the text is no base64.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, by values: UnsafeBufferPointer<UInt8>, into decoded: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        var (index, written) = (0, 0)
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        func write(_ bits: UInt32) {
            decoded[written] = UInt8(truncatingIfNeeded: bits)
            written += 1
        }
        while index < text.count {
            // Four digits with nothing between, as nearly all are.
            while digits == 0, padding == 0, index + 4 <= text.count {
                let (first, second) = (values[Int(text[index])], values[Int(text[index + 1])])
                let (third, fourth) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
                guard first | second | third | fourth < 64 else { break }
                let bits = UInt32(first) << 18 | UInt32(second) << 12 | UInt32(third) << 6 | UInt32(fourth)
                write(bits >> 16)
                write(bits >> 8)
                write(bits)
                index += 4
            }
            guard index < text.count else { break }
            let character = text[index]
            index += 1
            if isFolding(character) { continue }
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = values[Int(character)]
            guard value < 64, padding == 0 else { return nil }
            group = group << 6 | UInt32(value)
            digits += 1
            if digits == 4 {
                write(group >> 16)
                write(group >> 8)
                write(group)
                (group, digits) = (0, 0)
            }
        }
        switch (digits, padding) {
        case (0, 0):
            break
        case (3, 1) where group & 0b11 == 0:
            write(group >> 10)
            write(group >> 2)
        case (2, 2) where group & 0b1111 == 0:
            write(group >> 4)
        default:
            return nil
        }
        return written
    }

    package static func encode(_ bytes: [UInt8]) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(3 - group.count) * 8
            for digit in 0..<4 {
                let isPadding = digit > group.count
                encoded.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - digit * 6)) & 63])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
