import FoundationEssentials
import UserPools

/// That a client which registered itself is used, so that it is not deleted for being unused: noted at most once an hour and server.
struct ClientUses: Sendable {
    private struct Key: Hashable, Sendable { let pool: UserPool.ID, client: AppClient.ID }

    private let stores: Stores
    private let noted: TokenBuckets<Key>

    init(stores: Stores, environment: Environment) {
        self.stores = stores
        noted = TokenBuckets(maximum: 1, refill: .seconds(3600), maximumKeys: 10_000, uptime: environment.uptime)
    }

    /// Where the database does not take it, a use an hour later does.
    func note(_ client: AppClient, in pool: UserPool, at now: Date) async {
        guard client.metadata.registration != nil, noted.take(Key(pool: pool.id, client: client.id)) else { return }
        let settings = pool.settings.registration ?? RegistrationSettings()
        try? await stores.registrations.keep(client.id, in: pool.id, until: now.addingTimeInterval(settings.unusedLifetime))
    }
}
