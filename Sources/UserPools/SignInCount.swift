package import FoundationEssentials

/// How many sign-ins of one hour, or of a span of hours, ended in one way, at one provider.
package struct SignInCount: Sendable, Hashable {
    package let poolID: UserPool.ID
    /// Where somebody signed in; nil: it was refused before a provider was known.
    package let provider: IdentityProvider.Name?
    /// Its beginning, in UTC.
    package let hour: Date
    package let outcome: SignInRecord.Outcome
    /// Of refusals their stable code, or `otherCode`; nil where those of all codes are added up.
    package let code: String?
    package let count: Int

    package init(
        poolID: UserPool.ID, provider: IdentityProvider.Name?, at time: Date, outcome: SignInRecord.Outcome, code: String? = nil, count: Int
    ) {
        (self.poolID, self.provider, self.hour) = (poolID, provider, Self.hour(of: time))
        (self.outcome, self.code, self.count) = (outcome, code, count)
    }

    /// How long a count is kept, from the beginning of its hour.
    package static let lifetime: TimeInterval = 31 * 86_400
    /// So many rows, the newest, are kept of a pool: a month of 134 an hour.
    package static let maximum = 100_000
    /// So many codes of a provider are told apart in an hour; the rest is counted together, under `otherCode`.
    package static let codesAnHour = 8
    package static let otherCode = "other"

    package static func hour(of time: Date) -> Date {
        Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 3600).rounded(.down) * 3600)
    }
}
