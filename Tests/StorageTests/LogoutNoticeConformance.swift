import Foundation
import TestSupport
import Testing
import UserPools

/// What apps are to be told of the end of sessions: written with the end, taken by one server at a time.
extension StoreConformanceTests {
    private func record(_ reference: String = "ABCDEFGH2345", lives seconds: TimeInterval = 60) -> LogoutRecord {
        LogoutRecord(
            reference: LogoutRecord.Reference(reference)!, poolID: example.poolID, userID: nil, initiator: .person, parties: [],
            createdAt: example.now, expiresAt: example.now.addingTimeInterval(seconds))
    }

    private func notices(_ stores: Stores, _ reference: LogoutRecord.Reference? = nil) async throws -> [LogoutNotice] {
        try await stores.logouts.notices(of: reference ?? record().reference, in: example.poolID)
    }

    @Test("the end of a session has a notice for each app with tokens in it and each channel, in the same transaction", arguments: DatabaseKind.all)
    func noticesOfSession(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var other = example
            other.clientID = AppClient.ID("client-2")!
            var silent = other.client
            silent.metadata = ClientMetadata()
            try await stores.clients.insert(silent)
            let token = try await example.refreshToken(stores)
            let (user, sid) = (try #require(token.grant.userID), try #require(token.grant.sessionID))
            let session = try #require(try await stores.sessions.find(sid, in: example.poolID, at: example.now))
            #expect(try await stores.grants.insert(other.code(for: session), answering: nil))
            _ = try await example.refreshToken(stores, subject: "bob")
            #expect(try await stores.logouts.end([sid], recorded: record()))
            let found = try await notices(stores)
            #expect(found.map(\.channel) == [.back, .front] && found.allSatisfy { $0.clientID == example.clientID && $0.userID == user })
            #expect(found.allSatisfy { $0.sessionID == sid && $0.attempts == 0 && $0.result == nil })
            #expect(found.map(\.dueAt) == [example.now, nil])
            // What is over already is written of once.
            #expect(try await stores.logouts.end([sid], recorded: record("ABCDEFGH2346")) == false)
            #expect(try await notices(stores, record("ABCDEFGH2346").reference).isEmpty)
        }
    }

