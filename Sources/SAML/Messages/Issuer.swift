internal import WireFormats
import XMLSecurity

/// saml:Issuer, SAML Core §2.2.5: an entity ID, in the entity format or without one.
struct Issuer: Sendable {
    let value: String

    /// Throws for a format other than entity: such an issuer is not the identity provider itself.
    init(_ element: XMLElement, expected: String) throws(SAMLError) {
        guard let value = try? element.text() else { throw .issuer(expected: expected, seen: nil) }
        let format = element.attribute("Format") ?? NameIDFormat.entity
        guard format.hasSameBytes(as: NameIDFormat.entity) else { throw .issuer(expected: expected, seen: "\(value) in the format \(format)") }
        self.value = value
    }
}
