import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Which records of sign-ins stay, whoever wants them gone, and which go with the person.
extension StoreConformanceTests {
    @Test(
        "case 226: a flood at every provider, with every code that anybody can cause, pushes out nothing that a provider said",
        arguments: DatabaseKind.all)
    func signInRecordsOfStrangers(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var proven = (0..<6).map { example.signInRecord("OFANN\(100 + $0)", after: TimeInterval($0), username: "corp_ann").record }
            // Signed, and not of whom.
            for number in 0..<6 {
                var record = example.signInRecord("SIGNED\(100 + number)", after: TimeInterval(10 + number), code: "saml.expired").record
                record.isProven = true
                proven.append(record)
            }
            let flood = (0..<200).map { number in
                example.signInRecord(
                    "MADEUP\(100 + number)", after: TimeInterval(100 + number), provider: number % 20 == 0 ? nil : "corp\(number % 20)",
                    code: "saml.code\(number / 20)"
                ).record
            }
            try await stores.signInRecords.insert(proven + flood, [], leftOut: [])
            func remove(_ quota: SignInRecord.Quota, beyond maximum: Int) async throws -> Int {
                try await stores.signInRecords.removeSurplus(of: quota, in: example.poolID, beyond: maximum, limit: 1_000)
            }
            func left(_ isProven: Bool) async throws -> [SignInRecord] {
                var wanted = SignInRecordFilter(limit: 1_000)
                wanted.outcome = .refused
                return try await stores.signInRecords.list(wanted, in: example.poolID, at: example.now).filter { $0.isProven == isProven }
            }
            #expect(try await remove(.unanswered, beyond: 5) == 5)
            #expect(try await remove(.unproven, beyond: 12) == 183)
            #expect(try await remove(.proven, beyond: 12) == 0)
            #expect(try await Set(left(true)) == Set(proven))
            #expect(try await left(false).count == 12)
            // Nor do they push out what anybody may have caused.
            let unproven = try await left(false)
            #expect(try await remove(.proven, beyond: 8) == 4)
            #expect(try await left(true).map(\.code).count { $0 == "saml.expired" } == 4)
            #expect(try await left(false) == unproven)
        }
    }
}
