package import FoundationEssentials

/// Sign-outs: each ends what it ends, is recorded, and has for each app that wants to be told a notice, all in one transaction.
package protocol LogoutStore: Sendable {
    /// Ends sessions with every refresh token family that began in them, and writes the record; returns false, and writes none, where there was
    /// nothing to end.
    func end(_ sessions: [Session.ID], recorded logout: LogoutRecord) async throws(StoreError) -> Bool
    /// The same of one session by an admin's act, which is recorded in the audit in the same transaction.
    func end(_ session: Session.ID, of user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool
    /// Ends what a provider says is over: its own sessions of that name, of these indexes where there are any. The proof is taken, the sessions and
    /// their refresh token families end and the record is written in one transaction, or nothing of it is.
    func end(_ logout: UpstreamLogout, recorded record: @escaping @Sendable (UpstreamLogoutEnd) -> LogoutRecord)
        async throws(StoreError) -> Result<UpstreamLogoutEnd, UpstreamLogoutRefusal>
    func find(_ reference: LogoutRecord.Reference, in pool: UserPool.ID) async throws(StoreError) -> LogoutRecord?
    /// Up to `limit`, the newest first, behind `cursor`; by the moment and the reference.
    func list(in pool: UserPool.ID, behind cursor: ListCursor?, limit: Int) async throws(StoreError) -> [LogoutRecord]
    /// The logout that an answer is for.
    func find(request id: String, in pool: UserPool.ID) async throws(StoreError) -> LogoutRecord?
    /// Writes what a provider answered into the record of our request, unless another answer came first; then nil.
    func answer(
        request id: String, in pool: UserPool.ID, _ result: LogoutRecord.Party.Result, detail: String?, at now: Date
    ) async throws(StoreError) -> LogoutRecord?
    /// Which apps were to be told of these logouts, and what came of it.
    func notices(of references: [LogoutRecord.Reference], in pool: UserPool.ID) async throws(StoreError) -> [LogoutNotice]
    /// Takes up to `limit` notices that are due, in one transaction: until `again` nobody else takes them, unless the taker said what came of it. Each
    /// counts one attempt more.
    /// - Parameters:
    ///   - perApp: of one app no more than that, so that one that does not answer leaves places to the others.
    ///   - full: apps that have theirs already; the first few count.
    func takeNotices(
        dueAt now: Date, until again: Date, limit: Int, perApp: Int, leavingOut full: [LogoutNotice.App]
    ) async throws(StoreError) -> [LogoutNotice]
    /// Keeps what came of an attempt, unless a later one was begun meanwhile.
    func keep(_ notice: LogoutNotice) async throws(StoreError)
    /// Deletes up to `limit` expired records; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}

/// What a provider says is over, proven.
package struct UpstreamLogout: Sendable {
    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    /// Of a federation the member that says so: of the others' sessions it says nothing.
    package let member: String?
    /// Of whom; nil: of whoever has the session of that index.
    package let name: UpstreamName?
    /// By which the person is known here; nil where something else than that name tells who it is. It finds what has no name: refresh tokens that outlived
    /// their session, and sessions that began before names were kept.
    package let identity: FederatedIdentity?
    /// Empty: all of that name. Where no name is given there is one.
    package let sessionIndexes: [String]
    /// The request counts once.
    package let proof: ReplayGuard

    package init(
        poolID: UserPool.ID, provider: IdentityProvider.Name, member: String? = nil, name: UpstreamName?, identity: FederatedIdentity?,
        sessionIndexes: [String],
        proof: ReplayGuard
    ) {
        (self.poolID, self.provider, self.member, self.name, self.identity) = (poolID, provider, member, name, identity)
        (self.sessionIndexes, self.proof) = (sessionIndexes, proof)
    }
}

/// What came of it.
package struct UpstreamLogoutEnd: Sendable, Equatable {
    /// Whose sessions ended.
    package let users: [User.ID]
    package let sessions: Int
    /// Whether these people have sessions by this provider that began before the provider's names were kept: of them nobody can say whether they
    /// were meant.
    package let leavesUnnamed: Bool

    package init(users: [User.ID], sessions: Int, leavesUnnamed: Bool) {
        (self.users, self.sessions, self.leavesUnnamed) = (users, sessions, leavesUnnamed)
    }
}

/// Why nothing was ended.
package enum UpstreamLogoutRefusal: Error, Equatable, Sendable {
    /// The request was accepted before.
    case replayed
    /// The provider is gone.
    case unknownProvider
}

extension LogoutStore {
    package func notices(of reference: LogoutRecord.Reference, in pool: UserPool.ID) async throws(StoreError) -> [LogoutNotice] {
        try await notices(of: [reference], in: pool)
    }

    /// The same of any apps.
    package func takeNotices(dueAt now: Date, until again: Date, limit: Int) async throws(StoreError) -> [LogoutNotice] {
        try await takeNotices(dueAt: now, until: again, limit: limit, perApp: limit, leavingOut: [])
    }
}
