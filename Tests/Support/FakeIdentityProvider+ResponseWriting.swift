import Foundation
import SAML
import XMLSecurity

extension FakeResponse {
    func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "samlp:Response",
            [
                "xmlns:samlp": "urn:oasis:names:tc:SAML:2.0:protocol", "xmlns:saml": "urn:oasis:names:tc:SAML:2.0:assertion", "ID": responseID,
                "Version": version, "IssueInstant": SAMLInstant.format(issueInstant), "Destination": destination, "InResponseTo": inResponseTo,
            ]
        ) { writer throws(XMLSecurityError) in
            if let responseIssuer { try writer.element("saml:Issuer", text: responseIssuer) }
            if let status { try writeStatus(status, to: &writer) }
            if hasAssertion { try writeAssertion(to: &writer) }
        }
    }

    private func writeStatus(_ status: String, to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("samlp:Status") { writer throws(XMLSecurityError) in
            try writer.element("samlp:StatusCode", ["Value": status]) { writer throws(XMLSecurityError) in
                if let substatus { try writer.element("samlp:StatusCode", ["Value": substatus]) }
            }
            if let statusMessage { try writer.element("samlp:StatusMessage", text: statusMessage) }
        }
    }

    private func writeAssertion(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "saml:Assertion", ["ID": assertionID, "Version": version, "IssueInstant": SAMLInstant.format(issueInstant)]
        ) { writer throws(XMLSecurityError) in
            if let issuer { try writer.element("saml:Issuer", text: issuer) }
            try writeSubject(to: &writer)
            if let audiences { try writeConditions(audiences, to: &writer) }
            if let authnInstant { try writeAuthnStatement(authnInstant, to: &writer) }
            if !attributes.isEmpty { try writeAttributes(to: &writer) }
        }
    }

    private func writeSubject(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("saml:Subject") { writer throws(XMLSecurityError) in
            if let nameID {
                try writer.element(
                    "saml:NameID", ["Format": nameIDFormat, "NameQualifier": nameQualifier, "SPNameQualifier": spNameQualifier], text: nameID)
            }
            try writer.element("saml:SubjectConfirmation", ["Method": confirmationMethod]) { writer throws(XMLSecurityError) in
                try writer.element(
                    "saml:SubjectConfirmationData",
                    [
                        "NotBefore": confirmationNotBefore.map(SAMLInstant.format), "NotOnOrAfter": confirmationNotOnOrAfter.map(SAMLInstant.format),
                        "Recipient": recipient, "InResponseTo": confirmationInResponseTo,
                    ])
            }
        }
    }

    private func writeConditions(_ audiences: [[String]], to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "saml:Conditions", ["NotBefore": notBefore.map(SAMLInstant.format), "NotOnOrAfter": notOnOrAfter.map(SAMLInstant.format)]
        ) { writer throws(XMLSecurityError) in
            for restriction in audiences {
                try writer.element("saml:AudienceRestriction") { writer throws(XMLSecurityError) in
                    for audience in restriction { try writer.element("saml:Audience", text: audience) }
                }
            }
        }
    }

    private func writeAuthnStatement(_ instant: Date, to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "saml:AuthnStatement",
            [
                "AuthnInstant": SAMLInstant.format(instant), "SessionIndex": sessionIndex,
                "SessionNotOnOrAfter": sessionNotOnOrAfter.map(SAMLInstant.format),
            ]
        ) { writer throws(XMLSecurityError) in
            try writer.element("saml:AuthnContext") { writer throws(XMLSecurityError) in
                try writer.element("saml:AuthnContextClassRef", text: authnContextClassRef)
            }
        }
    }

    private func writeAttributes(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("saml:AttributeStatement") { writer throws(XMLSecurityError) in
            for attribute in attributes {
                try writer.element("saml:Attribute", ["Name": attribute.name, "FriendlyName": attribute.friendlyName]) {
                    writer throws(XMLSecurityError) in
                    for value in attribute.values { try writer.element("saml:AttributeValue", text: value) }
                }
            }
        }
    }
}
