internal import WireFormats

/// An e-mail address for which the owner of its domain vouches, in the form in which addresses are compared: ASCII letters in lower case.
///
/// Whoever has one may take over the user who has the address. So there is one way to it, past the check: `IdentityProvider.vouch(for:)`.
package struct VerifiedEmail: Sendable, Hashable {
    package let text: String

    fileprivate init(_ address: EmailAddress) { text = ProtocolText(address.text).lowercased.string }
}

extension IdentityProvider {
    /// The address as one for which this provider may vouch: an e-mail address whose domain is one of `domains`, byte for byte; nil for any other.
    package func vouch(for email: String) -> VerifiedEmail? {
        guard let address = EmailAddress(exactly: email), domains.contains(where: { $0.hasSameBytes(as: address.domain.text) }) else { return nil }
        return VerifiedEmail(address)
    }

    /// Whether the part of `email` behind its `@` is one of `domains`.
    package func owns(email: String) -> Bool { vouch(for: email) != nil }
}
