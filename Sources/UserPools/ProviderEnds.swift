package import FoundationEssentials

/// When what a SAML provider was registered by ends.
package struct ProviderEnds: Sendable, Hashable {
    /// What can end.
    package enum Part: Sendable, Hashable, CaseIterable {
        /// The signing certificate that lasts longest: as long as one lasts, somebody has planned.
        case certificate
        /// The document's own `validUntil`.
        case document
    }

    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    /// Of which version of the provider this was read; nil where it was not read yet.
    package var readAt: Date?
    /// Of which version of the provider it should be.
    package let updatedAt: Date
    package var until: [Part: Date]
    /// So many days before the end was warned last.
    package var warned: [Part: Int]
    /// Whether the document keeps itself fresh: then its own end says nothing.
    package let isKeptFresh: Bool

    package init(
        poolID: UserPool.ID, provider: IdentityProvider.Name, readAt: Date?, updatedAt: Date, until: [Part: Date] = [:], warned: [Part: Int] = [:],
        isKeptFresh: Bool = false
    ) {
        (self.poolID, self.provider, self.readAt, self.updatedAt) = (poolID, provider, readAt, updatedAt)
        (self.until, self.warned, self.isKeptFresh) = (until, warned, isKeptFresh)
    }

    package var isRead: Bool { readAt == updatedAt }

    /// So many days before an end somebody is warned.
    package static let thresholds = [1, 7, 14, 30]

    /// The threshold that was crossed last; nil before the first one.
    package static func threshold(until end: Date, at now: Date) -> Int? {
        thresholds.first { end.timeIntervalSince(now) <= TimeInterval($0) * 86_400 }
    }
}
