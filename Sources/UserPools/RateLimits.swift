/// How much a pool answers within a minute, at most. What is not set has no limit of the pool's; those of the installation are there all the same.
package struct RateLimits: Sendable, Hashable, Codable {
    /// Requests from one address (of IPv6: one network of 64 bits). Documents that are the same for all are not counted.
    package var perAddress: Int?
    /// Tokens for one client.
    package var perClient: Int?
    /// Codes and tokens for one user, of all clients together.
    package var perUser: Int?

    /// What may be set.
    package static let range = 1...1_000_000

    package init() {}
}
