/// Images by their content. Pools and providers refer to them, and are changed together with what they refer to; an image to which nobody
/// refers any more goes in the transaction in which the last one stopped.
package protocol ImageStore: Sendable {
    func find(hash: String, in pool: UserPool.ID) async throws(StoreError) -> Image?
}
