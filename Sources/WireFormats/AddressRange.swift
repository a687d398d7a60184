/// A block of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
package struct AddressRange: Hashable, Sendable {
    package let base: IPAddress
    package let prefix: Int

    package init?(_ text: String) {
        let parts = ProtocolText(text).split(at: "/")
        guard parts.count <= 2, let base = IPAddress(parts[0].string) else { return nil }
        self.base = base
        guard parts.count == 2 else {
            prefix = base.bytes.count * 8
            return
        }
        guard let prefix = parts[1].number(digits: 1...3), prefix <= base.bytes.count * 8 else { return nil }
        self.prefix = prefix
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
