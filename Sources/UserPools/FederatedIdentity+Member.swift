extension FederatedIdentity {
    /// `NAME_ENTITYID!subject`, as Shibboleth writes it: two members may have the same subject. An exclamation mark in an entity ID is `%21`, and a
    /// percent sign `%25`, so that no two people have one name.
    package var memberUsername: String {
        var member = String.UnicodeScalarView()
        for scalar in issuer.unicodeScalars {
            switch scalar {
            case "%": member.append(contentsOf: "%25".unicodeScalars)
            case "!": member.append(contentsOf: "%21".unicodeScalars)
            default: member.append(scalar)
            }
        }
        return provider.text + "_" + String(member) + "!" + subject
    }
}
