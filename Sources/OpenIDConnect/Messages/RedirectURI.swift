internal import TokenVerifier

/// A redirect URI that a client registered and a request named: proven, so that answers may be sent there (RFC 6749 §3.1.2.3, RFC 9700 §2.1).
///
/// Only the matcher in this file can make one.
package struct RegisteredRedirectURI: Sendable, Hashable {
    /// The URI to redirect to; for loopback addresses with the port of the request.
    package let value: String
    fileprivate init(_ value: String) { self.value = value }
}

/// Matches redirect URIs as they must be matched: as equal strings.
package enum RedirectURIMatcher {
    /// The registered URI that a request means.
    /// - Parameters:
    ///   - requested: the parameter `redirect_uri` as given; nil is good where exactly one is registered (RFC 6749 §3.1.2.3).
    ///   - registered: the URIs of the client.
    /// - Throws: `invalid_request`; it may be shown to the person and must not be redirected anywhere (THREATS P1, case 98).
    package static func match(_ requested: String?, registered: [String]) throws(OAuthError) -> RegisteredRedirectURI {
        guard let requested else {
            guard registered.count == 1, let only = registered.first else {
                throw OAuthError(.invalidRequest, "The redirect URI is missing.", parameter: "redirect_uri")
            }
            return RegisteredRedirectURI(only)
        }
        if registered.contains(where: { $0.hasSameBytes(as: requested) }) { return RegisteredRedirectURI(requested) }
        if let wanted = LoopbackURI(requested), registered.contains(where: { LoopbackURI($0) == wanted }) { return RegisteredRedirectURI(requested) }
        throw OAuthError(
            .invalidRequest, "The redirect URI is not one that the client registered.", parameter: "redirect_uri",
            expected: registered.joined(separator: " "), seen: requested)
    }
}

/// `http://127.0.0.1` or `http://[::1]` with any port (RFC 8252 §7.3); everything but the port must be the same. The name `localhost` is no such address.
private struct LoopbackURI: Equatable {
    private let host: [UInt8]
    private let rest: [UInt8]

    init?(_ uri: String) {
        let bytes = Array(uri.utf8)
        guard let host = ["http://127.0.0.1", "http://[::1]"].map({ Array($0.utf8) }).first(where: { bytes.starts(with: $0) }) else { return nil }
        var rest = bytes[host.count...]
        if rest.first == UInt8(ascii: ":") {
            let port = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard (1...5).contains(port.count), let number = Int(String(decoding: port, as: UTF8.self)), (1...65_535).contains(number) else {
                return nil
            }
            rest = rest.dropFirst(1 + port.count)
        }
        // The path or the query begins here; anything else would be a longer host, as in `127.0.0.1.evil.example`.
        guard rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "?") else { return nil }
        self.host = host
        self.rest = Array(rest)
    }
}
