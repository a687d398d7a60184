/// A block of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
package struct AddressRange: Hashable, Sendable {
    package let base: IPAddress
    package let prefix: Int

    package init?(_ text: String) {
        let parts = ProtocolText(text).split(at: "/")
        guard parts.count <= 2, let base = IPAddress(parts[0].string) else { return nil }
        let width = base.bytes.count * 8
        guard let prefix = parts.count == 2 ? parts[1].number(digits: 1...3) : width, prefix <= width else { return nil }
        (self.base, self.prefix) = (base, prefix)
    }

    private init(base: IPAddress, prefix: Int) { (self.base, self.prefix) = (base, prefix) }

    /// `::ffff:10.0.0.0/104` is 10.0.0.0/8 where addresses are compared without their mapping; any other block as it is.
    package var unmapped: AddressRange {
        base.unmapped != base && prefix >= 96 ? AddressRange(base: base.unmapped, prefix: prefix - 96) : self
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        for (index, (left, right)) in zip(address.bytes, base.bytes).enumerated() {
            let bits = min(8, max(0, prefix - index * 8))
            if (left ^ right) >> UInt8(8 - bits) != 0, bits > 0 { return false }
        }
        return true
    }
}
