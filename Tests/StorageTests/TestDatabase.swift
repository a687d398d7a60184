import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// A database that the conformance suite runs on.
struct DatabaseKind: Sendable, CustomStringConvertible {
    let description: String
    /// Whether two write at the same time.
    let isSharedByWriters: Bool
    /// Opens two connections to one new database, as two processes would.
    let openTwice: @Sendable (_ work: @Sendable (_ first: Opened, _ second: Opened) async throws -> Void) async throws -> Void

    struct Opened: Sendable {
        let database: any SQLDatabase
        let stores: Stores

        fileprivate init(_ database: any SQLDatabase, for stores: any SQLDatabase) { (self.database, self.stores) = (database, Stores(stores)) }
    }

    static let all: [DatabaseKind] = [sqlite, postgreSQL]

    static let sqlite = DatabaseKind(description: "SQLite", isSharedByWriters: false) { work in
        try await TemporaryDatabase.with { file in try await with(try await file.open(), try await file.open(), judge: .sqlite, work) }
    }

    static let postgreSQL = DatabaseKind(description: "PostgreSQL", isSharedByWriters: true) { work in
        let location = try await PostgreSQLServer.shared.makeDatabase()
        try await with(
            try await PostgreSQLDatabase.open(location, connections: 4), try await PostgreSQLDatabase.open(location, connections: 4),
            judge: .postgreSQL, work)
    }

    private static func with(
        _ first: any SQLDatabase, _ second: any SQLDatabase, judge: PlanJudge, _ work: @Sendable (Opened, Opened) async throws -> Void
    ) async throws {
        let outcome: Result<Void, any Error>
        let (one, other) = (JudgedDatabase(first), JudgedDatabase(second))
        do { outcome = .success(try await work(Opened(first, for: one), Opened(second, for: other))) } catch { outcome = .failure(error) }
        await second.close()
        await first.close()
        try await judge.judge(one.statements + other.statements)
        try outcome.get()
    }

    func with(_ work: @Sendable (Stores) async throws -> Void) async throws {
        try await withTwo { first, _ in try await work(first) }
    }

    func withDatabase(_ work: @Sendable (any SQLDatabase, Stores) async throws -> Void) async throws {
        try await openTwice { first, _ in try await work(first.database, first.stores) }
    }

    func withTwo(_ work: @Sendable (Stores, Stores) async throws -> Void) async throws {
        try await openTwice { first, second in try await work(first.stores, second.stores) }
    }
}

/// How many rows a table has.
func rows(_ database: any SQLDatabase, _ table: SQL, _ condition: SQL = "TRUE") async throws -> Int {
    try await database.read { connection throws(StoreError) in
        guard case .integer(let count)? = try connection.row("SELECT count(*) AS count FROM " + table + " WHERE " + condition, [])?.values.first
        else { throw .corrupt(what: "count") }
        return Int(count)
    }
}

/// What the tests put into a database: a pool, a provider, a client, and sign-ins.
struct Example: Sendable {
    var poolID = UserPool.ID("local_Ab3")!
    var provider = IdentityProvider.Name("corp")!
    var clientID = AppClient.ID("client-1")!
    /// A whole millisecond, as the stores keep it.
    var now = Date(timeIntervalSince1970: 1_760_000_000.125)

    var pool: UserPool {
        UserPool(
            id: poolID, name: "Staff", domain: "id.example.com", signingAlgorithm: "ES256",
            customAttributes: [CustomAttribute(name: "team", type: .string, multivalued: true)!], createdAt: now)
    }

    var client: AppClient {
        var client = AppClient(
            id: clientID, poolID: poolID, name: "Orders", secrets: [ClientSecret(hash: hash(1), createdAt: now)],
            redirectURIs: ["https://app.example.com/callback"],
            postLogoutRedirectURIs: ["https://app.example.com/"], identityProviders: [provider], refreshGrace: 5, createdAt: now)
        client.authentication = .secretPost
        client.requiredGroups = ["staff", "Gäste"]
        client.metadata.backchannelLogoutURI = "https://app.example.com/backchannel"
        client.metadata.frontchannelLogoutURI = "https://app.example.com/frontchannel"
        return client
    }

    func identityProvider(_ name: String = "corp", entityID: String = "https://idp.example.com", domains: [String] = []) -> IdentityProvider {
        IdentityProvider(
            poolID: poolID, name: IdentityProvider.Name(name)!,
            kind: .saml(
                SAMLConnection(
                    metadata: "<EntityDescriptor/>", entityID: entityID, metadataURL: "https://idp.example.com/metadata",
                    allowsIDPInitiated: true, allowsSHA1Until: now)),
            attributeMapping: AttributeMapping(rules: [.init(attribute: "email", source: "mail", required: true)]), domains: domains,
            createdAt: now, updatedAt: now)
    }

    func pending(_ id: String = "_pending-sign-in-1", lives seconds: TimeInterval = 600) -> PendingSignIn {
        PendingSignIn(
            id: PendingSignIn.ID(id)!, poolID: poolID, source: .provider(provider), browser: hash(2),
            request: AppRequest(
                clientID: clientID.text, redirectURI: "https://app.example.com/callback", scopes: ["openid", "email"], state: "s", nonce: nil,
                codeChallenge: "challenge", responseMode: "query", resource: nil),
            responseAddress: "https://id.example.com/saml2/idpresponse", authenticatedAfter: now, createdAt: now,
            expiresAt: now.addingTimeInterval(seconds))
    }

    func identity(_ subject: String = "ann", format: String = "persistent") -> FederatedIdentity {
        FederatedIdentity(provider: provider, issuer: "https://idp.example.com", subject: subject, format: format)
    }

