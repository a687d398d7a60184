import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Storage

/// A PostgreSQL database of each schema that was released (scripts/make-old-database) is brought up to date with all that lives in it.
@Suite struct OldPostgreSQLDatabaseTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("OldDatabase")

    /// A migration that is released is stored; the last one may not be yet.
    static let stored = PostgreSQLMigration.all.map(\.version).dropLast()

    /// What the first line of the file says: what the people and the apps of the database know.
    private struct Known: Decodable {
        let pool, client, confidential, clientSecret, cookie, refreshToken, usedRefreshToken, endedRefreshToken: String
        let code, codeVerifier, usedCode, usedCodeVerifier, redirectUri: String
        let now: Double
    }

    @Test("configuration, people, sessions, pending sign-ins and the audit are there", arguments: stored)
    func opens(_ version: Int) async throws {
        try await withOldDatabase(version) { database, stores, known, clock in
            #expect(try await rows(database, "schema_migrations") == PostgreSQLMigration.all.filter { $0.version >= 7 }.count)
            let pool = try #require(try await stores.pools.list().first)
            #expect(pool.id.text == known.pool && pool.domain == "id.old.example" && pool.branding.displayName == "Old staff")
            #expect(pool.customAttributes.map(\.name) == ["team"])
            // The version of schema 10 published it; from before, an identity provider that is not asked does not learn of it.
            #expect(pool.publishesEncryptionKey == (version >= 10))
            let clients = try await stores.clients.list(in: pool.id)
            let orders = try #require(clients.first { $0.isConfidential })
            #expect(orders.id.text == known.confidential && orders.secrets.map(\.hash) == [SecretHash(of: known.clientSecret.utf8)])
            #expect(orders.refreshGrace == 5 && clients.count == 2)
            #expect(try await stores.providers.list(in: pool.id).map(\.name.text) == ["op", "pysaml2"])
            #expect(try await stores.providers.find(emailDomain: "old.example", in: pool.id)?.name.text == "pysaml2")
            #expect(try await stores.keys.list(in: pool.id).map(\.phase).sorted { $0.rawValue < $1.rawValue } == [.current, .upcoming])

            #expect(try await stores.users.list(in: pool.id, after: nil, limit: 10).count == 2)
            let found = try #require(try await stores.sessions.find(cookie: SecretHash(of: known.cookie.utf8), in: pool.id, at: clock.now))
            #expect(found.user.identities.map(\.provider.text) == ["pysaml2"] && found.session.source.provider?.text == "pysaml2")
            #expect(try await rows(database, "sessions") == 4)
            #expect(try await rows(database, "pending_sign_ins") == 1)
            let events = try await stores.audit.list(in: pool.id, target: .init(.pool, pool.id.text), limit: 10)
            #expect(events.map(\.action).contains(.poolCreate))
        }
    }

    @Test("a code is redeemed and a refresh token rotated, once; what was used or ended stays so; the keys open", arguments: stored)
    func tokens(_ version: Int) async throws {
        try await withOldDatabase(version) { _, stores, known, clock in
            let keys = try await Set(stores.keys.list(in: UserPool.ID(known.pool)!).map(\.id))
            let respond = try await tokens(stores, known, clock)
            func code(_ code: String, _ verifier: String) async throws -> TokenResponse {
                try await respond([
                    ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", known.redirectUri), ("code_verifier", verifier),
                ])
            }
            func refresh(_ token: String) async throws -> TokenResponse {
                try await respond([("grant_type", "refresh_token"), ("refresh_token", token)])
            }

            let signedIn = try await code(known.code, known.codeVerifier)
            #expect(signedIn.idToken != nil)
            await expectInvalidGrant { try await code(known.usedCode, known.usedCodeVerifier) }
            await expectInvalidGrant { try await refresh(known.endedRefreshToken) }
            let next = try #require(try await refresh(known.refreshToken).refreshToken)
            #expect(try await refresh(known.refreshToken).refreshToken == next)
            #expect(try await refresh(next).refreshToken != nil)
            // Case 108: used before the migration, it still ends its family.
            clock.advance(by: 60)
            await expectInvalidGrant { try await refresh(known.usedRefreshToken) }
            await expectInvalidGrant { try await refresh(next) }
            #expect(try await Set(stores.keys.list(in: UserPool.ID(known.pool)!).map(\.id)) == keys)
        }
    }

    private func withOldDatabase(
        _ version: Int, _ work: (PostgreSQLDatabase, Stores, Known, FixedEnvironment) async throws -> Void
    ) async throws {
        let file = Self.folder.appendingPathComponent("postgresql-\(version).sql")
        let text = try String(contentsOf: file, encoding: .utf8)
        let first = try #require(text.split(separator: "\n").first).dropFirst("-- ".count)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let known = try decoder.decode(Known.self, from: Data(first.utf8))
        let location = try await PostgreSQLServer.shared.makeDatabase()
        try await PostgreSQLServer.shared.restore(file.path, into: location.name)
        let database = try await PostgreSQLDatabase.open(location, connections: 1)
        let clock = FixedEnvironment()
        clock.setNow(Date(timeIntervalSince1970: known.now / 1000))
        do {
            try await work(database, Stores(database), known, clock)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private func tokens(
        _ stores: Stores, _ known: Known, _ clock: FixedEnvironment
    ) async throws -> (([(String, String)]) async throws -> TokenResponse) {
        let sealer = try Sealer(masterKey: SecretBytes([UInt8](repeating: 7, count: 32)))
        let pool = try #require(try await stores.pools.list().first)
        let tokens = Tokens(
            publicURL: GatewayFixture.publicURL, directory: Directory(stores: stores, uptime: clock.environment.uptime), stores: stores,
            keyRing: KeyRing(store: stores.keys, sealer: sealer, environment: clock.environment), sealer: sealer, environment: clock.environment)
        return { form in
            let form = Parameters((form + [("client_id", known.client)]).map { (name: $0.0, value: $0.1) })
            return try await tokens.respond(to: TokenRequest(form), credentials: ClientCredentials(authorization: nil, form: form), pool: pool)
        }
    }

    private func expectInvalidGrant(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> TokenResponse) async {
        let error = await #expect(throws: OAuthError.self, sourceLocation: sourceLocation) { _ = try await body() }
        #expect(error?.error == .invalidGrant, sourceLocation: sourceLocation)
    }
}
