/// An http or https address in its parts, read strictly: what two programs could read differently is refused.
package struct WebAddress: Sendable, Hashable {
    package let isHTTPS: Bool
    /// Lower case; an IPv6 address without its brackets.
    package let host: String
    package let isIPv6: Bool
    /// Only where it was given and is not the scheme's own.
    package let port: Int?
    /// Path and query, as given; empty where nothing followed the authority.
    package let path: String

    /// - Parameter allowsFragment: browsers are sent to addresses with a fragment; nothing is fetched from one.
    package init?(_ text: String, allowsFragment: Bool = false) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy(Self.mayStand), allowsFragment || !text.utf8.contains(UInt8(ascii: "#")),
            let (scheme, rest) = ProtocolText(text).cut(at: ":"), rest.hasPrefix("//")
        else { return nil }
        isHTTPS = scheme.matchesIgnoringCase("https")
        guard isHTTPS || scheme.matchesIgnoringCase("http") else { return nil }
        let authority = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard let parts = Authority(authority) else { return nil }
        path = rest.dropFirst(2 + authority.count).string
        (host, isIPv6) = (parts.host, parts.isIPv6)
        port = parts.port == (isHTTPS ? 443 : 80) ? nil : parts.port
    }

    /// Printable ASCII without quotes, blanks, backslashes and what RFC 3986 has no place for.
    private static func mayStand(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".utf8.contains(byte) }

    /// `HOST`, `HOST:PORT`, `[IPV6]`, `[IPV6]:PORT` (RFC 3986 §3.2); no user information.
    package struct Authority: Sendable, Hashable {
        /// Lower case; an IPv6 address without its brackets.
        package let host: String
        package let isIPv6: Bool
        package let port: Int?

        package init?(_ text: ProtocolText) {
            let host: ProtocolText, rest: ProtocolText
            if text.hasPrefix("[") {
                guard let parts = text.dropFirst(1).cut(at: "]"), IPAddress(parts.before.string)?.isIPv6 == true else { return nil }
                (host, rest, isIPv6) = (parts.before, parts.after, true)
            } else {
                host = text.prefix { $0 != UInt8(ascii: ":") }
                (rest, isIPv6) = (text.dropFirst(host.count), false)
                guard HostName.accepts(host) else { return nil }
            }
            self.host = host.lowercased.string
            guard !rest.isEmpty else {
                port = nil
                return
            }
            guard rest.hasPrefix(":"), let number = rest.dropFirst(1).number(digits: 1...5), number <= 65_535 else { return nil }
            port = number
        }
    }

    /// `localhost`, `127.0.0.1` and `[::1]`: hosts that mean this machine whoever reads them.
    package var isThisMachine: Bool { ["localhost", "127.0.0.1"].contains(host) || (isIPv6 && IPAddress(host) == IPAddress("::1")) }

    /// Scheme and authority, in one form for one place.
    package var origin: String {
        (isHTTPS ? "https://" : "http://") + (isIPv6 ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }
}

extension WebAddress {
    /// https to any host; http to this machine, for development.
    package static func isAllowed(_ text: String) -> Bool { WebAddress(text).map { $0.isHTTPS || $0.isThisMachine } ?? false }

    package static func isHTTPS(_ text: String) -> Bool { WebAddress(text)?.isHTTPS == true }

    package static func isLoopbackHTTP(_ text: String) -> Bool { WebAddress(text).map { !$0.isHTTPS && $0.isThisMachine } ?? false }
}
