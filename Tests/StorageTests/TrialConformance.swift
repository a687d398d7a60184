import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Dry sign-ins: a ticket is used once, and so is what it opened.
extension StoreConformanceTests {
    private func ticket(_ byte: UInt8) -> TrialTicket {
        TrialTicket(
            hash: SecretHash([UInt8](repeating: byte, count: 32))!, poolID: example.poolID, provider: IdentityProvider.Name("corp")!,
            member: "https://idp.example.edu", client: nil, createdAt: example.now, expiresAt: example.now + 600)
    }

    private func trial(_ number: Int, of browser: UInt8) -> TrialSignIn {
        TrialSignIn(
            id: TrialSignIn.ID(TrialSignIn.prefix + String(repeating: "0", count: 39) + "\(number)")!, ticket: ticket(1).hash, poolID: example.poolID,
            provider: IdentityProvider.Name("corp")!, member: "https://idp.example.edu", client: nil,
            browser: SecretHash([UInt8](repeating: browser, count: 32))!,
            responseAddress: "https://id.example/p/saml2/idpresponse", expiresAt: example.now + 1800)
    }

    @Test("dry sign-ins: of many who open one ticket and of many answers to one request, one each, on two servers", arguments: DatabaseKind.all)
    func trialsOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let ticket = ticket(1), now = example.now
            try await first.trials.insert(ticket, recorded: .any(in: example.poolID))
            #expect(try await second.trials.find(ticket.hash, in: example.poolID, at: now) == ticket)
            let opened = await gather(8) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).trials.open(ticket, as: trial(index, of: UInt8(index)), at: now)
            }
            #expect(opened.failures == [] && opened.successes.filter { $0 }.count == 1)
            #expect(try await first.trials.find(ticket.hash, in: example.poolID, at: now) == nil)
            var winner: Int?
            for index in 0..<8 where try await first.trials.waits(trial(index, of: 0).id, in: example.poolID, at: now) { winner = index }
            let index = try #require(winner)
            let waiting = trial(index, of: UInt8(index))
            // Another browser takes nothing away.
            #expect(try await second.trials.consume(waiting.id, of: trial(index, of: 99).browser, in: example.poolID, at: now) == nil)
            let consumed = await gather(8) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).trials.consume(waiting.id, of: waiting.browser, in: example.poolID, at: now)
            }
            #expect(consumed.failures == [] && consumed.successes.compactMap(\.self) == [waiting])
            #expect(try await !first.trials.waits(waiting.id, in: example.poolID, at: now))
        }
    }

    @Test("dry sign-ins: what is over counts no more, and is swept", arguments: DatabaseKind.all)
    func trialsEnd(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (fresh, old) = (ticket(1), ticket(2))
            for ticket in [fresh, old] { try await stores.trials.insert(ticket, recorded: .any(in: example.poolID)) }
            let late = example.now + 600
            #expect(try await stores.trials.find(old.hash, in: example.poolID, at: late) == nil)
            #expect(try await !stores.trials.open(old, as: trial(1, of: 1), at: late))
            #expect(try await stores.trials.open(fresh, as: trial(2, of: 1), at: example.now))
            #expect(try await stores.trials.removeExpired(at: late, limit: 10) == 1)
            let end = trial(2, of: 1).expiresAt
            #expect(try await stores.trials.consume(trial(2, of: 1).id, of: trial(2, of: 1).browser, in: example.poolID, at: end) == nil)
            #expect(try await stores.trials.removeExpired(at: end, limit: 10) == 1)
        }
    }

    @Test("dry sign-ins: who waits for one learns how far it is and what came of it, for a while, and in its own pool", arguments: DatabaseKind.all)
    func trialProgress(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (ticket, now, pool) = (ticket(1), example.now, example.poolID)
            func progress(at now: Date? = nil, in other: UserPool.ID? = nil) async throws -> TrialProgress {
                try await second.trials.progress(of: ticket.hash, in: other ?? pool, at: now ?? example.now)
            }
            #expect(try await progress() == .over)
            try await first.trials.insert(ticket, recorded: .any(in: pool))
            #expect(try await progress() == .waits)
            #expect(try await progress(at: ticket.expiresAt) == .over)
            let trial = trial(1, of: 1)
            #expect(try await first.trials.open(ticket, as: trial, at: now))
            #expect(try await progress() == .begun)
            #expect(try await first.trials.consume(trial.id, of: trial.browser, in: pool, at: now) == trial)
            #expect(try await progress() == .over)
            let outcome = TrialOutcome(
                error: "saml.audience", checks: [.init(name: "signature", outcome: "ok"), .init(name: "audience", outcome: "failed")])
            try await first.trials.keep(outcome, of: ticket.hash, in: pool, until: now + 600)
            // The first one counts.
            try await first.trials.keep(TrialOutcome(error: nil, checks: []), of: ticket.hash, in: pool, until: now + 900)
            #expect(try await progress() == .answered(outcome))
            #expect(try await progress(in: UserPool.ID("local_Other")!) == .over)
            #expect(try await progress(at: now + 600) == .over)
            #expect(try await first.trials.removeExpired(at: now + 599, limit: 10) == 0)
            #expect(try await first.trials.removeExpired(at: now + 600, limit: 10) == 1)
        }
    }
}
