import Foundation
import TestSupport
import Testing
import UserPools

/// What people allow apps of others, and what they see of themselves.
extension StoreConformanceTests {
    /// Somebody with a session, and a question that waits for her.
    private func asked(
        _ stores: Stores, _ id: String = "_question-number-1", subject: String = "ann"
    ) async throws -> (session: Session, question: PendingSignIn.ID) {
        let session = try await example.signIn(stores, subject: subject).completed.session
        let pending = example.pending(id)
        let question = PendingSignIn(
            id: pending.id, poolID: pending.poolID, source: .pool, browser: pending.browser, request: pending.request, responseAddress: "/consent",
            authenticatedAfter: nil, createdAt: example.now, expiresAt: example.now.addingTimeInterval(600))
        try await stores.signIns.insert(question)
        return (session, question.id)
    }

    private func consent(_ session: Session, _ scopes: [String], after seconds: TimeInterval = 0) -> Consent {
        Consent(
            poolID: example.poolID, userID: session.userID, clientID: example.clientID, scopes: scopes,
            grantedAt: example.now.addingTimeInterval(seconds))
    }

    @Test("an answer counts once, whoever else gives it; what is allowed adds up, and its code is written with it", arguments: DatabaseKind.all)
    func consents(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, others in
            try await example.prepare(stores)
            let (session, question) = try await asked(stores)
            #expect(try await stores.consents.find(session.userID, example.clientID, in: example.poolID) == nil)
            let gathered = await gather(10) { index throws(StoreError) in
                try await (index % 2 == 0 ? stores : others).consents.allow(
                    consent(session, ["openid", "email"]), answering: question, with: example.code(for: session), pushed: nil)
            }
            #expect(gathered.successes.filter { $0 }.count == 1)
            let (_, second) = try await asked(stores, "_question-number-2")
            let code = example.code(for: session)
            #expect(try await others.consents.allow(consent(session, ["email", "reports"], after: 9), answering: second, with: code, pushed: nil))
            let found = try #require(try await stores.consents.find(session.userID, example.clientID, in: example.poolID))
            #expect(found.scopes == ["openid", "email", "reports"] && found.grantedAt == example.now.addingTimeInterval(9))
            #expect(found.covers(["reports", "openid"]) && !found.covers(["openid", "phone"]))
            #expect(try await stores.consents.list(of: session.userID, in: example.poolID) == [found])
            #expect(try await stores.consents.find(session.userID, example.clientID, in: UserPool.ID("local_other")!) == nil)
            #expect(try await stores.grants.redeem(code: code.hash, at: example.now) { _, _ in nil }.user.id == session.userID)
            // Denied once, and no code of it then.
            let (_, third) = try await asked(stores, "_question-number-3")
            #expect(try await stores.consents.deny(third, in: example.poolID, at: example.now))
            #expect(try await !others.consents.deny(third, in: example.poolID, at: example.now))
            #expect(
                try await !stores.consents.allow(
                    consent(session, ["phone"]), answering: third, with: example.code(for: session), pushed: nil))
            #expect(try await stores.consents.find(session.userID, example.clientID, in: example.poolID) == found)
            let (_, late) = try await asked(stores, "_question-number-4")
            #expect(
                try await !stores.consents.allow(
                    consent(session, ["phone"], after: 600), answering: late, with: example.code(for: session), pushed: nil))
        }
    }

    @Test("a consent taken back takes the app's refresh tokens of that person; it goes with user and client", arguments: DatabaseKind.all)
    func consentsEnd(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (session, question) = try await asked(stores)
            #expect(
                try await stores.consents.allow(consent(session, ["openid"]), answering: question, with: example.code(for: session), pushed: nil))
            let token = try await example.refreshToken(stores)
            let other = try await example.refreshToken(stores, subject: "bob")
            let apps = try await stores.consents.apps(of: session.userID, in: example.poolID, at: example.now, limit: 10)
            #expect(apps == [AppInUse(clientID: example.clientID, scopes: ["openid", "email"], usedAt: example.now)])
            #expect(try await stores.consents.revoke(session.userID, example.clientID, in: example.poolID))
            #expect(try await stores.consents.find(session.userID, example.clientID, in: example.poolID) == nil)
            #expect(try await stores.grants.find(token.presented) == nil)
            #expect(try await stores.grants.find(other.presented) != nil)
            #expect(try await !stores.consents.revoke(session.userID, example.clientID, in: example.poolID))
            #expect(try await stores.consents.apps(of: session.userID, in: example.poolID, at: example.now, limit: 10).isEmpty)
            let (_, again) = try await asked(stores, "_question-number-2")
            #expect(try await stores.consents.allow(consent(session, ["openid"]), answering: again, with: example.code(for: session), pushed: nil))
            #expect(try await stores.clients.delete(example.clientID, in: example.poolID))
            #expect(try await stores.consents.list(of: session.userID, in: example.poolID).isEmpty)
        }
    }

    @Test("the live sessions of a person, the newest first, with what is known of the browser", arguments: DatabaseKind.all)
    func sessionsOfPerson(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let first = try await example.signIn(stores).completed.session
            _ = try await example.signIn(stores, subject: "bob")
            let listed = try await stores.consents.sessions(of: first.userID, in: example.poolID, at: example.now, limit: 10)
            #expect(listed.map(\.id) == [first.id] && listed.map(\.browserName) == ["Firefox, Linux"])
            let over = example.now.addingTimeInterval(3600)
            #expect(try await stores.consents.sessions(of: first.userID, in: example.poolID, at: over, limit: 10).isEmpty)
        }
    }
}
