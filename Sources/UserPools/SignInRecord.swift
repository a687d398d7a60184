package import FoundationEssentials
import WireFormats

/// What happened to one sign-in: why it was refused, or that somebody was signed in. Kept for a bounded time, for whoever asks by its reference.
///
/// It has names, counts and times. A secret, an assertion, a token or the value of an attribute is in none; of the person there is the user name alone.
package struct SignInRecord: Sendable, Hashable, Identified {
    /// Letters and digits that stand on the person's page and in the log.
    package typealias Reference = Identifier<SignInRecord>

    package enum Outcome: String, Sendable, Codable, CaseIterable {
        case refused, accepted
    }

    /// Which of a pool have a bound of their own, in the order in which they are cut to it.
    package enum Quota: Sendable, CaseIterable {
        /// Refused where no provider is known: anybody can cause that with an address that he made up.
        case unanswered
        /// Refused where nothing shows that a provider said it: anybody can cause that. Those without a provider are among them.
        case unproven
        /// Refused what a provider said.
        case proven
        case accepted

        package var outcome: Outcome { self == .accepted ? .accepted : .refused }

        package var maximum: Int {
            switch self {
            case .unanswered: maximumUnanswered
            case .unproven: maximumUnproven
            case .proven: maximumProven
            case .accepted: maximumAccepted
            }
        }
    }

    /// So many of a pool are kept of what a provider said, and of what anybody may have made up: neither pushes out the other. Within them each kind, a
    /// provider and a code, may have as many as the others leave: who causes one kind in masses pushes out none of another.
    package static let maximumProven = 5_000
    package static let maximumUnproven = 5_000
    /// Of the latter: a small part, and more than an app that asks wrongly leaves behind in a day of tries.
    package static let maximumUnanswered = 1_000
    /// Of accepted ones the newest stay.
    package static let maximumAccepted = 100_000

    /// One rule of the mapping, and of its source how many values came.
    package struct MappingStep: Sendable, Hashable, Codable {
        package let attribute: String
        package let source: String
        package let values: Int
        package let required: Bool

        package init(attribute: String, source: String, values: Int, required: Bool) {
            (self.attribute, self.source, self.values, self.required) = (attribute, source, values, required)
        }
    }

    /// What is told of it, and searched by nobody.
    package struct Report: Sendable, Hashable, Codable {
        /// Of a refusal what happened, in plain words.
        package var message: String?
        package var expected: String?
        package var seen: String?
        package var remedy: String?
        /// What of the remedy is done here, in the form in which the flow that wrote it reads it again.
        package var acts: [String] = []
        package var checks: [SignInCheck] = []
        package var mapping: [MappingStep] = []
        /// From the answer to its end; nil where no provider had answered yet.
        package var milliseconds: Int?

        package init() {}
    }

    package let reference: Reference
    package let poolID: UserPool.ID
    package let at: Date
    package let outcome: Outcome
    package var client: AppClient.ID?
    package var provider: IdentityProvider.Name?
    /// Of a federation the member, by its entity ID.
    package var member: String?
    /// Stable, of a refusal: `saml.audience`.
    package var code: String?
    /// Who it is, as far as that was proven.
    package var userID: User.ID?
    package var username: String?
    package var report = Report()
    private var isOfProvider = false
    /// Whether a provider said it, whoever it is of: one of its keys signed the message, or it gave us tokens.
    package var isProven: Bool {
        get { isOfProvider || username != nil || userID != nil }
        set { isOfProvider = newValue }
    }
    package let expiresAt: Date

    /// How long a refused one is kept.
    package static let lifetime: TimeInterval = 30 * 86_400

    package init(reference: Reference, poolID: UserPool.ID, at: Date, outcome: Outcome, expiresAt: Date? = nil) {
        (self.reference, self.poolID, self.at, self.outcome) = (reference, poolID, at, outcome)
        self.expiresAt = expiresAt ?? at.addingTimeInterval(Self.lifetime)
    }

    package static func acceptsIdentifier(_ text: String) -> Bool { IdentifierAlphabet.accepts(text, length: 8...32) }

    /// Text from outside as it may be stored: cut by bytes, and without the one that no database takes.
    package static func bounded(_ text: String, _ maximum: Int) -> String {
        let bytes = text.utf8.prefix(maximum)
        return bytes.contains(0) ? String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self) : ProtocolText(text).prefix(maximum).string
    }

    /// A user name as it stands in records, and is looked for among them.
    package static func boundedName(_ username: String) -> String { bounded(username, 512) }
}

/// What a provider sent in one sign-in, redacted and sealed, where an admin looks into that provider.
package struct SignInMessage: Sendable, Hashable {
    package let reference: SignInRecord.Reference
    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    package let at: Date
    package let sealed: [UInt8]
    package let expiresAt: Date

    /// So many the newest of a provider are kept.
    package static let maximum = 100

    package init(
        reference: SignInRecord.Reference, poolID: UserPool.ID, provider: IdentityProvider.Name, at: Date, sealed: [UInt8], expiresAt: Date
    ) {
        (self.reference, self.poolID, self.provider) = (reference, poolID, provider)
        (self.at, self.sealed, self.expiresAt) = (at, sealed, expiresAt)
    }
}

/// Of so many sign-ins of one minute there are no records: more came than are kept of a minute, or of all.
package struct SignInOmission: Sendable, Hashable {
    package let poolID: UserPool.ID
    package let outcome: SignInRecord.Outcome
    /// The beginning of the minute.
    package let minute: Date
    package let count: Int

    package init(poolID: UserPool.ID, outcome: SignInRecord.Outcome, minute: Date, count: Int) {
        (self.poolID, self.outcome, self.minute, self.count) = (poolID, outcome, minute, count)
    }
}
