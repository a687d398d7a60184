/// The access token in an Authorization header, by the scheme that it came with (RFC 6750 §2.1, RFC 9449 §7.1).
package enum AccessTokenCredentials: Sendable, Equatable {
    package enum Scheme: String, Sendable {
        case bearer = "Bearer"
        case dpop = "DPoP"
    }

    /// There is no such header, or it is of another scheme.
    case missing
    /// The header is there twice, or what stands behind the scheme is no token.
    case malformed
    case token(String, Scheme)

    /// - Parameter values: of all headers `Authorization` of a request.
    package init(_ values: [String]) {
        switch BearerCredentials(values) {
        case .malformed: self = .malformed
        case .token(let token): self = .token(token, .bearer)
        case .missing:
            switch BearerCredentials(values, scheme: "DPoP") {
            case .missing: self = .missing
            case .malformed: self = .malformed
            case .token(let token): self = .token(token, .dpop)
            }
        }
    }
}

extension VerifiedAccessToken {
    /// The key to which the token is bound (`cnf.jkt`, RFC 9449 §6.1); nil where it is bound to none.
    package var boundKey: String? { claims["cnf"]?.object?["jkt"]?.string }
    /// The certificate to which it is bound, by the SHA-256 of its DER (`cnf.x5t#S256`, RFC 8705 §3.1); nil where it is bound to none.
    package var boundCertificate: String? { claims["cnf"]?.object?["x5t#S256"]?.string }
    /// Whether the issuer bound it to what is not known here: whoever has it cannot prove that it is theirs (RFC 7800 §3).
    package var isBoundOtherwise: Bool { claims["cnf"] != nil && boundKey == nil && boundCertificate == nil }
}
