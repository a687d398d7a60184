/// Images by their content. A logo is changed here and nowhere else; what nobody refers to any more goes in the same transaction.
package protocol ImageStore: Sendable {
    func find(hash: String, in pool: UserPool.ID) async throws(StoreError) -> Image?
    /// Gives the pool this logo, or takes its logo away. False where there is no such pool.
    func setLogo(_ image: Image?, of pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool
    /// Gives the provider this logo, or takes its logo away. False where there is no such provider.
    func setLogo(
        _ image: Image?, of provider: IdentityProvider.Name, in pool: UserPool.ID, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool
}
