/// Names of hosts (RFC 1123 §2.1).
package enum HostName {
    /// Whether every label has 1 to 63 letters, digits, hyphens or underscores, no hyphen at either end, and the whole at most 253 bytes. A dot at
    /// the end is refused, for certificates and overrides do not know it.
    package static func accepts(_ text: ProtocolText) -> Bool {
        text.count <= 253
            && text.split(at: ".").allSatisfy { label in
                (1...63).contains(label.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.allSatisfy { ProtocolText.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            }
    }
}
