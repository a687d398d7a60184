/// Who signed a user in: an identity provider, or the pool itself by what it knows of its own users.
package enum AuthenticationSource: Sendable, Hashable {
    case provider(IdentityProvider.Name)
    case pool

    /// nil for the pool itself.
    package var provider: IdentityProvider.Name? {
        switch self {
        case .provider(let name): name
        case .pool: nil
        }
    }
}
