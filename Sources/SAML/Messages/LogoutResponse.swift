package import FoundationEssentials
import XMLSecurity

/// samlp:LogoutResponse, SAML Core §3.7.2: whether the sessions ended. Read, and nothing of it believed yet.
package struct LogoutResponse: Hashable, Sendable {
    package let id: String
    package let inResponseTo: String?
    package let issueInstant: Date
    package let destination: String?
    package let issuer: String
    package let status: Status

    package init(id: String, inResponseTo: String?, issueInstant: Date, destination: String?, issuer: String, status: Status) {
        self.id = id
        self.inResponseTo = inResponseTo
        self.issueInstant = issueInstant
        self.destination = destination
        self.issuer = issuer
        self.status = status
    }

    /// Reads an answer. No signature is looked at.
    package init(parsing bytes: [UInt8]) throws(SAMLError) {
        try self.init(try XMLElement.root(ofMessage: bytes))
    }

    init(_ root: XMLElement) throws(SAMLError) {
        guard root.name == .samlp("LogoutResponse") else {
            throw .xml(.unexpectedRoot(expected: XMLName.samlp("LogoutResponse").description, found: root.name.description))
        }
        let header = try MessageHeader(root, attributes: ["InResponseTo"])
        (id, issueInstant, destination, issuer) = (header.id, header.issueInstant, header.destination, header.issuer)
        inResponseTo = root.attribute("InResponseTo")
        guard let status = Status(ofResponse: root) else { throw .status(nil) }
        self.status = status
    }

    /// The message as XML.
    package func encoded() throws(SAMLError) -> [UInt8] {
        var writer = XMLWriter()
        do { try write(to: &writer) } catch { throw .xml(error) }
        return writer.bytes
    }

    private func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "samlp:LogoutResponse",
            [
                "xmlns:samlp": Namespace.messages, "xmlns:saml": Namespace.assertion, "ID": id, "Version": "2.0",
                "IssueInstant": SAMLInstant.format(issueInstant), "Destination": destination, "InResponseTo": inResponseTo,
            ]
        ) { writer throws(XMLSecurityError) in
            try writer.element("saml:Issuer", text: issuer)
            try writer.element("samlp:Status") { writer throws(XMLSecurityError) in
                try writer.element("samlp:StatusCode", ["Value": status.code]) { writer throws(XMLSecurityError) in
                    if let subcode = status.subcode { try writer.element("samlp:StatusCode", ["Value": subcode]) }
                }
            }
        }
    }
}

extension Status {
    /// Core §3.2.2.2: everybody was told, and everybody's sessions are over.
    package static let loggedOut = Status(code: success)
    /// It is over here, and somebody else could not be told.
    package static let partlyLoggedOut = Status(code: success, subcode: partialLogout)
    /// It could not be ended here.
    package static let logoutFailed = Status(code: "urn:oasis:names:tc:SAML:2.0:status:Responder")
    static let partialLogout = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"

    package var isPartialLogout: Bool { subcode?.hasSameBytes(as: Status.partialLogout) ?? false }

    /// Whether it says that all sessions are over: some products put PartialLogout below Success, others below Responder.
    package var isCompleteLogout: Bool { isSuccess && !isPartialLogout }
}
