import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Storage

/// A database as the version of schema 3 made it (scripts/make-old-database) is brought up to date with all that lives in it.
@Suite struct OldDatabaseTests {
    private static let dump = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("OldDatabase/version-3.sql")

    @Test("configuration, users, sessions, codes and the audit of schema 3 are there, with what is new at its default")
    func opens() async throws {
        try await withOldDatabase { database, stores, clock in
            let pool = try #require(try await stores.pools.list().first)
            #expect(pool.deletionProtection && pool.resources.isEmpty && pool.domain == "id.old.example")
            // Its identity provider knows no certificate to encrypt for, and gets none by an update.
            #expect(!pool.publishesEncryptionKey)
            let clients = try await stores.clients.list(in: pool.id)
            let app = try #require(clients.first { $0.isConfidential })
            let browser = try #require(clients.first { !$0.isConfidential })
            #expect(app.secrets.map(\.hash) == [hash("client-secret")] && app.secrets.allSatisfy { $0.expiresAt == nil })
            #expect((app.pkce, app.refreshGrace, app.webOrigins) == (.required, 10, nil))
            #expect((browser.pkce, browser.refreshGrace, browser.effectiveWebOrigins) == (.required, 5, ["https://spa.example"]))
            for origin in clients.flatMap(\.effectiveWebOrigins) { #expect(try await stores.clients.hasWebOrigin(origin, in: pool.id), "\(origin)") }
            #expect(try await stores.providers.list(in: pool.id).map(\.name.text) == ["corp", "op"])

            let ann = try #require(try await stores.users.find(username: "corp_ann", in: pool.id))
            #expect(ann.memberships.map(\.origin) == [.provider(IdentityProvider.Name("corp")!), .admin])
            #expect(ann.groups(at: clock.now) == ["staff", "by-hand"])
            #expect(ann.attributes["custom:team"] == .list([.text("a"), .text("b")]) && ann.identities.map(\.subject) == ["ann"])
            #expect(try await stores.users.list(in: pool.id, after: nil, limit: 10).count == 2)
            let found = try #require(try await stores.sessions.find(cookie: hash("session-cookie"), in: pool.id, at: clock.now))
            #expect(found.user.id == ann.id && found.session.source == ann.memberships.first.map { _ in .provider(IdentityProvider.Name("corp")!) })
            #expect(found.session.authenticatedAt == clock.now)
            let pending = try #require(try await stores.signIns.find(PendingSignIn.ID("_old-pending-sign-in")!, in: pool.id))
            #expect(pending.source.provider?.text == "corp" && pending.request.codeChallenge?.utf8.count == 43)

            let events = try await stores.audit.list(in: pool.id, target: .init(.user, ann.id.text), limit: 10)
            #expect(events.map(\.action) == [.userLinkByEmail, .userUnlink, .userLink] && events.first?.actor == .signIn)
            #expect(events.first?.detail("subject") == "ann-7")
            // What an admin took apart stays apart.
            #expect(try await rows(database, "unlinked_identities") == 1)
            #expect(try await rows(database, "token_families", "scopes = '[\"openid\",\"email\"]' AND nonce = 'n'") == 4)
        }
    }

    @Test("codes and refresh tokens of schema 3 are redeemed, and rotated to those that name their family; its keys open")
    func tokens() async throws {
        try await withOldDatabase { _, stores, clock in
            let tokens = try await tokens(stores, clock)
            let code = [
                ("grant_type", "authorization_code"), ("code", text("waiting-code")), ("redirect_uri", "https://app.example/callback"),
                ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            ]
            #expect(try await tokens(code).idToken != nil)
            let first = try #require(try await tokens(refresh(text("living-token"))).refreshToken)
            // The answer may have been lost: asked again, it is the same one.
            #expect(try await tokens(refresh(text("living-token"))).refreshToken == first)
            let second = try #require(try await tokens(refresh(first)).refreshToken)
            #expect(first != second && second.utf8.count > 100)
            await expect(.invalidGrant) { try await tokens(refresh(text("ended-token"))) }
        }
    }

    @Test(
        "case 108: a refresh token that was used before the migration still ends its family, as does one that was used since",
        arguments: ["retired-token", "living-token"])
    func reuse(_ name: String) async throws {
        try await withOldDatabase { _, stores, clock in
            let tokens = try await tokens(stores, clock)
            let first = try #require(try await tokens(refresh(text("living-token"))).refreshToken)
            clock.advance(by: 60)
            await expect(.invalidGrant) { try await tokens(refresh(text(name))) }
            await expect(.invalidGrant) { try await tokens(refresh(first)) }
            #expect(try await tokens(refresh(text("other-token"))).refreshToken != nil)
        }
    }

    private func withOldDatabase(_ work: (SQLiteDatabase, Stores, FixedEnvironment) async throws -> Void) async throws {
        try await withFile { path in
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            try SQLiteConnection(path, .writing, busyTimeout: 0).run(try String(contentsOf: Self.dump, encoding: .utf8))
            let database = try await SQLiteDatabase.open(path: path)
            do {
                try await work(database, Stores(database), FixedEnvironment())
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    private func tokens(_ stores: Stores, _ clock: FixedEnvironment) async throws -> (([(String, String)]) async throws -> TokenResponse) {
        let sealer = try Sealer(masterKey: SecretBytes([UInt8](repeating: 7, count: 32)))
        let pool = try #require(try await stores.pools.list().first)
        let tokens = Tokens(
            publicURL: GatewayFixture.publicURL, directory: Directory(stores: stores, uptime: clock.environment.uptime), stores: stores,
            keyRing: KeyRing(store: stores.keys, sealer: sealer, environment: clock.environment), sealer: sealer, environment: clock.environment)
        return { form in
            let form = Parameters(
                (form + [("client_id", "old-confidential"), ("client_secret", text("client-secret"))]).map { (name: $0.0, value: $0.1) })
            return try await tokens.respond(
                to: TokenRequest(form), credentials: ClientCredentials(authorization: nil, form: form), pool: pool)
        }
    }

    private func refresh(_ token: String) -> [(String, String)] { [("grant_type", "refresh_token"), ("refresh_token", token)] }

    private func expect(
        _ code: OAuthError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> TokenResponse
    ) async {
        let error = await #expect(throws: OAuthError.self, sourceLocation: sourceLocation) { _ = try await body() }
        #expect(error?.error == code, sourceLocation: sourceLocation)
    }

    /// As the script writes secrets.
    private func text(_ name: String) -> String { String((name + String(repeating: "-", count: 43)).prefix(43)) }
    private func hash(_ name: String) -> SecretHash { SecretHash(of: text(name).utf8) }
}
