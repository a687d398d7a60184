import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

extension Example {
    func initialToken(_ id: String = "leave1", uses: Int = 1, lives seconds: TimeInterval = 60) -> InitialAccessToken {
        InitialAccessToken(
            id: InitialAccessToken.ID(id)!, poolID: poolID, hash: randomHash(), usesLeft: uses, redirectHosts: ["app.example.com"], createdAt: now,
            expiresAt: now + seconds)
    }

    func selfRegistered(_ id: String) -> AppClient {
        var client = AppClient(
            id: AppClient.ID(id)!, poolID: poolID, name: "Itself", redirectURIs: ["https://app.example.com/cb"], createdAt: now)
        var registration = SelfRegistration(.token)
        registration.accessToken = randomHash().base64URLText
        registration.logoURI = "https://app.example.com/logo.png"
        client.metadata.registration = registration
        client.metadata.defaultMaxAge = 300
        return client
    }
}

/// Apps that register themselves.
extension StoreConformanceTests {
    @Test(
        "RFC 7591 §1.2, THREATS case 198: of 50 that come at once with a token of one use, through two processes, one becomes a client",
        arguments: DatabaseKind.all)
    func registrations(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let leave = example.initialToken()
            try await first.registrations.insert(leave, recorded: .any(in: example.poolID))
            let before = try await first.clients.list(in: example.poolID).count
            let outcomes = await gather(50) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).registrations.register(
                    example.selfRegistered("app-\(index)"), with: leave.hash, unusedUntil: example.now + 60, maximum: 10,
                    recorded: .any(in: example.poolID))
            }
            #expect(outcomes.failures == [] && outcomes.successes.count { $0 == .registered } == 1)
            #expect(outcomes.successes.count { $0 == .refused } == 49)
            let clients = try await second.clients.list(in: example.poolID)
            #expect(clients.count == before + 1 && clients.contains { $0.metadata.registration?.logoURI != nil && $0.metadata.defaultMaxAge == 300 })
            #expect(try await second.registrations.tokens(in: example.poolID, at: example.now) == [])
            #expect(try await second.registrations.find(leave.hash, in: example.poolID, at: example.now) == nil)
        }
    }

    @Test("case 199: no more than the maximum register themselves, and what is refused uses no token up", arguments: DatabaseKind.all)
    func registrationMaximum(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let leave = example.initialToken(uses: 40)
            try await first.registrations.insert(leave, recorded: .any(in: example.poolID))
            let outcomes = await gather(20) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).registrations.register(
                    example.selfRegistered("app-\(index)"), with: leave.hash, unusedUntil: example.now + 60, maximum: 3,
                    recorded: .any(in: example.poolID))
            }
            #expect(outcomes.failures == [] && outcomes.successes.count { $0 == .registered } == 3)
            #expect(outcomes.successes.count { $0 == .full } == 17)
            #expect(try await first.registrations.find(leave.hash, in: example.poolID, at: example.now)?.usesLeft == 37)
            // Where none is needed.
            let document = example.selfRegistered("app-document")
            #expect(
                try await first.registrations.register(
                    document, with: nil, unusedUntil: example.now, maximum: 4, recorded: .any(in: example.poolID)) == .registered)
        }
    }

    @Test("a token is good until it is over or taken back, in its pool; a pool has a maximum of them", arguments: DatabaseKind.all)
    func initialTokens(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (leave, other) = (example.initialToken("b", uses: 2), example.initialToken("a", lives: 1))
            for token in [leave, other] { try await stores.registrations.insert(token, recorded: .any(in: example.poolID)) }
            #expect(try await stores.registrations.tokens(in: example.poolID, at: example.now) == [other, leave])
            #expect(try await stores.registrations.find(leave.hash, in: example.poolID, at: example.now) == leave)
            #expect(try await stores.registrations.find(leave.hash, in: UserPool.ID("local_other")!, at: example.now) == nil)
            #expect(try await stores.registrations.find(other.hash, in: example.poolID, at: example.now + 1) == nil)
            #expect(try await stores.registrations.removeExpired(at: example.now + 1, limit: 10) == 1)
            #expect(try await stores.registrations.revoke(leave.id, in: example.poolID, recorded: .any(in: example.poolID)))
            #expect(try await !stores.registrations.revoke(leave.id, in: example.poolID, recorded: .any(in: example.poolID)))
            #expect(try await stores.registrations.find(leave.hash, in: example.poolID, at: example.now) == nil)
            for number in 1...InitialAccessToken.maximumLive {
                try await stores.registrations.insert(example.initialToken("t\(number)"), recorded: .any(in: example.poolID))
            }
            await #expect(throws: StoreError.conflict(what: "initial access token beyond the maximum of 100")) {
                try await stores.registrations.insert(example.initialToken("late"), recorded: .any(in: example.poolID))
            }
        }
    }

    @Test("a client that registered itself stays as long as it is used, and goes with what was granted to it", arguments: DatabaseKind.all)
    func unusedRegistrations(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (used, unused) = (example.selfRegistered("used"), example.selfRegistered("unused"))
            for client in [used, unused] {
                #expect(
                    try await stores.registrations.register(
                        client, with: nil, unusedUntil: example.now + 60, maximum: 10, recorded: .any(in: example.poolID)) == .registered)
            }
            try await stores.registrations.keep(used.id, in: example.poolID, until: example.now + 120)
            // A server whose clock goes behind does not shorten it.
            try await stores.registrations.keep(used.id, in: example.poolID, until: example.now)
            @Sendable func event(_ pool: UserPool.ID, _ client: AppClient.ID) -> AuditEvent { .any(.client, client.text, in: pool) }
            #expect(try await stores.registrations.removeUnused(at: example.now + 59, limit: 10, recorded: event) == 0)
            #expect(try await stores.registrations.removeUnused(at: example.now + 60, limit: 10, recorded: event) == 1)
            #expect(try await stores.clients.find(unused.id, in: example.poolID) == nil)
            #expect(try await stores.clients.find(used.id, in: example.poolID) == used)
            let target = AuditEvent.Target(.client, unused.id.text)
            #expect(try await stores.audit.list(in: example.poolID, target: target, limit: 10).count == 1)
            // One that an admin deleted is not deleted again.
            #expect(try await stores.clients.delete(used.id, in: example.poolID))
            #expect(try await stores.registrations.removeUnused(at: example.now + 120, limit: 10, recorded: event) == 0)
            #expect(try await stores.clients.find(example.clientID, in: example.poolID) != nil)
        }
    }
}
