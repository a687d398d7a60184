internal import WireFormats

/// The access token in an Authorization header (RFC 6750 §2.1, RFC 9110 §11.4): the one reader, for services and for our own endpoints.
package enum BearerCredentials: Sendable, Equatable {
    /// There is no such header, or it is of another scheme: the answer says which one is wanted.
    case missing
    /// The header is there twice, or what stands behind the scheme is no token.
    case malformed
    case token(String)

    private static let maximumLength = 20_000

    /// - Parameters:
    ///   - values: of all headers `Authorization` of a request.
    ///   - wanted: the scheme.
    package init(_ values: [String], scheme wanted: StaticString = "Bearer") {
        guard let value = values.first else {
            self = .missing
            return
        }
        guard values.count == 1 else {
            self = .malformed
            return
        }
        // By bytes: what a Character is, depends on what follows it.
        let text = ProtocolText(value).trimmed
        let (scheme, rest) = text.cut(at: " ") ?? (text, ProtocolText(""))
        guard scheme.matchesIgnoringCase(wanted) else {
            self = .missing
            return
        }
        let token = rest.trimmed.string
        self = Self.accepts(token) ? .token(token) : .malformed
    }

    /// Whether a text may be a token: visible ASCII, and no more of it than anybody issues.
    package static func accepts(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.count <= maximumLength && token.hasOnlyBytes(in: 0x21...0x7E)
    }
}
