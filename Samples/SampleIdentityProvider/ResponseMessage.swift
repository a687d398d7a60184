import FoundationEssentials
import SAML
import XMLSecurity

/// samlp:Response with one saml:Assertion, SAML Profiles §4.1.4.2, not signed yet.
struct ResponseMessage {
    static let assertionNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"
    private static let protocolNamespace = "urn:oasis:names:tc:SAML:2.0:protocol"
    private static let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    private static let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    private static let basicName = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"

    let issuer: String
    let request: SignInRequest
    let person: Person
    let assertionID: String
    let responseID: String
    let now: Date

    private var issueInstant: String { SAMLInstant.format(now) }
    private var notBefore: String { SAMLInstant.format(now.addingTimeInterval(-60)) }
    private var notOnOrAfter: String { SAMLInstant.format(now.addingTimeInterval(300)) }

    func bytes() throws(XMLSecurityError) -> [UInt8] {
        var writer = XMLWriter()
        let attributes: KeyValuePairs<StaticString, String?> = [
            "xmlns:samlp": Self.protocolNamespace, "xmlns:saml": Self.assertionNamespace, "ID": responseID, "Version": "2.0",
            "IssueInstant": issueInstant, "Destination": request.assertionConsumerService, "InResponseTo": request.id,
        ]
        try writer.element("samlp:Response", attributes) { writer throws(XMLSecurityError) in
            try writer.element("saml:Issuer", text: issuer)
            try writer.element("samlp:Status") { writer throws(XMLSecurityError) in
                try writer.element("samlp:StatusCode", ["Value": Status.success])
            }
            try writer.element("saml:Assertion", ["ID": assertionID, "Version": "2.0", "IssueInstant": issueInstant]) {
                writer throws(XMLSecurityError) in
                try writer.element("saml:Issuer", text: issuer)
                try subject(&writer)
                try conditions(&writer)
                try authnStatement(&writer)
                try attributeStatement(&writer)
            }
        }
        return writer.bytes
    }

    /// Who it is, and the one place and time where this assertion may be presented.
    private func subject(_ writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("saml:Subject") { writer throws(XMLSecurityError) in
            try writer.element("saml:NameID", ["Format": NameIDFormat.persistent], text: person.username)
            try writer.element("saml:SubjectConfirmation", ["Method": Self.bearer]) { writer throws(XMLSecurityError) in
                let data: KeyValuePairs<StaticString, String?> = [
                    "InResponseTo": request.id, "NotOnOrAfter": notOnOrAfter, "Recipient": request.assertionConsumerService,
                ]
                try writer.element("saml:SubjectConfirmationData", data)
            }
        }
    }

    /// For whom and how long.
    private func conditions(_ writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("saml:Conditions", ["NotBefore": notBefore, "NotOnOrAfter": notOnOrAfter]) { writer throws(XMLSecurityError) in
            try writer.element("saml:AudienceRestriction") { writer throws(XMLSecurityError) in
                try writer.element("saml:Audience", text: request.serviceProvider)
            }
        }
    }

    /// When and how the person signed in here.
    private func authnStatement(_ writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("saml:AuthnStatement", ["AuthnInstant": issueInstant, "SessionIndex": responseID]) { writer throws(XMLSecurityError) in
            try writer.element("saml:AuthnContext") { writer throws(XMLSecurityError) in
                try writer.element("saml:AuthnContextClassRef", text: Self.password)
            }
        }
    }

    private func attributeStatement(_ writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("saml:AttributeStatement") { writer throws(XMLSecurityError) in
            try attribute("mail", friendlyName: "email", [person.email], &writer)
            try attribute("givenName", [person.givenName], &writer)
            try attribute("sn", [person.surname], &writer)
            try attribute("displayName", [person.displayName], &writer)
            // An attribute without values would not be valid: who is in no group has no such attribute.
            if !person.groups.isEmpty { try attribute("groups", person.groups, &writer) }
        }
    }

    private func attribute(
        _ name: String, friendlyName: String? = nil, _ values: [String], _ writer: inout XMLWriter
    ) throws(XMLSecurityError) {
        try writer.element("saml:Attribute", ["Name": name, "NameFormat": Self.basicName, "FriendlyName": friendlyName]) {
            writer throws(XMLSecurityError) in
            for value in values { try writer.element("saml:AttributeValue", text: value) }
        }
    }
}
