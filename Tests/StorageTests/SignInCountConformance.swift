import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Numbers of sign-ins by the hour: added up, bounded, and gone in time.
extension StoreConformanceTests {
    private func count(
        _ outcome: SignInRecord.Outcome = .accepted, _ count: Int = 1, after seconds: TimeInterval = 0, provider: String? = "corp",
        code: String? = nil
    ) -> SignInCount {
        SignInCount(
            poolID: example.poolID, provider: provider.map { IdentityProvider.Name($0)! }, at: example.now + seconds, outcome: outcome, code: code,
            count: count)
    }

    private func add(_ stores: Stores, _ counts: SignInCount...) async throws {
        try await stores.signInRecords.insert([], [], leftOut: [], counts: counts)
    }

    private func list(_ stores: Stores, provider: String? = nil, since seconds: TimeInterval = 0) async throws -> [SignInCount] {
        try await stores.signInCounts.list(
            in: example.poolID, provider: provider.map { IdentityProvider.Name($0)! }, since: example.now + seconds)
    }

    @Test("what two processes count is added up, by hour, provider, outcome and code; the oldest is listed first", arguments: DatabaseKind.all)
    func signInCountsAdded(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            try await add(first, count(.accepted, 2), count(.refused, 1, code: "saml.audience"))
            try await add(second, count(.accepted, 3), count(.refused, 4, after: 3600, provider: nil, code: "sign_in.no_provider"))
            try await add(second, count(.accepted, 7, provider: "other"))
            async let one: Void = add(first, count(.accepted, 10))
            async let other: Void = add(second, count(.accepted, 20))
            _ = try await (one, other)
            #expect(
                try await list(first) == [
                    count(.accepted, 35), count(.refused, 1, code: "saml.audience"), count(.accepted, 7, provider: "other"),
                    count(.refused, 4, after: 3600, provider: nil, code: "sign_in.no_provider"),
                ])
            #expect(try await list(second, provider: "other").map(\.count) == [7])
            // A part of an hour is the hour.
            #expect(try await list(second, since: 3600 + 59).map(\.count) == [4])
            #expect(try await list(second, since: 7200).isEmpty)
            let foreign = UserPool.ID("local_other")!
            #expect(try await second.signInCounts.list(in: foreign, provider: nil, since: .distantPast).isEmpty)
        }
    }

    @Test(
        "numbers are added once, also where nobody says whether they were: a record of the same transaction tells, and where there is none that is said",
        arguments: DatabaseKind.all, UnsureDatabase.Truth.allCases)
    func signInCountsOnce(_ kind: DatabaseKind, _ truth: UnsureDatabase.Truth) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let unsure = UnsureDatabase(database)
            let records = Stores(unsure).signInRecords
            let omission = SignInOmission(poolID: example.poolID, outcome: .refused, minute: example.now, count: 1)
            var ofNobody = example.signInRecord("OFNOBODY", username: "corp_ann").record
            ofNobody.userID = User.ID("9f1c8a52-0000-4000-8000-000000000000")!
            unsure.loseNext(truth)
            let (record, message) = example.signInRecord("REFERENCE1")
            try await records.insert([ofNobody, record], [message], leftOut: [omission], counts: [count(.refused, 2, code: "saml.audience")])
            #expect(try await list(stores).map(\.count) == [2])
            #expect(try await stores.signInRecords.countLeftOut(.refused, in: example.poolID, since: .distantPast) == 1)
            #expect(try await stores.signInRecords.find(record.reference, in: example.poolID, at: example.now) == record)
            #expect(try await stores.signInRecords.message(of: record.reference, in: example.poolID, at: example.now) == message)

            for alone in [[], [ofNobody]] {
                unsure.loseNext(truth)
                await #expect(throws: StoreError.outcomeUnknown) {
                    try await records.insert(alone, [], leftOut: [], counts: [count(.refused, 1, code: "saml.audience")])
                }
            }
            #expect(try await list(stores).map(\.count) == [truth == .committed ? 4 : 2])
        }
    }

    @Test("counts are added up over spans of hours, with their codes or without them", arguments: DatabaseKind.all)
    func signInCountsSummed(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let midnight = Date(timeIntervalSince1970: (example.now.timeIntervalSince1970 / 86_400).rounded(.down) * 86_400)
            func counted(_ hour: Double, _ outcome: SignInRecord.Outcome, _ number: Int, provider: String? = "corp", code: String? = nil)
                -> SignInCount
            {
                count(outcome, number, after: midnight.timeIntervalSince(example.now) + hour * 3600, provider: provider, code: code)
            }
            try await add(
                stores, counted(-1, .accepted, 64), counted(0, .accepted, 1), counted(5, .accepted, 2),
                counted(5, .refused, 4, code: "saml.audience"),
                counted(5, .refused, 8, code: "saml.expired"), counted(6, .refused, 16, code: "saml.expired"),
                counted(6, .accepted, 32, provider: nil))
            func list(_ hours: Int, byCode: Bool, provider: String? = nil) async throws -> [SignInCount] {
                try await stores.signInCounts.list(
                    in: example.poolID, provider: provider.map { IdentityProvider.Name($0)! }, since: midnight, hours: hours, byCode: byCode)
            }
            #expect(
                try await list(6, byCode: false) == [
                    counted(0, .accepted, 3), counted(0, .refused, 12), counted(6, .accepted, 32, provider: nil), counted(6, .refused, 16),
                ])
            #expect(
                try await list(24, byCode: true, provider: "corp") == [
                    counted(0, .accepted, 3), counted(0, .refused, 4, code: "saml.audience"), counted(0, .refused, 24, code: "saml.expired"),
                ])
        }
    }

    @Test("of an hour of a provider some codes are told apart, the rest is counted together", arguments: DatabaseKind.all)
    func signInCountsOfManyCodes(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            for number in 0..<12 { try await add(number % 2 == 0 ? first : second, count(.refused, 1, code: "saml.code_\(number)")) }
            // What was told apart stays so.
            try await add(second, count(.refused, 5, code: "saml.code_0"), count(.refused, 5, code: "saml.code_11"), count(.accepted, 1))
            let counts = try await list(first)
            #expect(counts.count { $0.code?.hasPrefix("saml.") == true } == SignInCount.codesAnHour)
            #expect(counts.first { $0.code == "saml.code_0" }?.count == 6)
            #expect(counts.first { $0.code == SignInCount.otherCode }?.count == 9)
            #expect(counts.first { $0.outcome == .accepted } == count(.accepted, 1))
            try await add(first, count(.refused, 1, after: 3600, code: "saml.code_11"), count(.refused, 1, provider: "other", code: "saml.code_11"))
            #expect(try await list(first).count { $0.code == "saml.code_11" } == 2)
        }
    }

    @Test("counts go after 31 days, the oldest of too many before, and with their pool; a batch at a time", arguments: DatabaseKind.all)
    func signInCountsRemoved(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            for hour in 0..<5 { try await add(stores, count(.accepted, hour + 1, after: 3600 * TimeInterval(hour)), count(.refused, 1, after: 3600)) }
            let begins = SignInCount.hour(of: example.now)
            func remove(atHour hour: Double) async throws -> Int {
                try await stores.signInCounts.removeExpired(at: begins + hour * 3600 + SignInCount.lifetime, limit: 2)
            }
            #expect(try await [remove(atHour: -0.1), remove(atHour: 0), remove(atHour: 2), remove(atHour: 2), remove(atHour: 2)] == [0, 1, 2, 1, 0])
            #expect(try await list(stores).map(\.count) == [4, 5])
            for hour in 5..<9 { try await add(stores, count(.accepted, hour + 1, after: 3600 * TimeInterval(hour))) }
            func removeSurplus() async throws -> Int { try await stores.signInCounts.removeSurplus(in: example.poolID, beyond: 3, limit: 2) }
            #expect(try await [removeSurplus(), removeSurplus(), removeSurplus()] == [2, 1, 0])
            #expect(try await list(stores).map(\.count) == [7, 8, 9])
            #expect(try await stores.signInCounts.firstHour(in: example.poolID) == begins + 6 * 3600)
            #expect(try await stores.pools.delete(example.poolID))
            while try await stores.deletions.purge(limit: 2) > 0 {}
            #expect(try await stores.signInCounts.firstHour(in: example.poolID) == nil)
            for table in ["sign_in_counts", "user_pools"] as [SQL] { #expect(try await rows(database, table) == 0, "\(table.text)") }
        }
    }
}
