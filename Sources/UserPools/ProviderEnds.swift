package import FoundationEssentials

/// When what a SAML provider was registered by ends.
package struct ProviderEnds: Sendable, Hashable {
    /// What can end.
    package enum Part: Sendable, Hashable, CaseIterable {
        /// The signing certificate that lasts longest: as long as one lasts, somebody has planned.
        case certificate
        /// The document's own `validUntil`.
        case document
        /// The next day on which something is tolerated no more.
        case exception
    }

    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    /// Of which version of the provider this was read; nil where it was not read yet.
    package var readAt: Date?
    /// What `readAt` was when it was listed: where it is another one meanwhile, what was read since is not kept.
    package let listedReadAt: Date?
    /// Of which version of the provider it should be.
    package let updatedAt: Date
    package var until: [Part: Date]
    /// So many days before the end was warned last.
    package var warned: [Part: Int]
    /// Whether the document keeps itself fresh: then its own end says nothing.
    package let isKeptFresh: Bool

    package init(
        poolID: UserPool.ID, provider: IdentityProvider.Name, readAt: Date?, updatedAt: Date, until: [Part: Date] = [:], warned: [Part: Int] = [:],
        isKeptFresh: Bool = false, listedReadAt: Date? = nil
    ) {
        self.listedReadAt = listedReadAt
        (self.poolID, self.provider, self.readAt, self.updatedAt) = (poolID, provider, readAt, updatedAt)
        (self.until, self.warned, self.isKeptFresh) = (until, warned, isKeptFresh)
    }

    /// When that ends; nil where it does not, or is another one before that, as the document of one that keeps itself fresh.
    package func end(of part: Part) -> Date? { part == .document && isKeptFresh ? nil : until[part] }

    package var isRead: Bool { readAt == updatedAt }

    /// Whether an exception is over, behind which there may be another.
    package func isPastException(at now: Date) -> Bool { until[.exception].map { $0 <= now } ?? false }

    /// So many days before an end somebody is warned.
    package static let thresholds = [1, 7, 14, 30]

    /// The threshold that was crossed last; nil before the first one.
    package static func threshold(until end: Date, at now: Date) -> Int? {
        thresholds.first { end.timeIntervalSince(now) <= TimeInterval($0) * 86_400 }
    }
}
