package import FoundationEssentials

/// Sign-ins under way, and the one transaction that ends each.
package protocol SignInStore: Sendable {
    func insert(_ pending: PendingSignIn) async throws(StoreError)
    /// What an answer must fit. Reading it gives no right to anything: only `completeSignIn` uses it up.
    func find(_ id: PendingSignIn.ID, in pool: UserPool.ID) async throws(StoreError) -> PendingSignIn?
    /// Takes a pending sign-in for the one answer that may be tried, before anything is asked of its provider: false where another answer came
    /// first, or it expired. It still waits for `completeSignIn`, which uses it up.
    func claim(_ id: PendingSignIn.ID, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> Bool
    /// Ends a sign-in in one transaction: the pending sign-in is deleted, the assertion's ID is taken, the user is made or
    /// updated, the session and the code are written. All of it or nothing.
    func completeSignIn(_ completion: SignInCompletion) async throws(SignInCompletionError) -> SignedInUser
    /// Deletes up to `limit` expired pending sign-ins and taken assertion IDs; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}

/// Everything that ending a sign-in needs, decided before the transaction; the two closures are pure and run inside it.
package struct SignInCompletion: Sendable {
    package let poolID: UserPool.ID
    /// nil: the provider began the sign-in.
    package let pending: PendingSignIn.ID?
    /// The assertion that proves it, to be accepted once (SAML Profiles §4.1.4.5).
    package let proof: ReplayGuard
    package let identity: FederatedIdentity
    /// An address by which a user who is there gets this identity, and the record of that: only where the provider owns its domain and says
    /// that it is verified (THREATS O18).
    package let linkByEmail: EmailLink?
    /// The session that the browser had: it ends with this one's beginning (session fixation, case 116).
    package let previousCookie: SecretHash?
    package let now: Date
    /// The user as of now: from the one found under `identity`, or new. Its username is made unique by the store.
    package let provision: @Sendable (User?) -> User
    package let complete: @Sendable (User) -> (session: Session, code: AuthorizationCode?)

    package init(
        poolID: UserPool.ID, pending: PendingSignIn.ID?, proof: ReplayGuard, identity: FederatedIdentity,
        linkByEmail: EmailLink? = nil, previousCookie: SecretHash? = nil, now: Date,
        provision: @escaping @Sendable (User?) -> User,
        complete: @escaping @Sendable (User) -> (session: Session, code: AuthorizationCode?)
    ) {
        self.poolID = poolID
        self.pending = pending
        self.proof = proof
        self.identity = identity
        self.linkByEmail = linkByEmail
        self.previousCookie = previousCookie
        self.now = now
        self.provision = provision
        self.complete = complete
    }
}

/// A verified address that may lead to a user who is there, and how that is recorded.
package struct EmailLink: Sendable {
    package let email: VerifiedEmail
    package let record: @Sendable (User.ID) -> AuditEvent

    package init(email: VerifiedEmail, record: @escaping @Sendable (User.ID) -> AuditEvent) {
        self.email = email
        self.record = record
    }
}

/// The ID of a statement that counts once, and until when it must be remembered.
package struct ReplayGuard: Sendable, Hashable {
    package let provider: IdentityProvider.Name
    package let id: String
    package let until: Date

    package init(provider: IdentityProvider.Name, id: String, until: Date) {
        self.provider = provider
        self.id = id
        self.until = until
    }
}

/// What a completed sign-in left behind.
package struct SignedInUser: Sendable {
    package let user: User
    package let session: Session
    package let isNewUser: Bool
    /// Whether this sign-in gave a user who was there another identity.
    package let isLinked: Bool

    package init(user: User, session: Session, isNewUser: Bool, isLinked: Bool = false) {
        self.user = user
        self.session = session
        self.isNewUser = isNewUser
        self.isLinked = isLinked
    }
}

/// Why a sign-in could not be completed; nothing of it was written.
package enum SignInCompletionError: Error, Equatable, Sendable {
    /// The pending sign-in is gone: answered already, or expired.
    case alreadyCompleted
    /// The assertion was accepted before.
    case replayed
    case userDisabled
    case store(StoreError)
}
