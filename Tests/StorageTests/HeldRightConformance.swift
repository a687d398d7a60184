import Foundation
import TestSupport
import Testing
import UserPools

/// What somebody does by a right of theirs, and the right, are one transaction (THREATS case 230).
extension StoreConformanceTests {
    private func right(of signedIn: SignedInUser, at now: Date? = nil) throws -> HeldRight {
        HeldRight(signedIn.session, by: try #require(signedIn.session.source.provider), at: now ?? example.now) { _, user, provider in
            user.enabled && provider.enabled && user.groups(at: example.now).contains("staff")
        }
    }

    private func enable(_ provider: IdentityProvider.Name, _ enabled: Bool, in stores: Stores) async throws(ChangeError<Never>) {
        let event = AuditEvent(
            id: UUID().uuidString, poolID: example.poolID, at: example.now, actor: .commandLine(user: "ann"), action: .providerUpdate,
            target: .init(.provider, provider.text))
        _ = try await stores.providers.change(provider, in: example.poolID, image: nil, recorded: { _, _ in event }) {
            (provider: inout IdentityProvider) throws(Never) in provider.enabled = enabled
        }
    }

    @Test(
        "case 230: two who disable each other's provider at once, in two processes: one does it, the other has no right any more",
        arguments: DatabaseKind.all)
    func eachOther(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            var partner = example
            partner.provider = IdentityProvider.Name("partner")!
            try await first.providers.insert(example.identityProvider("partner", entityID: "https://partner.example"))
            let (ann, bob) = (try await example.signIn(first).completed, try await partner.signIn(first, subject: "bob").completed)
            let desks = [first.held(try right(of: ann)), second.held(try right(of: bob))]
            let providers = [partner.provider, example.provider]
            for _ in 0..<5 {
                let outcomes = await gather(2) { index throws(ChangeError<Never>) in try await enable(providers[index], false, in: desks[index]) }
                #expect(outcomes.successes.count == 1 && outcomes.failures.map(\.storeError) == [.rightLost])
                var enabled: [IdentityProvider.Name] = []
                for name in providers where try await first.providers.find(name, in: example.poolID)?.enabled == true { enabled.append(name) }
                #expect(enabled.count == 1)
                for name in providers { try await enable(name, true, in: first) }
            }
        }
    }

    @Test(
        "a right is asked for before the work and after it: what takes it away is not done; a session that ends oneself is",
        arguments: DatabaseKind.all)
    func rightLost(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            try await stores.providers.insert(example.identityProvider("spare", entityID: "https://spare.example"))
            let (ann, spare) = (try await example.signIn(stores).completed, IdentityProvider.Name("spare")!)
            let desk = stores.held(try right(of: ann))
            let own = await #expect(throws: ChangeError<Never>.self) { try await enable(example.provider, false, in: desk) }
            #expect(own?.storeError == .rightLost)
            #expect(try await stores.providers.find(example.provider, in: example.poolID)?.enabled == true)
            let events = try await stores.audit.list(in: example.poolID, target: .init(.provider, "corp"), limit: 10)
            #expect(!events.contains { $0.action == .providerUpdate })
            try await enable(spare, false, in: desk)
            // Over by the time.
            let late = stores.held(try right(of: ann, at: ann.session.expiresAt))
            let over = await #expect(throws: ChangeError<Never>.self) { try await enable(spare, true, in: late) }
            #expect(over?.storeError == .rightLost)
            #expect(try await desk.sessions.end(ann.session.id, in: example.poolID))
            let gone = await #expect(throws: ChangeError<Never>.self) { try await enable(spare, true, in: desk) }
            #expect(gone?.storeError == .rightLost)
            #expect(try await stores.providers.find(spare, in: example.poolID)?.enabled == false)
        }
    }
}
