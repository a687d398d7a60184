import CXMLSec

/// The digest of octets that come one after the other (XML Signature §6.2).
struct RunningDigest: ~Copyable {
    private let pointer: OpaquePointer

    init(_ algorithm: DigestAlgorithm) throws(XMLSecurityError) {
        guard let pointer = cxs_digest_start(algorithm.bits) else { throw .unsupportedAlgorithm(algorithm.rawValue) }
        self.pointer = pointer
    }

    deinit { cxs_digest_free(pointer) }

    borrowing func add(_ octets: ArraySlice<UInt8>) throws(XMLSecurityError) {
        guard octets.withUnsafeBufferPointer({ $0.isEmpty || cxs_digest_add(pointer, $0.baseAddress, $0.count) }) else { throw .canonicalization }
    }

    /// Whether all of them together have that digest.
    consuming func ends(as expected: [UInt8]) -> Bool {
        expected.withUnsafeBufferPointer { cxs_digest_ends_as(pointer, $0.baseAddress, $0.count) }
    }
}
