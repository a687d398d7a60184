import Foundation
import TestSupport
import Testing
import UserPools

extension StoreConformanceTests {
    @Test("RFC 6749 §4.1.2: a code is redeemed once and carries what it was made with", arguments: DatabaseKind.all)
    func redeem(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let completed = try await stores.signIns.completeSignIn(example.completion(proof: "_a1"))
            let code = example.code(for: completed.session)
            try await stores.grants.insert(code)
            let token = example.token(for: code.grant)
            let redeemed = try await stores.grants.redeem(code: code.hash, at: example.now) { seen, holder throws(GrantRefusal) in
                guard seen.grant == code.grant, holder == GrantHolder(user: completed.user, sourceIsEnabled: true) else { throw .otherClient }
                return token
            }
            #expect(redeemed.code.grant == code.grant)
            #expect(redeemed.code.redirectURI == code.redirectURI)
            #expect(redeemed.code.codeChallenge == code.codeChallenge)
            #expect(redeemed.code.expiresAt == code.expiresAt)
            #expect(redeemed.user == completed.user)
            let found = try #require(try await stores.grants.find(token.presented))
            #expect(found.grant == code.grant)
            #expect((found.issuedAt, found.expiresAt) == (token.issuedAt, token.expiresAt))
        }
    }

    @Test("case 104: a code used twice gives nothing the second time and ends what the first gave", arguments: DatabaseKind.all)
    func redeemTwice(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (_, code) = try await example.signIn(stores)
            let hash = example.randomHash()
            let grant = try await stores.grants.redeem(code: code, at: example.now) { code, _ in
                RefreshToken(hash: hash, grant: code.grant, issuedAt: example.now, expiresAt: example.now.addingTimeInterval(60))
            }.code.grant
            let token = example.token(for: grant, hash: hash)
            #expect(try await stores.grants.find(token.presented) != nil)
            #expect(try await stores.grants.isAlive(grant))
            await #expect(throws: GrantError.reused) { try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil } }
            #expect(try await stores.grants.find(token.presented) == nil)
            #expect(try await stores.grants.isAlive(grant) == false)
            await #expect(throws: GrantError.unknown) {
                try await stores.grants.rotate(token.presented, at: example.now, grace: 5) { token, _ in example.successor(of: token) }
            }
        }
    }

    @Test("case 104: 50 redemptions at once, through two processes: one success, and its tokens are ended", arguments: DatabaseKind.all)
    func redeemAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (_, code) = try await example.signIn(first)
            let outcomes = await gather(50) { index throws(GrantError) in
                let stores = index.isMultiple(of: 2) ? first : second
                let hash = example.randomHash()
                let grant = try await stores.grants.redeem(code: code, at: example.now) { code, _ in
                    RefreshToken(hash: hash, grant: code.grant, issuedAt: example.now, expiresAt: example.now.addingTimeInterval(60))
                }.code.grant
                return example.token(for: grant, hash: hash)
            }
            #expect(outcomes.successes.count == 1)
            #expect(outcomes.failures == Array(repeating: .reused, count: 49))
            #expect(try await first.grants.find(outcomes.successes[0].presented) == nil)
        }
    }

    @Test("case 105: a code that was refused is used up and gave nothing", arguments: DatabaseKind.all)
    func refusedCode(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (_, code) = try await example.signIn(stores)
            await #expect(throws: GrantError.refused(.wrongVerifier)) {
                try await stores.grants.redeem(code: code, at: example.now) { _, _ throws(GrantRefusal) in throw .wrongVerifier }
            }
            await #expect(throws: GrantError.reused) { try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil } }
            await #expect(throws: GrantError.unknown) {
                try await stores.grants.redeem(code: example.randomHash(), at: example.now) { _, _ in nil }
            }
        }
    }

    @Test("case 105: a code expires to the second, and the check does not see it then", arguments: DatabaseKind.all)
    func expiredCode(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (_, late) = try await example.signIn(stores)
            await #expect(throws: GrantError.refused(.expired)) {
                try await stores.grants.redeem(code: late, at: example.now.addingTimeInterval(300)) { _, _ throws(GrantRefusal) in
                    throw .otherClient
                }
            }
            let (_, intime) = try await example.signIn(stores)
            _ = try await stores.grants.redeem(code: intime, at: example.now.addingTimeInterval(299.9)) { _, _ in nil }
        }
    }

    @Test("case 108: after sign-out a code that still waits gives nothing, and no code is made", arguments: DatabaseKind.all)
    func codeAfterSignOut(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (completed, code) = try await example.signIn(stores)
            #expect(try await stores.sessions.end(completed.session.id, in: example.poolID))
            await #expect(throws: GrantError.unknown) {
                try await stores.grants.redeem(code: code, at: example.now) { code, _ in example.token(for: code.grant) }
            }
            await #expect(throws: StoreError.conflict(what: "sign-out of session \(completed.session.id)")) {
                try await stores.grants.insert(example.code(for: completed.session))
            }
        }
    }

    @Test("a family that ended takes neither a second code nor a token", arguments: DatabaseKind.all)
    func endedFamily(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let completed = try await stores.signIns.completeSignIn(example.completion(proof: "_a1"))
            let code = example.code(for: completed.session)
            try await stores.grants.insert(code)
            try await stores.grants.end(code.grant.family)
            let again = AuthorizationCode(
                hash: example.randomHash(), grant: code.grant, redirectURI: code.redirectURI, codeChallenge: "c", issuedAt: code.issuedAt,
                expiresAt: code.expiresAt)
            await #expect(throws: StoreError.conflict(what: "token family")) { try await stores.grants.insert(again) }
            await #expect(throws: GrantError.unknown) {
                try await stores.grants.redeem(code: code.hash, at: example.now) { code, _ in example.token(for: code.grant) }
            }
        }
    }

    @Test("RFC 9700 §4.14: a refresh token is rotated; case 108: used again it ends its family", arguments: DatabaseKind.all)
    func rotate(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            let successor = example.randomHash()
            let rotated = try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { seen, _ throws(GrantRefusal) in
                guard seen.grant == token.grant else { throw .otherClient }
                return successor
            }
            #expect(rotated.token.hash == successor && rotated.token.generation == 2)
            // Rotation does not prolong: the family ends when its first token would have.
            #expect(rotated.token.expiresAt == token.expiresAt)
            let other = try await example.refreshToken(stores)
            #expect(try await stores.grants.find(token.presented) == nil)
            #expect(try await stores.grants.find(rotated.token.presented)?.grant == token.grant)
            for _ in 1...2 {
                await #expect(throws: GrantError.reused) {
                    try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { token, _ in example.successor(of: token) }
                }
            }
            await #expect(throws: GrantError.unknown) {
                try await stores.grants.rotate(rotated.token.presented, at: example.now, grace: 0) { token, _ in example.successor(of: token) }
            }
            // Another family of the same person lives.
            #expect(try await stores.grants.find(other.presented) != nil)
        }
    }

    @Test("case 108: 50 rotations at once, through two processes: one successor, then the family has ended", arguments: DatabaseKind.all)
    func rotateAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let token = try await example.refreshToken(first)
            let outcomes = await gather(50) { index throws(GrantError) in
                try await (index.isMultiple(of: 2) ? first : second).grants.rotate(token.presented, at: example.now, grace: 0) { token, _ in
                    example.successor(of: token)
                }.token
            }
            #expect(outcomes.successes.count == 1)
            #expect(outcomes.failures == Array(repeating: .reused, count: 49))
            #expect(try await first.grants.find(outcomes.successes[0].presented) == nil)
        }
    }

    @Test("case 108: within the grace 50 rotations at once get one and the same successor", arguments: DatabaseKind.all)
    func rotateAtOnceWithGrace(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let token = try await example.refreshToken(first)
            let outcomes = await gather(50) { index throws(GrantError) in
                try await (index.isMultiple(of: 2) ? first : second).grants.rotate(token.presented, at: example.now, grace: 5) { token, _ in
                    example.successor(of: token)
                }.token
            }
            #expect(outcomes.failures == [])
            #expect(Set(outcomes.successes.map(\.hash)).count == 1)
            #expect(try await first.grants.find(outcomes.successes[0].presented) != nil)
        }
    }

    @Test("case 124: neither a later time nor a clock set back lengthens the grace", arguments: [DatabaseKind.sqlite], [5.1, 3600, -5.1, -3600])
    func graceEnds(_ kind: DatabaseKind, _ seconds: TimeInterval) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            let rotated = try await stores.grants.rotate(token.presented, at: example.now, grace: 5) { token, _ in
                example.successor(of: token)
            }
            for inside in [5.0, -5.0] {
                let again = try await stores.grants.rotate(token.presented, at: example.now.addingTimeInterval(inside), grace: 5) { token, _ in
                    example.successor(of: token)
                }
                #expect(again.token.hash == rotated.token.hash)
            }
            await #expect(throws: GrantError.reused) {
                try await stores.grants.rotate(token.presented, at: example.now.addingTimeInterval(seconds), grace: 5) { token, _ in
                    example.successor(of: token)
                }
            }
            #expect(try await stores.grants.find(rotated.token.presented) == nil)
        }
    }

    @Test("case 108: a check that refuses leaves the refresh token and its family as they were", arguments: DatabaseKind.all)
    func refusedRotation(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            await #expect(throws: GrantError.refused(.otherClient)) {
                try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { _, _ throws(GrantRefusal) in throw .otherClient }
            }
            let rotated = try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { token, _ in
                example.successor(of: token)
            }
            // Another client that shows a retired token must not be able to end the family.
            await #expect(throws: GrantError.refused(.otherClient)) {
                try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { _, _ throws(GrantRefusal) in throw .otherClient }
            }
            #expect(try await stores.grants.find(rotated.token.presented) != nil)
        }
    }

    @Test("case 108: expired, after sign-out, with a disabled or deleted user a refresh token gives nothing", arguments: DatabaseKind.all)
    func deadRefreshTokens(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            @Sendable func rotate(_ token: RefreshToken, after seconds: TimeInterval = 0) async throws -> User {
                try await stores.grants.rotate(token.presented, at: example.now.addingTimeInterval(seconds), grace: 0) { token, _ in
                    example.successor(of: token)
                }.user
            }
            let expired = try await example.refreshToken(stores, subject: "expired")
            await #expect(throws: GrantError.refused(.expired)) { try await rotate(expired, after: 86_400) }
            let signedOut = try await example.refreshToken(stores, subject: "signed-out")
            #expect(try await stores.sessions.endAll(of: signedOut.grant.userID!, in: example.poolID) == 1)
            await #expect(throws: GrantError.unknown) { try await rotate(signedOut) }
            let disabled = try await example.refreshToken(stores, subject: "disabled")
            #expect(try await stores.users.setEnabled(false, disabled.grant.userID!, in: example.poolID))
            await #expect(throws: GrantError.unknown) { try await rotate(disabled) }
            let deleted = try await example.refreshToken(stores, subject: "deleted")
            #expect(try await stores.users.delete(deleted.grant.userID!, in: example.poolID))
            await #expect(throws: GrantError.unknown) { try await rotate(deleted) }
            await #expect(throws: GrantError.unknown) { try await rotate(example.token(for: deleted.grant)) }
        }
    }

    @Test("case 75: a disabled user's code is refused and used up", arguments: DatabaseKind.all)
    func codeOfDisabledUser(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (completed, code) = try await example.signIn(stores)
            #expect(try await stores.users.setEnabled(false, completed.user.id, in: example.poolID))
            // Disabling ended its family.
            await #expect(throws: GrantError.unknown) {
                try await stores.grants.redeem(code: code, at: example.now) { code, _ in example.token(for: code.grant) }
            }
            #expect(try await stores.users.setEnabled(true, completed.user.id, in: example.poolID))
            await #expect(throws: GrantError.reused) { try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil } }
        }
    }

    @Test("cleaning deletes expired codes and refresh tokens, and what ended stays ended", arguments: DatabaseKind.all)
    func cleaningGrants(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            _ = try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { token, _ in
                example.successor(of: token)
            }
            let day: TimeInterval = 86_400
            #expect(try await stores.grants.removeExpired(at: example.now.addingTimeInterval(day - 1), limit: 10) == 0)
            await #expect(throws: GrantError.reused) {
                try await stores.grants.rotate(token.presented, at: example.now.addingTimeInterval(day - 1), grace: 0) { token, _ in
                    example.successor(of: token)
                }
            }
            // The code goes a day after it expired, the family a day after its token.
            #expect(try await stores.grants.removeExpired(at: example.now.addingTimeInterval(day + 300), limit: 10) == 1)
            #expect(try await stores.grants.removeExpired(at: example.now.addingTimeInterval(2 * day - 1), limit: 10) == 0)
            #expect(try await stores.grants.removeExpired(at: example.now.addingTimeInterval(2 * day), limit: 10) == 1)
            #expect(try await stores.grants.removeExpired(at: example.now.addingTimeInterval(3 * day), limit: 10) == 0)
        }
    }
}
