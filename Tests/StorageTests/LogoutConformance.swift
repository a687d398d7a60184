import Foundation
import TestSupport
import Testing
import UserPools

/// Single logout: what ends with a provider's word, what is recorded, and that each happens once (THREATS S39, case 73).
extension StoreConformanceTests {
    private static let alice = UpstreamName(value: "alice", format: nil, nameQualifier: nil, spNameQualifier: nil)

    private func record(_ reference: String = "ABCDEFGH2345", requestID: String? = nil, lives seconds: TimeInterval = 60) -> LogoutRecord {
        var record = LogoutRecord(
            reference: LogoutRecord.Reference(reference)!, poolID: example.poolID, userID: nil, initiator: .provider(example.provider),
            parties: [.init(.countersign, "countersign", .ended, at: example.now), .init(.provider, "corp", .asked, at: example.now)],
            requestID: requestID, next: .init(clientID: "client-1", redirectURI: "https://app.example.com/", state: "s <&>"),
            createdAt: example.now, expiresAt: example.now.addingTimeInterval(seconds))
        record.browser = SecretHash([UInt8](repeating: 7, count: 32))
        return record
    }

    private func signIn(
        _ stores: Stores, _ subject: String, name: UpstreamName?, index: String?, idToken: [UInt8]? = nil
    ) async throws -> (session: Session, token: RefreshToken) {
        let (code, hash) = (example.randomHash(), example.randomHash())
        let identity = example.identity(subject)
        var completion = SignInCompletion(
            poolID: example.poolID, pending: nil,
            proof: ReplayGuard(source: .provider(example.provider), id: example.random(), until: example.now.addingTimeInterval(300)),
            subject: .identity(identity), now: example.now, provision: { $0 ?? example.newUser(identity) },
            complete: { user, _ in
                let session = Session(
                    id: Session.ID(example.random())!, poolID: example.poolID, userID: user.id, source: .provider(example.provider),
                    cookie: example.randomHash(), authenticatedAt: example.now, upstreamSessionIndex: index, createdAt: example.now,
                    expiresAt: example.now.addingTimeInterval(3600), upstreamName: name)
                return (session, example.code(for: session, hash: code))
            })
        completion.upstreamIDToken = idToken
        let session = try await stores.signIns.completeSignIn(completion).session
        let grant = try await stores.grants.redeem(code: code, at: example.now) { code, _ in example.token(for: code.grant, hash: hash) }.code.grant
        return (session, example.token(for: grant, hash: hash))
    }

    private func end(
        _ stores: Stores, _ name: UpstreamName = alice, _ indexes: [String] = [], provider: String = "corp", id: String = "logout:1",
        reference: String = "ABCDEFGH2345", identity: FederatedIdentity? = nil
    ) async throws -> Result<UpstreamLogoutEnd, UpstreamLogoutRefusal> {
        let provider = IdentityProvider.Name(provider)!
        let logout = UpstreamLogout(
            poolID: example.poolID, provider: provider, name: name, identity: identity, sessionIndexes: indexes,
            proof: ReplayGuard(source: .provider(provider), id: id, until: example.now.addingTimeInterval(300)))
        let record = record(reference)
        return try await stores.logouts.end(logout) { end in
            var record = record
            record.userID = end.users.first
            return record
        }
    }

    private func isAlive(_ one: (session: Session, token: RefreshToken), _ stores: Stores) async throws -> Bool {
        let session = try await stores.sessions.find(one.session.id, in: example.poolID, at: example.now)
        let token = try await stores.grants.find(one.token.presented)
        #expect((session == nil) == (token == nil))
        return session != nil
    }

