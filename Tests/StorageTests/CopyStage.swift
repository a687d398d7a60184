import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Two places for a database, and one full of everything that there is.
enum CopySide: CaseIterable, Sendable {
    case sqlite, postgreSQL

    /// Where nothing is yet.
    func newURL(in folder: String) async throws -> String {
        switch self {
        case .sqlite: "sqlite:\(folder)/\(UUID().uuidString).db"
        case .postgreSQL: try await PostgreSQLServer.shared.makeURL()
        }
    }

    static func open(_ url: String) async throws -> any SQLDatabase {
        switch try Storage.kind(of: url) {
        case .sqlite(let path): try await SQLiteDatabase.open(path: path)
        case .postgreSQL(let location): try await PostgreSQLDatabase.open(location, connections: 2)
        }
    }

    static func with<Value>(_ url: String, _ body: (any SQLDatabase, Stores) async throws -> Value) async throws -> Value {
        let database = try await open(url)
        let result: Result<Value, any Error>
        do { result = .success(try await body(database, Stores(database))) } catch { result = .failure(error) }
        await database.close()
        return try result.get()
    }

    /// At once, where nobody can wait.
    static func announceServer(in path: String, seenAt time: Int) throws {
        let connection = try SQLiteConnection(path, .writing, busyTimeout: 5_000)
        _ = try connection.execute("INSERT INTO servers VALUES ('late', 'https://late.example', $1, $1)", [.integer(time)])
    }

    /// As somebody's shell would change a SQLite file, which knows nothing of owners.
    static func change(_ url: String, _ statement: String) async throws {
        try await with(url) { database, _ in
            try await (try #require(database as? SQLiteDatabase)).onWriter("PRAGMA foreign_keys = OFF; " + statement)
        }
    }
}

struct CopyStage {
    let folder: String
    let example = Example()

    static func with(_ body: (CopyStage) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/countersign-copy-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(CopyStage(folder: folder))
    }

    /// A database with rows in every table, through the stores; in some more than are walked at a time.
    func filled(_ side: CopySide) async throws -> String {
        let url = try await side.newURL(in: folder)
        try await CopySide.with(url) { database, stores in try await fill(database, stores) }
        return url
    }

