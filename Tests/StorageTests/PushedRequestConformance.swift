import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Pushed authorization requests: each gives one code, whoever answers it.
extension StoreConformanceTests {
    private func pushed(_ hash: SecretHash) -> PushedRequest {
        PushedRequest(
            hash: hash, poolID: example.poolID, clientID: example.clientID,
            parameters: [.init("state", "s"), .init("scope", "openid"), .init("state", "Ä \"")], createdAt: example.now, expiresAt: example.now + 90)
    }

    @Test("of 50 codes for one pushed request at once, through two processes, one is written; none without the request", arguments: DatabaseKind.all)
    func pushedOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let session = try await example.signIn(first).completed.session
            let hash = example.randomHash()
            try await first.pushedRequests.insert(pushed(hash))
            let codes = (0..<50).map { _ in example.code(for: session) }
            let written = await gather(50) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).grants.insert(codes[index], answering: hash)
            }
            #expect(written.failures == [] && written.successes.count { $0 } == 1)
            #expect(try await second.pushedRequests.present(hash, of: example.clientID, in: example.poolID, at: example.now) == nil)
            let redeemed = await gather(50) { index throws(StoreError) -> SecretHash? in
                do throws(GrantError) {
                    return try await second.grants.redeem(code: codes[index].hash, at: example.now) { _, _ in nil }.code.hash
                } catch {
                    guard error == .unknown else { throw StoreError.corrupt(what: "\(error)") }
                    return nil
                }
            }
            #expect(redeemed.failures == [] && redeemed.successes.compactMap(\.self).count == 1)
        }
    }

    @Test("of 8 sign-ins that answer one pushed request at once one is completed, and of the others nothing is written", arguments: DatabaseKind.all)
    func pushedCompletedOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let hash = example.randomHash()
            try await first.pushedRequests.insert(pushed(hash))
            let completed = await gather(8) { index throws(SignInCompletionError) in
                try await (index.isMultiple(of: 2) ? first : second).signIns.completeSignIn(
                    example.completion(proof: "_p\(index)", code: example.randomHash(), pushed: hash))
            }
            #expect(completed.successes.count == 1)
            #expect(completed.failures == Array(repeating: .requestUsed, count: 7))
            // The proof of one that was refused was not taken.
            #expect(try await first.users.list(in: example.poolID, after: nil, limit: 10).count == 1)
        }
    }

    @Test(
        "a pushed request is its client's, as it was pushed; presented in time it lives for an hour, and is swept then", arguments: DatabaseKind.all)
    func pushedLives(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (hash, late) = (example.randomHash(), example.randomHash())
            for hash in [hash, late] { try await stores.pushedRequests.insert(pushed(hash)) }
            func present(_ hash: SecretHash, at seconds: TimeInterval, of client: String = "client-1", in pool: String = "local_Ab3") async throws
                -> [PushedRequest.Parameter]?
            {
                try await stores.pushedRequests.present(hash, of: AppClient.ID(client)!, in: UserPool.ID(pool)!, at: example.now + seconds)
            }
            #expect(try await present(hash, at: 0, of: "client-2") == nil)
            #expect(try await present(hash, at: 0, in: "local_other") == nil)
            #expect(try await present(hash, at: 89) == pushed(hash).parameters)
            #expect(try await present(late, at: 90) == nil)
            #expect(try await present(hash, at: 3599) == pushed(hash).parameters)
            #expect(try await present(hash, at: 3600) == nil)
            #expect(try await stores.pushedRequests.removeExpired(at: example.now + 3599, limit: 10) == 1)
            #expect(try await stores.pushedRequests.removeExpired(at: example.now + 3600, limit: 10) == 1)
        }
    }
}
