import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// What counts once, and access tokens that were taken back.
extension StoreConformanceTests {
    @Test("THREATS P5: of 50 that use one value at once, through two processes, one is the first; others have their own", arguments: DatabaseKind.all)
    func singleUse(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (value, until) = (example.randomHash(), example.now + 60)
            let used = await gather(50) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).singleUse.use(value, until: until)
            }
            #expect(used.failures == [] && used.successes.count { $0 } == 1)
            #expect(try await second.singleUse.use(example.randomHash(), until: until))
            #expect(try await !first.singleUse.use(value, until: until + 60))
        }
    }

    @Test("a used value is remembered as long as it was said, and swept then", arguments: DatabaseKind.all)
    func singleUseEnds(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (short, long) = (example.randomHash(), example.randomHash())
            #expect(try await stores.singleUse.use(short, until: example.now + 1))
            #expect(try await stores.singleUse.use(long, until: example.now + 2))
            #expect(try await stores.singleUse.removeExpired(at: example.now, limit: 10) == 0)
            #expect(try await stores.singleUse.removeExpired(at: example.now + 1, limit: 10) == 1)
            #expect(try await !stores.singleUse.use(long, until: example.now + 2))
            #expect(try await stores.singleUse.removeExpired(at: example.now + 2, limit: 10) == 1)
        }
    }

    @Test(
        "RFC 7009: an access token that was taken back is known as that to every process, and forgotten when it has expired",
        arguments: DatabaseKind.all)
    func revokedTokens(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let grant = try await example.refreshToken(first).grant
            let (token, other) = (AccessTokenName(poolID: example.poolID, id: "t-1"), AccessTokenName(poolID: example.poolID, id: "t-2"))
            let revoked = await gather(10) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).grants.revoke(token, until: example.now + 60)
            }
            #expect(revoked.failures == [])
            #expect(try await second.grants.isRevoked(token))
            #expect(try await !second.grants.isRevoked(other))
            #expect(try await second.grants.standing(of: grant.family, token: token) == nil)
            #expect(try await second.grants.standing(of: grant.family, token: other)?.isAlive == true)
            let user = try #require(grant.userID)
            #expect(try await !second.grants.find(grant.family, of: user, token: token, at: example.now).isAlive)
            #expect(try await second.grants.find(grant.family, of: user, token: other, at: example.now).isAlive)
            #expect(try await first.grants.removeExpired(at: example.now + 59, limit: 10) == 0)
            #expect(try await first.grants.removeExpired(at: example.now + 60, limit: 10) == 1)
            #expect(try await !first.grants.isRevoked(token))
        }
    }

    @Test(
        "a server of the version before does not see a client that proves itself, or chooses its people, in a way that it does not know",
        arguments: DatabaseKind.all)
    func hiddenClients(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            var client = example.client
            (client.authentication, client.requiredGroups, client.metadata) = (.secretPost, [], ClientMetadata())
            #expect(try await stores.clients.update(client))
            #expect(try await rows(database, "live_clients") == 1)
            let changes: [(inout AppClient) -> Void] = [
                { $0.authentication = .privateKey }, { $0.requiredGroups = ["staff"] }, { $0.requiresPushedRequests = true },
                { $0.requiresDPoP = true }, { $0.metadata.refreshTokenIdle = 3600 },
            ]
            for change in changes {
                var hidden = client
                change(&hidden)
                #expect(try await stores.clients.update(hidden))
                #expect(try await stores.clients.find(client.id, in: client.poolID) == hidden)
                #expect(try await rows(database, "live_clients") == 0)
            }
        }
    }

    @Test(
        "a family stands until it, its user or its provider ends; what was granted is read with it, and the current token",
        arguments: DatabaseKind.all)
    func standing(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            let name = AccessTokenName(poolID: example.poolID, id: "t-1")
            func isAlive() async throws -> Bool? { try await stores.grants.standing(of: token.grant.family, token: name)?.isAlive }
            #expect(try await stores.grants.standing(of: token.grant.family, token: name)?.grant == token.grant)
            #expect(try await stores.grants.standing(of: TokenFamily.ID(example.random())!, token: name) == nil)
            let current = try #require(try await stores.grants.current(token.presented))
            #expect(current.token.grant == token.grant && current.holder.user.id == token.grant.userID && current.holder.sourceIsEnabled)

            var provider = try #require(try await stores.providers.find(example.provider, in: example.poolID))
            provider.enabled = false
            #expect(try await stores.providers.update(provider))
            #expect(try await isAlive() == false)
            #expect(try await stores.grants.current(token.presented)?.holder.sourceIsEnabled == false)
            provider.enabled = true
            #expect(try await stores.providers.update(provider))
            #expect(try await isAlive() == true)

            let successor = example.successor(of: token)
            _ = try await stores.grants.rotate(token.presented, at: example.now, grace: 5) { _, _ in successor }
            #expect(try await stores.grants.current(token.presented) == nil)
            try await stores.grants.end(token.grant.family)
            #expect(try await isAlive() == false)
            let next = PresentedRefreshToken(.named(token.grant.family, generation: 2, isAuthentic: true), hash: successor)
            #expect(try await stores.grants.current(next) == nil)
        }
    }
}