    func fill(_ database: any SQLDatabase, _ stores: Stores) async throws {
        try await example.prepare(stores)
        let image = Image(reference: ImageReference(hash: String(repeating: "h", count: 43), mediaType: "image/png"), bytes: [0, 255, 128])
        _ = try await stores.pools.setLogo(image, of: example.poolID)
        var withLogo = AppClient(id: AppClient.ID("client-with-logo")!, poolID: example.poolID, name: "c", redirectURIs: [], createdAt: example.now)
        withLogo.metadata.logo = image.reference
        try await stores.clients.insert(withLogo, logo: image, recorded: .any(in: example.poolID))
        var other = example.identityProvider("other", entityID: "https://other.example", domains: ["example.com"])
        if case .saml(var connection) = other.kind {
            connection.following = MetadataFollowing(isOn: true)
            other.kind = .saml(connection)
        }
        try await stores.providers.insert(other)
        try await stores.providers.insert(example.federation())
        let staged = try #require(
            try await stores.federations.begin(
                example.newGeneration(), of: example.federation, in: example.poolID, at: example.now, lease: example.now))
        #expect(try await stores.federations.stage([example.member("https://idp.example.edu", "Universität Zürich")], staged, lease: example.now))
        _ = try await stores.federations.complete(staged, read: example.federationSettings, validUntil: nil, acceptsOlder: false, at: example.now) {
            _, _ in nil
        }
        try await stores.ends.keep(ProviderEnds(poolID: example.poolID, provider: other.name, readAt: nil, updatedAt: example.now))
        try await stores.fetches.note(other.name, in: example.poolID, at: example.now, unlessAfter: example.now)
        let ticket = TrialTicket(
            hash: example.randomHash(), poolID: example.poolID, provider: other.name, client: nil, createdAt: example.now, expiresAt: example.now)
        try await stores.trials.insert(ticket, recorded: .any(in: example.poolID))
        try await stores.trials.keep(TrialOutcome(error: nil, checks: []), of: ticket.hash, in: example.poolID, until: example.now)
        let leave = example.initialToken(uses: 2)
        try await stores.registrations.insert(leave, recorded: .any(in: example.poolID))
        #expect(
            try await stores.registrations.register(
                example.selfRegistered("app-of-its-own"), with: leave.hash, unusedUntil: example.now, maximum: 10, recorded: .any(in: example.poolID))
                == .registered)
        try await stores.signIns.insert(example.pending())
        try await stores.pushedRequests.insert(
            PushedRequest(
                hash: example.randomHash(), poolID: example.poolID, clientID: example.clientID, parameters: [.init("scope", "openid")],
                createdAt: example.now, expiresAt: example.now))
        try await stores.devices.insert(example.deviceRequest())
        #expect(try await stores.singleUse.use(example.randomHash(), until: example.now))
        try await stores.grants.revoke(AccessTokenName(poolID: example.poolID, id: "taken-back"), until: example.now)
        _ = try await stores.installation.recordMasterKey("master", at: example.now)
        _ = try await stores.installation.adopt(publicURL: "https://id.example.com", at: example.now)
        try await stores.installation.probe(at: example.now)
        let key = SigningKey(
            id: SigningKey.ID("key-with-some-name")!, poolID: example.poolID, algorithm: "ES256", phase: .current, sealedPrivateKey: [0, 1, 255],
            createdAt: example.now, sealedBy: "master")
        _ = try await stores.keys.insertFirst(key, recorded: nil)
        _ = try await stores.samlKeys.insertFirst(example.samlKey(1))
        _ = try await stores.keys.insertFirst(SubjectKey(poolID: example.poolID, sealed: [0, 1, 255], createdAt: example.now, sealedBy: "master"))
        try await stores.groups.insert(
            Group(poolID: example.poolID, name: "staff", description: "", createdAt: example.now), recorded: .any(.group, "staff", in: example.poolID)
        )
        // Names that sort otherwise by anything but their bytes.
        for subject in ["ann", "Ann", "ANN", "änn", "zoë", "\u{10400}", "\u{FFFD}", "a b", "a'b"] {
            _ = try await example.refreshToken(stores, subject: subject)
        }
        let user = try await example.signIn(stores, subject: "leaves").completed.user
        #expect(
            try await stores.users.unlink(
                example.identity("leaves"), from: user.id, in: example.poolID, recorded: .any(.user, user.id.text, in: example.poolID)))
        let signedIn = try await example.signIn(stores, subject: "upstream").completed.session
        let token = UpstreamToken(
            sessionID: signedIn.id, poolID: example.poolID, userID: signedIn.userID, provider: example.provider, sealed: [0, 1, 255],
            dueAt: example.now, expiresAt: example.now)
        try await database.write { connection throws(StoreError) in try SQLUpstreamTokenStore.insert(token, connection) }
        let here = try await example.signIn(stores, subject: "zoë").completed.session
        let question = PendingSignIn(
            id: PendingSignIn.ID("_question-of-the-copy")!, poolID: example.poolID, source: .pool, browser: example.randomHash(),
            request: example.pending().request, responseAddress: "/consent", authenticatedAfter: nil, createdAt: example.now,
            expiresAt: example.now.addingTimeInterval(60))
        try await stores.signIns.insert(question)
        let allowed = Consent(poolID: example.poolID, userID: here.userID, clientID: example.clientID, scopes: ["openid"], grantedAt: example.now)
        #expect(try await stores.consents.allow(allowed, answering: question.id, with: example.code(for: here), pushed: nil))
        let over = try await example.signIn(stores, subject: "ann").completed.session
        var record = LogoutRecord(
            reference: LogoutRecord.Reference("ABCDEFGH2345")!, poolID: example.poolID, userID: over.userID, initiator: .person, parties: [],
            createdAt: example.now)
        record.browser = example.randomHash()
        #expect(try await stores.logouts.end([over.id], recorded: record))
        var (happened, message) = example.signInRecord("COPIEDRECORD", username: "corp_ann")
        happened.userID = over.userID
        try await stores.signInRecords.insert(
            [happened], [message], leftOut: [SignInOmission(poolID: example.poolID, outcome: .refused, minute: example.now, count: 3)],
            counts: [
                SignInCount(poolID: example.poolID, provider: example.provider, at: example.now, outcome: .accepted, count: 3),
                SignInCount(poolID: example.poolID, provider: nil, at: example.now, outcome: .refused, code: "sign_in.no_provider", count: 1),
            ])
        let (pool, family) = (example.poolID, try await example.refreshToken(stores, subject: "ann").grant.family)
        let (hashes, names) = ((0..<600).map { _ in example.randomHash() }, (0..<600).map { _ in example.random() })
        try await database.write { connection throws(StoreError) in
            let withToken: [SQLValue] = [.bytes([0, 1, 255]), .identifier(here.id)]
            _ = try connection.execute("UPDATE sessions SET upstream_id_token = $1 WHERE id = $2", withToken)
            for (hash, name) in zip(hashes, names) {
                _ = try connection.execute("INSERT INTO earlier_refresh_tokens VALUES ($1, $2, 5)", [.hash(hash), .identifier(family)])
                _ = try connection.execute("INSERT INTO accepted_proofs VALUES ($1, 'corp', $2, -1)", [.identifier(pool), .text(name)])
            }
            for position in 1...600 {
                _ = try connection.execute(
                    "INSERT INTO group_memberships VALUES ($1, $2, $3, 'g', 'admin', NULL, NULL, NULL)",
                    [.identifier(user.id), .integer(position), .identifier(pool)])
            }
        }
    }

    /// - Parameter stop: asked after each batch that was written, in a row over all runs.
    func copy(
        _ source: String, _ destination: String, after seconds: TimeInterval = 1000,
        stop: @escaping @Sendable (CopyProgress) -> Bool = { _ in false }
    ) async throws(DatabaseCopyError) -> CopiedDatabase {
        let now = example.now + seconds
        return try await DatabaseCopy.run(from: source, to: destination, now: { now }) { progress throws(DatabaseCopyError) in
            if stop(progress) { throw .store(Self.stopped) }
        }
    }

    static let stopped = StoreError.unavailable(reason: "stopped by the test")
}

extension CopiedDatabase {
    /// What must be the same on both sides, a line a table.
    var lines: [String] { tables.map { "\($0.name) \($0.rows) \($0.digest)" } }
}
