package import FoundationEssentials

/// Browser sessions. They are made by `SignInStore.completeSignIn`.
package protocol SessionStore: Sendable {
    /// The live session of a cookie, with its user where that is enabled.
    func find(cookie: SecretHash, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> (session: Session, user: User)?
    /// The live session of that `sid`.
    func find(_ id: Session.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Session?
    /// The sealed ID token of the provider that the session began with; nil where none is kept.
    func upstreamIDToken(of id: Session.ID, in pool: UserPool.ID) async throws(StoreError) -> [UInt8]?
    /// Ends the session of that `sid` and every refresh token family that began in it, also where the session itself is over long since.
    /// False where there was neither. Its apps are not told: what ends a session for people is `LogoutStore.end`.
    func end(_ id: Session.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool
    /// Ends all sessions and refresh token families of a user; returns how many sessions.
    /// - Parameter record: whether the event is recorded also where there was nothing to end.
    func endAll(of user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent, _ record: EndRecord) async throws(StoreError) -> Int
    /// Deletes up to `limit` expired sessions; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}

/// When it is recorded that somebody's sessions were ended.
package enum EndRecord: Sendable {
    /// Somebody was meant: that it was asked for counts.
    case always
    /// Everybody was meant, and nothing is to be told of who had nothing.
    case whereAnyEnded
}
