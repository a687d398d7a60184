package import FoundationEssentials
package import Gateway
package import UserPools

/// Has what a provider sends kept for a while, redacted and sealed, beside the records of its sign-ins; or ends that.
package struct DebugProvider: AdminAct {
    let provider: String
    let pool: String
    /// nil: ends it.
    let seconds: Int?

    package init(_ provider: String, pool: String, seconds: Int?) { (self.provider, self.pool, self.seconds) = (provider, pool, seconds) }

    /// - Returns: until when; nil where it has ended.
    package func perform(at desk: Administration) async throws(AdministrationError) -> Date? {
        if let seconds, !(60...Int(DebuggedProvider.longest)).contains(seconds) {
            throw .invalid(.validFor, "\(seconds) s", "is not between 60 seconds and 24 hours", example: .give(.validFor, "10m"))
        }
        let provider = try await desk.provider(provider, pool: pool).settings.name
        let found = try await desk.pool(pool)
        let now = desk.environment.now()
        let until = seconds.map { now.addingTimeInterval(TimeInterval($0)) }
        let event = desk.event(.providerDebug, .provider, provider.text, in: found.id)
        _ = try await desk.changing(.pool, found.id.text, in: nil) { () async throws(ChangeError<AdministrationError>) in
            try await desk.stores.pools.change(found.id, images: [], keys: nil, recorded: { event.telling($0.facts, $1.facts) }) {
                (pool: inout UserPool) throws(AdministrationError) in
                pool.settings.debug(provider, until: until, at: now)
            }
        }
        return until
    }
}

/// Whether a provider is looked into.
package struct ProviderDebugging: Sendable {
    /// nil: it is not.
    package let until: Date?
    /// How many messages of it are kept.
    package let messages: Int
}

extension Administration {
    package func debugging(of provider: IdentityProvider.Name, in pool: UserPool) async throws(AdministrationError) -> ProviderDebugging {
        let now = environment.now()
        let count = try await storing { () async throws(StoreError) in
            try await stores.signInRecords.countMessages(of: provider, in: pool.id, at: now)
        }
        return ProviderDebugging(until: pool.settings.debugging(provider, at: now), messages: count)
    }

    /// What the provider sent in that sign-in; nil where it was not kept, or not any more.
    package func message(of record: SignInRecord) async throws(AdministrationError) -> RedactedMessage? {
        let now = environment.now()
        let found = try await storing { () async throws(StoreError) in
            try await stores.signInRecords.message(of: record.reference, in: record.poolID, at: now)
        }
        return found.flatMap { RedactedMessage($0, with: sealer) }
    }
}
