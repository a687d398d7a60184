import WireFormats

/// A host whose app knows no OpenID Connect: the proxy before it asks us about each request (forward authentication).
package struct ForwardedHost: Sendable, Hashable, Codable {
    /// As browsers name it: in lower case, with a port that is not the usual one.
    package let host: String
    /// Groups of which a user needs one there, beside those of the client; empty: everybody whom the client admits.
    package var requiredGroups: [String]

    package init(host: String, requiredGroups: [String] = []) { (self.host, self.requiredGroups) = (host, requiredGroups) }

    /// Below it the host is ours: the proxy brings these addresses to us.
    package static let ownPath = "/_countersign/"

    /// https, and on this machine http, for development.
    package var origin: String { (WebAddress.isLoopbackHTTP("http://" + host) ? "http://" : "https://") + host }

    /// Where its sign-ins come back: a redirect URI of the client.
    package var callback: String { origin + Self.ownPath + "callback" }

    /// Whom a signed token for the app is for. No resource server's URI begins like this.
    package var audience: String { "forward-auth:" + host }

    package func admits(_ user: User, groups: [String]) -> Bool {
        requiredGroups.isEmpty || requiredGroups.contains { required in groups.contains { $0.hasSameBytes(as: required) } }
    }

    /// `wiki.example.com`, `wiki.example.com:8443`: what stands before a path in an address, and nothing else.
    package static func accepts(_ host: String) -> Bool {
        guard host.utf8.count <= 260 else { return false }
        let (name, port) = ProtocolText(host).cut(at: ":") ?? (ProtocolText(host), ProtocolText("8443"))
        let number = port.count <= 5 && port.allSatisfy { (0x30...0x39).contains($0) } ? Int(port.string) : nil
        return HostName.accepts(name) && name.lowercased.string.hasSameBytes(as: name.string)
            && number.map { (1...65_535).contains($0) && $0 != 443 && String($0).utf8.count == port.count } == true
    }
}

extension ForwardedHost {
    /// As an admin writes them: `HOST`, or `HOST=GROUP`, once for each group.
    package static func entries(_ hosts: [ForwardedHost]) -> [String] {
        hosts.flatMap { host in host.requiredGroups.isEmpty ? [host.host] : host.requiredGroups.map { host.host + "=" + $0 } }
    }

    /// The other way round; a host that is there with groups and without needs them.
    package static func hosts(_ entries: [String]) -> [ForwardedHost] {
        var hosts: [ForwardedHost] = []
        for entry in entries {
            let (name, group) = ProtocolText(entry).cut(at: "=").map { ($0.0.string, [$0.1.string]) } ?? (entry, [])
            if let index = hosts.firstIndex(where: { $0.host.hasSameBytes(as: name) }) {
                hosts[index].requiredGroups += group
            } else {
                hosts.append(ForwardedHost(host: name, requiredGroups: group))
            }
        }
        return hosts
    }
}

extension AppClient {
    /// The hosts about which proxies may ask.
    package var forwardedHosts: [ForwardedHost] { metadata.forwardedHosts ?? [] }

    /// As a request names it, in whatever case.
    package func forwardedHost(_ name: String) -> ForwardedHost? {
        guard name.utf8.count <= 260, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let name = ProtocolText(name).lowercased.string
        return forwardedHosts.first { $0.host.hasSameBytes(as: name) }
    }
}
