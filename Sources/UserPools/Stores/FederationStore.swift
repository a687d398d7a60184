package import FoundationEssentials

/// Members of federations: one generation of them that everybody reads, and at most one that is being imported, which nobody sees.
///
/// An import that is killed anywhere leaves rows that no reader finds; the next import, or housekeeping, sweeps them.
package protocol FederationStore: Sendable {
    /// The member, whether or not its metadata is valid still; nil also where the federation is gone.
    func find(_ entityID: String, of federation: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> FederationMember?
    /// Up to `limit` members that are valid at `now` and have, for each of these terms, a word that begins with it, in the order of the words.
    /// - Parameter terms: `FederationWords.terms`; without one nothing is found.
    func search(
        _ terms: [String], of federation: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, limit: Int
    ) async throws(StoreError) -> [FederationOffer]
    /// Up to `limit` federations of the pool that have this member.
    func federations(having entityID: String, in pool: UserPool.ID, limit: Int) async throws(StoreError) -> [IdentityProvider.Name]
    /// nil where nothing was imported or kept yet.
    func status(of federation: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> FederationStatus?

    /// Keeps one member (MDQ) among those that everybody reads, in place of what was known of it. `.conflict` where the federation would not read it
    /// any more: another admin changed meanwhile what `settings` says.
    func keep(
        _ member: FederationMember, of federation: IdentityProvider.Name, in pool: UserPool.ID, read settings: FederationConnection, at now: Date
    ) async throws(StoreError)
    /// Forgets one: its metadata is gone.
    func forget(_ entityID: String, of federation: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError)

    /// Begins an import unless another one is going on; then nil. One whose importer was not heard of until `lease` is over: this one takes its place.
    /// - Parameter generation: new and random.
    func begin(
        _ generation: FederationImport.Generation, of federation: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, lease: Date
    ) async throws(StoreError) -> FederationImport?
    /// Adds members that nobody sees yet, in one transaction: a hundred at most, so that sign-ins go on. False where another import took the place of
    /// this one. `.conflict` where a member of that entity ID was staged already: then none of these was.
    func stage(_ members: [FederationMember], _ staged: FederationImport, lease: Date) async throws(StoreError) -> Bool
    /// Lets everybody read what was staged, in one transaction; for an importer that has verified the signature over all of it. nil, and nothing was
    /// changed, where another import took its place, or nothing was staged: a federation is never emptied by a document.
    /// - Parameter settings: by which the document was read. `.conflict` where another admin changed meanwhile where it comes from, who signs it, or
    ///   what of it is taken.
    /// - Parameter acceptsOlder: also a document that ends before `FederationStatus.endsNotBefore`, of which nothing comes otherwise.
    func complete(
        _ staged: FederationImport, read settings: FederationConnection, validUntil: Date?, acceptsOlder: Bool, at now: Date,
        recorded event: @escaping @Sendable (_ before: FederationStatus?, _ after: FederationStatus) -> AuditEvent?
    ) async throws(StoreError) -> FederationStatus?
    /// Ends an import without a result.
    func abandon(_ staged: FederationImport) async throws(StoreError)
    /// Deletes up to `limit` members that nobody reads any more and that no import stages; 0 where nothing is left.
    func sweep(limit: Int) async throws(StoreError) -> Int
}

/// The right to stage one generation and to complete it. Only a store makes one.
package struct FederationImport: Sendable, Hashable, Identified {
    package typealias Generation = Identifier<FederationImport>

    package let poolID: UserPool.ID
    package let federation: IdentityProvider.Name
    package let generation: Generation

    package init(poolID: UserPool.ID, federation: IdentityProvider.Name, generation: Generation) {
        (self.poolID, self.federation, self.generation) = (poolID, federation, generation)
    }

    package static func acceptsIdentifier(_ text: String) -> Bool { IdentifierAlphabet.accepts(text, length: 16...64, others: "_-") }
}

/// What there is of a federation.
package struct FederationStatus: Sendable, Hashable {
    package let poolID: UserPool.ID
    package let federation: IdentityProvider.Name
    package let members: Int
    /// When members were imported last; nil where they come one by one, or have not come yet.
    package let importedAt: Date?
    /// Of the document.
    package let validUntil: Date?
    /// Until when an import is going on that is heard of.
    package let importingUntil: Date?
    /// A document that ends sooner is an older one; nil where any may come.
    package var endsNotBefore: Date?

    package init(
        poolID: UserPool.ID, federation: IdentityProvider.Name, members: Int, importedAt: Date?, validUntil: Date?, importingUntil: Date?,
        endsNotBefore: Date?
    ) {
        (self.poolID, self.federation, self.members) = (poolID, federation, members)
        (self.importedAt, self.validUntil, self.importingUntil) = (importedAt, validUntil, importingUntil)
        self.endsNotBefore = endsNotBefore
    }
}
