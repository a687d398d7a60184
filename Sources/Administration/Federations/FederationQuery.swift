import Crypto
import FoundationEssentials
import Gateway
import SAML
import Synchronization
package import UserPools
import WireFormats

/// Asks a federation's metadata query service for one member (draft-young-md-query §3): its EntityDescriptor is signed by itself, and by a pinned key.
///
/// What anybody may cause by naming entities is bounded: one question at a time for one entity, few at once, and what there was not is not asked
/// for again at once.
package final class FederationQuery: Sendable {
    private static let atOnce = 8
    private static let mostRemembered = 1_000
    /// How long "there is none" is remembered, and how long a member is kept at least, usually and at most.
    private static let (absence, shortest, usual, longest) = (60.0, 600.0, 6 * 3600.0, 86_400.0)

    private struct Key: Hashable {
        let pool: UserPool.ID
        let provider: IdentityProvider.Name
        let entityID: [UInt8]
    }

    private struct State {
        var asked: [Key: Task<Bool, Never>] = [:]
        var absent: [Key: Date] = [:]
    }

    private let desk: Administration
    private let threads = VerificationThreads(threads: 1)
    private let state = Mutex(State())

    package init(_ desk: Administration) { self.desk = desk }

    /// Whether the member is kept now.
    package func fetch(_ entityID: String, of provider: IdentityProvider) async -> Bool {
        guard provider.enabled, case .federation(let connection) = provider.kind, connection.source == .mdq, (1...1024).contains(entityID.utf8.count)
        else { return false }
        let key = Key(pool: provider.poolID, provider: provider.name, entityID: Array(entityID.utf8))
        let now = desk.environment.now()
        let task = state.withLock { state -> Task<Bool, Never>? in
            if let asked = state.asked[key] { return asked }
            if let until = state.absent[key], now < until { return nil }
            // Of one federation: another's service that does not answer holds nobody up.
            guard state.asked.keys.count(where: { $0.pool == key.pool && $0.provider == key.provider }) < Self.atOnce else { return nil }
            let task = Task { [self] in
                let isKept = await ask(entityID, provider, connection, at: now)
                finish(key, isKept, at: now)
                return isKept
            }
            state.asked[key] = task
            return task
        }
        return await task?.value ?? false
    }

    private func finish(_ key: Key, _ isKept: Bool, at now: Date) {
        state.withLock { state in
            state.asked[key] = nil
            guard !isKept else { return }
            if state.absent.count >= Self.mostRemembered { state.absent = state.absent.filter { now < $0.value } }
            if state.absent.count >= Self.mostRemembered { state.absent.removeAll() }
            state.absent[key] = now.addingTimeInterval(Self.absence)
        }
    }

    private func ask(_ entityID: String, _ provider: IdentityProvider, _ connection: FederationConnection, at now: Date) async -> Bool {
        for identifier in Self.identifiers(of: entityID) {
            let url = connection.metadataURL + (connection.metadataURL.hasSuffix("/") ? "" : "/") + "entities/" + identifier
            do {
                let bytes = try await desk.environment.documents.fetch(url, limit: MetadataDocument.limit)
                return try await keep(bytes, entityID, provider, connection, at: now)
            } catch FetchError.status(404) {
                continue
            } catch {
                return false
            }
        }
        return false
    }

    private func keep(
        _ bytes: [UInt8], _ entityID: String, _ provider: IdentityProvider, _ connection: FederationConnection, at now: Date
    ) async throws -> Bool {
        let signers = try MetadataSigner.keys(connection.signers.all)
        let read = await threads.run { try? FederationEntity(parsing: bytes, entityID: entityID, signers: signers, at: now) }
        guard let entity = read ?? nil else { return false }
        var member = FederationMember(entity)
        guard connection.filters.accept(member) else { return false }
        let pause = min(max(entity.cacheDuration ?? Self.usual, Self.shortest), Self.longest)
        member.validUntil = min(entity.validUntil ?? .distantFuture, now.addingTimeInterval(pause))
        try await desk.stores.federations.keep(member, of: provider.name, in: provider.poolID, read: connection, at: now)
        return true
    }

    /// The entity ID as one segment of a path, and its hash, which services that are made of files know (§3.2.1, draft-young-md-query-saml §2).
    static func identifiers(of entityID: String) -> [String] {
        let hash = Insecure.SHA1.hash(data: Array(entityID.utf8)).map { $0 }.hexText
        return [PercentCoding.encode(entityID), PercentCoding.encode("{sha1}" + hash)]
    }
}
