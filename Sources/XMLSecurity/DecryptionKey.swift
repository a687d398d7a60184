import CXMLSec
package import WireFormats

/// A private RSA key of ours that opens what identity providers encrypt for us. It proves nothing: what was encrypted for us anybody can have made.
package struct DecryptionKey: Sendable, Hashable {
    let handle: KeyHandle
    /// Lower-case hex of SHA-256 over the SubjectPublicKeyInfo.
    package let sha256: String
    /// The certificate that is published with the key: who names another one encrypted for somebody else, or for a key that we do not have any more.
    let certificate: [UInt8]?

    /// DER of PKCS #8 (RFC 5958), without a password.
    package init(privateKeyPKCS8: SecretBytes, certificateDER: [UInt8]? = nil) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        let pointer = privateKeyPKCS8.reveal().withUnsafeBufferPointer { cxs_key_from_pkcs8($0.baseAddress, $0.count) }
        guard let handle = KeyHandle(pointer) else { throw .invalidKey("it is not a private key in DER (PKCS #8) without a password") }
        try self.init(handle, certificateDER: certificateDER)
    }

    /// The same in PEM; other text may stand around it.
    package init(privateKeyPEM: String, certificateDER: [UInt8]? = nil) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        let pem = Array(privateKeyPEM.utf8)
        let pointer = pem.withUnsafeBytes { cxs_key_from_private_pem($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
        guard let handle = KeyHandle(pointer) else { throw .invalidKey("it is not a private key in PEM without a password") }
        try self.init(handle, certificateDER: certificateDER)
    }

    /// Short keys are let in: they hide less from others, and what is inside is believed for its signature alone. Those that we make are longer.
    private init(_ handle: KeyHandle, certificateDER: [UInt8]?) throws(XMLSecurityError) {
        guard handle.isRSA, handle.strength != .unusable else { throw .invalidKey("only RSA keys of 1024 to 8192 bits decrypt") }
        if let certificateDER {
            guard try TrustedKey(certificateDER: certificateDER).handle.isSameKey(as: handle) else {
                throw .invalidKey("the certificate belongs to another key")
            }
        }
        var buffer = cxs_buffer()
        guard cxs_key_public_der(handle.pointer, &buffer) else { throw .invalidKey("it has no public key") }
        (self.handle, certificate) = (handle, certificateDER)
        sha256 = SHA256Digest.hexadecimal([UInt8](taking: buffer))
    }

    package static func == (one: DecryptionKey, other: DecryptionKey) -> Bool {
        one.sha256.hasSameBytes(as: other.sha256) && one.certificate == other.certificate
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(sha256) }
}

extension DecryptionKey: CustomStringConvertible, CustomReflectable {
    /// "RSA 2048".
    package var description: String { handle.description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
