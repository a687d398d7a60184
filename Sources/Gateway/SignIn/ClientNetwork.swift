import WireFormats

/// What counts as one address: an IPv4 address, or the /64 that a subscriber of IPv6 has for himself (RFC 6177).
package struct ClientNetwork: Hashable, Sendable {
    private let bits: UInt64
    private let isIPv6: Bool

    package init?(_ text: String) {
        guard let address = IPAddress(text)?.unmapped else { return nil }
        let bytes = address.isIPv6 ? Array(address.bytes.prefix(8)) : address.bytes
        bits = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        isIPv6 = bytes.count == 8
    }

    private init(bits: UInt64, isIPv6: Bool) { (self.bits, self.isIPv6) = (bits, isIPv6) }

    /// The same in groups of a size that a home gets (RFC 6177 §2): a /56 has 256 networks. Where places are few it counts as one.
    var site: ClientNetwork { isIPv6 ? ClientNetwork(bits: bits & ~0xFF, isIPv6: true) : self }
}
