import CXMLSec
package import FoundationEssentials
package import WireFormats

/// A new RSA key with a certificate that it signs for itself: others pin the certificate, and believe nobody else about it.
package struct CertifiedKey: Sendable {
    /// DER of PKCS #8. A secret: only ever stored sealed.
    package let privateKey: SecretBytes
    package let certificateDER: [UInt8]
    /// Of the certificate, in lower-case hexadecimal digits.
    package let sha256: String

    /// Signing takes 0.36 ms with 2048 bits, and 2 ms with 3072, of which OpenSSL knows no fast way; every identity provider takes 2048.
    private static let bits: UInt32 = 2048

    /// Takes some tenths of a second: not for a thread for which others wait.
    ///
    /// - Parameter name: the certificate's common name, at most 64 ASCII characters.
    package static func generate(named name: String, from notBefore: Date, until notAfter: Date) throws(XMLSecurityError) -> CertifiedKey {
        try XMLSecurityLibrary.start()
        var pkcs8 = cxs_buffer(), der = cxs_buffer()
        guard cxs_rsa_generate(bits, &pkcs8) else { throw .invalidKey("OpenSSL made none") }
        let privateKey = Array(taking: pkcs8)
        guard let handle = KeyHandle(privateKey.withUnsafeBufferPointer { cxs_key_from_pkcs8($0.baseAddress, $0.count) }) else {
            throw .invalidKey("OpenSSL does not read what it made")
        }
        let times = (Int64(notBefore.timeIntervalSince1970), Int64(notAfter.timeIntervalSince1970))
        guard cxs_self_signed(handle.pointer, name, times.0, times.1, &der) else { throw .invalidKey("OpenSSL made no certificate for it") }
        let certificate = Array(taking: der)
        return CertifiedKey(privateKey: SecretBytes(privateKey), certificateDER: certificate, sha256: SHA256Digest.hexadecimal(certificate))
    }
}
