/// What one identity provider is allowed beyond the strict rules. Each is an exception that an admin makes for one connection.
package struct SignaturePolicy: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let strict: SignaturePolicy = []
    /// SHA-1 as signature and digest, and RSA keys of 1024 to 2047 bits. Never MD5, HMAC or DSA.
    package static let allowingSHA1 = SignaturePolicy(rawValue: 1)
    /// The Signature may stand anywhere among its parent's children and not only after the Issuer.
    package static let anySignatureOrder = SignaturePolicy(rawValue: 2)
    /// Canonical XML 1.0, by which what stands around an element is a part of what is signed. xmlsec must agree to each of these.
    package static let inclusiveCanonicalization = SignaturePolicy(rawValue: 4)
}

/// Which message is looked at: names, and the attributes its schema knows.
package struct SignedMessageShape: Sendable {
    package let root: XMLName
    package let inner: XMLName
    package let encryptedInner: XMLName
    package let issuer: XMLName
    package let rootAttributes: Set<String>
    package let innerAttributes: Set<String>

    /// A ds:Signature may be a child of `root` and of `inner`, once each, directly after `issuer`.
    package init(
        root: XMLName, inner: XMLName, encryptedInner: XMLName, issuer: XMLName = XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer"),
        rootAttributes: Set<String> = ["ID", "InResponseTo", "Version", "IssueInstant", "Destination", "Consent"],
        innerAttributes: Set<String> = ["ID", "Version", "IssueInstant"]
    ) {
        self.root = root
        self.inner = inner
        self.encryptedInner = encryptedInner
        self.issuer = issuer
        self.rootAttributes = rootAttributes
        self.innerAttributes = innerAttributes
    }

    /// SAML Core §3.3.3 and §2.3.3.
    package static let samlResponse = SignedMessageShape(
        root: XMLName("urn:oasis:names:tc:SAML:2.0:protocol", "Response"),
        inner: XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion"),
        encryptedInner: XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "EncryptedAssertion"))
}
