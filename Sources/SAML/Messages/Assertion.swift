import FoundationEssentials
import XMLSecurity

/// saml:Assertion, SAML Core §2.3.3: well formed and read, nothing of it believed yet.
///
/// Only the validator reads one, and only from signed bytes.
struct Assertion: Sendable {
    let id: String
    let version: String?
    let issueInstant: Date
    let issuer: Issuer
    let subject: Subject
    let conditions: Conditions?
    let authnStatements: [AuthnStatement]
    let attributes: AttributeStatements

    init(_ element: XMLElement, expectedIssuer: String, decryption: Decryption = .none) throws(SAMLError) {
        guard element.name == .assertion("Assertion") else { throw .malformed("the signed element is no Assertion") }
        guard let id = element.attribute("ID"), !id.isEmpty else { throw .malformed("the Assertion has no ID") }
        guard let issueInstant = try element.instant("IssueInstant") else { throw .malformedTime("Assertion/@IssueInstant", seen: nil) }
        self.id = id
        self.issueInstant = issueInstant
        version = element.attribute("Version")

        var issuers: [XMLElement] = [], subjects: [XMLElement] = [], conditions: [XMLElement] = []
        var authnStatements: [AuthnStatement] = [], attributeStatements: [XMLElement] = []
        for child in element.elements {
            switch child.name {
            case .assertion("Issuer"): issuers.append(child)
            case .assertion("Subject"): subjects.append(child)
            case .assertion("Conditions"): conditions.append(child)
            case .assertion("AuthnStatement"): authnStatements.append(try AuthnStatement(child))
            case .assertion("AttributeStatement"): attributeStatements.append(child)
            // The signature was verified before; the others say nothing that a sign-in rests on.
            case .signature("Signature"), .assertion("Advice"), .assertion("AuthzDecisionStatement"): break
            default: throw .malformed("the Assertion has an unknown element \(child.name.localName.shortened)")
            }
        }
        guard let issuer = issuers.first, issuers.count == 1 else { throw .issuer(expected: expectedIssuer, seen: nil) }
        guard let subject = subjects.first, subjects.count == 1 else { throw .subject("the Assertion has no Subject, or several") }
        guard conditions.count <= 1 else { throw .conditions("there are several Conditions") }
        self.issuer = try Issuer(issuer, expected: expectedIssuer)
        self.subject = try Subject(subject, decryption: decryption)
        self.conditions = try Assertion.conditions(conditions.first)
        self.authnStatements = authnStatements
        attributes = try AttributeStatements(statements: attributeStatements, decryption: decryption)
    }

    private static func conditions(_ element: XMLElement?) throws(SAMLError) -> Conditions? {
        guard let element else { return nil }
        return try Conditions(element)
    }
}
