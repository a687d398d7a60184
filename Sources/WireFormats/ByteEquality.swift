import Glibc

extension String {
    /// Whether both are the same bytes in UTF-8. Swift's `==` takes canonically equivalent texts for equal, which no identifier of a protocol may be.
    package func hasSameBytes(as other: String) -> Bool {
        // Most texts that are not the same differ in their length, and nearly all lie in one piece.
        guard utf8.count == other.utf8.count else { return false }
        let areSame = utf8.withContiguousStorageIfAvailable { one in
            other.utf8.withContiguousStorageIfAvailable { UnsafeRawBufferPointer(one).hasSameBytes(as: UnsafeRawBufferPointer($0)) }
        }
        return (areSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// The same, in a time that tells nothing about where the difference is. For values that whoever asks does not know.
    package func hasSameBytesInConstantTime(as other: String) -> Bool {
        Array(utf8).isEqualInConstantTime(to: Array(other.utf8))
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both are the same bytes; byte by byte, a text costs more to compare than to hash.
    package func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let start = baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start, otherStart, count) == 0
    }
}

extension [String] {
    /// Each once, in their order, by bytes: two spellings of one accented letter are two texts.
    package var distinctByBytes: [String] {
        guard count > 1 else { return self }
        var seen = Set<TextByBytes>(minimumCapacity: count)
        return filter { seen.insert(TextByBytes(text: $0)).inserted }
    }
}

private struct TextByBytes: Hashable {
    let text: String

    static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }
    /// A text's own hash is that of its canonical form: all spellings of one accent would have the same.
    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension [UInt8] {
    /// Compares all bytes whatever they are; only a difference in length ends it early.
    package func isEqualInConstantTime(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
