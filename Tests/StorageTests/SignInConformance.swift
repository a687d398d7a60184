import Foundation
import TestSupport
import Testing
import UserPools

/// What every database must do for the stores; each test runs on each kind.
@Suite struct StoreConformanceTests {
    let example = Example()
}

extension StoreConformanceTests {
    @Test("a pending sign-in is read as it was written, by its pool only", arguments: DatabaseKind.all)
    func pendingSignIn(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let pending = example.pending()
            try await stores.signIns.insert(pending)
            let found = try #require(try await stores.signIns.find(pending.id, in: example.poolID))
            #expect(found.request == pending.request)
            #expect(found.browser == pending.browser)
            #expect(found.source == pending.source)
            #expect(found.responseAddress == pending.responseAddress)
            #expect(found.authenticatedAfter == pending.authenticatedAfter)
            #expect((found.createdAt, found.expiresAt) == (pending.createdAt, pending.expiresAt))
            #expect(try await stores.signIns.find(pending.id, in: UserPool.ID("local_other")!) == nil)
            await #expect(throws: StoreError.conflict(what: "pending sign-in")) { try await stores.signIns.insert(pending) }
        }
    }

    @Test("completing makes the user, the session and the code, and uses up the pending sign-in", arguments: DatabaseKind.all)
    func completeSignIn(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let pending = example.pending()
            try await stores.signIns.insert(pending)
            let code = example.randomHash()
            let completed = try await stores.signIns.completeSignIn(example.completion(pending: pending.id, proof: "_a1", code: code))
            #expect(completed.isNewUser)
            #expect(completed.user.username == "corp_ann")
            #expect(try await stores.users.find(completed.user.id, in: example.poolID) == completed.user)
            #expect(try await stores.users.find(username: "corp_ann", in: example.poolID) == completed.user)
            let found = try #require(try await stores.sessions.find(cookie: completed.session.cookie, in: example.poolID, at: example.now))
            #expect(found.session.id == completed.session.id)
            #expect(found.session.upstreamSessionIndex == "index-1")
            #expect(found.user == completed.user)
            #expect(try await stores.signIns.find(pending.id, in: example.poolID) == nil)
            let redeemed = try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil }
            #expect(redeemed.user == completed.user)
            #expect(redeemed.code.grant.sessionID == completed.session.id)
        }
    }

    @Test("case 67: the same answer again, one after the other, gives nothing", arguments: DatabaseKind.all)
    func answeredTwice(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            try await stores.signIns.insert(example.pending())
            let completion = example.completion(pending: example.pending().id, proof: "_a1")
            _ = try await stores.signIns.completeSignIn(completion)
            await #expect(throws: SignInCompletionError.alreadyCompleted) { try await stores.signIns.completeSignIn(completion) }
        }
    }

    @Test("case 67: the same answer 50 times at once, through two processes, gives one session", arguments: DatabaseKind.all)
    func answeredAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            try await first.signIns.insert(example.pending())
            let outcomes = await gather(50) { index throws(SignInCompletionError) in
                let stores = index.isMultiple(of: 2) ? first : second
                return try await stores.signIns.completeSignIn(example.completion(pending: example.pending().id, proof: "_a1"))
            }
            #expect(outcomes.successes.count == 1)
            #expect(outcomes.failures == Array(repeating: .alreadyCompleted, count: 49))
        }
    }

    @Test("case 66: an unsolicited assertion counts once, also 50 times at once", arguments: DatabaseKind.all)
    func unsolicitedReplay(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(50) { index throws(SignInCompletionError) in
                try await (index.isMultiple(of: 2) ? first : second).signIns.completeSignIn(example.completion(proof: "_a1"))
            }
            #expect(outcomes.successes.count == 1)
            #expect(outcomes.failures == Array(repeating: .replayed, count: 49))
        }
    }

    @Test("case 67: a replayed assertion leaves the pending sign-in for the right answer", arguments: DatabaseKind.all)
    func replayLeavesPending(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            _ = try await stores.signIns.completeSignIn(example.completion(proof: "_a1"))
            try await stores.signIns.insert(example.pending())
            await #expect(throws: SignInCompletionError.replayed) {
                try await stores.signIns.completeSignIn(example.completion(pending: example.pending().id, proof: "_a1"))
            }
            #expect(try await stores.signIns.find(example.pending().id, in: example.poolID) != nil)
            _ = try await stores.signIns.completeSignIn(example.completion(pending: example.pending().id, proof: "_a2"))
        }
    }

    @Test("case 65: an expired pending sign-in, or another provider's, completes nothing", arguments: DatabaseKind.all)
    func expiredPending(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            try await stores.signIns.insert(example.pending(lives: 0))
            await #expect(throws: SignInCompletionError.alreadyCompleted) {
                try await stores.signIns.completeSignIn(example.completion(pending: example.pending().id, proof: "_a1"))
            }
            try await stores.signIns.insert(example.pending("_pending-sign-in-2"))
            var other = example
            other.provider = IdentityProvider.Name("other")!
            let completion = other.completion(pending: PendingSignIn.ID("_pending-sign-in-2")!, proof: "_a1")
            await #expect(throws: SignInCompletionError.alreadyCompleted) { try await stores.signIns.completeSignIn(completion) }
            #expect(try await stores.users.list(in: example.poolID, after: nil, limit: 10).isEmpty)
        }
    }

    @Test("case 75: a disabled user completes nothing, and nothing is written", arguments: DatabaseKind.all)
    func disabledUser(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let completed = try await stores.signIns.completeSignIn(example.completion(proof: "_a1"))
            #expect(try await stores.users.setEnabled(false, completed.user.id, in: example.poolID))
            try await stores.signIns.insert(example.pending())
            let completion = example.completion(pending: example.pending().id, proof: "_a2")
            await #expect(throws: SignInCompletionError.userDisabled) { try await stores.signIns.completeSignIn(completion) }
            #expect(try await stores.signIns.find(example.pending().id, in: example.poolID) != nil)
            #expect(try await stores.users.setEnabled(true, completed.user.id, in: example.poolID))
            #expect(try await stores.signIns.completeSignIn(completion).isNewUser == false)
        }
    }

    @Test("case 124: an assertion's ID is remembered a day longer than it is valid", arguments: DatabaseKind.all)
    func proofOutlivesClock(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            _ = try await stores.signIns.completeSignIn(example.completion(proof: "_a1"))
            #expect(try await stores.signIns.removeExpired(at: example.now.addingTimeInterval(3600), limit: 100) == 0)
            await #expect(throws: SignInCompletionError.replayed) { try await stores.signIns.completeSignIn(example.completion(proof: "_a1")) }
            #expect(try await stores.signIns.removeExpired(at: example.now.addingTimeInterval(25 * 3600), limit: 100) == 1)
        }
    }

    @Test("cleaning deletes what expired, no more than it was told", arguments: DatabaseKind.all)
    func cleaning(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            for index in 1...5 { try await stores.signIns.insert(example.pending("_pending-sign-in-\(index)", lives: Double(index))) }
            let later = example.now.addingTimeInterval(4)
            #expect(try await stores.signIns.removeExpired(at: later, limit: 3) == 3)
            #expect(try await stores.signIns.removeExpired(at: later, limit: 3) == 1)
            #expect(try await stores.signIns.removeExpired(at: later, limit: -1) == 0)
            #expect(try await stores.signIns.find(PendingSignIn.ID("_pending-sign-in-5")!, in: example.poolID) != nil)
        }
    }
}

/// Runs `work` so many times at once.
func gather<Value: Sendable, Failure: Error>(
    _ count: Int, _ work: @escaping @Sendable (Int) async throws(Failure) -> Value
) async -> (successes: [Value], failures: [Failure]) {
    await withTaskGroup(of: Result<Value, Failure>.self) { group in
        for index in 0..<count {
            group.addTask {
                do throws(Failure) { return .success(try await work(index)) } catch { return .failure(error) }
            }
        }
        var (successes, failures): ([Value], [Failure]) = ([], [])
        for await result in group {
            switch result {
            case .success(let value): successes.append(value)
            case .failure(let error): failures.append(error)
            }
        }
        return (successes, failures)
    }
}
