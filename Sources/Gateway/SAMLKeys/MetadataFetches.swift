import FoundationEssentials
import Synchronization
package import UserPools

/// Notes which providers fetched our metadata, so that an admin sees who has a new key: each once an hour, however often it is fetched.
package final class MetadataFetches: Sendable {
    private struct Key: Hashable { let pool: UserPool.ID, provider: IdentityProvider.Name }

    private static let interval = Duration.seconds(3600)
    private static let capacity = 20_000

    private let directory: Directory
    private let stores: Stores
    private let environment: Environment
    /// When this server noted it last.
    private let noted = Mutex<[Key: Duration]>([:])

    package init(directory: Directory, stores: Stores, environment: Environment) {
        (self.directory, self.stores, self.environment) = (directory, stores, environment)
    }

    /// What cannot be noted is not: the metadata itself needs no database.
    package func note(_ provider: String?, in pool: UserPool.ID) async {
        guard let name = provider.flatMap({ IdentityProvider.Name($0) }) else { return }
        let (key, uptime) = (Key(pool: pool, provider: name), environment.uptime())
        if let last = noted.withLock({ $0[key] }), uptime - last < Self.interval { return }
        // A name that nobody has costs no write.
        guard let known = try? await directory.provider(name, in: pool), known.saml != nil else { return }
        noted.withLock { noted in
            if noted.count >= Self.capacity { noted.removeAll(keepingCapacity: true) }
            noted[key] = uptime
        }
        let now = environment.now()
        try? await stores.fetches.note(name, in: pool, at: now, unlessAfter: now.addingTimeInterval(-TimeInterval(Self.interval.components.seconds)))
    }
}
