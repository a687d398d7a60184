import XMLSecurity

/// saml:Subject, SAML Core §2.4.1: one NameID, and at least one confirmation.
struct Subject: Sendable {
    let nameID: NameID
    let confirmations: [SubjectConfirmation]

    var bearerConfirmations: [SubjectConfirmation] { confirmations.filter(\.isBearer) }

    init(_ element: XMLElement, decryption: Decryption = .none) throws(SAMLError) {
        var nameIDs: [XMLElement] = []
        var confirmations: [SubjectConfirmation] = []
        for child in element.elements {
            switch child.name {
            case .assertion("NameID"), .assertion("EncryptedID"):
                // §2.4.1 has it before the confirmations, and the schema with it.
                guard confirmations.isEmpty else { throw .subject("its NameID stands behind a SubjectConfirmation") }
                nameIDs.append(child)
            case .assertion("SubjectConfirmation"): confirmations.append(try SubjectConfirmation(child))
            case .assertion("BaseID"): throw .subject("it has a BaseID instead of a NameID")
            default: throw .subject("it has an unknown element", seen: child.name.localName)
            }
        }
        guard let nameID = nameIDs.first else { throw .subject("it has no NameID") }
        guard nameIDs.count == 1 else { throw .subject("it has several NameIDs") }
        self.nameID = try NameID(nameID, decryption: decryption)
        self.confirmations = confirmations
    }
}
