package import FoundationEssentials

/// One sign-out that ended a session: who began it, and what came of it at each party. Kept for a bounded time, for whoever asks by its reference.
package struct LogoutRecord: Sendable, Hashable, Identified {
    /// Letters and digits that stand on the person's page and in the log.
    package typealias Reference = Identifier<LogoutRecord>

    package enum Initiator: Sendable, Hashable {
        /// An app sent the browser to `/logout`; nil where it did not say which.
        case app(AppClient.ID?)
        /// The person pressed the button of our own page.
        case person
        case provider(IdentityProvider.Name)
        /// An admin's act, which the audit has.
        case administrator
    }

    /// How it went at one party.
    package struct Party: Sendable, Hashable, Codable {
        package enum Kind: String, Sendable, Codable { case countersign, provider }

        package enum Result: String, Sendable, Codable {
            /// Ours: sessions and refresh tokens are over.
            case ended
            /// The provider has our request, and did not answer so far.
            case asked
            case signedOut = "signed_out"
            /// The provider says that it could not reach everybody.
            case partial
            case failed
            /// An answer came that cannot be believed.
            case answerRefused = "answer_refused"
            /// The provider was not asked; `detail` says why.
            case notAsked = "not_asked"
            /// The provider began, and has our answer.
            case answered
        }

        package let kind: Kind
        package let name: String
        /// Of a federation the member, by its entity ID.
        package let member: String?
        package var result: Result
        package var at: Date
        /// A few words or a code for the admin; never what a stranger wrote.
        package var detail: String?

        package init(_ kind: Kind, _ name: String, _ result: Result, member: String? = nil, at: Date, detail: String? = nil) {
            (self.kind, self.name, self.member, self.result, self.at, self.detail) = (kind, name, member, result, at, detail)
        }
    }

    /// Where the browser goes once the provider has answered; proven again then.
    package struct Next: Sendable, Hashable, Codable {
        package let clientID: String
        package let redirectURI: String
        package let state: String?

        package init(clientID: String, redirectURI: String, state: String?) {
            (self.clientID, self.redirectURI, self.state) = (clientID, redirectURI, state)
        }
    }

    package let reference: Reference
    package let poolID: UserPool.ID
    /// nil where nobody's session ended.
    package var userID: User.ID?
    package let initiator: Initiator
    package var parties: [Party]
    /// The ID of our LogoutRequest, or the `state` that an OpenID provider brings back: the key under which its answer comes back.
    package var requestID: String?
    /// SHA-256 of the binding cookie of the browser that was sent to an OpenID provider: it alone may come back with the state.
    package var browser: SecretHash?
    package var next: Next?
    package let createdAt: Date
    package let expiresAt: Date

    /// How long somebody may ask for it.
    package static let lifetime: TimeInterval = 30 * 86_400

    package init(
        reference: Reference, poolID: UserPool.ID, userID: User.ID?, initiator: Initiator, parties: [Party], requestID: String? = nil,
        next: Next? = nil, createdAt: Date, expiresAt: Date? = nil
    ) {
        self.reference = reference
        self.poolID = poolID
        self.userID = userID
        self.initiator = initiator
        self.parties = parties
        self.requestID = requestID
        self.next = next
        self.createdAt = createdAt
        self.expiresAt = expiresAt ?? createdAt.addingTimeInterval(Self.lifetime)
    }

    package static func acceptsIdentifier(_ text: String) -> Bool { IdentifierAlphabet.accepts(text, length: 8...32) }

    /// Whether every party that could be reached says that it is over.
    package var isComplete: Bool {
        parties.allSatisfy { [.ended, .signedOut, .answered].contains($0.result) }
    }
}

extension LogoutRecord.Initiator {
    /// As it is stored and told.
    package var kind: String {
        switch self {
        case .app: "app"
        case .person: "person"
        case .provider: "provider"
        case .administrator: "administrator"
        }
    }

    package var name: String? {
        switch self {
        case .app(let id): id?.text
        case .person, .administrator: nil
        case .provider(let name): name.text
        }
    }
}
