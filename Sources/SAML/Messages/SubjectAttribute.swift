internal import WireFormats

/// The attribute that names the person in place of the NameID: for identity providers that send a transient one, another at every sign-in.
///
/// SAML V2.0 Subject Identifier Attributes Profile §3 has the two that are made for it.
package struct SubjectAttribute: Sendable {
    /// `pairwise-id`: another one for each service provider.
    package static let pairwiseID = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
    /// `subject-id`: the same for all.
    package static let subjectID = "urn:oasis:names:tc:SAML:attribute:subject-id"
    /// eduPersonTargetedID, which came before them: a persistent NameID as the value.
    package static let eduPersonTargetedID = "urn:oid:1.3.6.1.4.1.5923.1.1.1.10"

    /// The words by which people know those three.
    package static let shortNames = [
        "pairwise-id": pairwiseID, "subject-id": subjectID, "eduPersonTargetedID": eduPersonTargetedID,
    ]

    private let name: String

    /// - Parameter name: the attribute's Name; `friendly:NAME` for its FriendlyName.
    package init(named name: String) { self.name = name }

    /// Who it is: exactly one value, as usable as a NameID's.
    package func value(in attributes: AttributeStatements) throws(SAMLError) -> String {
        let values = try attributes.values(ofSource: name) ?? []
        guard let value = values.first else { throw refused("it is missing, or has no value", attributes) }
        guard values.allSatisfy({ $0.hasSameBytes(as: value) }) else { throw refused("it has \(values.count) values", attributes) }
        if let problem = NameID.problem(of: value) { throw refused("its value " + problem, attributes) }
        return normalized(value)
    }

    /// One spelling of all that mean the same: in the profile's two the letters are those of ASCII, and whether they are capitals means nothing
    /// (§3.3.1, §3.4.1).
    package func normalized(_ value: String) -> String {
        let isCaseless = name.hasSameBytes(as: Self.pairwiseID) || name.hasSameBytes(as: Self.subjectID)
        return isCaseless ? ProtocolText(value).lowercased.string : value
    }

    private func refused(_ reason: String, _ attributes: AttributeStatements) -> SAMLError {
        .subjectAttribute(name: name, reason, arrived: attributes.arrived)
    }
}

extension AttributeStatements {
    /// `friendly:NAME` is the attribute of that FriendlyName; anything else is a Name (Core §2.7.3.1).
    package func values(ofSource source: String) throws(SAMLError) -> [String]? {
        let prefix = "friendly:".utf8
        guard source.utf8.starts(with: prefix) else { return try values(named: source) }
        return try values(friendlyNamed: String(Substring(source.utf8.dropFirst(prefix.count))))
    }
}
