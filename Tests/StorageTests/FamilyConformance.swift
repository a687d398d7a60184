import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// A family of refresh tokens is one row: which of its tokens were used is known from their generations (THREATS cases 139 to 142).
extension StoreConformanceTests {
    @Test("case 140: rotated 10,000 times a family is one row, and the first token presented again still ends it", arguments: DatabaseKind.all)
    func manyRotations(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let first = try await example.refreshToken(stores)
            var token = first
            for _ in 0..<10_000 {
                token = try await stores.grants.rotate(token.presented, at: example.now, grace: 10) { token, _ in example.successor(of: token) }.token
            }
            #expect(token.generation == 10_001)
            #expect(try await rows(database, "token_families") == 1)
            #expect(try await rows(database, "earlier_refresh_tokens") == 0)
            await #expect(throws: GrantError.reused) {
                try await stores.grants.rotate(first.presented, at: example.now, grace: 10) { token, _ in example.successor(of: token) }
            }
            #expect(try await stores.grants.find(token.presented) == nil)
        }
    }

    @Test("case 141: within the grace a token gives the same successor, until that was used: then it is reuse", arguments: DatabaseKind.all)
    func graceEndsWithUse(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let first = try await example.refreshToken(stores)
            @Sendable func rotate(_ token: RefreshToken) async throws -> RefreshToken {
                try await stores.grants.rotate(token.presented, at: example.now, grace: 10) { token, _ in example.successor(of: token) }.token
            }
            let second = try await rotate(first)
            for _ in 1...3 { #expect(try await rotate(first).hash == second.hash) }
            let third = try await rotate(second)
            #expect(try await rotate(second).hash == third.hash)
            await #expect(throws: GrantError.reused) { try await rotate(first) }
            await #expect(throws: GrantError.unknown) { try await rotate(third) }
        }
    }

    @Test("a token of ours that a restored database does not know yet ends its family: an earlier one is current again", arguments: DatabaseKind.all)
    func setBack(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            @Sendable func rotate(_ token: RefreshToken) async throws -> RefreshToken {
                try await stores.grants.rotate(token.presented, at: example.now, grace: 10) { token, _ in example.successor(of: token) }.token
            }
            // The second one is of the generation of a token that somebody else got since the restore.
            for later in [3, 1] {
                let first = try await example.refreshToken(stores)
                let third = try await rotate(rotate(first))
                _ = try await database.write { connection throws(StoreError) in
                    let values: [SQLValue] = [.identifier(first.grant.family), .hash(first.hash)]
                    return try connection.execute("UPDATE token_families SET generation = 1, token_hash = $2 WHERE id = $1", values)
                }
                #expect(try await stores.grants.find(first.presented) != nil)
                let shown = PresentedRefreshToken(.named(first.grant.family, generation: later, isAuthentic: true), hash: third.hash)
                await #expect(throws: GrantError.reused) {
                    try await stores.grants.rotate(shown, at: example.now, grace: 10) { token, _ in example.successor(of: token) }
                }
                await #expect(throws: GrantError.unknown) { try await rotate(first) }
            }
        }
    }

    @Test("a token that nobody signed is none of a family's used ones: it ends nothing", arguments: DatabaseKind.all)
    func forgedGeneration(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let first = try await example.refreshToken(stores)
            let second = try await stores.grants.rotate(first.presented, at: example.now, grace: 0) { token, _ in example.successor(of: token) }.token
            let family = first.grant.family
            for forged in [
                PresentedRefreshToken(.named(family, generation: 1, isAuthentic: false), hash: first.hash),
                PresentedRefreshToken(.named(family, generation: 2, isAuthentic: false), hash: example.randomHash()),
                PresentedRefreshToken(.named(family, generation: 3, isAuthentic: false), hash: example.randomHash()),
                PresentedRefreshToken(.unnamed, hash: second.hash),
            ] {
                await #expect(throws: GrantError.unknown) {
                    try await stores.grants.rotate(forged, at: example.now, grace: 10) { token, _ in example.successor(of: token) }
                }
                #expect(try await stores.grants.grant(of: forged) == nil)
            }
            // The hash alone proves the current one, also where the signature is of a master key that is gone.
            let resealed = PresentedRefreshToken(.named(family, generation: 2, isAuthentic: false), hash: second.hash)
            #expect(try await stores.grants.find(resealed) != nil)
        }
    }

    @Test("case 142: a used code presented by another client is refused, and the tokens of its owner live", arguments: DatabaseKind.all)
    func usedCodeOfAnother(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (_, code) = try await example.signIn(stores)
            let hash = example.randomHash()
            let grant = try await stores.grants.redeem(code: code, at: example.now) { code, _ in example.token(for: code.grant, hash: hash) }.code
                .grant
            let token = example.token(for: grant, hash: hash)
            await #expect(throws: GrantError.refused(.otherClient)) {
                try await stores.grants.redeem(code: code, at: example.now) { _, _ throws(GrantRefusal) in throw .otherClient }
            }
            #expect(try await stores.grants.find(token.presented) != nil)
            // Its own client ends everything, whatever else is wrong.
            await #expect(throws: GrantError.reused) {
                try await stores.grants.redeem(code: code, at: example.now) { _, _ throws(GrantRefusal) in throw .wrongVerifier }
            }
            #expect(try await stores.grants.find(token.presented) == nil)
        }
    }

    @Test("case 139: 4,000 codes of one session leave a bounded number of rows, and the newest work", arguments: DatabaseKind.all)
    func manyCodes(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let session = try await stores.signIns.completeSignIn(example.completion(proof: "_a1")).session
            // One that an app lives on, from before the flood.
            let (kept, hash) = (example.code(for: session), example.randomHash())
            try await stores.grants.insert(kept)
            _ = try await stores.grants.redeem(code: kept.hash, at: example.now) { code, _ in example.token(for: code.grant, hash: hash) }
            let outcomes = await gather(4_000) { _ throws(StoreError) in try await stores.grants.insert(example.code(for: session)) }
            #expect(outcomes.failures == [])
            let last = example.code(for: session)
            try await stores.grants.insert(last)
            #expect(try await rows(database, "token_families") <= 200)
            #expect(try await rows(database, "authorization_codes") <= 200)
            #expect(try await stores.grants.find(example.token(for: kept.grant, hash: hash).presented) != nil)
            _ = try await stores.grants.redeem(code: last.hash, at: example.now) { _, _ in nil }
        }
    }
}
