import FoundationEssentials
import XMLSecurity

/// samlp:Response without its Assertion, SAML Core §3.2.2 and §3.3.3. Signed only where the identity provider signs the message.
struct ResponseEnvelope: Sendable {
    let id: String
    let version: String?
    let issueInstant: Date
    let inResponseTo: String?
    let destination: String?
    let issuer: Issuer?
    let status: Status?

    init(_ element: XMLElement, expectedIssuer: String) throws(SAMLError) {
        guard element.name == .samlp("Response") else { throw .malformed("the message is no Response") }
        guard let id = element.attribute("ID"), !id.isEmpty else { throw .malformed("the Response has no ID") }
        guard let issueInstant = try element.instant("IssueInstant") else { throw .malformedTime("Response/@IssueInstant", seen: nil) }
        self.id = id
        self.issueInstant = issueInstant
        version = element.attribute("Version")
        inResponseTo = element.attribute("InResponseTo")
        destination = element.attribute("Destination")
        status = Status(ofResponse: element)
        let issuers = element.elements(.assertion("Issuer"))
        guard issuers.count <= 1 else { throw .issuer(expected: expectedIssuer, seen: "several Issuer elements") }
        issuer = try ResponseEnvelope.issuer(issuers.first, expected: expectedIssuer)
    }

    private static func issuer(_ element: XMLElement?, expected: String) throws(SAMLError) -> Issuer? {
        guard let element else { return nil }
        return try Issuer(element, expected: expected)
    }
}
