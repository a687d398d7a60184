internal import WireFormats

/// A JSON Web Signature in compact form (RFC 7515 §3.1), taken apart and not believed yet.
package struct CompactJWS: Sendable {
    /// Longer tokens are refused before anything else is done with them (THREATS O7).
    package static let maximumLength = 16 * 1024

    package let algorithm: TokenAlgorithm
    /// `kid`, a name to look up and nothing more (THREATS O3).
    package let keyID: String?
    /// `typ` as it stands in the header.
    package let type: String?
    package let payload: [UInt8]
    let signature: [UInt8]
    let signingInput: ArraySlice<UInt8>

    /// Reads the header by RFC 7515 §4; `jwk`, `jku`, `x5u` and `x5c` are never looked at, since no token brings its own key (THREATS O4).
    package init(_ token: String, algorithms: Set<TokenAlgorithm>) throws(TokenError) {
        let text = Array(token.utf8)
        guard text.count <= Self.maximumLength else { throw .malformed("it is longer than 16 KiB") }
        let (first, second) = try Self.dots(of: text)
        guard let headerBytes = Base64URL.decode(text[..<first]) else { throw .malformed("the header is not base64url") }
        guard let payload = Base64URL.decode(text[(first + 1)..<second]) else { throw .malformed("the payload is not base64url") }
        guard let signature = Base64URL.decode(text[(second + 1)...]) else { throw .malformed("the signature is not base64url") }

        let header: JSONObject
        do { header = try JSONParser.parseObject(headerBytes) } catch { throw .malformed("the header is no JSON object, \(error.reason)") }
        guard let name = header["alg"]?.string else { throw .malformed("the header has no alg") }
        // Short before it is compared: a long run of combining marks is slow to compare.
        guard name.utf8.count <= 16, let algorithm = TokenAlgorithm(rawValue: name), algorithms.contains(algorithm) else {
            throw .algorithm(expected: algorithms.map(\.rawValue).sorted(), seen: String(decoding: Array(name.utf8.prefix(64)), as: UTF8.self))
        }
        for name in ["crit", "b64", "zip"] where header[name] != nil { throw .header(name) }
        guard !signature.isEmpty else { throw .malformed("the signature is empty") }

        self.algorithm = algorithm
        keyID = try Self.text("kid", in: header)
        type = try Self.text("typ", in: header)
        guard (type?.utf8.count ?? 0) <= 64 else { throw .malformed("typ is too long") }
        self.payload = payload
        self.signature = signature
        signingInput = text[..<second]
    }

    /// Exactly two dots, no part decoded before that is sure.
    private static func dots(of text: [UInt8]) throws(TokenError) -> (Int, Int) {
        let dot = UInt8(ascii: ".")
        guard let first = text.firstIndex(of: dot), let second = text[(first + 1)...].firstIndex(of: dot), text.lastIndex(of: dot) == second else {
            throw .malformed("it has not exactly three parts")
        }
        return (first, second)
    }

    private static func text(_ name: String, in header: JSONObject) throws(TokenError) -> String? {
        guard let value = header[name] else { return nil }
        guard let text = value.string else { throw .malformed("\(name) is not a string") }
        return text
    }
}
