package import FoundationEssentials
import WireFormats

/// A user of a pool.
package struct User: Sendable, Hashable, Identified {
    package typealias ID = Identifier<User>

    /// `sub`: a UUID that never changes.
    package let id: ID
    package let poolID: UserPool.ID
    package let username: String
    package var enabled: Bool
    /// By attribute name: `email`, `custom:team`; groups stand in `memberships`.
    package var attributes: [String: AttributeValue]
    package var memberships: [GroupMembership]
    package var identities: [FederatedIdentity]
    /// The address for which a provider vouched at a sign-in while it owned the domain: by it another provider's identity may become this user's
    /// (THREATS O18). What anybody else says of an address never gets here.
    ///
    /// In the form in which addresses are compared. Only a proof changes it.
    package private(set) var vouchedEmail: String?
    package let createdAt: Date
    package var updatedAt: Date

    package init(
        id: ID, poolID: UserPool.ID, username: String, enabled: Bool = true, attributes: [String: AttributeValue] = [:],
        memberships: [GroupMembership] = [], identities: [FederatedIdentity] = [],
        vouchedEmail: String? = nil, createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.poolID = poolID
        self.username = username
        self.enabled = enabled
        self.attributes = attributes
        self.memberships = memberships
        self.identities = identities
        self.vouchedEmail = vouchedEmail
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The groups that the user is in at that moment, each once, in the order of the memberships.
    package func groups(at now: Date) -> [String] {
        var groups: [String] = []
        groups.reserveCapacity(memberships.count)
        // `filter` would copy all of each membership.
        for index in memberships.indices where memberships[index].applies(at: now) { groups.append(memberships[index].group) }
        return groups.distinctByBytes
    }

    /// Takes over what a provider says now: its attributes, and its groups in place of those it gave before.
    /// - Parameter vouched: the address for which it vouches as the owner of the domain.
    package mutating func update(
        from mapped: MappedAttributes, of provider: IdentityProvider.Name, vouched: VerifiedEmail? = nil, at now: Date
    ) {
        let before = self
        if let vouched { vouchedEmail = vouched.text }
        attributes.merge(mapped.values) { _, new in new }
        let said = mapped.groups.map { GroupMembership(group: $0, origin: .provider(provider)) }
        memberships = memberships.filter { $0.origin != .provider(provider) } + said
        if self != before { updatedAt = now }
    }

    /// A UUID in lower case.
    package static func acceptsIdentifier(_ text: String) -> Bool { IdentifierAlphabet.acceptsUUID(text) }
}

/// By whom, and as whom, a user is known upstream.
package struct FederatedIdentity: Sendable, Hashable {
    package let provider: IdentityProvider.Name
    /// Entity ID or OIDC issuer.
    package let issuer: String
    /// NameID or upstream `sub`, byte for byte.
    package let subject: String
    /// NameID format and qualifiers; the same subject in another format is somebody else. Empty for OIDC.
    package let format: String

    package init(provider: IdentityProvider.Name, issuer: String, subject: String, format: String) {
        self.provider = provider
        self.issuer = issuer
        self.subject = subject
        self.format = format
    }

    // "Byte for byte": two spellings of an accent are two names.
    package static func == (left: Self, right: Self) -> Bool {
        left.provider == right.provider && left.issuer.hasSameBytes(as: right.issuer) && left.subject.hasSameBytes(as: right.subject)
            && left.format.hasSameBytes(as: right.format)
    }

    /// Equal bytes are equal text, so that the hash of the text will do.
    package func hash(into hasher: inout Hasher) { hasher.combine(subject) }

    /// `NAME_subject`.
    package var username: String { provider.text + "_" + subject }
}
