package import FoundationEssentials

/// What holds for the whole database, and which servers run on it.
package protocol InstallationStore: Sendable {
    func find() async throws(StoreError) -> Installation
    /// Makes a server known and its public URL the installation's, in one transaction; refused where another server that is there has another.
    func announce(_ server: RunningServer) async throws(StoreError) -> ServerAnnouncement
    /// Says that a server is still there. False where it counted as gone and was forgotten: then it has to announce itself again.
    func heartbeat(_ server: String, at now: Date) async throws(StoreError) -> Bool
    /// A server ends.
    func leave(_ server: String) async throws(StoreError)
    /// Seals everything that is sealed anew, in one transaction: all of it opens with the one master key or with the other.
    ///
    /// - Parameters:
    ///   - master: names the new master key.
    ///   - key: the sealed private key anew.
    ///   - provider: its sealed secret anew, where it has one.
    /// - Returns: how many keys and secrets there were.
    func reseal<Refusal: Error>(
        for master: String, at now: Date, recorded event: AuditEvent, key: @escaping @Sendable (SigningKey) throws(Refusal) -> [UInt8],
        provider: @escaping @Sendable (inout IdentityProvider) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> (keys: Int, secrets: Int)
    /// Writes a row of no meaning: whether the database takes a write.
    func probe(at now: Date) async throws(StoreError)
}
