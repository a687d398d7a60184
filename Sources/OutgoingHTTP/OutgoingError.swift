internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Why there is no answer. `reason` is a short fixed text.
package enum OutgoingError: Error, Equatable, Sendable {
    case refusedURL(reason: String)
    case unreachable(reason: String)
    /// No authority of `store` has signed the server's certificate: that file, or the roots that were handed in, decides.
    case untrustedCertificate(store: String)
    case tooLarge(limit: Int)
}

extension OutgoingError {
    package init(_ error: any Error, seconds: Double) {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout:
            self = .unreachable(reason: "it took longer than \(Int(seconds)) seconds")
        // BoringSSL's queue of errors has no type of its own; this is its name for RFC 5280 §6.1 saying no.
        case let error as NIOSSLError where "\(error)".contains("CERTIFICATE_VERIFY_FAILED"): self = .untrustedCertificate(store: Self.store)
        case is NIOSSLExtraError: self = .unreachable(reason: "its certificate is not for that name")
        case is NIOSSLError, is BoringSSLError: self = .unreachable(reason: "TLS failed")
        case let error as HTTPClientError where error == .tlsHandshakeTimeout: self = .unreachable(reason: "its TLS handshake took too long")
        case let error as IOError: self = .unreachable(reason: "the connection failed: \(Self.text(error.errnoCode))")
        default: self = .unreachable(reason: "the connection failed")
        }
    }

    /// Whether there never was a connection on which anything could have been sent.
    static func isOfConnecting(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .connectTimeout || error == .tlsHandshakeTimeout
        case let error as IOError: [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL].contains(error.errnoCode)
        default: error is NIOConnectionError
        }
    }

    /// Where the TLS library finds the authorities that it trusts: it looks at these places and at no other.
    private static let store = stores.first { access($0, R_OK) == 0 } ?? "/etc/ssl/certs"
    private static let stores = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]

    private static func text(_ code: Int32) -> String { strerror(code).map { String(cString: $0).lowercased() } ?? "error \(code)" }
}
