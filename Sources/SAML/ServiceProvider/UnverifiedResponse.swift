import XMLSecurity

/// What a Response says before anything of it was verified: keys to look up the pending sign-in with, and nothing else.
///
/// There is no way from here to a `ValidatedAssertion`; that one is read from the signed bytes alone.
package struct UnverifiedResponse: Sendable {
    package let id: String?
    /// Response/@InResponseTo, else that of the first SubjectConfirmationData.
    package let inResponseTo: String?
    /// Of the Response, else of the Assertion.
    package let issuer: String?
    package let destination: String?
    /// Whether something in it may be encrypted: who has to fetch keys for it, need not where it is false.
    package let mayBeEncrypted: Bool

    private static let looksAt: Set<XMLName> = [
        .assertion("Issuer"), .assertion("Assertion"), .assertion("Subject"), .assertion("SubjectConfirmation"),
        .assertion("SubjectConfirmationData"),
    ]

    package init(peeking bytes: [UInt8]) throws(SAMLError) {
        let root: XMLElement
        // Whether it may be so encoded its provider's exceptions say, and which provider's it is nobody knows yet.
        do { root = try UnprovenMessage.peek(LatinDocument.transcoded(bytes) ?? bytes, at: Self.looksAt) } catch { throw .xml(error) }
        guard root.name == .samlp("Response") else {
            throw .xml(.unexpectedRoot(expected: XMLName.samlp("Response").description, found: root.name.description))
        }
        let assertion = root.first(.assertion("Assertion"))
        let confirmation = assertion?.first(.assertion("Subject"))?.first(.assertion("SubjectConfirmation"))
        mayBeEncrypted = bytes.mayHoldEncryptedData
        id = root.attribute("ID")
        inResponseTo = root.attribute("InResponseTo") ?? confirmation?.first(.assertion("SubjectConfirmationData"))?.attribute("InResponseTo")
        issuer = try? (root.first(.assertion("Issuer")) ?? assertion?.first(.assertion("Issuer")))?.text()
        destination = root.attribute("Destination")
    }
}
