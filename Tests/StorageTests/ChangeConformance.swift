import Foundation
import TestSupport
import Testing
import UserPools

/// A change is a function in one transaction: admins at once lose nothing of each other's, and each is recorded (THREATS case 136).
extension StoreConformanceTests {
    @Test("case 136: twelve admins at once, in two processes, change one pool: nothing is lost, everything is recorded", arguments: DatabaseKind.all)
    func poolAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(12) { index throws(ChangeError<Never>) in
                try await (index.isMultiple(of: 2) ? first : second).pools.change(
                    example.poolID, images: [], keys: nil, recorded: { _, _ in record(.poolUpdate, .pool, example.poolID.text, by: index) }
                ) { (pool: inout UserPool) throws(Never) in
                    pool.customAttributes.append(CustomAttribute(name: "a\(index)", type: .string, multivalued: false)!)
                    if index == 3 { pool.name = "Renamed" }
                    if index == 4 { pool.deletionProtection = false }
                    if index == 5 { pool.publishesEncryptionKey = false }
                    if index == 6 { pool.samlKeyDays = 90 }
                }
            }
            #expect(outcomes.failures.isEmpty)
            let pool = try #require(try await second.pools.find(example.poolID))
            #expect(Set(pool.customAttributes.map(\.name)) == Set(["team"] + (0..<12).map { "a\($0)" }))
            #expect(pool.name == "Renamed" && !pool.deletionProtection && pool.domain == "id.example.com")
            #expect(try await actors(first, .pool, example.poolID.text) == Set((0..<12).map { "admin-\($0)" }))
        }
    }

    @Test("case 136: twelve admins at once change one client: one disables it while others add and rename", arguments: DatabaseKind.all)
    func clientAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(12) { index throws(ChangeError<Never>) in
                try await (index.isMultiple(of: 2) ? first : second).clients.change(
                    example.clientID, in: example.poolID, recorded: { _, _ in record(.clientUpdate, .client, example.clientID.text, by: index) }
                ) { (client: inout AppClient) throws(Never) in
                    switch index {
                    case 0: client.enabled = false
                    case 1: client.name = "Renamed"
                    case 2: client.rotateSecret(to: example.hash(9), oldValidFor: 3600, at: example.now)
                    default: client.redirectURIs.append("https://app.example.com/\(index)")
                    }
                }
            }
            #expect(outcomes.failures.isEmpty)
            let client = try #require(try await second.clients.find(example.clientID, in: example.poolID))
            #expect(!client.enabled && client.name == "Renamed")
            #expect(Set(client.redirectURIs) == Set(example.client.redirectURIs + (3..<12).map { "https://app.example.com/\($0)" }))
            #expect(client.secrets.map(\.hash) == [example.hash(1), example.hash(9)])
            #expect(client.secrets.map(\.expiresAt) == [example.now + 3600, nil])
            #expect(try await actors(first, .client, example.clientID.text) == Set((0..<12).map { "admin-\($0)" }))
        }
    }

    @Test("case 136: twelve admins at once change one provider: what one disabled stays disabled", arguments: DatabaseKind.all)
    func providerAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(12) { index throws(ChangeError<Never>) in
                try await (index.isMultiple(of: 2) ? first : second).providers.change(
                    example.provider, in: example.poolID, image: nil,
                    recorded: { _, _ in record(.providerUpdate, .provider, example.provider.text, by: index) }
                ) { (provider: inout IdentityProvider) throws(Never) in
                    switch index {
                    case 0: provider.enabled = false
                    case 1: provider.displayName = "Acme"
                    default: provider.domains.append("d\(index).example")
                    }
                }
            }
            #expect(outcomes.failures.isEmpty)
            let provider = try #require(try await second.providers.find(example.provider, in: example.poolID))
            #expect(!provider.enabled && provider.displayName == "Acme" && Set(provider.domains) == Set((2..<12).map { "d\($0).example" }))
            #expect(try await second.providers.find(emailDomain: "d7.example", in: example.poolID)?.name == example.provider)
        }
    }

    @Test("case 136: a resource that goes and a client that gets it, at once: one of them is refused", arguments: DatabaseKind.all)
    func resourceAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (orders, pool) = ("https://orders.example.com", example.poolID)
            for _ in 0..<5 {
                try await set(orders, in: first, ofClient: false)
                var stored = example.pool
                stored.resources = [ResourceServer(uri: orders, scopes: [])]
                #expect(try await first.pools.update(stored))
                let outcomes = await gather(2) { index throws(ChangeError<Never>) in
                    if index == 0 {
                        _ = try await first.pools.change(
                            pool, images: [], keys: nil, recorded: { _, _ in record(.poolUpdate, .pool, pool.text, by: 0) }
                        ) {
                            (pool: inout UserPool) throws(Never) in pool.resources = []
                        }
                    } else {
                        try await set(orders, in: second, ofClient: true)
                    }
                }
                #expect(outcomes.successes.count == 1 && outcomes.failures.count == 1)
                guard case .store(.conflict)? = outcomes.failures.first else {
                    Issue.record("\(outcomes.failures)")
                    return
                }
                let hasResource = try await first.pools.find(pool)?.resources.isEmpty == false
                #expect(try await first.clients.find(example.clientID, in: pool)?.resources == (hasResource ? [orders] : []))
            }
        }
    }

    @Test(
        "case 136: the store itself refuses a resource to a client whose pool has none, and its removal while a client has it",
        arguments: DatabaseKind.all)
    func resourceAfterAnother(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let orders = "https://orders.example.com"
            try await set(orders, in: stores, ofClient: false)
            var pool = example.pool
            pool.resources = []
            #expect(try await stores.pools.update(pool))
            let unknown = await #expect(throws: ChangeError<Never>.self) { try await set(orders, in: stores, ofClient: true) }
            guard case .store(.conflict)? = unknown else {
                Issue.record("\(String(describing: unknown))")
                return
            }
            var other = example
            other.clientID = try #require(AppClient.ID("client-2"))
            var client = other.client
            client.resources = [orders]
            let asked = client
            let refused = await #expect(throws: StoreError.self) { try await stores.clients.insert(asked) }
            guard case .conflict? = refused else {
                Issue.record("\(String(describing: refused))")
                return
            }
            pool.resources = [ResourceServer(uri: orders, scopes: [])]
            #expect(try await stores.pools.update(pool))
            try await set(orders, in: stores, ofClient: true)
            pool.resources = []
            let used = await #expect(throws: StoreError.self) { try await stores.pools.update(pool) }
            guard case .conflict? = used else {
                Issue.record("\(String(describing: used))")
                return
            }
            #expect(try await stores.pools.find(pool.id)?.resources.count == 1)
        }
    }

    private func set(_ resource: String, in stores: Stores, ofClient isThere: Bool) async throws(ChangeError<Never>) {
        let client = example.clientID
        _ = try await stores.clients.change(client, in: example.poolID, recorded: { _, _ in record(.clientUpdate, .client, client.text, by: 1) }) {
            (client: inout AppClient) throws(Never) in client.resources = isThere ? [resource] : []
        }
    }

    @Test("what a function refuses, or leaves as it was, is neither written nor recorded; what is not there is nil", arguments: DatabaseKind.all)
    func refusedChange(_ kind: DatabaseKind) async throws {
        struct Refusal: Error, Equatable {}
        try await kind.with { stores in
            try await example.prepare(stores)
            let before = try await stores.audit.list(in: example.poolID, target: nil, limit: 100).count
            let client = example.clientID
            let event: @Sendable (AppClient, AppClient) -> AuditEvent = { _, _ in record(.clientUpdate, .client, client.text, by: 1) }
            let error = await #expect(throws: ChangeError<Refusal>.self) {
                try await stores.clients.change(client, in: example.poolID, recorded: event) { (client: inout AppClient) throws(Refusal) in
                    client.name = "half"
                    throw Refusal()
                }
            }
            guard case .refused(Refusal())? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await stores.clients.find(client, in: example.poolID)?.name == example.client.name)
            let unchanged = try await stores.clients.change(client, in: example.poolID, recorded: event) { (_: inout AppClient) throws(Never) in }
            #expect(unchanged?.after.id == client)
            let absent = try await stores.clients.change(AppClient.ID("nobody")!, in: example.poolID, recorded: event) {
                (client: inout AppClient) throws(Never) in client.name = "x"
            }
            #expect(absent?.after == nil)
            #expect(try await stores.audit.list(in: example.poolID, target: nil, limit: 100).count == before)
        }
    }

    private func record(_ action: AuditEvent.Action, _ kind: AuditEvent.Target.Kind, _ name: String, by index: Int) -> AuditEvent {
        AuditEvent(
            id: UUID().uuidString, poolID: example.poolID, at: example.now + TimeInterval(index), actor: .commandLine(user: "admin-\(index)"),
            action: action, target: .init(kind, name))
    }

    private func actors(_ stores: Stores, _ kind: AuditEvent.Target.Kind, _ name: String) async throws -> Set<String> {
        let events = try await stores.audit.list(in: example.poolID, target: .init(kind, name), limit: 100)
        return Set(events.compactMap { if case .commandLine(let user) = $0.actor { user } else { nil } })
    }
}
