internal import WireFormats

/// Why a redirect URI cannot be registered.
package enum RedirectURIError: Error, Sendable, Hashable, CaseIterable {
    case characters, tooLong, scheme, insecure, host, userInformation, fragment, dotSegment

    /// A stable name.
    package var code: String {
        switch self {
        case .characters: "redirect_uri.characters"
        case .tooLong: "redirect_uri.too_long"
        case .scheme: "redirect_uri.scheme"
        case .insecure: "redirect_uri.insecure"
        case .host: "redirect_uri.host"
        case .userInformation: "redirect_uri.user_information"
        case .fragment: "redirect_uri.fragment"
        case .dotSegment: "redirect_uri.dot_segment"
        }
    }

    /// One sentence for people.
    package var message: String {
        switch self {
        case .characters: "The redirect URI holds characters that a URI does not have."
        case .tooLong: "The redirect URI is longer than 2048 bytes."
        case .scheme: "The redirect URI has no scheme that may be used."
        case .insecure: "The redirect URI uses http with a host that is not this machine."
        case .host: "The redirect URI has no usable host."
        case .userInformation: "The redirect URI holds a user name."
        case .fragment: "The redirect URI has a fragment."
        case .dotSegment: "The redirect URI has a path segment of dots."
        }
    }

    /// Nothing beside the sentence.
    package var expected: String? { nil }
    /// Nothing beside the sentence.
    package var seen: String? { nil }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .characters: "Write it in printable ASCII, other characters percent-encoded, without spaces, quotes, wildcards and backslashes."
        case .tooLong: "Register a shorter one, and keep what the app wants to remember in its own session."
        case .scheme: "Use https, http on localhost, or a private-use scheme with a dot in it such as com.example.app:/callback (RFC 8252 §7.1)."
        case .insecure: "Use https; http is for localhost, 127.0.0.1 and [::1] only."
        case .host: "Write the host as a name or an address, with a port from 1 to 65535 if one is needed."
        case .userInformation: "Leave out what stands before the @."
        case .fragment: "Leave out the # and what follows (RFC 6749 §3.1.2)."
        case .dotSegment: "Write the path as it is after resolving . and .. segments."
        }
    }
}

/// What may be registered as an address of an app.
package enum RedirectURIRegistration {
    /// Validates a redirect URI before it is registered; also for post-logout redirect URIs.
    ///
    /// Good are https; http on `localhost`, `127.0.0.1` and `[::1]`; and private-use schemes with a dot in them (RFC 8252 §7.1).
    package static func validate(_ uri: String) throws(RedirectURIError) {
        guard uri.utf8.count <= 2048 else { throw .tooLong }
        let refused = Array(#" "<>\^`{|}*"#.utf8)
        guard uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !refused.contains($0) }) else { throw .characters }
        guard !uri.contains("#") else { throw .fragment }
        guard let colon = uri.firstIndex(of: ":"), isScheme(uri[..<colon]) else { throw .scheme }
        let scheme = uri[..<colon].lowercased()
        let rest = uri[uri.index(after: colon)...]
        guard !ProtocolText(String(rest)).hasDotSegment else { throw .dotSegment }
        switch scheme {
        case "https", "http":
            guard uri[..<colon] == scheme, rest.hasPrefix("//") else { throw .scheme }
            let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            guard !authority.contains("@") else { throw .userInformation }
            guard let host = host(of: authority) else { throw .host }
            guard scheme == "https" || ["localhost", "127.0.0.1", "[::1]"].contains(host) else { throw .insecure }
        default:
            guard scheme.contains("."), rest.count > 0 else { throw .scheme }
        }
    }

    /// RFC 3986 §3.1.
    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "-" || $0 == ".") }
    }

    /// The host without its port; nil where it is empty, ends with a dot, or the port is none.
    private static func host(of authority: Substring) -> String? {
        var host = authority
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            let digits = host.dropFirst().dropLast()
            guard !digits.isEmpty, digits.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            guard !host.isEmpty, !host.hasPrefix("."), !host.hasSuffix("."),
                host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_") })
            else { return nil }
        }
        let port = authority[host.endIndex...]
        if !port.isEmpty {
            guard port.hasPrefix(":"), port.dropFirst().allSatisfy(\.isNumber), let number = Int(port.dropFirst()), (1...65_535).contains(number)
            else {
                return nil
            }
        }
        return String(host)
    }
}
