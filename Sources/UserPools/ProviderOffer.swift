/// An enabled identity provider as the sign-in page offers it: what its button says and shows, and nothing of how it is asked.
package struct ProviderOffer: Sendable, Hashable {
    package let name: IdentityProvider.Name
    package let displayName: String?
    package let logo: ImageReference?
    /// Whose logo ships with Countersign: `google`.
    package let preset: String?

    package init(name: IdentityProvider.Name, displayName: String?, logo: ImageReference?, preset: String?) {
        self.name = name
        self.displayName = displayName
        self.logo = logo
        self.preset = preset
    }

    /// What an offer is found by and ordered by: what its button says, then its name, in lower case, one a line.
    package static func searchText(name: IdentityProvider.Name, displayName: String?) -> String {
        (displayName ?? name.text).lowercased() + "\n" + name.text.lowercased()
    }
}

extension IdentityProvider {
    /// The preset that it was made from, whose logo it has unless the admin gave another.
    package var preset: String? {
        switch kind {
        case .saml, .federation: nil
        case .oidc(let connection): connection.preset
        }
    }
}
