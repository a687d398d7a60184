import Foundation
import TestSupport
import Testing
import UserPools

/// THREATS O18 in the store: an identity is one user's, and what makes it so is recorded in the same transaction.
extension StoreConformanceTests {
    private var oidc: FederatedIdentity {
        FederatedIdentity(provider: IdentityProvider.Name("op")!, issuer: "https://op.example", subject: "ann-7", format: "")
    }

    private func event(_ action: AuditEvent.Action, _ user: User.ID, _ identity: FederatedIdentity, at seconds: TimeInterval = 0) -> AuditEvent {
        AuditEvent(
            id: UUID().uuidString.lowercased(), poolID: example.poolID, at: example.now + seconds, actor: .commandLine(user: "ann"), action: action,
            user: user, identity: identity)
    }

    private func details(_ identity: FederatedIdentity) -> [AuditEvent.Detail] {
        [
            .init("provider", identity.provider.text), .init("subject", identity.subject), .init("issuer", identity.issuer),
            .init("format", identity.format),
        ]
    }

    /// What was recorded of identities.
    private func linkEvents(_ stores: Stores) async throws -> [AuditEvent] {
        try await stores.audit.list(in: example.poolID, target: nil, limit: 100).filter { $0.target.kind == .user }
    }

    /// Owns the domain of every address here.
    private var owner: IdentityProvider {
        IdentityProvider(
            poolID: example.poolID, name: IdentityProvider.Name("owner")!, kind: .saml(SAMLConnection(metadata: "", entityID: "e")),
            attributeMapping: AttributeMapping(), domains: ["example.com"], createdAt: example.now, updatedAt: example.now)
    }

    /// A user for whose address the owner of its domain has vouched.
    private func vouched(_ stores: Stores, subject: String = "ann") async throws -> SignedInUser {
        let identity = example.identity(subject)
        return try await stores.signIns.completeSignIn(
            example.completion(
                proof: example.random(), identity: identity,
                provision: { [example, owner] known in
                    var user = known ?? example.newUser(identity)
                    user.update(from: MappedAttributes(), of: owner.name, vouched: owner.vouch(for: "ann@example.com"), at: example.now)
                    return user
                }))
    }

    /// A sign-in of `identity` that may link by `email`.
    private func completeSignIn(
        _ stores: Stores, _ identity: FederatedIdentity, email: String
    ) async throws -> SignedInUser {
        let usual = example.completion(proof: example.random(), identity: identity)
        return try await stores.signIns.completeSignIn(
            SignInCompletion(
                poolID: usual.poolID, pending: nil, proof: usual.proof,
                subject: .identity(
                    identity,
                    linkByEmail: EmailLink(email: try #require(owner.vouch(for: email))) { [event] in event(.userLinkByEmail, $0, identity, 0) }),
                now: usual.now,
                provision: usual.provision, complete: usual.complete))
    }

    @Test("by a verified address: the user who is there gets the identity and the record of it, once", arguments: DatabaseKind.all)
    func linkByEmail(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let user = try await vouched(stores).user
            let linked = try await completeSignIn(stores, oidc, email: "ANN@example.com")
            #expect(linked.user.id == user.id && linked.isLinked && !linked.isNewUser)
            let found = try #require(try await stores.users.find(user.id, in: example.poolID))
            #expect(found.identities == [example.identity(), oidc] && found.username == user.username)
            let again = try await completeSignIn(stores, oidc, email: "ann@example.com")
            #expect(again.user.id == user.id && !again.isLinked)
            let events = try await stores.audit.list(in: example.poolID, target: AuditEvent.Target(.user, user.id.text), limit: 10)
            #expect(events.map(\.action) == [.userLinkByEmail] && events.first?.details == details(oidc))
        }
    }

    @Test("by an address for which nobody vouched, of nobody, or of two users, nobody is linked and nothing is recorded", arguments: DatabaseKind.all)
    func noLink(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            // The user has the address, and email_verified; its owner has not said so.
            _ = try await example.signIn(stores)
            #expect(try await completeSignIn(stores, oidc, email: "ann@example.com").isNewUser)
            #expect(try await completeSignIn(stores, example.identity("other"), email: "nobody@example.com").isNewUser)
            _ = try await vouched(stores, subject: "first")
            _ = try await vouched(stores, subject: "second")
            let third = FederatedIdentity(provider: oidc.provider, issuer: oidc.issuer, subject: "third", format: "")
            #expect(try await completeSignIn(stores, third, email: "ann@example.com").isNewUser)
            #expect(try await linkEvents(stores).isEmpty)
        }
    }

