import FoundationEssentials
import Hummingbird

/// 256 random bits, for values that nobody may guess.
func randomText() -> String { base64URL((0..<32).map { _ in UInt8.random(in: .min ... .max) }) }

/// RFC 4648 §5 without padding.
func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    String(Data(bytes).base64EncodedString().compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
}

/// `a=1&b=2` for a query or a form.
func formEncoded(_ fields: [(String, String)]) -> String {
    fields.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
}

/// The parameters of an address; none of one that cannot be read, or that has a parameter twice.
func queryFields(_ address: String) -> [String: String] {
    let query = address.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
    return (try? URLEncodedFormDecoder().decode([String: String].self, from: query)) ?? [:]
}

private func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { encoded, byte in
        switch Character(UnicodeScalar(byte)) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": encoded.unicodeScalars.append(UnicodeScalar(byte))
        default: encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
    }
}
