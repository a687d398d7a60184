import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Servers of one PostgreSQL are told when an admin changed something.
@Suite struct ConfigurationChangesTests {
    private let example = Example()

    /// Counts what somebody who listens hears, until he is told to stop.
    private final class Ear: Sendable {
        private let heard = Mutex(0)
        private let task = Mutex<Task<Void, Never>?>(nil)

        init(_ database: any SQLDatabase) {
            let changes = database.configurationChanges()
            task.withLock { $0 = Task { for await _ in changes { self.heard.withLock { $0 += 1 } } } }
        }

        var count: Int { heard.withLock { $0 } }
        func stop() { task.withLock { $0?.cancel() } }
        func ends() async { await task.withLock { $0 }?.value }

        /// Far longer than it takes: how fast it is says the interop scenario `replicas`.
        func hearsMore(than before: Int) async throws -> Bool {
            for _ in 0..<500 where count <= before { try await Task.sleep(for: .milliseconds(20)) }
            return count > before
        }
    }

    @Test("what one server's admin changes is told to the other, also after its connection was lost; who listens no longer has no connection")
    func told() async throws {
        try await DatabaseKind.postgreSQL.openTwice { first, second in
            let ear = Ear(second.database)
            // Whoever begins to listen may have missed something.
            #expect(try await ear.hearsMore(than: 0))
            var before = ear.count
            try await first.stores.pools.insert(example.pool)
            #expect(try await ear.hearsMore(than: before))

            before = ear.count
            let location = try #require(second.database as? PostgreSQLDatabase).location
            let listeners = "FROM pg_stat_activity WHERE datname = '\(location.name)' AND query LIKE 'LISTEN%'"
            try await PostgreSQLServer.shared.statement("SELECT pg_terminate_backend(pid) \(listeners)")
            #expect(try await ear.hearsMore(than: before))
            before = ear.count
            try await first.stores.clients.insert(example.client)
            #expect(try await ear.hearsMore(than: before))

            ear.stop()
            await ear.ends()
            let end = ContinuousClock.now + .seconds(20)
            while true {
                do {
                    // Fails as long as there is one.
                    return try await PostgreSQLServer.shared.statement("SELECT 1 / (SELECT CASE WHEN count(*) = 0 THEN 1 ELSE 0 END \(listeners))")
                } catch { guard ContinuousClock.now < end else { throw error } }
            }
        }
    }

    @Test("with SQLite nobody is told, and that is said at once")
    func sqlite() async throws {
        try await DatabaseKind.sqlite.withDatabase { database, _ in
            let ear = Ear(database)
            await ear.ends()
            #expect(ear.count == 0)
        }
    }

    @Test("a change of each table that servers keep in memory is told; sign-ins, refreshes, sign-outs, heartbeats and housekeeping tell nothing")
    func tellers() async throws {
        try await DatabaseKind.postgreSQL.withDatabase { database, stores in
            // Instead of telling it is written down.
            let location = try #require(database as? PostgreSQLDatabase).location
            try await PostgreSQLServer.shared.statement(
                """
                CREATE TABLE told (name TEXT); CREATE OR REPLACE FUNCTION configuration_changed() RETURNS trigger LANGUAGE plpgsql AS \
                'BEGIN INSERT INTO told VALUES (TG_TABLE_NAME); RETURN NULL; END'
                """, in: location.name)
            func told() async throws -> Set<String> {
                let names = try await database.write { connection throws(StoreError) in
                    try connection.rows("DELETE FROM told RETURNING name", []).map { $0.values[0] }
                }
                return Set(names.map { if case .text(let name) = $0 { name } else { "" } })
            }
            try await example.prepare(stores)
            try await stores.providers.insert(example.identityProvider("other", entityID: "https://other.example", domains: ["example.com"]))
            let configured = ["user_pools", "app_clients", "client_secrets", "client_web_origins", "identity_providers", "identity_provider_domains"]
            #expect(try await told() == Set(configured))
            let key = SigningKey(
                id: SigningKey.ID("key-with-some-name")!, poolID: example.poolID, algorithm: "ES256", phase: .current, sealedPrivateKey: [1],
                createdAt: example.now)
            _ = try await stores.keys.insertFirst(key, recorded: nil)
            #expect(try await told() == ["signing_keys"])
            _ = try await stores.samlKeys.insertFirst(example.samlKey(1))
            #expect(try await told() == ["saml_keys"])
            let logo = Image(reference: ImageReference(hash: String(repeating: "a", count: 64), mediaType: "image/png"), bytes: [1])
            #expect(try await stores.pools.setLogo(logo, of: example.poolID))
            #expect(try await told() == ["images", "user_pools"])

            let server = RunningServer(id: "s", publicURL: "https://id.example", startedAt: example.now, seenAt: example.now)
            _ = try await stores.installation.announce(server, masterKeyID: "m")
            _ = try await stores.installation.heartbeat("s", at: example.now)
            try await stores.installation.probe(at: example.now)
            try await stores.signIns.insert(example.pending())
            _ = try await stores.signIns.claim(example.pending().id, in: example.poolID, at: example.now)
            let token = try await example.refreshToken(stores)
            _ = try await stores.grants.rotate(token.presented, at: example.now, grace: 10) { token, _ in example.successor(of: token) }
            let user = try await example.signIn(stores, subject: "bob").completed.user
            let event = AuditEvent(
                id: "e", poolID: example.poolID, at: example.now, actor: .signIn, action: .userSignOut, target: .init(.user, user.id.text))
            #expect(try await stores.sessions.endAll(of: user.id, in: example.poolID, recorded: event) > 0)
            for later in [example.now, example.now.addingTimeInterval(400 * 86_400)] {
                _ = try await stores.signIns.removeExpired(at: later, limit: 100)
                _ = try await stores.sessions.removeExpired(at: later, limit: 100)
                _ = try await stores.grants.removeExpired(at: later, limit: 100)
                _ = try await stores.keys.removeRetired(until: example.now, limit: 100)
                _ = try await stores.samlKeys.removeSuperseded(until: example.now, limit: 100)
                _ = try await stores.deletions.purge(limit: 100)
            }
            await #expect(throws: Never.self) { try await stores.installation.leave("s") }
            #expect(try await told() == [])
        }
    }
}
