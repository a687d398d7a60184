package import FoundationEssentials

/// What holds for the whole database, and which servers run on it.
package protocol InstallationStore: Sendable {
    func find() async throws(StoreError) -> Installation
    /// Makes a server known before it listens, in one transaction; refused where another server that is there has another public URL, or where
    /// everything was sealed with another master key than the one that `masterKeyID` names.
    func announce(_ server: RunningServer, masterKeyID: String) async throws(StoreError) -> ServerAnnouncement
    /// Makes a public URL the installation's: a server listens under it.
    /// - Returns: what it was, where it was another.
    func adopt(publicURL: String, at now: Date) async throws(StoreError) -> String?
    /// Names the master key of a database that has none yet.
    /// - Returns: the name that stands from now on, whoever came first.
    func recordMasterKey(_ id: String, at now: Date) async throws(StoreError) -> String
    /// Says that a server is still there.
    /// - Returns: how many are, with it; nil where it counted as gone and was forgotten: then it has to announce itself again.
    func heartbeat(_ server: String, at now: Date) async throws(StoreError) -> Int?
    /// A server ends.
    func leave(_ server: String) async throws(StoreError)
    /// Seals everything that is sealed anew, in one transaction: all of it opens with the one master key or with the other.
    ///
    /// - Parameters:
    ///   - master: names the new master key.
    ///   - refuse: what is asked of a server that runs; it would go on sealing with the old one.
    ///   - key: the sealed private key anew.
    ///   - samlKey: the same of a SAML key.
    ///   - subjectKey: the same of the key of which people's names at each sector are made.
    ///   - provider: its sealed secret anew, where it has one.
    ///   - idToken: the ID token of a session of that provider anew; nil drops it.
    ///   - tokenKeys: what `earlierTokenKeys` is from now on.
    /// - Returns: how many keys and secrets there were.
    func reseal<Refusal: Error>(
        for master: String, at now: Date, recorded event: AuditEvent, unless refuse: @escaping @Sendable (RunningServer) throws(Refusal) -> Void,
        key: @escaping @Sendable (SigningKey) throws(Refusal) -> [UInt8],
        samlKey: @escaping @Sendable (SAMLKey) throws(Refusal) -> [UInt8],
        subjectKey: @escaping @Sendable (SubjectKey) throws(Refusal) -> [UInt8],
        provider: @escaping @Sendable (inout IdentityProvider) throws(Refusal) -> Void,
        idToken: @escaping @Sendable (_ sealed: [UInt8], UserPool.ID, IdentityProvider.Name) -> [UInt8]?,
        tokenKeys: @escaping @Sendable (String?) throws(Refusal) -> String
    ) async throws(ChangeError<Refusal>) -> (keys: Int, secrets: Int)
    /// Remembers that there is a backup, of that moment; an older one than the newest counts nothing.
    func recordBackup(of moment: Date) async throws(StoreError)
    /// Writes a row of no meaning: whether the database takes a write.
    func probe(at now: Date) async throws(StoreError)
}
