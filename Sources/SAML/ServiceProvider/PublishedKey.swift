import XMLSecurity
internal import WireFormats

/// md:KeyDescriptor, SAML Metadata §2.4.1.1: a key of ours, as identity providers are told of it.
package struct PublishedKey: Sendable, Hashable {
    package enum Use: String, Sendable { case signing, encryption }

    package let use: Use
    package let certificateDER: [UInt8]

    package init(_ use: Use, _ certificateDER: [UInt8]) { (self.use, self.certificateDER) = (use, certificateDER) }

    func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("md:KeyDescriptor", ["use": use.rawValue]) { writer throws(XMLSecurityError) in
            try writer.element("ds:KeyInfo", ["xmlns:ds": Namespace.signature]) { writer throws(XMLSecurityError) in
                try writer.element("ds:X509Data") { writer throws(XMLSecurityError) in
                    try writer.element("ds:X509Certificate", text: Base64.encode(certificateDER))
                }
            }
            if use == .encryption { try Self.writeEncryptionMethods(to: &writer) }
        }
    }

    /// What we decrypt, best first: content (XML Encryption 1.1 §5.2.4), then how its key travels (§5.5.2). CBC and RSA 1.5 are not among it.
    private static func writeEncryptionMethods(to writer: inout XMLWriter) throws(XMLSecurityError) {
        for content in ["aes256-gcm", "aes128-gcm"] {
            try writer.element("md:EncryptionMethod", ["Algorithm": Namespace.encryption11 + content])
        }
        try writer.element("md:EncryptionMethod", ["Algorithm": Namespace.encryption11 + "rsa-oaep"]) { writer throws(XMLSecurityError) in
            try writer.element("ds:DigestMethod", ["xmlns:ds": Namespace.signature, "Algorithm": Namespace.encryption + "sha256"])
            try writer.element("xenc11:MGF", ["xmlns:xenc11": Namespace.encryption11, "Algorithm": Namespace.encryption11 + "mgf1sha256"])
        }
        try writer.element("md:EncryptionMethod", ["Algorithm": Namespace.encryption + "rsa-oaep-mgf1p"]) { writer throws(XMLSecurityError) in
            try writer.element("ds:DigestMethod", ["xmlns:ds": Namespace.signature, "Algorithm": Namespace.signature + "sha1"])
        }
    }
}
