import FoundationEssentials
import Synchronization
package import UserPools

/// Notes which providers fetched our metadata, so that an admin sees who has a new key: each once an hour, however often it is fetched.
package final class MetadataFetches: Sendable {
    private struct Key: Hashable { let pool: UserPool.ID, provider: IdentityProvider.Name }

    private static let interval = Duration.seconds(3600)
    private static let capacity = 20_000
    /// So many are looked up at once; what comes beyond them is not noted this time.
    private static let atOnce = 4

    private struct State {
        /// When this server looked at a name last, also at one that nobody has.
        var noted: [Key: Duration] = [:]
        var running = 0
    }

    private let stores: Stores
    private let environment: Environment
    private let state = Mutex(State())

    package init(stores: Stores, environment: Environment) { (self.stores, self.environment) = (stores, environment) }

    /// Nobody waits for it: the metadata itself needs no database.
    @discardableResult
    package func note(_ provider: String?, in pool: UserPool.ID) -> Task<Void, Never>? {
        guard let name = provider.flatMap({ IdentityProvider.Name($0) }) else { return nil }
        let (key, uptime) = (Key(pool: pool, provider: name), environment.uptime())
        let isOurs = state.withLock { state in
            if let last = state.noted[key], uptime - last < Self.interval { return false }
            guard state.running < Self.atOnce else { return false }
            if state.noted.count >= Self.capacity { state.noted.removeAll(keepingCapacity: true) }
            (state.noted[key], state.running) = (uptime, state.running + 1)
            return true
        }
        guard isOurs else { return nil }
        return Task {
            defer { state.withLock { $0.running -= 1 } }
            do {
                // A name that nobody has costs no write.
                guard case .saml = try await stores.providers.find(name, in: pool)?.kind else { return }
                let now = environment.now()
                let before = now.addingTimeInterval(-TimeInterval(Self.interval.components.seconds))
                try await stores.fetches.note(name, in: pool, at: now, unlessAfter: before)
            } catch {
                state.withLock { $0.noted[key] = nil }
            }
        }
    }
}