    @Test("one app's notices do not take all the places: of each so many, and none of those that are left out", arguments: DatabaseKind.all)
    func noticesByApp(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var other = example
            other.clientID = AppClient.ID("client-2")!
            try await stores.clients.insert(other.client)
            for number in 2...7 {
                let token = try await example.refreshToken(stores, subject: "s\(number)")
                let sid = try #require(token.grant.sessionID)
                if number == 7 {
                    let session = try #require(try await stores.sessions.find(sid, in: example.poolID, at: example.now))
                    #expect(try await stores.grants.insert(other.code(for: session), answering: nil))
                }
                #expect(try await stores.logouts.end([sid], recorded: record("ABCDEFGH234\(number)")))
            }
            let again = example.now.addingTimeInterval(20)
            func take(_ perApp: Int, without full: [AppClient.ID] = []) async throws -> [AppClient.ID: Int] {
                let taken = try await stores.logouts.takeNotices(
                    dueAt: example.now, until: again, limit: 16, perApp: perApp,
                    leavingOut: full.map { LogoutNotice.App(poolID: example.poolID, clientID: $0) })
                #expect(taken.allSatisfy { $0.attempts == 1 && $0.dueAt == again && $0.changedAt == example.now && $0.channel == .back })
                return taken.reduce(into: [:]) { $0[$1.clientID, default: 0] += 1 }
            }
            #expect(try await take(2, without: [example.clientID]) == [other.clientID: 1])
            #expect(try await take(2, without: [example.clientID]) == [:])
            #expect(try await take(2) == [example.clientID: 2])
            #expect(try await take(16, without: [other.clientID]) == [example.clientID: 4])
            #expect(try await take(16) == [:])
        }
    }

    @Test("an app whose own tokens ended is told all the same, and by both names of a session that was merged", arguments: DatabaseKind.all)
    func noticesOfEndedTokens(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let browser = example.randomHash()
            var sids: [Session.ID] = []
            for subject in 1...2 {
                let session = try await stores.signIns.completeSignIn(
                    example.completion(proof: "_\(subject)", code: example.randomHash(), browser: browser)
                ).session
                sids.append(session.id)
            }
            let token = try await example.refreshToken(stores, subject: "bob")
            try await stores.grants.end(token.grant.family)
            #expect(try await stores.logouts.end([try #require(token.grant.sessionID)], recorded: record()))
            #expect(try await notices(stores).count == 2)
            #expect(try await stores.logouts.end([sids[0]], recorded: record("ABCDEFGH2346")))
            let merged = try await notices(stores, record("ABCDEFGH2346").reference)
            #expect(Set(merged.map(\.sessionID)) == Set(sids) && merged.filter { $0.channel == .back }.count == Set(sids).count)
        }
    }

    @Test("case 187: whatever an admin ends has a record under the act's own name, with its notices", arguments: DatabaseKind.all)
    func noticesOfActs(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            func event(_ user: User.ID) -> AuditEvent { .any(.user, user.text, in: example.poolID, at: example.now) }
            func expectRecord(of event: AuditEvent, _ user: User.ID, isThere: Bool = true) async throws {
                let reference = LogoutRecord.Reference(of: event)
                let found = try await stores.logouts.find(reference, in: example.poolID)
                #expect(found?.initiator == (isThere ? .administrator : nil) && found?.userID == (isThere ? user : nil))
                #expect(try await notices(stores, reference).map(\.channel) == (isThere ? [.back, .front] : []))
            }
            let signedOut = try #require(try await example.refreshToken(stores, subject: "out").grant.userID)
            let first = event(signedOut)
            #expect(try await stores.sessions.endAll(of: signedOut, in: example.poolID, recorded: first) == 1)
            try await expectRecord(of: first, signedOut)
            let nothing = event(signedOut)
            #expect(try await stores.sessions.endAll(of: signedOut, in: example.poolID, recorded: nothing) == 0)
            try await expectRecord(of: nothing, signedOut, isThere: false)
            let disabled = try #require(try await example.refreshToken(stores, subject: "disabled").grant.userID)
            let second = event(disabled)
            _ = try await stores.users.change(disabled, in: example.poolID, recorded: { _, _ in second }) { (user) throws(StoreError) in
                user.enabled = false
            }
            try await expectRecord(of: second, disabled)
            let deleted = try #require(try await example.refreshToken(stores, subject: "deleted").grant.userID)
            let third = event(deleted)
            #expect(try await stores.users.delete(deleted, in: example.poolID, recorded: { _ in third }))
            try await expectRecord(of: third, deleted)
            let unlinked = try #require(try await example.refreshToken(stores, subject: "unlinked").grant.userID)
            let fourth = event(unlinked)
            #expect(try await stores.users.unlink(example.identity("unlinked"), from: unlinked, in: example.poolID, recorded: fourth))
            try await expectRecord(of: fourth, unlinked)
        }
    }

    @Test("case 189: a notice that is due is taken once until its lease is over, and only the last taker's word counts", arguments: DatabaseKind.all)
    func noticesAreTakenOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, others in
            try await example.prepare(stores)
            for number in 0..<20 {
                let token = try await example.refreshToken(stores, subject: "p\(number)")
                #expect(
                    try await stores.logouts.end([try #require(token.grant.sessionID)], recorded: record("ABCDEFGH23\(10 + number)")))
            }
            let lease = example.now.addingTimeInterval(20)
            let gathered = await gather(10) { index throws(StoreError) in
                try await (index % 2 == 0 ? stores : others).logouts.takeNotices(dueAt: example.now, until: lease, limit: 3)
            }
            let taken = gathered.successes.flatMap { $0 }
            #expect(Set(taken.map(\.reference)).count == taken.count && taken.allSatisfy { $0.attempts == 1 && $0.channel == .back })
            var rest = try await stores.logouts.takeNotices(dueAt: example.now, until: lease, limit: 100)
            #expect(taken.count + rest.count == 20)
            #expect(try await others.logouts.takeNotices(dueAt: example.now.addingTimeInterval(19.9), until: lease, limit: 100).isEmpty)
            let again = try await others.logouts.takeNotices(dueAt: lease, until: lease.addingTimeInterval(20), limit: 100)
            #expect(again.count == 20 && again.allSatisfy { $0.attempts == 2 })
            // Whoever was too late says nothing that counts.
            var late = taken[0]
            (late.result, late.dueAt) = (.failed, nil)
            try await stores.logouts.keep(late)
            var done = try #require(again.first { $0.reference == late.reference })
            (done.result, done.detail, done.dueAt) = (.told, nil, nil)
            try await others.logouts.keep(done)
            #expect(try await notices(stores, late.reference).first { $0.channel == .back } == done)
            rest = try await stores.logouts.takeNotices(dueAt: lease.addingTimeInterval(100), until: lease.addingTimeInterval(200), limit: 100)
            #expect(rest.count == 19)
        }
    }

    @Test("notices go with their record", arguments: DatabaseKind.all)
    func noticesExpire(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            #expect(try await stores.logouts.end([try #require(token.grant.sessionID)], recorded: record(lives: 60)))
            #expect(try await notices(stores).count == 2)
            #expect(try await stores.logouts.removeExpired(at: example.now.addingTimeInterval(60), limit: 10) == 1)
            #expect(try await notices(stores).isEmpty)
        }
    }
}
