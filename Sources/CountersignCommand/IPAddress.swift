import Glibc

/// An IPv4 or IPv6 address.
struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16.
    let bytes: [UInt8]

    var isIPv6: Bool { bytes.count == 16 }

    init?(_ text: String) {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var four = in_addr(), sixteen = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
            bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
        } else {
            return nil
        }
    }

    /// Of a `sockaddr_in` or `sockaddr_in6`.
    init?(_ address: UnsafePointer<sockaddr>) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) } }
        case AF_INET6:
            bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) } }
        default: return nil
        }
    }

    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let found = bytes.withUnsafeBytes { inet_ntop(isIPv6 ? AF_INET6 : AF_INET, $0.baseAddress, &text, socklen_t(text.count)) }
        return found.map { String(cString: $0) } ?? "unknown"
    }
}

/// A block of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
struct AddressRange: Hashable, Sendable {
    let base: IPAddress
    let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let base = IPAddress(String(first)) else { return nil }
        self.base = base
        guard parts.count == 2 else {
            prefix = base.bytes.count * 8
            return
        }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = Int(parts[1]),
            prefix <= base.bytes.count * 8
        else { return nil }
        self.prefix = prefix
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        for (index, (left, right)) in zip(address.bytes, base.bytes).enumerated() {
            let bits = min(8, max(0, prefix - index * 8))
            if (left ^ right) >> UInt8(8 - bits) != 0, bits > 0 { return false }
        }
        return true
    }
}

extension IPAddress {
    /// Why the gateway fetches nothing from such an address (THREATS §1.3), by the registries of RFC 6890; nil for a public one.
    var refusal: Refusal? {
        for (range, refusal) in isIPv6 ? Self.refused6 : Self.refused4 where range.contains(self) { return refusal }
        // Only 2000::/3 is handed out for use on the internet.
        return isIPv6 && bytes[0] & 0xE0 != 0x20 ? .reserved : nil
    }

    enum Refusal: String, Sendable {
        case loopback = "a loopback address"
        case unspecified = "the unspecified address"
        case privateNetwork = "an address of a private network"
        case linkLocal = "a link-local address"
        case carrierGrade = "an address of a provider's inner network"
        case multicast = "a multicast address"
        case translated = "an IPv6 address that stands for an IPv4 one"
        case reserved = "a reserved address"
    }

    private static let refused4 = table([
        ("0.0.0.0/32", .unspecified), ("0.0.0.0/8", .reserved), ("10.0.0.0/8", .privateNetwork), ("100.64.0.0/10", .carrierGrade),
        ("127.0.0.0/8", .loopback), ("169.254.0.0/16", .linkLocal), ("172.16.0.0/12", .privateNetwork), ("192.0.0.0/24", .reserved),
        ("192.0.2.0/24", .reserved), ("192.88.99.0/24", .reserved), ("192.168.0.0/16", .privateNetwork), ("198.18.0.0/15", .reserved),
        ("198.51.100.0/24", .reserved), ("203.0.113.0/24", .reserved), ("224.0.0.0/4", .multicast), ("240.0.0.0/4", .reserved),
    ])

    private static let refused6 = table([
        ("::/128", .unspecified), ("::1/128", .loopback), ("::ffff:0:0/96", .translated), ("::/96", .translated), ("64:ff9b::/96", .translated),
        ("64:ff9b:1::/48", .translated), ("2001::/32", .translated), ("2001::/23", .reserved), ("2001:db8::/32", .reserved),
        ("2002::/16", .translated), ("3fff::/20", .reserved), ("fc00::/7", .privateNetwork), ("fe80::/10", .linkLocal),
        ("fec0::/10", .privateNetwork), ("ff00::/8", .multicast),
    ])

    private static func table(_ rows: [(String, Refusal)]) -> [(AddressRange, Refusal)] {
        rows.compactMap { text, refusal in AddressRange(text).map { ($0, refusal) } }
    }
}
