/// base64url without padding, RFC 4648 §5 and RFC 7515 §2.
///
/// Strict on purpose: one text has one meaning. Padding, white space, the characters of plain base64 and set bits after the last byte are refused,
/// so two different tokens can never carry the same signature (THREATS O8).
///
/// For arrays and their slices only: a generic function would run unspecialised when other modules call it.
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// 0...63 for a character of the alphabet, 255 for any other byte.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// The text for `bytes`; empty for no bytes.
    package static func encode(_ bytes: ArraySlice<UInt8>) -> String {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes[...]) }

    /// Appends the text for `bytes` as ASCII, for a token that is put together in one buffer.
    package static func append(_ bytes: [UInt8], to output: inout [UInt8]) { append(bytes[...], to: &output) }

    private static func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output += [UInt8](unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { text, count in
            alphabet.withUnsafeBufferPointer { alphabet in
                bytes.withUnsafeBufferPointer { bytes in
                    var accumulator: UInt32 = 0
                    var bits: UInt32 = 0
                    func write(_ value: UInt32) {
                        text.initializeElement(at: count, to: alphabet[Int(value & 63)])
                        count += 1
                    }
                    for byte in bytes {
                        accumulator = (accumulator << 8 | UInt32(byte)) & 0xFFFF
                        bits += 8
                        while bits >= 6 {
                            bits -= 6
                            write(accumulator >> bits)
                        }
                    }
                    if bits > 0 { write(accumulator << (6 - bits)) }
                }
            }
        }
    }

    /// The bytes that `text` stands for, nil where it is not exactly what `encode` would have made.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var isSound = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { bytes, count in
            values.withUnsafeBufferPointer { values in
                text.withUnsafeBufferPointer { text in
                    var accumulator: UInt32 = 0
                    var bits: UInt32 = 0
                    for character in text {
                        let value = values[Int(character)]
                        guard value < 64 else { return isSound = false }
                        accumulator = (accumulator << 6 | UInt32(value)) & 0x3FFF
                        bits += 6
                        if bits >= 8 {
                            bits -= 8
                            bytes.initializeElement(at: count, to: UInt8(truncatingIfNeeded: accumulator >> bits))
                            count += 1
                        }
                    }
                    // What is left over are at most 4 bits, and they must be zero.
                    isSound = accumulator & ((1 << bits) - 1) == 0
                }
            }
        }
        return isSound ? bytes : nil
    }

    package static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text[...]) }

    package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }
}