    @Test("a session has the ID token that it began with, which is sealed anew with all else, and ends with it", arguments: DatabaseKind.all)
    func upstreamIDToken(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, others in
            try await example.prepare(stores)
            let one = try await signIn(stores, "ann", name: nil, index: nil, idToken: [0, 1, 255]).session
            let bare = try await signIn(stores, "bob", name: nil, index: nil).session
            var many: [Session.ID] = []
            for number in 0..<3 { many.append(try await signIn(stores, "c\(number)", name: nil, index: nil, idToken: [UInt8(number)]).session.id) }
            func token(_ id: Session.ID) async throws -> [UInt8]? { try await others.sessions.upstreamIDToken(of: id, in: example.poolID) }
            #expect(try await [token(one.id), token(bare.id)] == [[0, 1, 255], nil])
            #expect(try await others.sessions.upstreamIDToken(of: one.id, in: UserPool.ID("local_other")!) == nil)
            let provider = example.provider
            _ = try await stores.installation.reseal(
                for: "two", at: example.now, recorded: .any(.installation, "master key"),
                unless: { (_: RunningServer) throws(StoreError) in }, key: { (key: SigningKey) throws(StoreError) in key.sealedPrivateKey },
                samlKey: { (key: SAMLKey) throws(StoreError) in key.sealedPrivateKey },
                subjectKey: { (key: SubjectKey) throws(StoreError) in key.sealed },
                provider: { (_: inout IdentityProvider) throws(StoreError) in },
                idToken: { sealed, _, name in sealed == [1] || name != provider ? nil : [7] + sealed },
                tokenKeys: { (_: String?) throws(StoreError) in "" })
            #expect(try await [token(one.id), token(bare.id)] == [[7, 0, 1, 255], nil])
            #expect(try await [token(many[0]), token(many[1]), token(many[2])] == [[7, 0], nil, [7, 2]])
            #expect(try await stores.logouts.end([one.id], recorded: record("ABCDEFGH2349")))
            #expect(try await token(one.id) == nil)
        }
    }

    @Test("a session keeps its person's name as the provider wrote it, and is found by its sid", arguments: DatabaseKind.all)
    func upstreamName(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, others in
            try await example.prepare(stores)
            let name = UpstreamName(value: "ä\u{308}lice", format: "urn:f", nameQualifier: "q", spNameQualifier: "")
            let one = try await signIn(stores, "ann", name: name, index: "i-1")
            let found = try #require(try await others.sessions.find(one.session.id, in: example.poolID, at: example.now))
            #expect(found.upstreamName == name)
            #expect(found.upstreamName.map { Array($0.value.utf8) } == Array(name.value.utf8))
            #expect(try await others.sessions.find(cookie: one.session.cookie, in: example.poolID, at: example.now)?.session.upstreamName == name)
            #expect(try await others.sessions.find(one.session.id, in: UserPool.ID("local_other")!, at: example.now) == nil)
            #expect(try await others.sessions.find(one.session.id, in: example.poolID, at: example.now.addingTimeInterval(3600)) == nil)
        }
    }

    @Test(
        "case 73: a provider's word ends its sessions of this name and these indexes with their tokens, and no others", arguments: DatabaseKind.all)
    func named(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let one = try await signIn(stores, "ann", name: Self.alice, index: "i-1")
            let two = try await signIn(stores, "ann", name: Self.alice, index: "i-2")
            let bob = try await signIn(
                stores, "bob", name: UpstreamName(value: "bob", format: nil, nameQualifier: nil, spNameQualifier: nil), index: "i-1")
            // Another format is another name; what is left out is what is written out (§8.3.7).
            let persistent = UpstreamName(
                value: "alice", format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", nameQualifier: "https://idp.example.com",
                spNameQualifier: "us")
            #expect(try await end(stores, persistent, id: "logout:0", reference: "ABCDEFGH2340").get().sessions == 0)
            let first = try await end(stores, Self.alice, ["i-2", "i-3"]).get()
            #expect(first == UpstreamLogoutEnd(users: [two.session.userID], sessions: 1, leavesUnnamed: false))
            #expect(try await [isAlive(one, stores), isAlive(two, stores), isAlive(bob, stores)] == [true, false, true])
            let written = UpstreamName(
                value: "alice", format: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", nameQualifier: nil, spNameQualifier: "us")
            #expect(try await end(stores, written, id: "logout:2", reference: "ABCDEFGH2346").get().sessions == 1)
            #expect(try await [isAlive(one, stores), isAlive(bob, stores)] == [false, true])
            #expect(try await stores.logouts.find(LogoutRecord.Reference("ABCDEFGH2346")!, in: example.poolID)?.userID == one.session.userID)
        }
    }

    @Test("case 73: replayed, at once or later, of another provider or of one that is gone: nothing ends", arguments: DatabaseKind.all)
    func once(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, others in
            try await example.prepare(stores)
            try await stores.providers.insert(example.identityProvider("other", entityID: "https://other.example"))
            let one = try await signIn(stores, "ann", name: Self.alice, index: "i-1")
            #expect(try await end(stores, provider: "other").get().sessions == 0)
            #expect(try await isAlive(one, stores))
            #expect(try await end(stores, provider: "gone", id: "logout:9") == .failure(.unknownProvider))
            // Two servers get the same request at the same moment.
            async let first = end(stores, id: "logout:2", reference: "ABCDEFGH2346")
            async let second = end(others, id: "logout:2", reference: "ABCDEFGH2347")
            let both = try await [first, second]
            #expect(both.filter { $0 == .failure(.replayed) }.count == 1)
            let again = try await signIn(stores, "ann", name: Self.alice, index: "i-1")
            #expect(try await end(stores, id: "logout:2", reference: "ABCDEFGH2348") == .failure(.replayed))
            #expect(try await isAlive(again, stores))
            #expect(try await stores.logouts.find(LogoutRecord.Reference("ABCDEFGH2348")!, in: example.poolID) == nil)
        }
    }

    @Test("sessions that began before names were kept cannot be meant, and it is said that they are left", arguments: DatabaseKind.all)
    func unnamed(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let old = try await signIn(stores, "ann", name: nil, index: "i-0")
            let new = try await signIn(stores, "ann", name: Self.alice, index: "i-1")
            #expect(try await end(stores).get() == UpstreamLogoutEnd(users: [new.session.userID], sessions: 1, leavesUnnamed: true))
            #expect(try await [isAlive(old, stores), isAlive(new, stores)] == [true, false])
        }
    }

    @Test("refresh tokens that outlived their session end with the person whom the provider means, and nobody else's", arguments: DatabaseKind.all)
    func withoutSession(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (ann, bob) = (
                try await signIn(stores, "ann", name: Self.alice, index: "i-1"), try await signIn(stores, "bob", name: nil, index: "i-2")
            )
            #expect(try await stores.sessions.removeExpired(at: example.now.addingTimeInterval(3600), limit: 10) == 2)
            func lives(_ one: (session: Session, token: RefreshToken)) async throws -> Bool {
                try await stores.grants.find(one.token.presented) != nil
            }
            #expect(try await end(stores, Self.alice, ["i-9"], id: "logout:1").get().users == [])
            #expect(try await [lives(ann), lives(bob)] == [true, true])
            let known = try await end(stores, Self.alice, ["i-1"], id: "logout:2", reference: "ABCDEFGH2346", identity: example.identity("ann")).get()
            #expect(known == UpstreamLogoutEnd(users: [ann.session.userID], sessions: 0, leavesUnnamed: false))
            #expect(try await [lives(ann), lives(bob)] == [false, true])
        }
    }

    @Test("a session without a name ends by the identity of its person, where the index is the one that is meant", arguments: DatabaseKind.all)
    func unnamedKnown(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (one, two) = (
                try await signIn(stores, "ann", name: nil, index: "i-1"), try await signIn(stores, "ann", name: nil, index: "i-2")
            )
            let end = try await end(stores, Self.alice, ["i-1"], identity: example.identity("ann")).get()
            #expect(end == UpstreamLogoutEnd(users: [one.session.userID], sessions: 1, leavesUnnamed: true))
            #expect(try await [isAlive(one, stores), isAlive(two, stores)] == [false, true])
        }
    }

    @Test("our own sign-out is recorded with the sessions' end; a provider's answer is written once", arguments: DatabaseKind.all)
    func answered(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, others in
            try await example.prepare(stores)
            let one = try await signIn(stores, "ann", name: Self.alice, index: "i-1")
            let record = record(requestID: "_request-1")
            #expect(try await stores.logouts.end([one.session.id], recorded: record))
            #expect(try await !isAlive(one, stores))
            #expect(try await others.logouts.find(record.reference, in: example.poolID) == record)
            #expect(try await others.logouts.find(record.reference, in: UserPool.ID("local_other")!) == nil)
            // Nothing to end, nothing to tell.
            var second = self.record("ABCDEFGH2346")
            second.requestID = "_request-2"
            #expect(try await stores.logouts.end([one.session.id], recorded: second) == false)
            #expect(try await stores.logouts.find(second.reference, in: example.poolID) == nil)

            let later = example.now.addingTimeInterval(5)
            async let yes = stores.logouts.answer(request: "_request-1", in: example.poolID, .signedOut, detail: nil, at: later)
            async let no = others.logouts.answer(request: "_request-1", in: example.poolID, .failed, detail: "Responder", at: later)
            let answers = try await [yes, no].compactMap(\.self)
            #expect(answers.count == 1)
            let kept = try #require(try await stores.logouts.find(request: "_request-1", in: example.poolID))
            #expect(kept.parties == answers.first?.parties)
            #expect(kept.parties[0].result == .ended && kept.parties[1].result != .asked && kept.parties[1].at == later)
            #expect(try await stores.logouts.answer(request: "_request-1", in: UserPool.ID("local_other")!, .failed, detail: nil, at: later) == nil)
            #expect(try await stores.logouts.removeExpired(at: example.now.addingTimeInterval(59), limit: 10) == 0)
            #expect(try await stores.logouts.removeExpired(at: example.now.addingTimeInterval(60), limit: 10) == 1)
        }
    }

    @Test("sign-outs are listed by their time, the newest first, page by page, and seen by their own pool only", arguments: DatabaseKind.all)
    func listedLogouts(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            // Three of one moment, and one before them.
            for (number, seconds) in [(1, -60.0), (2, 0), (4, 0), (3, 0)] {
                let (session, _) = try await signIn(stores, "user\(number)", name: nil, index: nil)
                var logout = record("REFERENCE\(number)")
                logout = LogoutRecord(
                    reference: logout.reference, poolID: logout.poolID, userID: nil, initiator: .person, parties: logout.parties,
                    createdAt: example.now + seconds)
                #expect(try await stores.logouts.end([session.id], recorded: logout))
            }
            func page(behind last: LogoutRecord? = nil, limit: Int, pool: String? = nil) async throws -> [LogoutRecord] {
                let cursor = last.map { ListCursor(at: $0.createdAt, key: $0.reference.text) }
                return try await stores.logouts.list(in: pool.map { UserPool.ID($0)! } ?? example.poolID, behind: cursor, limit: limit)
            }
            let first = try await page(limit: 2)
            #expect(first.map(\.reference.text) == ["REFERENCE4", "REFERENCE3"])
            let second = try await page(behind: first.last, limit: 2)
            #expect(second.map(\.reference.text) == ["REFERENCE2", "REFERENCE1"])
            #expect(try await page(behind: second.last, limit: 2) == [])
            #expect(try await page(limit: 2, pool: "local_other") == [])
            let notices = try await stores.logouts.notices(of: (first + second).map(\.reference), in: example.poolID)
            #expect(Set(notices.map(\.reference.text)).count == 4)
        }
    }
}
