import Crypto
import FoundationEssentials
package import Gateway
import SAML
import Synchronization
package import UserPools
import WireFormats

/// Asks a federation's metadata query service for one member (draft-young-md-query §3): its EntityDescriptor is signed by itself, and by a pinned key.
///
/// What anybody may cause by naming entities is bounded: one question at a time for one entity, few at once, and what there was not is not asked
/// for again at once. While the service is away, what it said before counts until its metadata ends; what it says it has no more goes.
package final class FederationQuery: Sendable {
    private static let atOnce = 8
    private static let mostRemembered = 1_000
    /// How long it is remembered that nothing came, and how long a member is kept at least, usually and at most before it is asked for again.
    private static let (absence, shortest, usual, longest) = (60.0, 600.0, 6 * 3600.0, 86_400.0)

    private struct Key: Hashable {
        let pool: UserPool.ID
        let provider: IdentityProvider.Name
        let entityID: [UInt8]
    }

    private struct State {
        var asked: [Key: Task<MemberFetch, Never>] = [:]
        var without: [Key: (until: Date, why: MemberFetch)] = [:]
    }

    private let desk: Administration
    private let threads = VerificationThreads(threads: 1)
    private let state = Mutex(State())

    package init(_ desk: Administration) { self.desk = desk }

    package func fetch(_ entityID: String, of provider: IdentityProvider) async -> MemberFetch {
        guard provider.enabled, case .federation(let connection) = provider.kind, connection.source == .mdq, (1...1024).contains(entityID.utf8.count)
        else { return .absent }
        let key = Key(pool: provider.poolID, provider: provider.name, entityID: Array(entityID.utf8))
        let now = desk.environment.now()
        let asked = state.withLock { state -> Result<Task<MemberFetch, Never>, Nothing> in
            if let asked = state.asked[key] { return .success(asked) }
            if let known = state.without[key], now < known.until { return .failure(Nothing(why: known.why)) }
            // Of one federation: another's service that does not answer holds nobody up.
            guard state.asked.keys.count(where: { $0.pool == key.pool && $0.provider == key.provider }) < Self.atOnce else {
                return .failure(Nothing(why: .unavailable))
            }
            let task = Task { [self] in
                let outcome = await ask(entityID, provider, connection, at: now)
                finish(key, outcome, at: now)
                return outcome
            }
            state.asked[key] = task
            return .success(task)
        }
        switch asked {
        case .success(let task): return await task.value
        case .failure(let nothing): return nothing.why
        }
    }

    /// Why nobody is asked.
    private struct Nothing: Error { let why: MemberFetch }

    private func finish(_ key: Key, _ outcome: MemberFetch, at now: Date) {
        state.withLock { state in
            state.asked[key] = nil
            guard outcome != .kept else { return }
            if state.without.count >= Self.mostRemembered { state.without = state.without.filter { now < $0.value.until } }
            if state.without.count >= Self.mostRemembered { state.without.removeAll() }
            state.without[key] = (now.addingTimeInterval(Self.absence), outcome)
        }
    }

    private func ask(_ entityID: String, _ provider: IdentityProvider, _ connection: FederationConnection, at now: Date) async -> MemberFetch {
        for identifier in Self.identifiers(of: entityID) {
            let url = connection.metadataURL + (connection.metadataURL.hasSuffix("/") ? "" : "/") + "entities/" + identifier
            do {
                let fetched = try await desk.environment.documents.fetch(url, limit: MetadataDocument.limit, unless: DocumentVersion())
                guard case .document(let bytes, let version) = fetched else { return .unavailable }
                return try await keep(bytes, version, entityID, provider, connection, at: now)
            } catch FetchError.status(404), FetchError.status(410) {
                continue
            } catch {
                return .unavailable
            }
        }
        do { try await desk.stores.federations.forget(entityID, of: provider.name, in: provider.poolID) } catch { return .unavailable }
        return .absent
    }

    private func keep(
        _ bytes: [UInt8], _ version: DocumentVersion, _ entityID: String, _ provider: IdentityProvider, _ connection: FederationConnection,
        at now: Date
    ) async throws -> MemberFetch {
        let signers = try MetadataSigner.keys(connection.signers.all)
        let read = await threads.run { try? FederationEntity(parsing: bytes, entityID: entityID, signers: signers, at: now) }
        guard let read else { return .unavailable }
        // What is refused replaces nothing (THREATS S36).
        guard let entity = read else { return .absent }
        var member = FederationMember(entity)
        guard connection.filters.accept(member) else {
            // Signed, and no member any more: what is held of it ends with that.
            try await desk.stores.federations.forget(entityID, of: provider.name, in: provider.poolID)
            return .absent
        }
        let pause = min(max(entity.cacheDuration ?? max(Self.usual, version.freshFor ?? 0), Self.shortest), Self.longest)
        member.refreshAt = now.addingTimeInterval(pause)
        try await desk.stores.federations.keep(member, of: provider.name, in: provider.poolID, read: connection, at: now)
        return .kept
    }

    /// The entity ID as one segment of a path, and its hash, which services that are made of files know (§3.2.1, draft-young-md-query-saml §2).
    static func identifiers(of entityID: String) -> [String] {
        let hash = Insecure.SHA1.hash(data: Array(entityID.utf8)).map { $0 }.hexText
        return [PercentCoding.encode(entityID), PercentCoding.encode("{sha1}" + hash)]
    }
}
