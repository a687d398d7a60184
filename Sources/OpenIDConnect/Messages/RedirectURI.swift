internal import TokenVerifier
internal import WireFormats

/// A client's registration, as far as it says where answers may be sent. The domain's app clients are what conforms.
package protocol RegisteredClient: Sendable {
    /// `client_id`.
    var registeredID: String { get }
    var redirectURIs: [String] { get }
    /// RP-Initiated Logout §3.1.
    var postLogoutRedirectURIs: [String] { get }
}

/// A redirect URI that this client registered and a request named: proven, so that the client's answers may be sent there (RFC 6749 §3.1.2.3,
/// RFC 9700 §2.1).
package struct RegisteredRedirectURI: Sendable, Hashable {
    /// The URI to redirect to; for loopback addresses with the port of the request.
    package let value: String
    /// Whose it is.
    package let clientID: String

    /// The registered URI that a request means: as equal strings, and nothing else.
    /// - Parameter requested: the parameter `redirect_uri` as given; nil is good where exactly one is registered (RFC 6749 §3.1.2.3).
    /// - Throws: `invalid_request`; it may be shown to the person and must not be redirected anywhere (THREATS P1, case 98).
    package init(_ requested: String?, of client: some RegisteredClient) throws(OAuthError) {
        let registered = client.redirectURIs
        clientID = client.registeredID
        guard let requested else {
            guard registered.count == 1, let only = registered.first else {
                throw OAuthError(.invalidRequest, "The redirect URI is missing.", parameter: "redirect_uri")
            }
            value = only
            return
        }
        let loopback = LoopbackURI(requested)
        guard registered.contains(where: { $0.hasSameBytes(as: requested) || (loopback != nil && LoopbackURI($0) == loopback) }) else {
            throw OAuthError(
                .invalidRequest, "The redirect URI is not one that the client registered.", parameter: "redirect_uri",
                expected: registered.joined(separator: " "), seen: requested)
        }
        value = requested
    }
}

/// An address that this client registered for after the sign-out (RP-Initiated Logout §2): proven, so that the browser may be sent there.
package struct PostLogoutRedirectURI: Sendable, Hashable {
    package let value: String

    /// nil where the client registered no such address, byte by byte.
    package init?(_ requested: String, of client: some RegisteredClient) {
        // What the browser is sent to is the registered text.
        guard let registered = client.postLogoutRedirectURIs.first(where: { $0.hasSameBytes(as: requested) }) else { return nil }
        value = registered
    }

    /// With `state`, which is passed back where the request had one.
    package func location(state: String?) -> String { state.map { FormCoding.append([("state", $0)], to: value) } ?? value }
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
