extension String {
    /// Whether both are the same bytes in UTF-8. Swift's `==` takes canonically equivalent texts for equal, which no identifier of a protocol may be.
    package func hasSameBytes(as other: String) -> Bool {
        // Most texts that are not the same differ in their length, and nearly all lie in one piece.
        guard utf8.count == other.utf8.count else { return false }
        let areSame = utf8.withContiguousStorageIfAvailable { one in other.utf8.withContiguousStorageIfAvailable { one.elementsEqual($0) } }
        return (areSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// The same, in a time that tells nothing about where the difference is. For values that whoever asks does not know.
    package func hasSameBytesInConstantTime(as other: String) -> Bool {
        Array(utf8).isEqualInConstantTime(to: Array(other.utf8))
    }
}

extension [UInt8] {
    /// Compares all bytes whatever they are; only a difference in length ends it early.
    package func isEqualInConstantTime(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
