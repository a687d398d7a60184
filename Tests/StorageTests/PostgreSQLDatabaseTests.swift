import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// What PostgreSQL has that SQLite has not: a server that goes away, other clients, a network on the way.
@Suite struct PostgreSQLDatabaseTests {
    private let example = Example()

    private func withDatabase(
        on server: PostgreSQLServer = .shared, _ work: (PostgreSQLDatabase, Stores) async throws -> Void
    ) async throws {
        let database = try await PostgreSQLDatabase.open(try await server.makeDatabase(), connections: 4)
        do { try await work(database, Stores(database)) } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// With one connection, through a proxy that cuts it in the middle of a commit.
    private func withSeveringProxy(_ work: (PostgreSQLDatabase, SeveringProxy) async throws -> Void) async throws {
        let location = try await PostgreSQLServer.shared.makeDatabase()
        let proxy = try SeveringProxy(before: location.parameters["host"] ?? "")
        defer { proxy.close() }
        let database = try await PostgreSQLDatabase.open(
            try PostgreSQLLocation(url: "postgresql://countersign@/\(location.name)?host=\(proxy.folder)"), connections: 1)
        do { try await work(database, proxy) } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private func cutConnections(to database: PostgreSQLDatabase) async throws {
        try await PostgreSQLServer.shared.statement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'countersign' AND datname = '\(database.location.name)'")
    }

    private func note(_ name: String, _ database: PostgreSQLDatabase) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(
                "INSERT INTO installation_settings (name, value, changed_at) VALUES ($1, $2, $3)", [.text(name), .text("x"), .integer(0)])
        }
    }

