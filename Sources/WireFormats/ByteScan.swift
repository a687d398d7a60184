import Glibc

// What is asked of every byte of a request. `allSatisfy`, `contains` and `firstIndex` take some twenty instructions a byte, a token has a thousand bytes.

extension Collection<UInt8> {
    /// The least and the greatest byte; nil where there is none. A loop that goes to its end is done in pieces of many bytes.
    var extremes: (least: UInt8, greatest: UInt8)? {
        func find(_ bytes: UnsafeBufferPointer<UInt8>) -> (least: UInt8, greatest: UInt8)? {
            guard !bytes.isEmpty else { return nil }
            var (least, greatest) = (UInt8.max, UInt8.min)
            for byte in bytes { (least, greatest) = (Swift.min(least, byte), Swift.max(greatest, byte)) }
            return (least, greatest)
        }
        return withContiguousStorageIfAvailable(find) ?? Array(self).withUnsafeBufferPointer(find)
    }
}

extension String {
    /// Whether every byte in UTF-8 lies between these.
    package func hasOnlyBytes(in range: ClosedRange<UInt8>) -> Bool {
        guard let (least, greatest) = utf8.extremes else { return true }
        return range.contains(least) && range.contains(greatest)
    }
}

extension ArraySlice<UInt8> {
    /// The place of the first such byte.
    func place(of byte: UInt8) -> Int? {
        withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let found = memchr(start, Int32(byte), bytes.count) else { return nil }
            return startIndex + (UnsafeRawPointer(found) - start)
        }
    }
}