    func newUser(_ identity: FederatedIdentity, memberships: [String] = ["staff"]) -> User {
        User(
            id: User.ID(UUID().uuidString.lowercased())!, poolID: poolID, username: identity.username,
            attributes: ["email": .text("ann@example.com"), "email_verified": .boolean(true), "custom:n": .number(1.5)],
            memberships: memberships.map { GroupMembership(group: $0, origin: .provider(provider)) }, identities: [identity], createdAt: now,
            updatedAt: now)
    }

    func session(of user: User, sid: Session.ID? = nil, browser: SecretHash? = nil, lives seconds: TimeInterval = 3600) -> Session {
        var session = Session(
            id: sid ?? Session.ID(random())!, poolID: poolID, userID: user.id, source: .provider(provider), browser: browser, cookie: randomHash(),
            authenticatedAt: now,
            upstreamSessionIndex: "index-1", createdAt: now, expiresAt: now.addingTimeInterval(seconds),
            authenticationContext: AuthenticationContext(acrs: ["mfa", "urn:example:\"pwd\""], methods: ["pwd", "otp"]))
        session.browserName = "Firefox, Linux"
        return session
    }

    func code(for session: Session, hash: SecretHash? = nil, lives seconds: TimeInterval = 300) -> AuthorizationCode {
        var grant = Grant(
            family: TokenFamily.ID(random())!, poolID: poolID, clientID: clientID,
            subject: .user(session.userID, session: session.id, source: session.source), scopes: ["openid", "email"],
            resource: "https://orders.example.com", nonce: "n-1", authenticatedAt: now,
            authenticationContext: session.authenticationContext?.told(to: nil))
        grant.claims = GrantedClaims(idToken: ["name"], userInfo: ["address", "\u{E9}"])
        return AuthorizationCode(
            hash: hash ?? randomHash(), grant: grant, redirectURI: "https://app.example.com/callback", codeChallenge: "challenge", issuedAt: now,
            expiresAt: now.addingTimeInterval(seconds))
    }

    func token(for grant: Grant, hash: SecretHash? = nil, lives seconds: TimeInterval = 86_400) -> RefreshToken {
        RefreshToken(hash: hash ?? randomHash(), grant: grant, issuedAt: now, expiresAt: now.addingTimeInterval(seconds))
    }

    /// A completion that makes or keeps the user of `identity`, and writes a session and, where wanted, a code.
    func completion(
        pending: PendingSignIn.ID? = nil, proof: String, identity: FederatedIdentity? = nil, code: SecretHash? = nil,
        previousCookie: SecretHash? = nil, browser: SecretHash? = nil, pushed: SecretHash? = nil,
        provision: (@Sendable (User?) -> User)? = nil
    ) -> SignInCompletion {
        let identity = identity ?? self.identity()
        return SignInCompletion(
            poolID: poolID, pending: pending, proof: ReplayGuard(source: .provider(provider), id: proof, until: now.addingTimeInterval(300)),
            subject: .identity(identity), previousCookie: previousCookie, browser: browser, pushed: pushed, now: now,
            provision: provision ?? { $0 ?? newUser(identity) },
            complete: { user, sid in
                let session = session(of: user, sid: sid, browser: browser)
                return (session, code.map { self.code(for: session, hash: $0) })
            })
    }

    func prepare(_ stores: Stores) async throws {
        try await stores.pools.insert(pool)
        try await stores.providers.insert(identityProvider())
        try await stores.clients.insert(client)
    }

    /// A user who has just signed in, with the code of the app.
    func signIn(_ stores: Stores, subject: String = "ann") async throws -> (completed: SignedInUser, code: SecretHash) {
        let code = randomHash()
        let completed = try await stores.signIns.completeSignIn(completion(proof: random(), identity: identity(subject), code: code))
        return (completed, code)
    }

    /// The refresh token that the code of a sign-in gave.
    func refreshToken(_ stores: Stores, subject: String = "ann") async throws -> RefreshToken {
        let (_, code) = try await signIn(stores, subject: subject)
        let hash = randomHash()
        let redeemed = try await stores.grants.redeem(code: code, at: now) { code, _ in
            RefreshToken(hash: hash, grant: code.grant, issuedAt: now, expiresAt: now.addingTimeInterval(86_400))
        }
        return RefreshToken(hash: hash, grant: redeemed.code.grant, issuedAt: now, expiresAt: now.addingTimeInterval(86_400))
    }

    /// What the gateway computes: the same successor for the same token.
    func successor(of token: RefreshToken) -> SecretHash { SecretHash(token.hash.bytes.map { $0 ^ 0xA5 &+ 1 })! }

    func hash(_ byte: UInt8) -> SecretHash { SecretHash([UInt8](repeating: byte, count: 32))! }
    func randomHash() -> SecretHash { SecretHash((0..<32).map { _ in UInt8.random(in: 0...255) })! }
    func random() -> String { UUID().uuidString }
}

extension RefreshToken {
    /// As its holder presents it.
    var presented: PresentedRefreshToken { PresentedRefreshToken(.named(grant.family, generation: generation, isAuthentic: true), hash: hash) }
}

/// Something else was first, and the conflict says who: whoever prepared the test.
func expectConflict<Value>(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Value) async throws {
    let error = await #expect(throws: StoreError.self, sourceLocation: sourceLocation) { _ = try await body() }
    guard case .conflict(what, let first)? = error else {
        Issue.record("no conflict about \(what), but \(String(describing: error))", sourceLocation: sourceLocation)
        return
    }
    #expect(first != nil, sourceLocation: sourceLocation)
}
