package import UserPools

/// Which pages' scripts may read answers of a pool's endpoints (THREATS case 144).
extension Directory {
    /// Whether any enabled client of the pool has this origin: all that can be said before it is known which client asks.
    package func isWebOrigin(_ origin: String, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await webOrigins.value(OriginKey(pool: pool, origin: origin)) { () async throws(StoreError) in
            try await stores.clients.hasWebOrigin(origin, in: pool)
        } ?? false
    }
}
