import XMLSecurity

/// What a logout message says before anything of it was verified: keys to look up who may have sent it, and nothing else.
package struct UnverifiedLogout: Sendable {
    package let issuer: String?
    /// Of a response: our request.
    package let inResponseTo: String?

    package init(peeking message: ReceivedMessage) throws(SAMLError) {
        let root: XMLElement
        do { root = try UnprovenMessage.peek(message.bytes, at: [.assertion("Issuer")]) } catch { throw .xml(error) }
        let expected = XMLName.samlp(message.role == .request ? "LogoutRequest" : "LogoutResponse")
        guard root.name == expected else { throw .xml(.unexpectedRoot(expected: expected.description, found: root.name.description)) }
        issuer = try? root.first(.assertion("Issuer"))?.text()
        inResponseTo = root.attribute("InResponseTo")
    }
}
