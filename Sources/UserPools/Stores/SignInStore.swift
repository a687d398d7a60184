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
    /// Those of the next `limit` expired pending sign-ins that nobody claimed, for the log.
    func unanswered(at now: Date, limit: Int) async throws(StoreError) -> [PendingSignIn]
    /// Deletes up to `limit` expired pending sign-ins and taken assertion IDs; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}

/// Everything that ending a sign-in needs, decided before the transaction; the two closures are pure and run inside it.
package struct SignInCompletion: Sendable {
    /// Whom the proof is of.
    package enum Subject: Sendable {
        /// Whoever is known under that identity; `linkByEmail` is an address by which a user who is there gets it, and the record of that: only
        /// where the provider owns its domain and says that it is verified (THREATS O18).
        case identity(FederatedIdentity, linkByEmail: EmailLink? = nil)
        /// A user of the pool, whom it knows by itself.
        case user(User.ID)
    }

    package let poolID: UserPool.ID
    /// nil: the provider began the sign-in.
    package let pending: PendingSignIn.ID?
    /// The assertion that proves it, to be accepted once (SAML Profiles §4.1.4.5).
    package let proof: ReplayGuard
    package let subject: Subject
    /// The session cookie that the browser had: that session ends with this one's beginning (session fixation, case 116).
    package let previousCookie: SecretHash?
    /// The binding cookie of the browser. With a provider's POST from another site the session cookie does not come: by this one the sessions of
    /// two tabs replace each other all the same (case 138).
    package let browser: SecretHash?
    /// The pushed request that it answers, which is used up with it.
    package let pushed: SecretHash?
    package let now: Date
    /// The user as of now: from the one found under `identity`, or new. Its username is made unique by the store.
    package let provision: @Sendable (User?) -> User
    /// - Parameter sid: of the session that this one takes the place of: the same person in the same browser, so that a sign-out by an older ID
    ///   token ends this one too. nil: a new one.
    package let complete: @Sendable (User, _ sid: Session.ID?) -> (session: Session, code: AuthorizationCode?)
    /// The provider's refresh token of this sign-in, sealed, and until when it is kept.
    package var upstreamToken: (sealed: [UInt8], dueAt: Date, expiresAt: Date)?
    /// The provider's ID token of this sign-in, sealed; it goes with the session.
    package var upstreamIDToken: [UInt8]?

    package init(
        poolID: UserPool.ID, pending: PendingSignIn.ID?, proof: ReplayGuard, subject: Subject, previousCookie: SecretHash? = nil,
        browser: SecretHash? = nil, pushed: SecretHash? = nil, now: Date, provision: @escaping @Sendable (User?) -> User,
        complete: @escaping @Sendable (User, _ sid: Session.ID?) -> (session: Session, code: AuthorizationCode?)
    ) {
        self.poolID = poolID
        self.pending = pending
        self.proof = proof
        self.subject = subject
        self.previousCookie = previousCookie
        self.browser = browser
        self.pushed = pushed
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
    /// Whose statement it is.
    package let source: AuthenticationSource
    package let id: String
    package let until: Date

    package init(source: AuthenticationSource, id: String, until: Date) {
        self.source = source
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
    /// The pushed request was answered before, or expired.
    case requestUsed
    case userDisabled
    case store(StoreError)
}
