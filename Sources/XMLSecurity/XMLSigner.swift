import CXMLSec
package import WireFormats

/// Signs our own messages: enveloped, exclusive canonicalization, rsa-sha256 or ecdsa-sha256 by the kind of key.
package struct XMLSigner: Sendable {
    private let handle: KeyHandle
    private let certificate: String?

    /// A private key in PEM without a password. A certificate, when given, goes into KeyInfo and must belong to the key.
    package init(privateKeyPEM: String, certificateDER: [UInt8]?) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        let pem = Array(privateKeyPEM.utf8)
        let pointer = pem.withUnsafeBytes { cxs_key_from_private_pem($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
        guard let handle = KeyHandle(pointer) else { throw .invalidKey("it is not a private key in PEM without a password") }
        try self.init(handle, certificateDER: certificateDER)
    }

    /// A private key as DER of PKCS #8 (RFC 5958).
    package init(privateKeyPKCS8: SecretBytes, certificateDER: [UInt8]?) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        let pointer = privateKeyPKCS8.reveal().withUnsafeBufferPointer { cxs_key_from_pkcs8($0.baseAddress, $0.count) }
        guard let handle = KeyHandle(pointer) else { throw .invalidKey("it is not a private key in PKCS #8") }
        try self.init(handle, certificateDER: certificateDER)
    }

    private init(_ handle: KeyHandle, certificateDER: [UInt8]?) throws(XMLSecurityError) {
        guard handle.strength == .sound else { throw .weakAlgorithm(handle.description) }
        self.handle = handle
        certificate = certificateDER.map { Base64.encode($0) }
        if let certificateDER {
            guard try TrustedKey(certificateDER: certificateDER).handle.isSameKey(as: handle) else {
                throw .invalidKey("the certificate belongs to another key")
            }
        }
    }

    package var algorithm: SignatureAlgorithm { handle.isRSA ? .rsaSHA256 : .ecdsaSHA256 }

    /// Signs the element with that ID; the Signature goes after the last child of that name, or becomes the first child.
    package func sign(_ document: [UInt8], elementID: String, afterChild: XMLName?) throws(XMLSecurityError) -> [UInt8] {
        let parsed = try ParsedDocument(document, limits: .metadata)
        try parsed.read { root throws(XMLSecurityError) in
            try StructuralGate.checkNodes(of: root, allowsComments: true)
            guard let (element, identifier) = try find(elementID, in: root) else { throw .signingFailed("no element has the ID to sign") }
            var after: Node?
            if let afterChild {
                after = element.elements.last { $0.isElement(afterChild) }
                guard after != nil else { throw .signingFailed("the child that the signature must follow is missing") }
            }
            let made =
                if let certificate {
                    cxs_sign(element.pointer, identifier.pointer, after?.pointer, handle.pointer, certificate)
                } else {
                    cxs_sign(element.pointer, identifier.pointer, after?.pointer, handle.pointer, nil)
                }
            guard made else { throw .signingFailed("xmlsec refused to") }
        }
        return try parsed.serialized()
    }

    /// Signs octets with `algorithm` (SAML Bindings §3.4.4.1).
    package func signature(over octets: [UInt8]) throws(XMLSecurityError) -> [UInt8] {
        var buffer = cxs_buffer()
        let made = octets.withUnsafeBufferPointer { cxs_sign_octets(handle.pointer, algorithm.digestBits, $0.baseAddress, $0.count, &buffer) }
        guard made else { throw .signingFailed("OpenSSL refused to") }
        return Array(taking: buffer)
    }

    private func find(_ id: String, in root: Node) throws(XMLSecurityError) -> (Node, AttributeNode)? {
        var found: (Node, AttributeNode)?
        try root.walk { node throws(XMLSecurityError) in
            if let identifier = node.attribute("ID"), identifier.value == id { found = (node, identifier) }
        }
        return found
    }
}
