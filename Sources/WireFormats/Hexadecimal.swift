extension [UInt8] {
    /// Lower-case hexadecimal (RFC 4648 §8, in lower case).
    package var hexText: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
