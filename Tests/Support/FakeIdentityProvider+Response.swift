package import Foundation
import SAML
import XMLSecurity

/// A Response with every part of it open to be broken. As it is made, it is right.
package struct FakeResponse: Sendable {
    package struct Attribute: Sendable {
        package var name: String
        package var friendlyName: String?
        package var values: [String]

        package init(_ name: String, friendlyName: String? = nil, _ values: String...) {
            (self.name, self.friendlyName, self.values) = (name, friendlyName, values)
        }
    }

    package enum Signed: Sendable { case assertion, response, both, none }

    package static let usualAttributes = [
        Attribute("urn:oid:0.9.2342.19200300.100.1.3", friendlyName: "mail", "alice@example.com"),
        Attribute("displayName", friendlyName: "Display name", "Alice Example"),
        Attribute("groups", "staff", "engineers"),
    ]

    package var responseID = FakeResponse.freshID()
    package var assertionID = FakeResponse.freshID()
    package var version = "2.0"
    /// Of the Assertion.
    package var issuer: String?
    package var responseIssuer: String?
    package var destination: String?
    package var recipient: String?
    /// Of the Response.
    package var inResponseTo: String?
    /// Of the SubjectConfirmationData.
    package var confirmationInResponseTo: String?
    /// One list for each AudienceRestriction; nil leaves Conditions out.
    package var audiences: [[String]]?
    package var issueInstant: Date
    package var notBefore: Date?
    package var notOnOrAfter: Date?
    package var confirmationNotBefore: Date?
    package var confirmationNotOnOrAfter: Date?
    package var confirmationMethod = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    package var status: String? = "urn:oasis:names:tc:SAML:2.0:status:Success"
    package var substatus: String?
    package var statusMessage: String?
    /// nil leaves NameID out.
    package var nameID: String?
    package var nameIDFormat: String? = NameIDFormat.emailAddress
    package var nameQualifier: String?
    package var spNameQualifier: String?
    package var attributes: [Attribute]
    /// nil leaves AuthnStatement out.
    package var authnInstant: Date?
    package var authnContextClassRef = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    package var sessionIndex: String? = "_session1"
    package var sessionNotOnOrAfter: Date?
    package var signed = Signed.assertion
    package var hasAssertion = true
    /// Encrypts the Assertion, after it was signed itself and before the Response is.
    package var encryption: Encryption?
    /// Encrypts NameID and attributes, before the Assertion is signed.
    package var innerEncryption: Encryption?
    /// Changes the XML before it is signed: what the identity provider itself gets wrong.
    package var beforeSigning: @Sendable (String) -> String = { $0 }
    /// Changes the XML after it is signed: what somebody between does.
    package var afterSigning: @Sendable (String) -> String = { $0 }

    init(issuer: String, requestID: String?, acs: String, audience: String, nameID: String, attributes: [Attribute], at now: Date) {
        (self.issuer, responseIssuer) = (issuer, issuer)
        (destination, recipient) = (acs, acs)
        (inResponseTo, confirmationInResponseTo) = (requestID, requestID)
        audiences = [[audience]]
        (issueInstant, notBefore, notOnOrAfter) = (now, now - 30, now + 300)
        confirmationNotOnOrAfter = now + 300
        authnInstant = now - 5
        self.nameID = nameID
        self.attributes = attributes
    }

    func signed(by key: FakeIdentityProvider.Key) -> [UInt8] {
        var writer = XMLWriter()
        let xml = written(&writer) { writer throws(XMLSecurityError) in try write(to: &writer) }
        var text = beforeSigning(String(decoding: xml, as: UTF8.self))
        if let innerEncryption {
            text = text.encrypting("NameID", as: "EncryptedID", innerEncryption)
            for _ in attributes { text = text.encrypting("Attribute", as: "EncryptedAttribute", innerEncryption) }
        }
        var bytes = Array(text.utf8)
        let issuerName = XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer")
        do {
            if signed == .assertion || signed == .both {
                bytes = try key.signer.sign(bytes, elementID: assertionID, afterChild: issuer == nil ? nil : issuerName)
            }
            if let encryption {
                bytes = Array(String(decoding: bytes, as: UTF8.self).encrypting("Assertion", as: "EncryptedAssertion", encryption).utf8)
            }
            if signed == .response || signed == .both {
                bytes = try key.signer.sign(bytes, elementID: responseID, afterChild: responseIssuer == nil ? nil : issuerName)
            }
        } catch {
            fatalError("the test's response cannot be signed: \(error.message)")
        }
        return Array(afterSigning(String(decoding: bytes, as: UTF8.self)).utf8)
    }

    private static func freshID() -> String { "_" + UUID().uuidString.lowercased().filter { $0 != "-" } }
}
