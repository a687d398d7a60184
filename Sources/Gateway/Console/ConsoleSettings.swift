package import UserPools

/// For whom the console is: people of one pool who are in one group of it. Where nothing is set there is no console.
package struct ConsoleSettings: Sendable, Equatable {
    package let pool: UserPool.ID
    package let group: String
    /// How they must have proven who they are (`acr`); nil: as the pool's provider does it.
    package let acr: String?

    package init(pool: UserPool.ID, group: String, acr: String? = nil) { (self.pool, self.group, self.acr) = (pool, group, acr) }
}
