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

    @Test(
        "case 229: what is written late with the name alone, and a message without its record, go with housekeeping; what came later stays",
        arguments: DatabaseKind.all)
    func signInRecordsForgotten(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let user = try await example.signIn(stores).completed.user
            let event = AuditEvent(
                id: UUID().uuidString, poolID: example.poolID, at: example.now + 10, actor: .commandLine(user: "ann"), action: .userDelete,
                target: .init(.user, user.id.text), details: [.init("enabled", "true")])
            #expect(try await stores.users.delete(user.id, in: example.poolID) { _ in event })
            var gone = example.signInRecord("GONE1234", .accepted, username: user.username, code: nil)
            gone.record.userID = user.id
            let late = [example.signInRecord("LATE1234", after: 10, username: user.username), gone]
            try await stores.signInRecords.insert(late.map(\.record), late.map(\.message), leftOut: [])
            // Of somebody new, who has the name now.
            let new = example.signInRecord("NEWONE12", after: 11, username: user.username)
            try await stores.signInRecords.insert([new.record], [new.message], leftOut: [])
            #expect(try await rows(database, "sign_in_messages") == 2)
            func remove(since seconds: TimeInterval, limit: Int = 10) async throws -> Int {
                try await stores.signInRecords.removeForgotten(in: example.poolID, since: example.now + seconds, limit: limit)
            }
            #expect(try await remove(since: 11) == 0)
            #expect(try await remove(since: 0) == 1)
            #expect(try await remove(since: 0) == 1)
            #expect(try await remove(since: 0) == 0)
            #expect(try await references(stores) == ["NEWONE12"])
            #expect(try await stores.signInRecords.message(of: new.record.reference, in: example.poolID, at: example.now) == new.message)
        }
    }

    @Test("case 229: who is not deleted in the end keeps every record", arguments: DatabaseKind.all)
    func signInRecordsKept(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let signedIn = try await example.signIn(stores).completed
            let named = (0..<250).map { example.signInRecord("NAMED\(100 + $0)", username: signedIn.user.username).record }
            try await stores.signInRecords.insert(named, [], leftOut: [])
            // Who deletes themselves has the right at the beginning, and none at the end.
            let right = HeldRight(signedIn.session, by: example.provider, at: example.now) { _, user, _ in user.enabled }
            let error = await #expect(throws: StoreError.self) {
                try await stores.held(right).users.delete(signedIn.user.id, in: example.poolID)
            }
            #expect(error == .rightLost)
            #expect(try await references(stores) { $0.limit = 300 }.count == 250)
        }
    }
}
