/// When the certificates and documents of SAML providers end.
package protocol ProviderEndStore: Sendable {
    /// Up to `limit` enabled SAML providers of all pools in order, behind one; what was not read yet is among them.
    func list(after last: ProviderEnds?, limit: Int) async throws(StoreError) -> [ProviderEnds]
    /// Keeps what was read. What was warned of an end that is another one now is forgotten.
    func keep(_ ends: ProviderEnds) async throws(StoreError)
    /// Notes that so many days before the end somebody was warned; nil: that there is nothing to warn of any more.
    /// - Returns: whether it was not noted yet, by no server.
    func warn(_ part: ProviderEnds.Part, of ends: ProviderEnds, days: Int?) async throws(StoreError) -> Bool
}