    @Test("50 sign-ins at once of one identity that is to be linked: one user, one identity more, one record", arguments: DatabaseKind.all)
    func linkAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let user = try await vouched(first).user
            let linked = try await withThrowingTaskGroup(of: SignedInUser.self) { group in
                for number in 0..<50 {
                    group.addTask { try await completeSignIn(number.isMultiple(of: 2) ? first : second, oidc, email: "ann@example.com") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(linked.count == 50 && linked.count { $0.isLinked } == 1 && linked.allSatisfy { $0.user.id == user.id })
            #expect(try await first.users.find(user.id, in: example.poolID)?.identities.count == 2)
            #expect(try await linkEvents(first).count == 1)
        }
    }

    @Test(
        "by an admin: linked once, recorded once; another user's identity is refused with that user's name, and nothing is recorded",
        arguments: DatabaseKind.all)
    func linkByHand(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let ann = try await example.signIn(stores).completed.user
            let bob = try await example.signIn(stores, subject: "bob").completed.user
            #expect(try await stores.users.link(oidc, to: ann.id, in: example.poolID, recorded: event(.userLink, ann.id, oidc)))
            try await expectConflict(ann.username) {
                try await stores.users.link(oidc, to: bob.id, in: example.poolID, recorded: event(.userLink, bob.id, oidc))
            }
            let stranger = User.ID(UUID().uuidString.lowercased())!
            #expect(!(try await stores.users.link(oidc, to: stranger, in: example.poolID, recorded: event(.userLink, stranger, oidc))))
            #expect(try await stores.users.find(bob.id, in: example.poolID)?.identities == [example.identity("bob")])
            #expect(try await linkEvents(stores).map(\.target.name) == [ann.id.text])
        }
    }

    @Test("taking an identity away ends what its provider began, keeps the rest, and is recorded", arguments: DatabaseKind.all)
    func unlink(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let completed = try await example.signIn(stores).completed
            let user = completed.user
            _ = try await stores.users.link(oidc, to: user.id, in: example.poolID, recorded: event(.userLink, user.id, oidc))
            #expect(try await stores.users.unlink(oidc, from: user.id, in: example.poolID, recorded: event(.userUnlink, user.id, oidc, at: 1)))
            #expect(try await stores.sessions.find(cookie: completed.session.cookie, in: example.poolID, at: example.now) != nil)
            let own = example.identity()
            #expect(try await stores.users.unlink(own, from: user.id, in: example.poolID, recorded: event(.userUnlink, user.id, own, at: 2)))
            #expect(try await stores.sessions.find(cookie: completed.session.cookie, in: example.poolID, at: example.now) == nil)
            #expect(try await stores.users.find(user.id, in: example.poolID)?.identities.isEmpty == true)
            let target = AuditEvent.Target(.user, user.id.text)
            let events = try await stores.audit.list(in: example.poolID, target: target, limit: 10)
            #expect(events.map(\.action) == [.userUnlink, .userUnlink, .userLink])
            #expect(events.map(\.details) == [own, oidc, oidc].map(details))
            #expect(try await stores.audit.list(in: example.poolID, target: target, limit: 1).count == 1)
            #expect(try await stores.audit.list(in: UserPool.ID("local_other")!, target: nil, limit: 10).isEmpty)
            // The identity is free again, for a user of its own.
            let next = try await stores.signIns.completeSignIn(example.completion(proof: "_next", identity: own))
            #expect(next.isNewUser && next.user.id != user.id)
        }
    }

    @Test("what was recorded of a user stays when the user is deleted", arguments: DatabaseKind.all)
    func recordStays(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let user = try await example.signIn(stores).completed.user
            _ = try await stores.users.link(oidc, to: user.id, in: example.poolID, recorded: event(.userLink, user.id, oidc))
            _ = try await stores.users.delete(user.id, in: example.poolID)
            let events = try await stores.audit.list(in: example.poolID, target: AuditEvent.Target(.user, user.id.text), limit: 10)
            #expect(events.count == 2 && events.contains { $0.action == .userLink })
        }
    }

    @Test("what was recorded is read page by page; what is recorded meanwhile moves no page", arguments: DatabaseKind.all)
    func auditPages(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let target = AuditEvent.Target(.client, example.clientID.text)
            func record(_ id: String, after seconds: TimeInterval) async throws {
                let event = AuditEvent(
                    id: id, poolID: example.poolID, at: example.now + seconds, actor: .system, action: .clientUpdate, target: target)
                let name = id
                _ = try await stores.clients.change(example.clientID, in: example.poolID, recorded: { _, _ in event }) { client throws(Never) in
                    client.name = name
                }
            }
            // Three of one moment.
            for (id, seconds) in [("a", 0.0), ("b", 1), ("d", 1), ("c", 1)] { try await record(id, after: seconds) }
            for target in [nil, target] {
                var (seen, last): ([String], AuditEvent?) = ([], nil)
                while true {
                    let cursor = last.map { ListCursor(at: $0.at, key: $0.id) }
                    let page = try await stores.audit.list(in: example.poolID, target: target, behind: cursor, limit: 2)
                    guard let end = page.last else { break }
                    (seen, last) = (seen + page.map(\.id), end)
                    try await record(example.random(), after: 1e9)
                }
                #expect(seen.filter { $0.utf8.count == 1 } == ["d", "c", "b", "a"] && Set(seen).count == seen.count)
            }
        }
    }
}
