import CXMLSec
internal import WireFormats

/// Opens what was encrypted for us (XML Encryption 1.1 §4.4). What comes out is as believable as a message that arrived in the open: it goes
/// through the stages of THREATS §1.1 as a document of its own, and needs a signature (THREATS S23).
///
/// What can be said before a key is used, is said: structure, algorithms, another's key. Of what happens afterwards there is one error, made in one
/// place, at about one time (THREATS S24).
package struct Decryption: Sendable, Hashable {
    /// RSA operations for one element; each is dear, and a stranger may ask for them.
    static let maximumAttempts = 8

    private let keys: [DecryptionKey]
    private let recipient: String
    private let allowsCBC: Bool

    /// For who decrypts nothing.
    package static let none = Decryption(keys: [], recipient: "")

    /// - Parameters:
    ///   - keys: the current one first, then those to come and those that were.
    ///   - recipient: the name by which an EncryptedKey may be addressed to us.
    ///   - allowsCBC: AES-CBC, an exception for one provider, and only for what a signature covers.
    package init(keys: [DecryptionKey], recipient: String, allowsCBC: Bool = false) {
        (self.keys, self.recipient, self.allowsCBC) = (Array(keys.prefix(Self.maximumAttempts)), recipient, allowsCBC)
    }

    /// The element in an EncryptedID or EncryptedAttribute. Only for one that stands in signed bytes: then what is inside is signed as well.
    package func open(_ wrapper: XMLElement, expecting name: XMLName) throws(XMLSecurityError) -> XMLElement {
        let bytes = try decrypt(wrapper, isSigned: true)
        return try ParsedDocument(bytes, limits: .message).read { root throws(XMLSecurityError) in
            try StructuralGate.checkNodes(of: root, allowsComments: false)
            guard root.isElement(name) else { throw .unexpectedRoot(expected: name.description, found: root.name.description) }
            var copier = ElementCopier()
            return try copier.copy(root)
        }
    }

    /// - Parameter isSigned: whether a verified signature covers the ciphertext, so that nobody else than its signer chose it.
    func decrypt(_ wrapper: XMLElement, isSigned: Bool) throws(XMLSecurityError) -> [UInt8] {
        let encrypted = try EncryptedElement(reading: wrapper)
        guard !keys.isEmpty else { throw .encryptedNotSupported }
        if !encrypted.method.isAuthenticated {
            guard allowsCBC else { throw .cbcNotAllowed(encrypted.method.rawValue) }
            guard isSigned else { throw .cbcNotSigned(encrypted.method.rawValue) }
        }
        let attempts = try self.attempts(at: encrypted.keys)
        guard let bytes = attempts.decrypt(encrypted) else { throw .decryptionFailed }
        return bytes
    }

    /// Which key of ours may open which of theirs. All are tried, whichever opens.
    private func attempts(at encrypted: [EncryptedKey]) throws(XMLSecurityError) -> [(EncryptedKey, DecryptionKey)] {
        // Recipient is a hint (§3.5.1), and products write there what they like: it only chooses among several.
        let addressed = encrypted.filter { recipient.hasSameBytes(as: $0.recipient ?? "") }
        var attempts: [(EncryptedKey, DecryptionKey)] = []
        for one in addressed.isEmpty ? encrypted : addressed {
            attempts += keys.filter { $0.mayOpen(one) }.map { (one, $0) }
        }
        guard !attempts.isEmpty else { throw .encryptedForAnother }
        guard attempts.count <= Self.maximumAttempts else { throw .tooComplex("more than \(Self.maximumAttempts) keys to try") }
        return attempts
    }
}

extension DecryptionKey {
    /// Where both say which certificate, it must be the same.
    fileprivate func mayOpen(_ encrypted: EncryptedKey) -> Bool {
        guard let certificate, !encrypted.certificates.isEmpty else { return true }
        return encrypted.certificates.contains(certificate)
    }
}

extension [(EncryptedKey, DecryptionKey)] {
    fileprivate func decrypt(_ encrypted: EncryptedElement) -> [UInt8]? {
        // One piece of memory for all, whose pieces stay where they are while C reads them.
        let values = flatMap(\.0.value)
        var buffer = cxs_buffer()
        let decrypted = values.withUnsafeBufferPointer { values in
            var start = 0
            let keys = map { encrypted, key in
                defer { start += encrypted.value.count }
                return cxs_encrypted_key(
                    key: key.handle.pointer, digest_bits: encrypted.transport.digestBits, mask_bits: encrypted.transport.maskBits,
                    bytes: values.baseAddress.map { $0 + start }, count: encrypted.value.count)
            }
            return encrypted.content.withUnsafeBufferPointer { content in
                cxs_decrypt(
                    keys, keys.count, encrypted.method.bits, encrypted.method.isAuthenticated, content.baseAddress, content.count, &buffer)
            }
        }
        return withExtendedLifetime(self) { decrypted ? [UInt8](taking: buffer) : nil }
    }
}
