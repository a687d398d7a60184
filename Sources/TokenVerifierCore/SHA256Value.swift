internal import Crypto

/// A SHA-256, in the form in which it is looked up and compared.
///
/// Four words and not a SIMD vector: a value that is aligned to 32 bytes lies wrong in the frame of an asynchronous function, which then crashes.
struct SHA256Value: Sendable, Hashable {
    private let first, second, third, fourth: UInt64

    init(_ bytes: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        (first, second, third, fourth) = hash.finalize().withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// Eight bytes of a hash are as good to look it up as all; all are compared.
    func hash(into hasher: inout Hasher) { hasher.combine(first) }
}
