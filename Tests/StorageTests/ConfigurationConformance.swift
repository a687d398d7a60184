import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

extension StoreConformanceTests {
    @Test("pools: insert, find by id and domain, list, update, conflict, delete", arguments: DatabaseKind.all)
    func pools(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await stores.pools.insert(example.pool)
            #expect(try await stores.pools.find(example.poolID) == example.pool)
            #expect(try await stores.pools.find(domain: "id.example.com") == example.pool)
            #expect(try await stores.pools.find(domain: "example.com") == nil)
            try await expectConflict("pool local_Ab3") { try await stores.pools.insert(example.pool) }
            var other = UserPool(
                id: UserPool.ID("local_other")!, name: "Other", domain: nil, signingAlgorithm: "RS256",
                createdAt: example.now.addingTimeInterval(1))
            #expect(try await stores.pools.update(other) == false)
            try await stores.pools.insert(other)
            #expect(try await stores.pools.list() == [example.pool, other])
            other.domain = "id.example.com"
            let taken = other
            try await expectConflict("domain id.example.com of pool local_Ab3") {
                _ = try await stores.pools.update(taken)
            }
            other.domain = "other.example.com"
            other.signingAlgorithm = "EdDSA"
            #expect(try await stores.pools.update(other))
            #expect(try await stores.pools.find(other.id) == other)
            #expect(try await stores.pools.delete(other.id))
            #expect(try await stores.pools.delete(other.id) == false)
        }
    }

    @Test("deleting a pool deletes all that is in it", arguments: DatabaseKind.all)
    func deletePool(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let token = try await example.refreshToken(stores)
            try await stores.signIns.insert(example.pending())
            _ = try await stores.keys.insertFirst(example.key("key-1-key-1-key-1"))
            #expect(try await stores.pools.delete(example.poolID))
            #expect(try await stores.clients.list(in: example.poolID).isEmpty)
            #expect(try await stores.providers.list(in: example.poolID).isEmpty)
            #expect(try await stores.users.list(in: example.poolID, after: nil, limit: 10).isEmpty)
            #expect(try await stores.keys.list(in: example.poolID).isEmpty)
            #expect(try await stores.signIns.find(example.pending().id, in: example.poolID) == nil)
            #expect(try await stores.grants.find(token.presented) == nil)
            // Nothing is left that would stand in the way of a pool of the same name.
            try await example.prepare(stores)
            #expect(try await example.signIn(stores).completed.isNewUser)
        }
    }

    private struct Taken: Error {}

    @Test("of two pools, or clients, of one name that are made at once, where none had it, one is made", arguments: DatabaseKind.all)
    func madeOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (pool, client, now) = (example.poolID, example.client, example.now)
            let pools = await atOnce(kind) { number, see throws(ChangeError<Taken>) in
                let made = UserPool(
                    id: UserPool.ID("local_twin\(number)")!, name: "Twin", domain: nil, signingAlgorithm: "RS256", createdAt: now)
                try await [first, second][number].pools.insert(made, images: [], recorded: .any(in: made.id)) { (named) throws(Taken) in
                    try see(named.count)
                }
            }
            #expect(pools == [false, true])
            #expect(try await first.pools.list().count { $0.name == "Twin" } == 1)
            let clients = await atOnce(kind) { number, see throws(ChangeError<Taken>) in
                let made = AppClient(
                    id: AppClient.ID("twin-\(number)")!, poolID: pool, name: "Twin", redirectURIs: client.redirectURIs, createdAt: now)
                try await [first, second][number].clients.insert(made, logo: nil, recorded: .any(in: pool)) { (named) throws(Taken) in
                    try see(named.count)
                }
            }
            #expect(clients == [false, true])
            #expect(try await first.clients.list(in: pool).count { $0.name == "Twin" } == 1)
        }
    }

    /// Which of two were made, the one that was refused first. On PostgreSQL each sees that there is none before either goes on; SQLite has one writer.
    private func atOnce(
        _ kind: DatabaseKind,
        _ make:
            @escaping @Sendable (
                _ number: Int, _ see: @escaping @Sendable (_ named: Int) throws(Taken) -> Void
            ) async throws(ChangeError<Taken>) -> Void
    ) async -> [Bool] {
        let seen = Mutex(0)
        let bothHave = DispatchSemaphore(value: 0)
        let see: @Sendable (Int) throws(Taken) -> Void = { named throws(Taken) in
            if named > 0 { throw Taken() }
            guard kind.isSharedByWriters else { return }
            // Each waits for the other on a thread of its connection, once.
            let count = seen.withLock { count in
                count += 1
                return count
            }
            if count > 1 {
                bothHave.signal()
            } else if bothHave.wait(timeout: .now() + 60) == .timedOut {
                Issue.record("the other one has not looked")
            }
        }
        return await withTaskGroup(of: Bool.self) { group in
            for number in 0..<2 {
                group.addTask {
                    do throws(ChangeError<Taken>) { try await make(number, see) } catch {
                        if case .refused = error { return false }
                        Issue.record(error)
                    }
                    return true
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }.sorted { !$0 && $1 }
        }
    }

    @Test("app clients: everything is kept; deleting one ends its grants, not another's", arguments: DatabaseKind.all)
    func clients(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let found = try #require(try await stores.clients.find(example.clientID, in: example.poolID))
            let client = example.client
            #expect((found.name, found.secrets, found.enabled, found.createdAt) == (client.name, client.secrets, true, client.createdAt))
            #expect((found.redirectURIs, found.postLogoutRedirectURIs) == (client.redirectURIs, client.postLogoutRedirectURIs))
            #expect((found.grantTypes, found.scopes, found.identityProviders) == (client.grantTypes, client.scopes, client.identityProviders))
            #expect((found.lifetimes, found.refreshGrace) == (client.lifetimes, 5))
            #expect(found == client)
            #expect(try await stores.clients.find(example.clientID, in: UserPool.ID("local_other")!) == nil)
            try await expectConflict("client client-1") { try await stores.clients.insert(client) }

            var changed = client
            changed.secrets = []
            (changed.authentication, changed.requiredGroups) = (nil, [])
            changed.enabled = false
            changed.lifetimes.refreshToken = 1
            #expect(try await stores.clients.update(changed))
            let updated = try #require(try await stores.clients.list(in: example.poolID).first)
            #expect((updated.isConfidential, updated.enabled, updated.lifetimes.refreshToken) == (false, false, 1))
            for keys: ClientKeySet in [.document(#"{"keys": []}"#), .url("https://app.example.com/jwks.json")] {
                (changed.authentication, changed.keys) = (.privateKey, keys)
                #expect(try await stores.clients.update(changed))
                #expect(try await stores.clients.find(example.clientID, in: example.poolID) == changed)
            }
            #expect(changed.isConfidential)

            var other = example
            other.clientID = AppClient.ID("client-2")!
            try await stores.clients.insert(other.client)
            let (kept, lost) = (try await other.refreshToken(stores), try await example.refreshToken(stores))
            let (_, code) = try await example.signIn(stores)
            #expect(try await stores.clients.delete(example.clientID, in: example.poolID))
            #expect(try await stores.clients.delete(example.clientID, in: example.poolID) == false)
            #expect(try await stores.clients.update(changed) == false)
            #expect(try await stores.grants.find(lost.presented) == nil)
            #expect(try await stores.grants.find(kept.presented) != nil)
            await #expect(throws: GrantError.unknown) { try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil } }
        }
    }

    @Test("clients are listed by their IDs, page by page, and found by a part of the name or the ID", arguments: DatabaseKind.all)
    func listedClients(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            func found(_ part: String?, after: String? = nil, limit: Int = 10, pool: String? = nil) async throws -> [String] {
                try await stores.clients.list(
                    in: pool.map { UserPool.ID($0)! } ?? example.poolID, containing: part, after: after.map { AppClient.ID($0)! }, limit: limit
                ).map(\.id.text)
            }
            let before = try await found(nil)
            for (id, name) in [("zz-1", "Order Desk"), ("zz-2", "100% wool"), ("zz-3", "100_wool!"), ("zz-desk", "Ünits")] {
                try await stores.clients.insert(
                    AppClient(id: AppClient.ID(id)!, poolID: example.poolID, name: name, redirectURIs: [], createdAt: example.now),
                    recorded: .any(.client, id, in: example.poolID))
            }
            #expect(try await found(nil) == before + ["zz-1", "zz-2", "zz-3", "zz-desk"])
            #expect(try await found(nil, after: "zz-1", limit: 2) == ["zz-2", "zz-3"])
            #expect(try await found("DESK") == ["zz-1", "zz-desk"])
            #expect(try await found("desk", after: "zz-1") == ["zz-desk"])
            #expect(try await found("0%") == ["zz-2"])
            #expect(try await found("0_w") == ["zz-3"])
            #expect(try await found("l!") == ["zz-3"])
            #expect(try await found("Ün") == ["zz-desk"])
            #expect(try await found("", limit: 1).count == 1)
            #expect(try await found("zz", pool: "local_other") == [])
            #expect(try await stores.clients.delete(AppClient.ID("zz-1")!, in: example.poolID))
            #expect(try await found("desk") == ["zz-desk"])
        }
    }

    @Test("identity providers: found by name, entity ID and e-mail domain", arguments: DatabaseKind.all)
    func providers(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await stores.pools.insert(example.pool)
            let corp = example.identityProvider(domains: ["example.com", "example.org"])
            try await stores.providers.insert(corp)
            let found = try #require(try await stores.providers.find(example.provider, in: example.poolID))
            #expect((found.kind, found.attributeMapping, found.domains) == (corp.kind, corp.attributeMapping, corp.domains))
            #expect((found.enabled, found.createdAt, found.updatedAt) == (true, corp.createdAt, corp.updatedAt))
            #expect(try await stores.providers.find(entityID: "https://idp.example.com", in: example.poolID)?.name == corp.name)
            #expect(try await stores.providers.find(emailDomain: "EXAMPLE.org", in: example.poolID)?.name == corp.name)
            #expect(try await stores.providers.find(emailDomain: "ample.org", in: example.poolID) == nil)
            try await expectConflict("e-mail domain example.com of identity provider corp") {
                try await stores.providers.insert(example.identityProvider("other", entityID: "https://other.example", domains: ["example.com"]))
            }
            #expect(try await stores.providers.find(IdentityProvider.Name("other")!, in: example.poolID) == nil)
            await #expect(throws: StoreError.conflict(what: "identity provider other or entity ID https://idp.example.com")) {
                try await stores.providers.insert(example.identityProvider("other"))
            }
            try await stores.providers.insert(example.identityProvider("adfs", entityID: "https://adfs.example"))
            #expect(try await stores.providers.names(in: example.poolID, limit: 10).map(\.text) == ["adfs", "corp"])
            #expect(try await stores.providers.names(in: example.poolID, limit: 1).map(\.text) == ["adfs"])

            var changed = corp
            changed.domains = ["example.net"]
            changed.enabled = false
            changed.updatedAt = example.now.addingTimeInterval(1)
            #expect(try await stores.providers.update(changed))
            #expect(try await stores.providers.find(emailDomain: "example.com", in: example.poolID) == nil)
            let updated = try #require(try await stores.providers.find(emailDomain: "example.net", in: example.poolID))
            #expect((updated.enabled, updated.updatedAt, updated.createdAt) == (false, changed.updatedAt, corp.createdAt))
            #expect(try await stores.providers.list(in: example.poolID).map(\.name.text) == ["adfs", "corp"])
        }
    }

    @Test("case 75: deleting a provider ends what it began; its users stay and are known again", arguments: DatabaseKind.all)
    func deleteProvider(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            try await stores.signIns.insert(example.pending())
            let (completed, code) = try await example.signIn(stores)
            let token = try await example.refreshToken(stores)
            #expect(try await stores.providers.delete(example.provider, in: example.poolID))
            #expect(try await stores.providers.delete(example.provider, in: example.poolID) == false)
            #expect(try await stores.signIns.find(example.pending().id, in: example.poolID) == nil)
            #expect(try await stores.sessions.find(cookie: completed.session.cookie, in: example.poolID, at: example.now) == nil)
            #expect(try await stores.grants.find(token.presented) == nil)
            await #expect(throws: GrantError.unknown) { try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil } }
            let stays = try await stores.users.find(completed.user.id, in: example.poolID)
            #expect(stays?.identities == completed.user.identities)
            #expect(stays?.memberships.isEmpty == true)
            try await stores.providers.insert(example.identityProvider())
            #expect(try await example.signIn(stores).completed.user.id == completed.user.id)
        }
    }

    @Test("signing keys: of servers that start at once one key stands, and all get it", arguments: DatabaseKind.all)
    func signingKeys(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(20) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).keys.insertFirst(example.key("key-\(index)-key-key-key"))
            }
            #expect(outcomes.failures == [])
            #expect(Set(outcomes.successes.map(\.id)).count == 1)
            let upcoming = example.key("upcoming-upcoming-1", phase: .upcoming)
            #expect(try await first.keys.insertFirst(upcoming).id == upcoming.id)
            let rsa = example.key("rsa-rsa-rsa-rsa-rsa", algorithm: "RS256")
            #expect(try await first.keys.insertFirst(rsa).id == rsa.id)
            let keys = try await second.keys.list(in: example.poolID)
            #expect(keys.count == 3)
            #expect(keys.first?.sealedPrivateKey == [1, 2, 3])
            #expect(keys.first?.createdAt == example.now)
            await #expect(throws: StoreError.conflict(what: "signing key rsa-rsa-rsa-rsa-rsa")) {
                try await first.keys.insertFirst(example.key("rsa-rsa-rsa-rsa-rsa", phase: .retired, algorithm: "RS256"))
            }
        }
    }
}

extension Example {
    func key(_ id: String, phase: SigningKey.Phase = .current, algorithm: String = "ES256") -> SigningKey {
        SigningKey(
            id: SigningKey.ID(id)!, poolID: poolID, algorithm: algorithm, phase: phase, sealedPrivateKey: [1, 2, 3], createdAt: now)
    }
}