    @Test("a transaction that meets another one is repeated, and both count")
    func serialization() async throws {
        try await withDatabase { database, _ in
            try await note("sum", database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await database.write { connection throws(StoreError) in
                            let found = try connection.row("SELECT changed_at FROM installation_settings WHERE name = 'sum'", [])
                            guard case .integer(let sum)? = found?.values.first else { throw .corrupt(what: "sum") }
                            _ = try connection.execute(
                                "UPDATE installation_settings SET changed_at = $1 WHERE name = 'sum'", [.integer(sum + 1)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await rows(database, "installation_settings", "changed_at = 40") == 1)
        }
    }

    @Test("connections that an admin ends are made anew: nobody notices, and nothing is written twice")
    func terminated() async throws {
        try await withDatabase { database, _ in
            for number in 0..<20 {
                if number % 5 == 0 {
                    try await cutConnections(to: database)
                }
                try await note("n\(number)", database)
            }
            #expect(try await rows(database, "installation_settings") == 20)
        }
    }

    @Test("what is asked together goes together: the round trips of a sign-in, its tokens, a refresh and userinfo")
    func roundTrips() async throws {
        try await withDatabase { database, stores in
            try await example.prepare(stores)
            _ = try await example.refreshToken(stores)
            func expect(_ count: Int, _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ work: () async throws -> Void)
                async throws
            {
                let before = database.roundTrips
                try await work()
                #expect(database.roundTrips - before == count, what, sourceLocation: sourceLocation)
            }
            let (pending, code, hash) = (example.pending(lives: 600), example.randomHash(), example.randomHash())
            var redeemed: AuthorizationCode?
            try await expect(1, "the app's request") { try await stores.signIns.insert(pending) }
            try await expect(1, "the provider's answer is let in") { _ = try await stores.signIns.find(pending.id, in: example.poolID) }
            try await expect(2, "and completes the sign-in") {
                _ = try await stores.signIns.completeSignIn(
                    example.completion(pending: pending.id, proof: "_r1", code: code, browser: example.randomHash(), provision: { $0! }))
            }
            try await expect(2, "the app's code") {
                redeemed = try await stores.grants.redeem(code: code, at: example.now) { code, _ in example.token(for: code.grant, hash: hash) }.code
            }
            let grant = try #require(redeemed).grant
            try await expect(1, "userinfo") {
                _ = try await stores.grants.find(
                    grant.family, of: try #require(grant.userID), token: AccessTokenName(poolID: example.poolID, id: "any"), at: example.now)
            }
            try await expect(2, "a refresh") {
                let token = example.token(for: grant, hash: hash)
                _ = try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { token, _ in example.successor(of: token) }
            }
        }
    }

    @Test("who signs in at the same time is in nobody's way: nothing is repeated")
    func nobodyInTheWay() async throws {
        try await withDatabase { database, stores in
            try await example.prepare(stores)
            let people = (0..<40).map { "person-\($0)" }
            for person in people { _ = try await example.refreshToken(stores, subject: person) }
            let before = database.roundTrips
            try await withThrowingTaskGroup(of: Void.self) { group in
                for person in people {
                    group.addTask {
                        let (pending, code) = (example.pending("_pending-sign-in-of-" + person), example.randomHash())
                        try await stores.signIns.insert(pending)
                        let completion = example.completion(
                            pending: pending.id, proof: example.random(), identity: example.identity(person), code: code,
                            browser: example.randomHash(), provision: { $0! })
                        _ = try await stores.signIns.completeSignIn(completion)
                    }
                }
                try await group.waitForAll()
            }
            #expect(database.roundTrips - before == people.count * (1 + 2))
        }
    }

    @Test("a text with a NUL is refused before it is sent")
    func textWithNUL() async throws {
        try await withDatabase { database, _ in
            await #expect(throws: StoreError.corrupt(what: "text with a NUL")) { try await note("a\u{0}b", database) }
        }
    }

    @Test("a key that no index holds is refused as what it is, and not tried again; the longest that is let in is found again")
    func longKeys() async throws {
        try await withDatabase { database, stores in
            func random(_ count: Int) -> String { String((0..<count).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789-._~".randomElement()! }) }
            await #expect(throws: StoreError.corrupt(what: "value that is too long for its index")) { try await note(random(8_000), database) }
            try await example.prepare(stores)
            let identity = FederatedIdentity(
                provider: example.provider, issuer: "https://" + random(1_000), subject: random(1_024),
                format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
            let user = try await stores.signIns.completeSignIn(example.completion(proof: "_a1", identity: identity)).user
            #expect(try await stores.signIns.completeSignIn(example.completion(proof: "_a2", identity: identity)).user.id == user.id)
        }
    }

    @Test("case 125: a server that takes no writes any more is left, and used again when it does")
    func readOnly() async throws {
        try await withDatabase { database, stores in
            try await stores.pools.insert(example.pool)
            let name = database.location.name
            try await PostgreSQLServer.shared.statement("ALTER DATABASE \(name) SET default_transaction_read_only = on")
            try await cutConnections(to: database)
            // A primary is what is looked for; where there is none, that is said.
            await #expect(throws: StoreError.unavailable(reason: "the database cannot be reached")) { try await note("a", database) }
            try await PostgreSQLServer.shared.statement(
                "SET default_transaction_read_only = off; ALTER DATABASE \(name) RESET default_transaction_read_only")
            try await eventually { try await note("b", database) }
        }
    }

    @Test(
        "cases 109, 125: a connection that is cut in the middle of a commit leaves its outcome open: that is said, and nothing is done twice",
        arguments: SeveringProxy.Cut.allCases)
    func cutInCommit(_ cut: SeveringProxy.Cut) async throws {
        try await withSeveringProxy { database, proxy in
            proxy.cutNextCommit(cut)
            await #expect(throws: StoreError.outcomeUnknown) { try await note("a", database) }
            #expect(try await rows(database, "installation_settings") == (cut == .answer ? 1 : 0))
            try await note("b", database)
            #expect(try await rows(database, "installation_settings", "name = 'b'") == 1)
        }
    }

    @Test(
        "records and numbers of sign-ins are written once, also where a connection is cut in the middle of their commit",
        arguments: SeveringProxy.Cut.allCases)
    func recordsCutInCommit(_ cut: SeveringProxy.Cut) async throws {
        try await withSeveringProxy { database, proxy in
            let stores = Stores(database)
            let count = SignInCount(
                poolID: example.poolID, provider: example.provider, at: example.now, outcome: .refused, code: "saml.audience", count: 1)
            func counted() async throws -> [Int] {
                try await stores.signInCounts.list(in: example.poolID, provider: nil, since: .distantPast).map(\.count)
            }
            proxy.cutNextCommit(cut)
            try await stores.signInRecords.insert([example.signInRecord("REFERENCE1").record], [], leftOut: [], counts: [count])
            #expect(try await counted() == [1])
            // Nobody can say it of a number alone. A commit is known to the proxy by its name, which a connection sends once.
            try await cutConnections(to: database)
            proxy.cutNextCommit(cut)
            await #expect(throws: StoreError.outcomeUnknown) { try await stores.signInRecords.insert([], [], leftOut: [], counts: [count]) }
            #expect(try await counted() == [cut == .answer ? 2 : 1])
            // A connection that was cut before is no matter.
            try await cutConnections(to: database)
            try await stores.signInRecords.insert([], [], leftOut: [], counts: [count])
            #expect(try await counted() == [cut == .answer ? 3 : 2])
        }
    }

    @Test("two servers that clean at once take other rows, and neither waits for the other")
    func housekeeping() async throws {
        try await withDatabase { database, stores in
            try await example.prepare(stores)
            for number in 1...6 { try await stores.signIns.insert(example.pending("_pending-sign-in-\(number)", lives: Double(number))) }
            let (later, isHeld, mayEnd) = (example.now.addingTimeInterval(60), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            async let held: Void = database.write { connection throws(StoreError) in
                _ = try connection.rows("SELECT id FROM pending_sign_ins ORDER BY expires_at LIMIT 2 FOR UPDATE", [])
                isHeld.signal()
                _ = mayEnd.wait(timeout: .now() + 10)
            }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    isHeld.wait()
                    continuation.resume()
                }
            }
            let began = ContinuousClock.now
            #expect(try await stores.signIns.removeExpired(at: later, limit: 2) == 2)
            #expect(ContinuousClock.now - began < PostgreSQLDatabase.patience)
            mayEnd.signal()
            try await held
            let left = try await database.read { connection throws(StoreError) in
                try connection.rows("SELECT id FROM pending_sign_ins", []).map(\.values)
            }
            #expect(Set(left) == Set([1, 2, 5, 6].map { [.text("_pending-sign-in-\($0)")] }))
        }
    }

    @Test("case 109: the server is killed again and again while 8 write: what was answered is there, and work goes on")
    func killed() async throws {
        let server = PostgreSQLServer("killed")
        try await withDatabase(on: server) { database, _ in
            let answered = try await withThrowingTaskGroup(of: [String].self) { group in
                // On a busy machine the outages may take all of the six seconds.
                let (stop, last) = (Date().addingTimeInterval(6), Date().addingTimeInterval(60))
                for writer in 0..<8 {
                    group.addTask {
                        var answered: [String] = []
                        var number = 0
                        while Date() < stop || answered.count < 2 && Date() < last {
                            number += 1
                            let name = "\(writer)-\(number)"
                            if (try? await self.note(name, database)) != nil {
                                answered.append(name)
                            } else {
                                try await Task.sleep(for: .milliseconds(20))
                            }
                        }
                        return answered
                    }
                }
                for _ in 0..<3 {
                    try await Task.sleep(for: .seconds(1))
                    try await server.kill()
                    let began = ContinuousClock.now
                    // In an outage nobody waits for a connection, let alone twenty times.
                    for number in 0..<20 { _ = try? await note("down-\(number)", database) }
                    #expect(ContinuousClock.now - began < .seconds(10))
                    try await server.start()
                    try await eventually { try await self.note("up-\(UUID())", database) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(answered.count >= 16)
            let there = try await database.read { connection throws(StoreError) in
                Set(try connection.rows("SELECT name FROM installation_settings", []).map(\.values))
            }
            #expect(answered.allSatisfy { there.contains([.text($0)]) })
        }
    }

    /// The two seconds are measured by the interop scenario `replicas`, beside which no other tests run.
    private func eventually(_ work: () async throws -> Void) async throws {
        let end = ContinuousClock.now + .seconds(20)
        while true {
            do { return try await work() } catch {
                guard ContinuousClock.now < end else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test("ten processes that open a new database at once make its tables once")
    func migratedOnce() async throws {
        let location = try await PostgreSQLServer.shared.makeDatabase()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await (try PostgreSQLDatabase.open(location, connections: 1)).close() } }
            try await group.waitForAll()
        }
        let database = try await PostgreSQLDatabase.open(location, connections: 1)
        #expect(try await rows(database, "schema_migrations") == PostgreSQLMigration.all.count)
        await database.close()
    }

    @Test("a database of a newer version that this one cannot read is refused; one that it can is used")
    func newer() async throws {
        let location = try await PostgreSQLServer.shared.makeDatabase()
        await (try PostgreSQLDatabase.open(location, connections: 1)).close()
        let newest = PostgreSQLMigration.all.last!.version
        let insert = "INSERT INTO schema_migrations VALUES (\(newest + 1), 'later', %, 0)"
        try await PostgreSQLServer.shared.statement(insert.replacingOccurrences(of: "%", with: "\(newest)"), in: location.name)
        await (try PostgreSQLDatabase.open(location, connections: 1)).close()
        let url = "postgresql://countersign@/\(location.name)?host=\(location.parameters["host"] ?? "")"
        await (try Storage.openToRead(url: url)).close()
        try await PostgreSQLServer.shared.statement(
            "UPDATE schema_migrations SET oldest_reader = \(newest + 1) WHERE name = 'later'", in: location.name)
        await #expect(throws: StorageError.newerSchema(found: newest + 1, known: newest)) { await (try Storage.openToRead(url: url)).close() }
        await #expect(throws: StorageError.newerSchema(found: newest + 1, known: newest)) {
            await (try PostgreSQLDatabase.open(location, connections: 1)).close()
        }
    }

    @Test("a role that may not make tables is enough once they are there; without them that is said")
    func leastRights() async throws {
        let (server, location) = (PostgreSQLServer.shared, try await PostgreSQLServer.shared.makeDatabase())
        let role = "least_\(location.name)"
        try await server.statement("CREATE ROLE \(role) LOGIN")
        try await server.statement("REVOKE CREATE ON SCHEMA public FROM PUBLIC", in: location.name)
        let asRole = try PostgreSQLLocation(url: "postgresql://\(role)@/\(location.name)?host=\(location.parameters["host"] ?? "")")
        do {
            await (try PostgreSQLDatabase.open(asRole, connections: 1)).close()
            Issue.record("opened")
        } catch { #expect(error == .migrationFailed(version: 0, reason: "this role may not do that")) }
        await (try PostgreSQLDatabase.open(location, connections: 1)).close()
        try await server.statement("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(role)", in: location.name)
        let database = try await PostgreSQLDatabase.open(asRole, connections: 1)
        try await example.prepare(Stores(database))
        _ = try await example.signIn(Stores(database))
        await database.close()
    }

    @Test("a server that is not there is named, and no password")
    func notThere() async throws {
        let location = try PostgreSQLLocation(url: "postgresql://me@127.0.0.1:1/gone")
        do {
            await (try PostgreSQLDatabase.open(location)).close()
            Issue.record("opened")
        } catch {
            #expect(error.code == "storage.cannot_connect")
            #expect(error.message.contains("postgresql://127.0.0.1:1/gone"))
        }
    }

    @Test("a password does not stand in a URL")
    func passwordInURL() {
        #expect(throws: StorageError.passwordInURL) { try PostgreSQLLocation(url: "postgresql://me:secret@db.example.com/x") }
        #expect(throws: StorageError.passwordInURL) { try PostgreSQLLocation(url: "postgresql://me@db.example.com/x?password=secret") }
        #expect(throws: StorageError.malformedURL("postgresql")) { try PostgreSQLLocation(url: "postgresql://me@host/x?nonsense=1") }
    }

    @Test(
        "another machine's certificate is verified unless the URL says otherwise; this machine's is not asked for",
        arguments: [
            ("postgresql://u@db.example.com/x", "verify-full"), ("postgresql://u@127.0.0.1/x", nil), ("postgresql:///x?host=/run/postgresql", nil),
            ("postgresql://u@localhost,db.example.com/x", "verify-full"), ("postgresql://u@localhost/x?hostaddr=192.0.2.1", "verify-full"),
            ("postgresql://u@db.example.com/x?sslmode=require", "require"),
        ] as [(String, String?)])
    func verified(_ url: String, _ mode: String?) throws {
        let location = try PostgreSQLLocation(url: url)
        #expect(location.parameters["sslmode"] == mode)
    }

    @Test("each host of a list is asked for itself, so that one that does not answer leaves time for the next")
    func hosts() throws {
        let location = try PostgreSQLLocation(url: "postgresql://u@a.example.com:5433,b.example.com/x")
        #expect(location.servers.map { $0["host"] } == ["a.example.com", "b.example.com"])
        #expect(location.servers.map { $0["port"] } == ["5433", ""])
        #expect(location.servers.allSatisfy { $0["target_session_attrs"] == "read-write" && $0["sslmode"] == "verify-full" })
        #expect(location.text == "postgresql://a.example.com:5433,b.example.com/x")
    }
}
