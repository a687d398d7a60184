import Administration
import Foundation
package import Gateway
import OpenIDConnect
import Storage
import UserPools

extension GatewayFixture {
    /// `count` providers more, `many00000` and so on, with the metadata of `corp`: written by one statement.
    package func addProviders(_ count: Int) async throws {
        let values: [SQLValue] = [.text(pool.id.text), .integer(Int64(count))]
        try await database.transaction { connection throws(StoreError) in
            _ = try connection.execute(Self.copies, values)
            return .commit(())
        }
        clock.advanceUptime(by: .seconds(2))
    }

    private static let copies: SQL = """
        WITH RECURSIVE numbers (number, digits) AS (
            SELECT 0, '00000' UNION ALL SELECT number + 1, substr(CAST(100001 + number AS TEXT), 2) FROM numbers WHERE number < $2 - 1)
        INSERT INTO identity_providers
            (pool_id, name, kind, entity_id, connection, attribute_mapping, domains, enabled, created_at, updated_at, display_name, search_text)
        SELECT pool_id, 'many' || digits, kind, 'https://many' || digits || '.example', connection, attribute_mapping, '[]', 1, created_at,
            updated_at, 'Organisation ' || digits, 'organisation ' || digits || '\n' || 'many' || digits
        FROM identity_providers CROSS JOIN numbers WHERE pool_id = $1 AND name = 'corp'
        """

    /// What the sign-in page would offer.
    package func choice(
        _ parameters: [String: String] = [:], input: SignInPageInput = SignInPageInput(), cookies: BrowserCookies = .init(binding: nil, session: nil)
    ) async throws -> SignInChoice? {
        guard case .choose(let choice, _) = try await begin(parameters, input: input, cookies: cookies) else { return nil }
        return choice
    }

    /// The host that the browser is sent to, where nobody has to choose.
    package func upstream(_ parameters: [String: String] = [:], input: SignInPageInput = SignInPageInput()) async throws -> String? {
        guard case .upstream(let url, _) = try await begin(parameters, input: input, cookies: .init(binding: nil, session: nil)) else { return nil }
        return URL(string: url)?.host()
    }

    private func begin(
        _ parameters: [String: String], input: SignInPageInput, cookies: BrowserCookies
    ) async throws -> AuthorizationOutcome {
        let proofKey = ProofKey(randomBytes: [UInt8](repeating: 9, count: 32))
        let usual: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", client.id.text), ("redirect_uri", Self.redirectURI), ("scope", "openid"),
            ("code_challenge", proofKey.codeChallenge), ("code_challenge_method", "S256"),
        ]
        return try await signIn.begin(
            Parameters(usual + parameters.map { (name: $0.key, value: $0.value) }), pool: try await administration.pool(pool.id.text),
            address: PoolAddress(publicURL: Self.publicURL, pool: pool), cookies: cookies, input: input)
    }
}
