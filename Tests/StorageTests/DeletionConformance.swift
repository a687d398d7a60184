import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Storage

/// What is deleted is gone at once for everybody, and its rows go in batches (THREATS case 149).
extension StoreConformanceTests {
    @Test("case 149: a pool of 20,000 users and 2,000 providers is gone at once, and no write waits 100 ms for its rows", arguments: DatabaseKind.all)
    func largePool(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            var other = example
            (other.poolID, other.clientID) = (UserPool.ID("local_other")!, AppClient.ID("client-2")!)
            var pool = other.pool
            pool.domain = nil
            try await stores.pools.insert(pool)
            try await stores.providers.insert(other.identityProvider())
            try await fill(database, users: 20_000, providers: 2_000)
            #expect(try await stores.pools.delete(example.poolID))
            #expect(try await stores.pools.find(example.poolID) == nil)
            #expect(try await stores.pools.find(domain: "id.example.com") == nil)
            #expect(try await stores.users.list(in: example.poolID, after: nil, limit: 10).isEmpty)
            #expect(try await stores.providers.list(in: example.poolID).isEmpty)
            #expect(try await stores.clients.list(in: example.poolID).isEmpty)
            await #expect(throws: SignInCompletionError.alreadyCompleted) {
                try await stores.signIns.completeSignIn(example.completion(proof: "_late"))
            }
            // Sign-ins of another pool while housekeeping works.
            let isDone = Atomic(false)
            async let waits = self.waits(other, stores, until: isDone)
            // The refused sign-in's lock on the pool may last a moment longer than its answer: such a row is left to the next round.
            for _ in 0..<3000 {
                let isPurged = try await stores.deletions.purge(limit: 250) == 0
                if isPurged, try await rows(database, "user_pools") == 1 { break }
            }
            isDone.store(true, ordering: .releasing)
            let sorted = try await waits
            // Who waits for all of it writes once. The 100 ms are of a machine that does nothing else.
            #expect(sorted.count >= 20 && sorted[sorted.count / 2] < .milliseconds(100), "\(sorted.count), \(sorted.last ?? .zero)")
            for table in ["users", "federated_identities", "identity_providers", "app_clients"] as [SQL] {
                #expect(try await rows(database, table, "pool_id = 'local_Ab3'") == 0, "\(table.text)")
            }
            #expect(try await rows(database, "user_pools") == 1)
        }
    }

    @Test("a deleted provider's sessions and tokens are over at once; its name is free when its rows are gone", arguments: DatabaseKind.all)
    func markedProvider(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            let session = try await example.signIn(stores).completed.session
            // As housekeeping has it that did not come to it yet.
            try await mark(database, "UPDATE identity_providers SET deleted_at = 1, enabled = 0, entity_id = NULL")
            #expect(try await stores.sessions.find(cookie: session.cookie, in: example.poolID, at: example.now) == nil)
            #expect(try await stores.grants.find(token.presented) == nil)
            #expect(try await stores.grants.isAlive(token.grant) == false)
            await #expect(throws: StoreError.conflict(what: "identity provider corp, whose deletion is not finished,")) {
                try await stores.providers.insert(example.identityProvider())
            }
            while try await stores.deletions.purge(limit: 10) > 0 {}
            try await stores.providers.insert(example.identityProvider())
            #expect(try await stores.users.list(in: example.poolID, after: nil, limit: 10).count == 1)
        }
    }

    @Test("a deleted provider's groups are nobody's at once, and its rows go; those of others stay", arguments: DatabaseKind.all)
    func groupsOfProvider(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            let user = try #require(token.grant.userID)
            _ = try await stores.users.change(user, in: example.poolID, recorded: { _, _ in .any() }) {
                (user: inout User) throws(Never) in user.memberships.append(GroupMembership(group: "by-hand", origin: .admin))
            }
            /// As tokens and as userinfo have them.
            func groups() async throws -> [[String]?] {
                let name = AccessTokenName(poolID: example.poolID, id: "any")
                let found = try await stores.grants.find(token.grant.family, of: user, token: name, at: example.now)
                return [try await stores.users.find(user, in: example.poolID)?.groups(at: example.now), found.user?.groups]
            }
            #expect(try await groups() == [["staff", "by-hand"], ["staff", "by-hand"]])
            // As housekeeping has it that did not come to it yet.
            try await mark(database, "UPDATE identity_providers SET deleted_at = 1, enabled = 0, entity_id = NULL")
            #expect(try await groups() == [["by-hand"], ["by-hand"]])
            while try await stores.deletions.purge(limit: 10) > 0 {}
            #expect(try await rows(database, "group_memberships") == 1)
            #expect(try await rows(database, "identity_providers") == 0)
        }
    }

    @Test("case 149: what goes with a user counts: no batch is larger than it was told", arguments: DatabaseKind.all)
    func batchesOfMemberships(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            try await fill(database, users: 4, providers: 0)
            try await mark(database, Self.insertMemberships)
            #expect(try await stores.pools.delete(example.poolID))
            var before = try await rows(database, "group_memberships")
            #expect(before >= 1_000)
            while try await stores.deletions.purge(limit: 50) > 0 {
                let after = try await rows(database, "group_memberships")
                #expect(before - after <= 50)
                before = after
            }
            #expect(before == 0)
            #expect(try await rows(database, "user_pools") == 0)
        }
    }

    @Test("case 149: a user's token families are heavy rows: a batch has a quarter as many of them", arguments: DatabaseKind.all)
    func batchesOfFamilies(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            try await fill(database, users: 1, providers: 0)
            try await mark(database, Self.insertFamilies)
            // As housekeeping has it that did not come to it yet.
            try await mark(database, "UPDATE users SET deleted_at = 1")
            var before = try await rows(database, "token_families")
            #expect(before == 100)
            while try await stores.deletions.purge(limit: 50) > 0 {
                let after = try await rows(database, "token_families")
                #expect(before - after <= 50 / 4)
                before = after
            }
            #expect(before == 0)
            #expect(try await rows(database, "users") == 0)
        }
    }

    @Test("a group of more members than a batch is deleted whole, and recorded once", arguments: DatabaseKind.all)
    func largeGroup(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            try await fill(database, users: 600, providers: 0)
            try await mark(
                database,
                "INSERT INTO group_memberships (user_id, position, pool_id, group_name, origin) SELECT id, 0, pool_id, 'all', 'admin' FROM users")
            let group = Group(poolID: example.poolID, name: "all", description: nil, createdAt: example.now)
            try await stores.groups.insert(group, recorded: .any(.group, "all", in: example.poolID))
            #expect(try await stores.groups.delete("all", in: example.poolID) { _ in .any(.group, "all gone", in: example.poolID) })
            #expect(try await rows(database, "group_memberships") == 0)
            #expect(try await rows(database, "user_groups") == 0)
            #expect(try await rows(database, "audit_events", "target_name = 'all gone'") == 1)
        }
    }

    private static let insertMemberships: SQL = """
        WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 500)
        INSERT INTO group_memberships (user_id, position, pool_id, group_name, origin)
        SELECT id, number, pool_id, 'g' || number, 'admin' FROM users CROSS JOIN numbers WHERE pool_id = 'local_Ab3'
        """

    private static let insertFamilies: SQL = """
        WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
        INSERT INTO token_families (id, pool_id, client_id, user_id, session_id, scopes, created_at, generation, ended, expires_at)
        SELECT 'family-' || number, pool_id, 'client-1', id, 'session-1', '[]', 1, 0, 0, 1 FROM users CROSS JOIN numbers
        """

    @Test("a deleted user's identity and name are free at once, also before the rows are gone", arguments: DatabaseKind.all)
    func markedUser(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            let user = try #require(token.grant.userID)
            #expect(try await stores.users.delete(user, in: example.poolID))
            #expect(try await stores.users.find(user, in: example.poolID) == nil)
            #expect(try await stores.grants.find(token.presented) == nil)
            let again = try await example.signIn(stores).completed.user
            #expect(again.id != user && again.username == "corp_ann")
        }
    }

    private func mark(_ database: any SQLDatabase, _ statement: SQL) async throws {
        _ = try await database.write { connection throws(StoreError) in try connection.execute(statement, []) }
    }

    private func fill(_ database: any SQLDatabase, users: Int, providers: Int) async throws {
        let pool = SQLValue.identifier(example.poolID)
        try await database.write { connection throws(StoreError) in
            _ = try connection.execute(Self.insertUsers, [pool, .integer(Int64(users))])
            _ = try connection.execute(Self.insertIdentities, [pool])
            _ = try connection.execute(Self.insertProviders, [pool, .integer(Int64(providers))])
        }
    }

    private static let insertUsers: SQL = """
        WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $2)
        INSERT INTO users (id, pool_id, username, enabled, attributes, created_at, updated_at)
        SELECT '00000000-0000-4000-8000-' || (100000000000 + number), $1, 'corp_' || number, 1, '{}', 1, 1 FROM numbers
        """
    private static let insertIdentities: SQL = """
        INSERT INTO federated_identities (user_id, pool_id, provider, format, subject, issuer, position)
        SELECT id, pool_id, 'corp', '', username, 'i', 0 FROM users WHERE pool_id = $1
        """
    private static let insertProviders: SQL = """
        WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $2)
        INSERT INTO identity_providers (pool_id, name, kind, connection, attribute_mapping, domains, enabled, created_at, updated_at)
        SELECT pool_id, 'many' || number, kind, connection, attribute_mapping, '[]', 1, 1, 1
        FROM identity_providers CROSS JOIN numbers WHERE pool_id = $1 AND name = 'corp'
        """

    private func waits(_ other: Example, _ stores: Stores, until isDone: borrowing Atomic<Bool>) async throws -> [Duration] {
        var waits: [Duration] = []
        let clock = ContinuousClock()
        while !isDone.load(ordering: .acquiring) {
            waits.append(try await clock.measure { try await stores.signIns.insert(other.pending("_pending-\(other.random())")) })
        }
        return waits.sorted()
    }
}
