import CXMLSec

/// SHA-1 where it only names something and proves nothing (SAML Bindings §3.6.4.2).
package enum SHA1Name {
    package static func names(_ name: [UInt8], _ octets: [UInt8]) -> Bool {
        octets.withUnsafeBufferPointer { octets in
            name.withUnsafeBufferPointer { cxs_digest_is(160, octets.baseAddress, octets.count, $0.baseAddress, $0.count) }
        }
    }
}
