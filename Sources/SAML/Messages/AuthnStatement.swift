import FoundationEssentials
import XMLSecurity

/// saml:AuthnStatement, SAML Core §2.7.2: that the subject was authenticated, when, how, and in which session.
struct AuthnStatement: Sendable {
    let authnInstant: Date
    let sessionIndex: String?
    let sessionNotOnOrAfter: Date?
    let authnContextClassRef: String?

    init(_ element: XMLElement) throws(SAMLError) {
        guard let authnInstant = try element.instant("AuthnInstant") else { throw .authnStatement("it has no AuthnInstant") }
        self.authnInstant = authnInstant
        sessionIndex = element.attribute("SessionIndex")
        sessionNotOnOrAfter = try element.instant("SessionNotOnOrAfter")
        authnContextClassRef = try? element.first(.assertion("AuthnContext"))?.first(.assertion("AuthnContextClassRef"))?.text()
    }
}
