import FoundationEssentials
import XMLSecurity

/// saml:Conditions, SAML Core §2.5.1: when and for whom the assertion may be used.
struct Conditions: Sendable {
    let notBefore: Date?
    let notOnOrAfter: Date?
    /// One list for each AudienceRestriction: every one of them must name us (§2.5.1.4).
    let audienceRestrictions: [[String]]

    init(_ element: XMLElement) throws(SAMLError) {
        notBefore = try element.instant("NotBefore")
        notOnOrAfter = try element.instant("NotOnOrAfter")
        var restrictions: [[String]] = []
        for child in element.elements {
            switch child.name {
            case .assertion("AudienceRestriction"): restrictions.append(try Conditions.audiences(child))
            // Used once by our replay table in any case, and never passed on by us.
            case .assertion("OneTimeUse"), .assertion("ProxyRestriction"): break
            // §2.5.1: a condition that is not understood makes the assertion's validity indeterminate, which is not valid.
            default: throw .conditions("unknown condition \(child.name.localName.shortened)")
            }
        }
        audienceRestrictions = restrictions
    }

    private static func audiences(_ restriction: XMLElement) throws(SAMLError) -> [String] {
        var audiences: [String] = []
        for child in restriction.elements {
            guard child.name == .assertion("Audience"), let audience = try? child.text() else {
                throw .conditions("AudienceRestriction has something else than Audience in it")
            }
            audiences.append(audience)
        }
        return audiences
    }
}
