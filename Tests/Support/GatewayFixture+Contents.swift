package import Storage
import UserPools

extension GatewayFixture {
    /// How many rows there are of what sign-ins leave behind.
    package struct Contents: Sendable, Hashable {
        package var pendingSignIns = 0
        package var acceptedProofs = 0
        package var users = 0
        package var sessions = 0
        package var codes = 0
        package var refreshTokens = 0

        package init(
            pendingSignIns: Int = 0, acceptedProofs: Int = 0, users: Int = 0, sessions: Int = 0, codes: Int = 0, refreshTokens: Int = 0
        ) {
            (self.pendingSignIns, self.acceptedProofs, self.users) = (pendingSignIns, acceptedProofs, users)
            (self.sessions, self.codes, self.refreshTokens) = (sessions, codes, refreshTokens)
        }
    }

    package func contents() async throws -> Contents { try await Self.contents(of: database) }

    package static func contents(of database: any SQLDatabase) async throws -> Contents {
        try await database.read { connection throws(StoreError) in
            Contents(
                pendingSignIns: try connection.rows("SELECT id FROM pending_sign_ins", []).count,
                acceptedProofs: try connection.rows("SELECT proof_id FROM accepted_proofs", []).count,
                users: try connection.rows("SELECT id FROM users", []).count,
                sessions: try connection.rows("SELECT id FROM sessions", []).count,
                codes: try connection.rows("SELECT hash FROM authorization_codes", []).count,
                refreshTokens: try connection.rows("SELECT id FROM token_families WHERE token_hash IS NOT NULL", []).count)
        }
    }
}
