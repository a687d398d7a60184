/// The answer to an authorization request (RFC 6749 §4.1.2, §4.1.2.1), always with `iss` (RFC 9207).
package struct AuthorizationResponse: Sendable {
    /// Where it goes.
    package let redirectURI: RegisteredRedirectURI
    /// How it goes there.
    package let mode: ResponseMode
    /// The fields in their order: for `form_post` the hidden inputs, not escaped yet.
    package let fields: [(name: String, value: String)]

    /// Success: `code`, `state` where the request had one, `iss`.
    package init(code: String, state: String?, issuer: String, to redirectURI: RegisteredRedirectURI, mode: ResponseMode = .query) {
        var fields = [(name: "code", value: code)]
        if let state { fields.append(("state", state)) }
        fields.append(("iss", issuer))
        (self.redirectURI, self.mode, self.fields) = (redirectURI, mode, fields)
    }

    /// Failure: `error`, `error_description`, `state` where the request had one, `iss`.
    package init(error: OAuthError, state: String?, issuer: String, to redirectURI: RegisteredRedirectURI, mode: ResponseMode = .query) {
        var fields = [(name: "error", value: error.error.rawValue), (name: "error_description", value: error.description)]
        if let state { fields.append(("state", state)) }
        fields.append(("iss", issuer))
        (self.redirectURI, self.mode, self.fields) = (redirectURI, mode, fields)
    }

    /// The URL for the header `Location` in the mode `query`: a query that the redirect URI has already is kept (RFC 6749 §3.1.2).
    package var location: String { QueryWriter.append(fields, to: redirectURI.value) }
}

/// Writes `application/x-www-form-urlencoded` pairs behind a URL (RFC 6749 Appendix B).
package enum QueryWriter {
    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    /// The URL with the pairs at the end of its query.
    package static func append(_ fields: [(name: String, value: String)], to url: String) -> String {
        var output = Array(url.utf8)
        let question = UInt8(ascii: "?"), ampersand = UInt8(ascii: "&")
        var separator: UInt8? = output.contains(question) ? ampersand : question
        if let last = output.last, output.contains(question), last == question || last == ampersand { separator = nil }
        for field in fields {
            if let separator { output.append(separator) }
            separator = ampersand
            encode(field.name, to: &output)
            output.append(UInt8(ascii: "="))
            encode(field.value, to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The pairs as the body of a form.
    package static func form(_ fields: [(name: String, value: String)]) -> [UInt8] { Array(append(fields, to: "?").utf8.dropFirst()) }

    /// One text as it stands in a form or an address.
    package static func encoded(_ text: String) -> String {
        var output: [UInt8] = []
        encode(text, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Everything but unreserved characters as `%XX`. A space is `%20`, which readers of forms and readers of URLs both understand.
    private static func encode(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(hexadecimal[Int(byte >> 4)])
                output.append(hexadecimal[Int(byte & 15)])
            }
        }
    }
}
