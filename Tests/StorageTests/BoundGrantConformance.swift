import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Grants that are bound to a key (RFC 9449 §5, §10).
extension StoreConformanceTests {
    @Test("the key of a code is the first, that of its refresh tokens what the redemption says, through every rotation", arguments: DatabaseKind.all)
    func boundGrants(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            for (ofCode, ofTokens) in [(nil, nil), ("code-key", nil), (nil, "app-key"), ("app-key", "app-key")] as [(String?, String?)] {
                let made = example.code(for: try await stores.signIns.completeSignIn(example.completion(proof: example.random())).session)
                var grant = made.grant
                grant.boundKey = ofCode
                let code = AuthorizationCode(
                    hash: made.hash, grant: grant, redirectURI: made.redirectURI, codeChallenge: made.codeChallenge, issuedAt: made.issuedAt,
                    expiresAt: made.expiresAt)
                #expect(try await stores.grants.insert(code, answering: nil))
                let hash = example.randomHash()
                let redeemed = try await stores.grants.redeem(code: code.hash, at: example.now) { code, _ in
                    var grant = code.grant
                    grant.boundKey = ofTokens
                    return example.token(for: grant, hash: hash)
                }
                #expect(redeemed.code.grant.boundKey == ofCode)
                var token = example.token(for: grant, hash: hash)
                for _ in 1...2 {
                    let seen = try await stores.grants.rotate(token.presented, at: example.now, grace: 10) { token, _ in example.successor(of: token)
                    }
                    #expect(seen.token.grant.boundKey == ofTokens)
                    token = seen.token
                }
                #expect(try await stores.grants.grant(of: token.presented)?.boundKey == ofTokens)
            }
        }
    }

    @Test("a server of the version before does not see a grant that is bound: it would let whoever has the token go on", arguments: DatabaseKind.all)
    func hiddenGrants(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            _ = try await example.refreshToken(stores)
            #expect(try await rows(database, "live_token_families") == 1)
            try await database.write { connection throws(StoreError) in
                _ = try connection.execute("UPDATE token_families SET key_thumbprint = 'k'", [])
            }
            #expect(try await rows(database, "live_token_families") == 0)
            #expect(try await rows(database, "live_grant_families") == 1)
        }
    }
}
