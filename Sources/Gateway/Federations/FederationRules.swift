package import UserPools
import WireFormats

/// What a member of a federation may say. One of ten thousand organisations speaks for its own people and its own domains, which its registrar has
/// looked at (shibmd:Scope), and for nothing else of the pool (decision 0059).
package enum FederationRules {
    /// Attributes whose values end in a domain, by Name and by FriendlyName: eduPerson, swissEduPerson, voPerson, and the SAML V2.0 Subject Identifier
    /// Attributes Profile.
    private static let scoped = [
        "urn:oasis:names:tc:SAML:attribute:subject-id", "urn:oasis:names:tc:SAML:attribute:pairwise-id", "subject-id", "pairwise-id", "samlSubjectID",
        "samlPairwiseID", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "urn:mace:dir:attribute-def:eduPersonPrincipalName", "eduPersonPrincipalName", "eppn",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "urn:mace:dir:attribute-def:eduPersonScopedAffiliation", "eduPersonScopedAffiliation",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.12", "urn:mace:dir:attribute-def:eduPersonPrincipalNamePrior", "eduPersonPrincipalNamePrior",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.13", "urn:mace:dir:attribute-def:eduPersonUniqueId", "eduPersonUniqueId",
        "urn:oid:2.16.756.1.2.5.1.1.1", "urn:mace:switch.ch:attribute-def:swissEduPersonUniqueID", "swissEduPersonUniqueID",
        "urn:oid:1.3.6.1.4.1.25178.4.1.12", "voPersonScopedAffiliation",
    ]
    /// Whose values may: one without an `@` says nothing of a domain (AARC-G026 has one, voPerson itself asks for none).
    private static let scopedAtTimes = ["urn:oid:1.3.6.1.4.1.25178.4.1.6", "voPersonID"]
    /// Whose value is a domain.
    private static let domains = [
        "urn:oid:1.3.6.1.4.1.25178.1.2.9", "urn:mace:terena.org:attribute-def:schacHomeOrganization", "schacHomeOrganization",
    ]

    /// - Parameter source: an attribute's Name, or `friendly:` and its FriendlyName.
    package static func isScoped(_ source: String) -> Bool { contains(scoped, source) }

    /// Groups come of scoped attributes alone: `staff@example.edu` says whose staff that is, and `admins` would be the pool's.
    package static func mayMap(_ rule: AttributeMapping.Rule) -> Bool {
        !rule.attribute.hasSameBytes(as: "groups") || isScoped(rule.source)
    }

    private static func contains(_ names: [String], _ source: String) -> Bool {
        let prefix = "friendly:".utf8
        let name = source.utf8.starts(with: prefix) ? source.utf8.dropFirst(prefix.count) : Substring(source).utf8
        return names.contains { $0.utf8.elementsEqual(name) }
    }

    /// The values that this member may say; the others count as not sent.
    static func said(_ values: [String], of source: String, by member: FederationMember) -> [String] {
        if isScoped(source) { return values.filter { isScoped($0, by: member) } }
        if contains(scopedAtTimes, source) { return values.filter { !$0.utf8.contains(UInt8(ascii: "@")) || isScoped($0, by: member) } }
        if contains(domains, source) { return values.filter { speaks(member, for: $0) } }
        return values
    }

    /// `who@domain`, of a domain for which the member speaks.
    static func isScoped(_ value: String, by member: FederationMember) -> Bool {
        let parts = ProtocolText(value).split(at: "@")
        return parts.count == 2 && !parts[0].isEmpty && speaks(member, for: parts[1].string)
    }

    /// Whether one of its scopes is this domain, to the letter: a scope speaks for no domain below it. A pattern counts for nothing; what it
    /// takes in nobody has looked at.
    static func speaks(_ member: FederationMember, for domain: String) -> Bool {
        let domain = ProtocolText(domain).lowercased
        return !domain.isEmpty && member.scopes.contains { !$0.isRegexp && ProtocolText($0.value).lowercased == domain }
    }
}
