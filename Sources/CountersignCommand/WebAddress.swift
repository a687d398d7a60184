import UserPools

/// An http or https address in its parts, read strictly: what two programs could read differently is refused.
struct WebAddress: Sendable, Equatable {
    let isHTTPS: Bool
    /// Lower case; an IPv6 address without its brackets.
    let host: String
    let isIPv6: Bool
    /// Only where it was given and is not the scheme's own.
    let port: Int?
    /// Path and query, as given; empty where nothing followed the authority.
    let path: String

    init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}#".utf8.contains($0) }),
            let mark = text.firstIndex(of: ":")
        else { return nil }
        let scheme = text[..<mark].lowercased()
        let rest = text[text.index(after: mark)...]
        guard scheme == "https" || scheme == "http", rest.hasPrefix("//") else { return nil }
        isHTTPS = scheme == "https"
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
        path = String(rest.dropFirst(2 + authority.count))
        guard let parts = Self.split(authority) else { return nil }
        (host, isIPv6) = (parts.host, parts.isIPv6)
        port = parts.port == (isHTTPS ? 443 : 80) ? nil : parts.port
    }

    /// `HOST`, `HOST:PORT`, `[IPV6]`, `[IPV6]:PORT`; no user information.
    static func split(_ authority: Substring) -> (host: String, isIPv6: Bool, port: Int?)? {
        let host: Substring, isIPv6: Bool
        var rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
            isIPv6 = true
            guard IPAddress(String(host))?.isIPv6 == true else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
            isIPv6 = false
            guard isHostName(host) else { return nil }
        }
        guard !rest.isEmpty else { return (host.lowercased(), isIPv6, nil) }
        rest = rest.dropFirst()
        guard (1...5).contains(rest.utf8.count), rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(rest), port <= 65_535
        else { return nil }
        return (host.lowercased(), isIPv6, port)
    }

    /// A name (RFC 1123 §2.1) or an IPv4 address; a dot at the end is refused, for certificates and overrides do not know it.
    private static func isHostName(_ text: Substring) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                IdentifierAlphabet.accepts(String(label), length: 1...63, others: "-_") && !label.hasPrefix("-") && !label.hasSuffix("-")
            }
    }

    /// `localhost`, `127.0.0.1` and `[::1]`: hosts that mean this machine whoever reads them.
    var isThisMachine: Bool { host == "localhost" || host == "127.0.0.1" || (isIPv6 && IPAddress(host) == IPAddress("::1")) }

    /// Scheme and authority, in one form for one place.
    var origin: String {
        (isHTTPS ? "https://" : "http://") + (isIPv6 ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }
}
