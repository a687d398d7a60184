package import FoundationEssentials

/// Statements of others that count once: whoever shows one again, at whichever server, is refused.
package protocol SingleUseStore: Sendable {
    /// Whether nobody used the value before; from now on it is used, and that is remembered until `until`. One statement.
    func use(_ value: SecretHash, until: Date) async throws(StoreError) -> Bool
    /// Deletes up to `limit` values that need not be remembered any more; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}
