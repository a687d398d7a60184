package import FoundationEssentials

/// A provider whose answers are kept for a while, redacted, beside the records of its sign-ins.
package struct DebuggedProvider: Sendable, Hashable, Codable {
    package let provider: String
    package let until: Date

    /// How long one may be looked into at a time, and how long what came is kept.
    package static let longest: TimeInterval = 24 * 3600
    /// Of one pool at a time.
    static let maximum = 20

    package init(_ provider: IdentityProvider.Name, until: Date) { (self.provider, self.until) = (provider.text, until) }
}

extension PoolSettings {
    /// Until when what that provider sends is kept; nil: it is not.
    package func debugging(_ provider: IdentityProvider.Name, at now: Date) -> Date? {
        debuggedProviders?.first { IdentityProvider.Name($0.provider) == provider && $0.until > now }?.until
    }

    /// - Parameter until: nil ends it.
    package mutating func debug(_ provider: IdentityProvider.Name, until: Date?, at now: Date) {
        // What is over goes by the way; of too many the newest stay.
        var left = (debuggedProviders ?? []).filter { IdentityProvider.Name($0.provider) != provider && $0.until > now }
        if let until { left.append(DebuggedProvider(provider, until: until)) }
        debuggedProviders = left.isEmpty ? nil : left.suffix(DebuggedProvider.maximum)
    }
}
