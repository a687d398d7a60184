import FoundationEssentials
import SAML
import WireFormats
import XMLSecurity

/// The identity provider that the load client plays: it answers with Responses of 8.8 kB, as large as those of a big company's directory.
struct IdentityProvider: Sendable {
    enum Key: String { case rsa, p256 }

    static let entityID = "https://idp.bench.example/metadata"
    static let responseSize = 8800

    let metadata: String
    private let signer: XMLSigner
    private let groups: Int
    /// How much the signature adds, with its certificate.
    private let signatureSize: Int

    /// With a development key of certs/.
    init(certs: String, key: Key, groups: Int = 20) throws {
        self.groups = groups
        let pem = try String(contentsOfFile: "\(certs)/sample-idp-\(key.rawValue).crt", encoding: .utf8)
        let certificate = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        signer = try XMLSigner(
            privateKeyPEM: String(contentsOfFile: "\(certs)/sample-idp-\(key.rawValue).key", encoding: .utf8),
            certificateDER: Base64.decode(certificate))
        signatureSize = key == .rsa ? 2300 : 1500
        metadata = """
            <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="\(Self.entityID)">
            <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
            <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.bench.example/sso"/>
            </md:IDPSSODescriptor>
            </md:EntityDescriptor>
            """
    }

    /// A Response with its Assertion signed. Every value in it is ours, so nothing needs escaping.
    func response(to requestID: String, audience: String, consumerService: String, person: Int, at now: Date) throws -> [UInt8] {
        let assertionID = "_a" + requestID.dropFirst()
        let (instant, end) = (SAMLInstant.format(now), SAMLInstant.format(now.addingTimeInterval(300)))
        let head = """
            <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r\(requestID.dropFirst())" \
            Version="2.0" IssueInstant="\(instant)" Destination="\(consumerService)" InResponseTo="\(requestID)"><saml:Issuer>\(Self.entityID)</saml:Issuer>\
            <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>\
            <saml:Assertion ID="\(assertionID)" Version="2.0" IssueInstant="\(instant)"><saml:Issuer>\(Self.entityID)</saml:Issuer><saml:Subject>\
            <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">person-\(person)</saml:NameID>\
            <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
            <saml:SubjectConfirmationData InResponseTo="\(requestID)" NotOnOrAfter="\(end)" Recipient="\(consumerService)"/></saml:SubjectConfirmation></saml:Subject>\
            <saml:Conditions NotBefore="\(instant)" NotOnOrAfter="\(end)"><saml:AudienceRestriction><saml:Audience>\(audience)</saml:Audience></saml:AudienceRestriction>\
            </saml:Conditions><saml:AuthnStatement AuthnInstant="\(instant)" SessionIndex="_s\(requestID.dropFirst())"><saml:AuthnContext>\
            <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext>\
            </saml:AuthnStatement><saml:AttributeStatement>
            """
        var attributes = attribute("mail", ["person-\(person)@bench.example"]) + attribute("displayName", ["Person Number Müller-\(person)"])
        attributes += attribute("groups", (0..<groups).map { "cn=department-\($0 + 1),ou=groups,dc=bench,dc=example" })
        // Attributes that nobody mapped, as many as the size asks for.
        var missing = Self.responseSize - signatureSize - head.utf8.count - attributes.utf8.count - 70
        var number = 0
        while missing > 0 {
            number += 1
            let value = String("some text that stands in a directory and is sent to every app \(number)".prefix(max(1, missing - 90)))
            let next = attribute("urn:example:directory:attribute-\(number)", [value])
            attributes += next
            missing -= next.utf8.count
        }
        let text = head + attributes + "</saml:AttributeStatement></saml:Assertion></samlp:Response>"
        return try signer.sign(Array(text.utf8), elementID: assertionID, afterChild: XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer"))
    }

    private func attribute(_ name: String, _ values: [String]) -> String {
        "<saml:Attribute Name=\"\(name)\">" + values.map { "<saml:AttributeValue>\($0)</saml:AttributeValue>" }.joined() + "</saml:Attribute>"
    }
}
