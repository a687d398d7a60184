import CXMLSec

/// Raw DEFLATE (RFC 1951), the coding of the HTTP-Redirect binding (SAML Bindings §3.4.4.1).
package enum Deflate {
    package static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var buffer = cxs_buffer()
        // Fails only beyond 2 GiB or without memory.
        guard bytes.withUnsafeBufferPointer({ cxs_deflate($0.baseAddress, $0.count, &buffer) }) else { return [] }
        return Array(taking: buffer)
    }

    /// At most `limit` bytes come out, and no more memory than that is taken (THREATS S26).
    package static func inflate(_ bytes: [UInt8], limit: Int) throws(XMLSecurityError) -> [UInt8] {
        var buffer = cxs_buffer()
        let status = bytes.withUnsafeBufferPointer { cxs_inflate($0.baseAddress, $0.count, max(0, limit), &buffer) }
        switch Int(status) {
        case Int(CXS_INFLATED): return Array(taking: buffer)
        case Int(CXS_INFLATE_TOO_LARGE): throw .tooLarge(limit: limit)
        default: throw .malformed("it is not compressed as the binding says")
        }
    }
}
