import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

extension Example {
    func signInRecord(
        _ reference: String, _ outcome: SignInRecord.Outcome = .refused, after seconds: TimeInterval = 0, provider: String? = "corp",
        username: String? = nil, code: String? = "saml.audience"
    ) -> (record: SignInRecord, message: SignInMessage) {
        let at = now.addingTimeInterval(seconds)
        var record = SignInRecord(reference: SignInRecord.Reference(reference)!, poolID: poolID, at: at, outcome: outcome)
        record.provider = provider.map { IdentityProvider.Name($0)! }
        (record.client, record.member, record.username) = (clientID, "https://idp.example.edu", username)
        record.code = code
        record.report.message = "Ü \"quoted\" \n"
        (record.report.expected, record.report.seen, record.report.remedy, record.report.acts) = ("a", "b", "c", ["d"])
        record.report.checks = [
            SignInCheck("signature", section: "SAML Core §5.4", .ok), SignInCheck("audience", section: nil, expected: "a", seen: "b", .failed),
            SignInCheck("session", section: nil, .notReached),
        ]
        record.report.mapping = [SignInRecord.MappingStep(attribute: "email", source: "mail", values: 1, required: true)]
        record.report.milliseconds = 7
        let message = SignInMessage(
            reference: record.reference, poolID: poolID, provider: record.provider ?? self.provider, at: at, sealed: [0, 1, 255],
            expiresAt: at.addingTimeInterval(3600))
        return (record, message)
    }
}

/// Records of sign-ins: found, listed, bounded, and gone in time.
extension StoreConformanceTests {
    func references(_ stores: Stores, _ change: (inout SignInRecordFilter) -> Void = { _ in }) async throws -> [String] {
        var wanted = SignInRecordFilter(limit: 10)
        change(&wanted)
        return try await stores.signInRecords.list(wanted, in: example.poolID, at: example.now + 100).map(\.reference.text)
    }

