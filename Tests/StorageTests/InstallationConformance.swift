import Foundation
import TestSupport
import Testing
import UserPools

/// What holds for the whole database: its public URL, and the servers that run on it.
extension StoreConformanceTests {
    private func server(_ id: String, _ url: String, after seconds: TimeInterval = 0) -> RunningServer {
        RunningServer(id: id, publicURL: url, startedAt: example.now + seconds, seenAt: example.now + seconds)
    }

    @Test("the public URL is that of the server that began to listen last; a change says what it was", arguments: DatabaseKind.all)
    func publicURL(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            #expect(try await first.installation.find() == Installation())
            #expect(try await first.installation.announce(server("a", "https://id.example"), masterKeyID: "k") == .announced)
            #expect(try await second.installation.announce(server("b", "https://id.example"), masterKeyID: "k") == .announced)
            // Known, and not listening yet.
            #expect(try await second.installation.find().publicURL == nil)
            #expect(try await first.installation.adopt(publicURL: "https://id.example", at: example.now) == nil)
            #expect(try await second.installation.adopt(publicURL: "https://id.example", at: example.now + 5) == nil)
            #expect(try await second.installation.adopt(publicURL: "https://new.example", at: example.now + 6) == "https://id.example")
            let installation = try await first.installation.find()
            #expect((installation.publicURL, installation.publicURLSince) == ("https://new.example", example.now + 6))
        }
    }

    @Test("the newest backup is remembered, whoever comes last", arguments: DatabaseKind.all)
    func backup(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await first.installation.recordBackup(of: example.now + 60)
            try await second.installation.recordBackup(of: example.now)
            #expect(try await first.installation.find() == Installation(backedUpAt: example.now + 60))
            try await second.installation.recordBackup(of: example.now + 120)
            #expect(try await first.installation.find().backedUpAt == example.now + 120)
        }
    }

    @Test("the master key has the name that came first, and a server with another one is refused", arguments: DatabaseKind.all)
    func masterKey(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            let name = try await first.installation.recordMasterKey("one", at: example.now)
            #expect(name == "one")
            // A process that still has another one stores no key that nobody could open.
            try await example.prepare(first)
            func key(sealedBy id: String?) -> SigningKey {
                SigningKey(
                    id: SigningKey.ID("key-with-some-name")!, poolID: example.poolID, algorithm: "RS256", phase: .upcoming, sealedPrivateKey: [1],
                    createdAt: example.now, sealedBy: id)
            }
            await #expect(throws: StoreError.self) { try await second.keys.insertFirst(key(sealedBy: "two"), recorded: nil) }
            #expect(try await first.keys.list(in: example.poolID).isEmpty)
            #expect(try await second.keys.insertFirst(key(sealedBy: "one"), recorded: nil).id.text == "key-with-some-name")
            #expect(try await second.installation.recordMasterKey("two", at: example.now) == "one")
            #expect(try await second.installation.announce(server("a", "https://id.example"), masterKeyID: "two") == .otherMasterKey("one"))
            #expect(try await second.installation.announce(server("a", "https://id.example"), masterKeyID: "one") == .announced)
        }
    }

    @Test("a client secret that was sealed with another master key is not stored", arguments: DatabaseKind.all)
    func providerOfAnotherMasterKey(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            _ = try await stores.installation.recordMasterKey("two", at: example.now)
            var connection = OIDCConnection(
                issuer: "https://op.example", endpoints: .init(authorization: "https://op.example/a", token: "https://op.example/t"), clientID: "us",
                clientAuthentication: .clientSecretBasic)
            connection.sealedSecret = "c2VhbGVk"
            var provider = example.identityProvider("op", entityID: "https://op.example")
            for (sealedBy, isRefused) in [("one", true), ("two", false), ("one", true)] {
                connection.sealedBy = sealedBy
                connection.sealedSecret? += "A"
                provider.kind = .oidc(connection)
                let isThere = try await stores.providers.find(provider.name, in: example.poolID) != nil
                do throws(StoreError) {
                    if isThere { _ = try await stores.providers.update(provider) } else { try await stores.providers.insert(provider) }
                    #expect(!isRefused)
                } catch {
                    #expect(isRefused && error == .conflict(what: "client secret that is sealed with another master key"))
                }
            }
        }
    }

    @Test("nor is one in another stage; one that goes from stage to stage is no new one, and all is there again", arguments: DatabaseKind.all)
    func stagesOfAnotherMasterKey(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            var connection = OIDCConnection(
                issuer: "https://op.example", endpoints: .init(authorization: "https://op.example/a", token: "https://op.example/t"), clientID: "us",
                clientAuthentication: .clientSecretBasic)
            connection[.current] = StagedSecret(sealed: "Y3VycmVudA", sealedBy: "one", keyID: nil, since: nil)
            var provider = example.identityProvider("op", entityID: "https://op.example")
            provider.kind = .oidc(connection)
            try await stores.providers.insert(provider)
            _ = try await stores.installation.recordMasterKey("two", at: example.now)
            connection.pendingSecret = StagedSecret(sealed: "cGVuZGluZw", sealedBy: "two", keyID: "k", since: example.now, testedAt: example.now)
            connection.finishSecret(at: example.now)
            provider.kind = .oidc(connection)
            _ = try await stores.providers.update(provider)
            let found = try await stores.providers.find(provider.name, in: example.poolID)
            #expect(found?.kind == provider.kind && found?.sealedSecrets.map(\.sealed) == ["cGVuZGluZw", "Y3VycmVudA"])
            connection.pendingSecret = StagedSecret(sealed: "c3RyYW5nZQ", sealedBy: "one", keyID: nil, since: example.now)
            provider.kind = .oidc(connection)
            await #expect(throws: StoreError.conflict(what: "client secret that is sealed with another master key")) {
                _ = try await stores.providers.update(provider)
            }
        }
    }

    @Test("nothing is sealed anew while a server runs; one that counts as gone is none", arguments: DatabaseKind.all)
    func reseal(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            struct Runs: Error {}
            func reseal(after seconds: TimeInterval) async throws {
                _ = try await stores.installation.reseal(
                    for: "two", at: example.now + seconds, recorded: .any(.installation, "master key"),
                    unless: { (_: RunningServer) throws(Runs) in throw Runs() }, key: { (key: SigningKey) throws(Runs) in key.sealedPrivateKey },
                    samlKey: { (key: SAMLKey) throws(Runs) in key.sealedPrivateKey }, subjectKey: { (key: SubjectKey) throws(Runs) in key.sealed },
                    provider: { (_: inout IdentityProvider) throws(Runs) in }, idToken: { sealed, _, _ in sealed },
                    tokenKeys: { (before: String?) throws(Runs) in (before ?? "") + "+" })
            }
            _ = try await stores.installation.announce(server("a", "https://id.example"), masterKeyID: "one")
            await #expect(throws: ChangeError<Runs>.self) { try await reseal(after: RunningServer.presumedGoneAfter) }
            #expect(try await stores.installation.find().masterKeyID == nil)
            try await reseal(after: RunningServer.presumedGoneAfter + 1)
            #expect(try await stores.installation.find().masterKeyID == "two")
            #expect(try await stores.installation.find().earlierTokenKeys == "+")
            try await reseal(after: RunningServer.presumedGoneAfter + 1)
            #expect(try await stores.installation.find().earlierTokenKeys == "++")
        }
    }

    @Test(
        "a second server with another public URL is refused while the first is there, and not when it is presumed gone", arguments: DatabaseKind.all)
    func otherServer(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            let (here, gone) = (server("a", "https://id.example"), RunningServer.presumedGoneAfter)
            _ = try await first.installation.announce(here, masterKeyID: "k")
            #expect(try await second.installation.announce(server("b", "https://other.example", after: 1), masterKeyID: "k") == .refused(other: here))
            #expect(try await first.installation.heartbeat("a", at: example.now + 30) == 1)
            guard case .refused = try await second.installation.announce(server("b", "https://other.example", after: gone + 29), masterKeyID: "k")
            else {
                Issue.record("the first server was there 30 seconds later")
                return
            }
            let later = server("b", "https://other.example", after: gone + 31)
            #expect(try await second.installation.announce(later, masterKeyID: "k") == .announced)
            // Who counted as gone has to announce itself again.
            #expect(try await first.installation.heartbeat("a", at: example.now + gone + 32) == nil)
        }
    }

    @Test("a server that says that it is there hears how many are; one that was killed counts until it is presumed gone", arguments: DatabaseKind.all)
    func replicas(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            let (url, gone) = ("https://id.example", RunningServer.presumedGoneAfter)
            _ = try await first.installation.announce(server("a", url), masterKeyID: "k")
            _ = try await second.installation.announce(server("b", url), masterKeyID: "k")
            #expect(try await first.installation.heartbeat("a", at: example.now + 1) == 2)
            #expect(try await first.installation.heartbeat("a", at: example.now + gone) == 2)
            #expect(try await first.installation.heartbeat("a", at: example.now + gone + 1) == 1)
            try await first.installation.leave("a")
            #expect(try await second.installation.heartbeat("b", at: example.now + gone + 2) == 1)
        }
    }

    @Test("whether the database takes a write", arguments: DatabaseKind.all)
    func probe(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            for second in 0..<3 { try await stores.installation.probe(at: example.now + TimeInterval(second)) }
        }
    }

    @Test("groups: made, found, listed and deleted with every membership in them", arguments: DatabaseKind.all)
    func groups(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let group = Group(poolID: example.poolID, name: "staff", description: "All of us", createdAt: example.now)
            try await stores.groups.insert(group, recorded: .any(.group, "staff", in: example.poolID))
            try await expectConflict("group staff") { try await stores.groups.insert(group, recorded: .any(.group, "staff", in: example.poolID)) }
            #expect(try await stores.groups.find("staff", in: example.poolID) == group)
            #expect(try await stores.groups.list(in: example.poolID) == [group])
            let user = try await example.signIn(stores).completed.user
            #expect(user.groups == ["staff"])
            #expect(try await stores.groups.delete("staff", in: example.poolID) { _ in .any(.group, "staff", in: example.poolID) })
            #expect(try await stores.users.find(user.id, in: example.poolID)?.memberships.isEmpty == true)
            #expect(try await stores.groups.list(in: example.poolID).isEmpty)
        }
    }

    @Test("a membership counts from its beginning until its end", arguments: DatabaseKind.all)
    func validity(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let grant = try await example.refreshToken(stores).grant
            let id = try #require(grant.userID)
            let user = try #require(try await stores.users.find(id, in: example.poolID))
            let elevated = GroupMembership(group: "admins", origin: .elevation, notBefore: example.now + 60, expires: example.now + 120)
            _ = try await stores.users.change(user.id, in: example.poolID, recorded: { _, _ in .any(.user, user.id.text) }) {
                (user: inout User) throws(Never) in user.memberships.append(elevated)
            }
            let found = try #require(try await stores.users.find(user.id, in: example.poolID))
            #expect(found.memberships.last == elevated)
            for (seconds, groups) in [(59.0, ["staff"]), (60, ["staff", "admins"]), (119.9, ["staff", "admins"]), (120, ["staff"])] {
                #expect(found.groups(at: example.now + seconds) == groups)
                let name = AccessTokenName(poolID: example.poolID, id: "any")
                let told = try await stores.grants.find(grant.family, of: user.id, token: name, at: example.now + seconds)
                #expect(told.user?.groups == groups)
            }
        }
    }
}
