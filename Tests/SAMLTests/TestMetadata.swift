import Foundation
import TestSupport

/// Metadata put together from text, so that a test can break any part of it.
enum TestMetadata {
    static func document(
        entityID: String = "https://idp.example/saml/metadata", certificates: [String] = [FakeIdentityProvider.Key.first.certificateBase64],
        attributes: String = "", roleAttributes: String = "", use: String = " use=\"signing\"", singleSignOn: String = redirect, extra: String = ""
    ) -> [UInt8] {
        Array(
            entity(
                entityID: entityID, certificates: certificates, attributes: attributes, roleAttributes: roleAttributes, use: use,
                singleSignOn: singleSignOn, extra: extra
            ).utf8)
    }

    static let redirect = service("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", "https://idp.example/saml/sso")

    static func service(_ binding: String, _ location: String) -> String {
        "<md:SingleSignOnService Binding=\"\(binding)\" Location=\"\(location)\"/>"
    }

    static func key(_ certificate: String, use: String = " use=\"signing\"") -> String {
        "<md:KeyDescriptor\(use)><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>"
            + certificate + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    }

    static func entity(
        entityID: String = "https://idp.example/saml/metadata", certificates: [String] = [FakeIdentityProvider.Key.first.certificateBase64],
        attributes: String = "", roleAttributes: String = "", use: String = " use=\"signing\"", singleSignOn: String = redirect, extra: String = ""
    ) -> String {
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"\(escaped(entityID))\"\(attributes)>"
            + "<md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"\(roleAttributes)>"
            + certificates.map { key($0, use: use) }.joined() + extra + singleSignOn + "</md:IDPSSODescriptor></md:EntityDescriptor>"
    }

    static func group(_ entities: String..., attributes: String = "") -> [UInt8] {
        Array(
            ("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"\(attributes)>" + entities.joined()
                + "</md:EntitiesDescriptor>")
                .utf8)
    }

    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "\"", with: "&quot;").replacingOccurrences(of: "<", with: "&lt;")
    }
}
