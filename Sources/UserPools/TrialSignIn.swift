package import FoundationEssentials

/// Leave to try one provider once, given by an admin: who has its secret may begin a dry sign-in there.
package struct TrialTicket: Sendable, Hashable {
    /// How long it waits for somebody to open its address.
    package static let lifetime: TimeInterval = 600

    /// Of a secret of 256 random bits.
    package let hash: SecretHash
    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    /// Of a federation the member, by its entity ID.
    package let member: String?
    /// The client for which the tokens are shown; nil: for none of them.
    package let client: AppClient.ID?
    package let createdAt: Date
    package let expiresAt: Date

    package init(
        hash: SecretHash, poolID: UserPool.ID, provider: IdentityProvider.Name, member: String? = nil, client: AppClient.ID?, createdAt: Date,
        expiresAt: Date
    ) {
        (self.hash, self.poolID, self.provider, self.member, self.client) = (hash, poolID, provider, member, client)
        (self.createdAt, self.expiresAt) = (createdAt, expiresAt)
    }
}

/// A dry sign-in that waits for its answer: what a provider says is shown to the browser that began, and nothing comes of it.
///
/// It is no `PendingSignIn` and lies in no table of theirs, so that nothing which completes a sign-in finds it, not even a server of a version that has
/// never heard of dry ones.
package struct TrialSignIn: Sendable, Hashable, Identified {
    package typealias ID = Identifier<TrialSignIn>

    /// The ID of the request sent upstream (an `AuthnRequest`'s ID, or `state`).
    package let id: ID
    /// Of the secret with which it began.
    package let ticket: SecretHash
    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    package let member: String?
    package let client: AppClient.ID?
    /// SHA-256 of the browser's binding cookie.
    package let browser: SecretHash
    /// Where the answer must come.
    package let responseAddress: String
    package let expiresAt: Date

    package init(
        id: ID, ticket: SecretHash, poolID: UserPool.ID, provider: IdentityProvider.Name, member: String? = nil, client: AppClient.ID?,
        browser: SecretHash, responseAddress: String, expiresAt: Date
    ) {
        (self.id, self.ticket, self.poolID, self.provider, self.member) = (id, ticket, poolID, provider, member)
        (self.client, self.browser) = (client, browser)
        (self.responseAddress, self.expiresAt) = (responseAddress, expiresAt)
    }

    /// With it every ID begins, and that of no real sign-in does: an ID says by itself in which table its request lies.
    package static let prefix = "_trial-"

    package static func acceptsIdentifier(_ text: String) -> Bool {
        text.utf8.starts(with: prefix.utf8) && IdentifierAlphabet.accepts(text, length: 47...47, others: "_-")
    }
}

/// What came of a dry sign-in, for whoever waits for it at the command line: which checks it passed, and nothing of what was said of anybody.
package struct TrialOutcome: Sendable, Hashable, Codable {
    package struct Check: Sendable, Hashable, Codable {
        package let name: String
        package let outcome: String

        package init(name: String, outcome: String) { (self.name, self.outcome) = (name, outcome) }
    }

    /// The code of what refused it.
    package let error: String?
    package let checks: [Check]

    package init(error: String?, checks: [Check]) { (self.error, self.checks) = (error, checks) }
}

/// How far a dry sign-in is.
package enum TrialProgress: Sendable, Hashable {
    /// Nobody has begun yet.
    case waits
    case begun
    case answered(TrialOutcome)
    /// It is over, or there never was one.
    case over
}

/// Who would be signed in, had the sign-in not been dry.
package enum ForeseenUser: Sendable, Hashable {
    /// Nobody is known by the identity.
    case new
    /// - Parameter byEmail: whether the identity would be linked to the user by the e-mail address.
    case known(User, byEmail: Bool)
}