    @Test("a record is read as it was written, by its reference and in its pool alone; the first of a reference stays", arguments: DatabaseKind.all)
    func signInRecordFound(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, others in
            try await example.prepare(stores)
            let (record, message) = example.signInRecord("REFERENCE1", username: "corp_ann")
            var bare = SignInRecord(
                reference: SignInRecord.Reference("REFERENCE2")!, poolID: example.poolID, at: example.now, outcome: .accepted,
                expiresAt: example.now + 60)
            try await stores.signInRecords.insert([record, bare], [message], leftOut: [])
            func find(_ reference: SignInRecord.Reference, pool: String? = nil, at now: Date) async throws -> SignInRecord? {
                try await others.signInRecords.find(reference, in: pool.map { UserPool.ID($0)! } ?? example.poolID, at: now)
            }
            #expect(try await find(record.reference, at: example.now) == record)
            #expect(try await find(bare.reference, at: example.now + 59) == bare)
            #expect(try await find(bare.reference, at: example.now + 60) == nil)
            #expect(try await find(record.reference, pool: "local_other", at: example.now) == nil)
            // Nobody says of which pool it is.
            #expect(try await others.signInRecords.find(record.reference, at: example.now) == record)
            #expect(try await others.signInRecords.find(bare.reference, at: example.now + 60) == nil)
            bare.code = "later"
            try await others.signInRecords.insert([bare], [], leftOut: [])
            #expect(try await find(bare.reference, at: example.now)?.code == nil)

            #expect(try await others.signInRecords.message(of: record.reference, in: example.poolID, at: example.now + 3599) == message)
            #expect(try await others.signInRecords.message(of: record.reference, in: example.poolID, at: example.now + 3600) == nil)
            #expect(try await others.signInRecords.message(of: bare.reference, in: example.poolID, at: example.now) == nil)
        }
    }

    @Test("a record is found by its reference alone, of the pools that are there", arguments: DatabaseKind.all)
    func signInRecordOfAnyPool(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let other = UserPool(id: UserPool.ID("local_other")!, name: "Other", domain: nil, signingAlgorithm: "ES256", createdAt: example.now)
            try await stores.pools.insert(other)
            let reference = SignInRecord.Reference("REFERENCE1")!
            let records = [other.id, UserPool.ID("local_gone")!].map {
                SignInRecord(reference: reference, poolID: $0, at: example.now, outcome: .refused)
            }
            try await stores.signInRecords.insert(records, [], leftOut: [])
            #expect(try await stores.signInRecords.find(reference, at: example.now) == records[0])
            #expect(try await stores.signInRecords.find(SignInRecord.Reference("REFERENCE2")!, at: example.now) == nil)
            #expect(try await stores.pools.delete(other.id))
            #expect(try await stores.signInRecords.find(reference, at: example.now) == nil)
        }
    }

    @Test("records are listed the newest first, by each thing that somebody looks for", arguments: DatabaseKind.all)
    func signInRecordsListed(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var other = example.signInRecord("OTHERCLIENT", .accepted, after: 3, code: nil).record
            other.client = AppClient.ID("client-2")!
            try await stores.signInRecords.insert(
                [
                    example.signInRecord("REFUSED1", username: "corp_ann").record, other,
                    example.signInRecord("REFUSED2", after: 2, provider: nil, code: "saml.replay").record,
                    example.signInRecord("ACCEPTED1", .accepted, after: 1, username: "corp_ann", code: nil).record,
                ], [], leftOut: [])
            #expect(try await references(stores) == ["OTHERCLIENT", "REFUSED2", "ACCEPTED1", "REFUSED1"])
            #expect(try await references(stores) { $0.limit = 2 } == ["OTHERCLIENT", "REFUSED2"])
            #expect(try await references(stores) { $0.outcome = .refused } == ["REFUSED2", "REFUSED1"])
            #expect(try await references(stores) { $0.usernames = ["corp_ann", "nobody"] } == ["ACCEPTED1", "REFUSED1"])
            #expect(try await references(stores) { $0.usernames = ["Corp_ann"] } == [])
            #expect(try await references(stores) { $0.provider = example.provider } == ["OTHERCLIENT", "ACCEPTED1", "REFUSED1"])
            #expect(try await references(stores) { $0.client = AppClient.ID("client-2")! } == ["OTHERCLIENT"])
            #expect(try await references(stores) { $0.code = "saml.replay" } == ["REFUSED2"])
            #expect(try await references(stores) { $0.since = example.now + 2 } == ["OTHERCLIENT", "REFUSED2"])
            let later = example.now + SignInRecord.lifetime
            #expect(try await stores.signInRecords.list(SignInRecordFilter(limit: 10), in: example.poolID, at: later + 1).count == 2)
        }
    }

    @Test("of many the newest stay, of a provider's messages too; what is left out is counted, by every process", arguments: DatabaseKind.all)
    func signInRecordsBounded(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let many = (0..<130).map { example.signInRecord("REFERENCE\($0)", after: TimeInterval($0)) }
            try await first.signInRecords.insert(many.map(\.record), many.map(\.message), leftOut: [])
            #expect(try await second.signInRecords.countMessages(of: example.provider, in: example.poolID, at: example.now) == 100)
            #expect(try await second.signInRecords.message(of: many[29].record.reference, in: example.poolID, at: example.now) == nil)
            #expect(try await second.signInRecords.message(of: many[30].record.reference, in: example.poolID, at: example.now) != nil)
            func remove(beyond maximum: Int, limit: Int, _ quota: SignInRecord.Quota) async throws -> Int {
                try await second.signInRecords.removeSurplus(of: quota, in: example.poolID, beyond: maximum, limit: limit)
            }
            let accepted = (0..<30).map { example.signInRecord("ACCEPTED\($0)", .accepted, after: TimeInterval(1_000 + $0), code: nil).record }
            try await first.signInRecords.insert(accepted, [], leftOut: [])
            for (quota, all) in [(SignInRecord.Quota.unproven, 130), (.accepted, 30)] {
                #expect(try await remove(beyond: all, limit: 100, quota) == 0)
                var removed: [Int] = []
                for _ in 0..<3 { removed.append(try await remove(beyond: all - 25, limit: 20, quota)) }
                #expect(removed == [20, 5, 0], "\(quota)")
            }
            #expect(try await references(second) { ($0.limit, $0.outcome) = (200, .refused) }.last == "REFERENCE25")
            #expect(try await references(second) { ($0.limit, $0.outcome) = (200, .accepted) }.last == "ACCEPTED25")
            func leftOut(_ outcome: SignInRecord.Outcome, since seconds: TimeInterval) async throws -> Int {
                try await first.signInRecords.countLeftOut(outcome, in: example.poolID, since: example.now + seconds)
            }
            #expect(try await leftOut(.refused, since: -60) == 25)
            #expect(try await leftOut(.refused, since: 60) == 0)
            #expect(try await leftOut(.accepted, since: 900) == 25)

            func leaveOut(_ count: Int, _ minute: TimeInterval, _ stores: Stores) async throws {
                let omission = SignInOmission(poolID: example.poolID, outcome: .refused, minute: example.now + minute, count: count)
                try await stores.signInRecords.insert([], [], leftOut: [omission])
            }
            try await leaveOut(5, 600, first)
            try await leaveOut(7, 600, second)
            try await leaveOut(1, 660, second)
            #expect(try await leftOut(.refused, since: 600) == 13)
            #expect(try await leftOut(.refused, since: 601) == 1)
            #expect(try await leftOut(.accepted, since: 2_000) == 0)
        }
    }

    @Test("case 226: who is refused in masses pushes out no refusal of another kind, and what went is counted", arguments: DatabaseKind.all)
    func signInRecordsCrowded(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            func many(_ name: String, _ count: Int, after seconds: TimeInterval, provider: String?, code: String) -> [SignInRecord] {
                (0..<count).map { example.signInRecord("\(name)\($0)", after: seconds + TimeInterval($0), provider: provider, code: code).record }
            }
            // The oldest are the ones that somebody looks for.
            let looked = many("LOOKEDFOR", 2, after: 0, provider: "corp", code: "saml.audience")
            let wrong = many("WRONGAPP", 3, after: 10, provider: nil, code: "sign_in.redirect_uri")
            let madeUp = many("MADEUPAPP", 40, after: 20, provider: nil, code: "oauth.invalid_client")
            let rubbish = many("RUBBISH", 50, after: 70, provider: "corp", code: "saml.malformed")
            try await stores.signInRecords.insert(looked + wrong + madeUp + rubbish, [], leftOut: [])
            func remove(_ quota: SignInRecord.Quota, beyond maximum: Int, limit: Int = 100) async throws -> Int {
                try await stores.signInRecords.removeSurplus(of: quota, in: example.poolID, beyond: maximum, limit: limit)
            }
            #expect(try await remove(.unanswered, beyond: 43) == 0)
            #expect(try await remove(.unanswered, beyond: 13, limit: 20) == 20)
            #expect(try await remove(.unanswered, beyond: 13) == 10)
            #expect(try await remove(.unanswered, beyond: 13) == 0)
            // 2, 3, 10 and 50: of 20 places the small kinds need 5, and each of the large ones has half of the rest; the last place stays with the newest.
            #expect(try await remove(.unproven, beyond: 20) == 45)
            #expect(try await remove(.unproven, beyond: 20) == 0)
            let left = try await references(stores) { $0.limit = 100 }
            #expect(
                left == (42..<50).reversed().map { "RUBBISH\($0)" } + (33..<40).reversed().map { "MADEUPAPP\($0)" }
                    + ["WRONGAPP2", "WRONGAPP1", "WRONGAPP0", "LOOKEDFOR1", "LOOKEDFOR0"])
            #expect(try await stores.signInRecords.countLeftOut(.refused, in: example.poolID, since: example.now - 60) == 75)
        }
    }

    @Test("what has expired goes in batches: records, messages, and counts", arguments: DatabaseKind.all)
    func signInRecordsExpire(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let two = [example.signInRecord("REFERENCE1"), example.signInRecord("REFERENCE2", after: 1)]
            let omission = SignInOmission(poolID: example.poolID, outcome: .refused, minute: example.now, count: 1)
            try await stores.signInRecords.insert(two.map(\.record), two.map(\.message), leftOut: [omission])
            #expect(try await stores.signInRecords.removeExpired(at: example.now + 3599, limit: 10) == 0)
            #expect(try await stores.signInRecords.removeExpired(at: example.now + 3600, limit: 10) == 1)
            let end = example.now + SignInRecord.lifetime
            #expect(try await stores.signInRecords.removeExpired(at: end, limit: 1) == 3)
            #expect(try await stores.signInRecords.removeExpired(at: end + 1, limit: 10) == 1)
            #expect(try await references(stores) == [])
        }
    }

    @Test(
        "case 229: records go with the person whose name they have, also those that are written later, and with their pool",
        arguments: DatabaseKind.all)
    func signInRecordsDeleted(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, stores in
            try await example.prepare(stores)
            let user = try await example.signIn(stores).completed.user
            var two = [example.signInRecord("OFANN123", username: user.username), example.signInRecord("OFNOBODY")]
            two[0].record.userID = user.id
            var refused = example.signInRecord("REFUSEDANN", username: user.username)
            refused.record.userID = nil
            two.append(refused)
            let omission = SignInOmission(poolID: example.poolID, outcome: .refused, minute: example.now, count: 1)
            try await stores.signInRecords.insert(two.map(\.record), two.map(\.message), leftOut: [omission])
            // By the name alone there may be many.
            let named = (0..<250).map { example.signInRecord("NAMED\(100 + $0)", username: user.username).record }
            try await stores.signInRecords.insert(named, [], leftOut: [])
            #expect(try await references(stores) { $0.limit = 300 }.count == 253)
            #expect(try await stores.signInRecords.find(two[0].record.reference, in: example.poolID, at: example.now)?.userID == user.id)
            #expect(try await stores.users.delete(user.id, in: example.poolID))
            // What was behind an answer then, and is written now.
            var late = example.signInRecord("LATE1234", .accepted, username: user.username, code: nil).record
            late.userID = user.id
            try await stores.signInRecords.insert([late], [], leftOut: [])
            while try await stores.deletions.purge(limit: 10) > 0 {}
            try await stores.signInRecords.insert([late], [], leftOut: [])
            #expect(try await references(stores) { $0.limit = 300 } == ["OFNOBODY"])
            #expect(try await stores.pools.delete(example.poolID))
            while try await stores.deletions.purge(limit: 10) > 0 {}
            for table in ["sign_in_records", "sign_in_messages", "sign_in_omissions", "user_pools"] as [SQL] {
                #expect(try await rows(database, table) == 0, "\(table.text)")
            }
        }
    }
}
