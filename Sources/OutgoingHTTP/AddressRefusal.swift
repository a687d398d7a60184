package import WireFormats

extension IPAddress {
    /// Why the gateway fetches nothing from such an address (THREATS §1.3), by the registries of RFC 6890; nil for a public one.
    package var refusal: Refusal? {
        for (range, refusal) in isIPv6 ? Self.refused6 : Self.refused4 where range.contains(self) { return refusal }
        // Only 2000::/3 is handed out for use on the internet.
        return isIPv6 && bytes[0] & 0xE0 != 0x20 ? .reserved : nil
    }

    package enum Refusal: String, Sendable {
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
