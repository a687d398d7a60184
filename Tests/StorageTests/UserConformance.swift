import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

extension StoreConformanceTests {
    @Test("a user comes back under the same sub; attributes, groups and identities are kept in order", arguments: DatabaseKind.all)
    func sameUser(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let first = try await stores.signIns.completeSignIn(example.completion(proof: "_a1"))
            let later = example.now.addingTimeInterval(60)
            let second = try await stores.signIns.completeSignIn(
                example.completion(proof: "_a2") { found in
                    var user = found!
                    var mapped = MappedAttributes()
                    mapped.values = ["name": .text("Ann"), "custom:team": .list([.text("b"), .text("a")]), "custom:old": .boolean(false)]
                    mapped.groups = ["zeta", "alpha"]
                    user.memberships.insert(GroupMembership(group: "by-hand", origin: .admin), at: 0)
                    user.update(from: mapped, of: example.provider, at: later)
                    return user
                })
            #expect(!second.isNewUser)
            #expect(second.user.id == first.user.id)
            let found = try #require(try await stores.users.find(first.user.id, in: example.poolID))
            #expect(found == second.user)
            #expect(found.attributes["email"] == .text("ann@example.com"))
            #expect(found.attributes["custom:n"] == .number(1.5))
            #expect(found.attributes["custom:team"] == .list([.text("b"), .text("a")]))
            #expect(found.groups == ["by-hand", "zeta", "alpha"])
            #expect(found.updatedAt == later)
        }
    }

    @Test("a first sign-in never fails for a username: another identity gets ~2, then ~3", arguments: DatabaseKind.all)
    func usernames(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var names: [String] = []
            var subjects = Set<User.ID>()
            for format in ["persistent", "emailAddress", "unspecified"] {
                let completed = try await stores.signIns.completeSignIn(
                    example.completion(proof: format, identity: example.identity("ann", format: format)))
                names.append(completed.user.username)
                subjects.insert(completed.user.id)
            }
            #expect(names == ["corp_ann", "corp_ann~2", "corp_ann~3"])
            #expect(subjects.count == 3)
            let again = try await stores.signIns.completeSignIn(
                example.completion(proof: "again", identity: example.identity("ann", format: "emailAddress")))
            #expect(again.user.username == "corp_ann~2")
        }
    }

    @Test("two first sign-ins of one person at once make one user", arguments: DatabaseKind.all)
    func firstSignInsAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(20) { index throws(SignInCompletionError) in
                try await (index.isMultiple(of: 2) ? first : second).signIns.completeSignIn(example.completion(proof: "_\(index)"))
            }
            #expect(outcomes.failures == [])
            #expect(Set(outcomes.successes.map(\.user.id)).count == 1)
            #expect(outcomes.successes.filter(\.isNewUser).count == 1)
        }
    }

    @Test("SAML Core §2.2: subjects are bytes: case, accents' spelling and format make somebody else", arguments: DatabaseKind.all)
    func subjectsAreBytes(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var users = Set<User.ID>()
            for subject in ["ann", "Ann", "jos\u{E9}", "jose\u{301}", "ann "] {
                let identity = example.identity(subject)
                users.insert(try await stores.signIns.completeSignIn(example.completion(proof: example.random(), identity: identity)).user.id)
            }
            #expect(users.count == 5)
        }
    }

    @Test("a subject with a NUL is refused: nothing may be cut off behind it", arguments: DatabaseKind.all)
    func nulInSubject(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            await #expect(throws: SignInCompletionError.store(.corrupt(what: "text with a NUL"))) {
                try await stores.signIns.completeSignIn(example.completion(proof: "_a1", identity: example.identity("ann\0eve")))
            }
        }
    }

    @Test("the same name of another issuer is somebody else, also where the provider is the same", arguments: DatabaseKind.all)
    func movedIssuer(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let first = try await stores.signIns.completeSignIn(example.completion(proof: "_a1"))
            let moved = FederatedIdentity(provider: example.provider, issuer: "https://new.example.com", subject: "ann", format: "persistent")
            let second = try await stores.signIns.completeSignIn(example.completion(proof: "_a2", identity: moved))
            #expect(second.user.id != first.user.id && second.isNewUser)
            #expect(second.user.username == first.user.username + "~2")
            #expect(try await stores.users.find(second.user.id, in: example.poolID)?.identities == [moved])
        }
    }

    @Test("users are listed by username, page by page, and seen by their own pool only", arguments: DatabaseKind.all)
    func list(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            for subject in ["dora", "bob", "ann", "carl"] { _ = try await example.signIn(stores, subject: subject) }
            let firstPage = try await stores.users.list(in: example.poolID, after: nil, limit: 3)
            #expect(firstPage.map(\.username) == ["corp_ann", "corp_bob", "corp_carl"])
            #expect(firstPage.allSatisfy { $0.identities.count == 1 && $0.groups == ["staff"] })
            #expect(try await stores.users.list(in: example.poolID, after: "corp_carl", limit: 3).map(\.username) == ["corp_dora"])
            #expect(try await stores.users.list(in: example.poolID, after: nil, limit: -1).isEmpty)
            let other = UserPool.ID("local_other")!
            #expect(try await stores.users.list(in: other, after: nil, limit: 3).isEmpty)
            #expect(try await stores.users.find(firstPage[0].id, in: other) == nil)
            #expect(try await stores.users.setEnabled(false, firstPage[0].id, in: other) == false)
            #expect(try await stores.users.delete(firstPage[0].id, in: other) == false)
        }
    }

    @Test("users are found by how their usernames begin, in one of several ways, page by page", arguments: DatabaseKind.all)
    func listBeginning(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            for subject in ["dora", "bob", "ann", "anna", "bobby"] { _ = try await example.signIn(stores, subject: subject) }
            func names(_ ways: [String], after: String? = nil, limit: Int = 10, pool: String? = nil) async throws -> [String] {
                try await stores.users.list(in: pool.map { UserPool.ID($0)! } ?? example.poolID, beginning: ways, after: after, limit: limit)
                    .map(\.username)
            }
            #expect(try await names(["corp_ann", "corp_bob", "corp_bob", "zed"]) == ["corp_ann", "corp_anna", "corp_bob", "corp_bobby"])
            #expect(try await names(["corp_b", "corp_"], limit: 3) == ["corp_ann", "corp_anna", "corp_bob"])
            #expect(try await names(["corp_b", "corp_"], after: "corp_bob", limit: 2) == ["corp_bobby", "corp_dora"])
            #expect(try await names(["corp_d", "corp_a"], after: "corp_ann") == ["corp_anna", "corp_dora"])
            #expect(try await names(["corp_a"], after: "corp_b") == [])
            #expect(try await names(["corp_a"], limit: -1) == [])
            #expect(try await names([]) == [])
            #expect(try await names(["corp_"], pool: "local_other") == [])
            let ann = try #require(try await stores.users.list(in: example.poolID, beginning: ["corp_ann"], after: nil, limit: 1).first)
            #expect(ann.identities.count == 1 && ann.groups == ["staff"])
        }
    }

    @Test("by which providers people may be known: those that are there, and deleted ones whose people stayed", arguments: DatabaseKind.all)
    func providersOfPeople(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            func names(_ limit: Int = 10, in pool: UserPool.ID? = nil) async throws -> [String] {
                try await stores.users.providers(in: pool ?? example.poolID, limit: limit).map(\.text)
            }
            try await stores.providers.insert(example.identityProvider("empty", entityID: "https://empty.example"))
            for name in ["absent", "bygone"] {
                var old = example
                old.provider = IdentityProvider.Name(name)!
                try await stores.providers.insert(example.identityProvider(name, entityID: "https://\(name).example"))
                for subject in ["ann", "bob"] { _ = try await old.signIn(stores, subject: subject) }
            }
            #expect(try await names() == ["absent", "bygone", "corp", "empty"])
            for name in ["absent", "bygone"] {
                #expect(try await stores.providers.delete(IdentityProvider.Name(name)!, in: example.poolID))
            }
            #expect(try await names() == ["corp", "empty", "absent", "bygone"])
            #expect(try await names(3) == ["corp", "empty", "absent"])
            #expect(try await names(-1) == [])
            #expect(try await names(in: UserPool.ID("local_other")!) == [])
        }
    }

    @Test("of a provider: whether anybody is known by it, and which attributes its people have", arguments: DatabaseKind.all)
    func ofProvider(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let other = IdentityProvider.Name("other")!
            #expect(try await !stores.users.hasIdentities(of: example.provider, in: example.poolID))
            #expect(try await stores.users.filledAttributes(by: example.provider, in: example.poolID, among: 10) == (0, []))
            for subject in ["ann", "bob"] { _ = try await example.signIn(stores, subject: subject) }
            #expect(try await stores.users.hasIdentities(of: example.provider, in: example.poolID))
            #expect(try await !stores.users.hasIdentities(of: other, in: example.poolID))
            let filled: Set = ["email", "email_verified", "custom:n", "groups"]
            #expect(try await stores.users.filledAttributes(by: example.provider, in: example.poolID, among: 10) == (2, filled))
            #expect(try await stores.users.filledAttributes(by: example.provider, in: example.poolID, among: 1) == (1, filled))
            #expect(try await stores.users.filledAttributes(by: other, in: example.poolID, among: 10) == (0, []))
        }
    }

    @Test("a session is found by its cookie while it lives and its user is enabled", arguments: DatabaseKind.all)
    func sessions(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (completed, _) = try await example.signIn(stores)
            let cookie = completed.session.cookie
            @Sendable func find(after seconds: TimeInterval = 0, pool: String = "local_Ab3") async throws -> Session.ID? {
                let now = example.now.addingTimeInterval(seconds)
                return try await stores.sessions.find(cookie: cookie, in: UserPool.ID(pool)!, at: now)?.session.id
            }
            #expect(try await find() == completed.session.id)
            #expect(try await find(after: 3599.9) == completed.session.id)
            #expect(try await find(after: 3600) == nil)
            #expect(try await find(pool: "local_other") == nil)
            #expect(try await stores.sessions.end(completed.session.id, in: UserPool.ID("local_other")!) == false)
            #expect(try await stores.sessions.end(completed.session.id, in: example.poolID))
            #expect(try await stores.sessions.end(completed.session.id, in: example.poolID) == false)
            #expect(try await find() == nil)
            // Disabling a user ends the sessions for good: enabling does not bring them back.
            let again = try await stores.signIns.completeSignIn(example.completion(proof: "_again"))
            #expect(try await stores.users.setEnabled(false, again.user.id, in: example.poolID))
            #expect(try await stores.users.setEnabled(true, again.user.id, in: example.poolID))
            #expect(try await stores.sessions.find(cookie: again.session.cookie, in: example.poolID, at: example.now) == nil)
        }
    }

    @Test(
        "case 138: expired sessions are deleted; a refresh token outlives the session that began it, and ends with its sid",
        arguments: DatabaseKind.all)
    func expiredSessions(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            #expect(try await stores.sessions.removeExpired(at: example.now.addingTimeInterval(3599), limit: 10) == 0)
            #expect(try await stores.sessions.removeExpired(at: example.now.addingTimeInterval(3600), limit: 10) == 1)
            #expect(try await stores.grants.find(token.presented) != nil)
            #expect(try await stores.sessions.end(token.grant.sessionID!, in: example.poolID))
            // Signing out with the sid of an ID token still ends what the session began.
            #expect(try await stores.grants.find(token.presented) == nil)
        }
    }

    @Test("case 116: a new sign-in ends the browser's old session; the same user's grants go on under the new one", arguments: DatabaseKind.all)
    func replacedSession(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            let (first, code) = try await example.signIn(stores)
            let hash = example.randomHash()
            let grant = try await stores.grants.redeem(code: code, at: example.now) { code, _ in
                RefreshToken(hash: hash, grant: code.grant, issuedAt: example.now, expiresAt: example.now.addingTimeInterval(60))
            }.code.grant
            let replaced = example.token(for: grant, hash: hash)
            let again = try await stores.signIns.completeSignIn(example.completion(proof: "_a2", previousCookie: first.session.cookie))
            #expect(try await stores.sessions.find(cookie: first.session.cookie, in: example.poolID, at: example.now) == nil)
            #expect(try await stores.sessions.find(cookie: again.session.cookie, in: example.poolID, at: example.now) != nil)
            #expect(try await stores.grants.find(replaced.presented)?.grant.sessionID == again.session.id)
            #expect(try await stores.grants.find(token.presented)?.grant.sessionID == token.grant.sessionID)
            #expect(try await stores.sessions.end(again.session.id, in: example.poolID))
            #expect(try await stores.grants.find(replaced.presented) == nil)
            #expect(try await stores.grants.find(token.presented) != nil)
        }
    }
}
