import Crypto
import FoundationEssentials
package import Gateway
import SAML
package import UserPools
import WireFormats

/// Fetches providers' metadata and discovery documents again by itself, as often as they ask for it, and makes what is new a change of the provider.
///
/// Of several servers one looks at a document at a time, and a look that finds nothing new changes no configuration. The last good copy stays: a document
/// that cannot be had, has expired, names no signing key, is another entity's or lacks the signature that it must have replaces nothing (THREATS S36).
package struct DocumentFollower: Sendable {
    private let desk: Administration
    /// Reading a document takes milliseconds, for which nobody else waits.
    private let threads = VerificationThreads(threads: 1)
    /// The maximum that is asked for at once.
    private static let atOnce = 4

    /// - Parameter desk: does what is done in the name of its actor.
    package init(_ desk: Administration) { self.desk = desk }

    /// Looks at everything that is due.
    package func lookAtDue(_ report: @Sendable @escaping (FollowingReport) -> Void) async throws(StoreError) {
        while !Task.isCancelled {
            let now = desk.environment.now()
            let taken = try await desk.stores.following.take(
                dueAt: now, until: now.addingTimeInterval(FollowingSchedule.lease), limit: Self.atOnce)
            guard !taken.isEmpty else { return }
            await withTaskGroup { group in
                for document in taken { group.addTask { report(await look(at: document)) } }
            }
        }
    }

    /// Looks at one document now: somebody showed a key that nobody knows. At most once a minute, whoever asks, however many servers there are.
    /// - Returns: nil where it is not followed, or was looked at just now.
    package func lookNow(_ provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> FollowingReport? {
        let now = desk.environment.now()
        let taken = try await desk.stores.following.hurry(
            provider, in: pool, at: now, unlessAfter: now.addingTimeInterval(-FollowingSchedule.hurry),
            until: now.addingTimeInterval(FollowingSchedule.lease))
        guard let taken else { return nil }
        return await look(at: taken)
    }

    private func look(at taken: FollowedDocument) async -> FollowingReport {
        var (document, outcome) = (taken, FollowingReport.Outcome.overtaken)
        let now = desk.environment.now()
        do throws(AdministrationError) { outcome = try await examine(&document, at: now) } catch {
            // Somebody else changed the provider meanwhile, whose word counts.
            if case .store(.conflict) = error { outcome = .overtaken } else { outcome = .failed(error) }
        }
        switch outcome {
        case .unchanged, .changed: (document.failures, document.lastError, document.checkedAt) = (0, nil, now)
        case .failed(let error): (document.failures, document.lastError) = (document.failures + 1, error.code)
        case .overtaken: break
        }
        let chance = Double(desk.environment.random(1).first ?? 0) / 256
        document.dueAt = FollowingSchedule.next(document, at: now, chance: chance)
        // By the settings that hold now.
        if case .overtaken = outcome { document.dueAt = now.addingTimeInterval(FollowingSchedule.firstRetry) }
        // What is not kept is looked at once more when the lease is over.
        try? await desk.stores.following.keep(document)
        return FollowingReport(document: document, outcome: outcome)
    }

    private func examine(_ document: inout FollowedDocument, at now: Date) async throws(AdministrationError) -> FollowingReport.Outcome {
        let (name, poolID, address) = (document.provider, document.poolID, document.address)
        let found = try await desk.storing { () async throws(StoreError) in
            (try await desk.stores.pools.find(poolID), try await desk.stores.providers.find(name, in: poolID))
        }
        guard let pool = found.0, let provider = found.1, provider.followed?.hasSameBytes(as: address) == true else { return .overtaken }
        // An answer that nothing is new is good for the copy that is here, and while that copy is.
        let isCurrent = document.sameAs == provider.documentDigest && document.validUntil.map { now < $0 } ?? true
        let url = provider.documentAddress ?? address
        if case .federation = provider.kind {
            return try await importMembers(&document, of: provider, unless: isCurrent ? document.version : DocumentVersion())
        }
        let fetched: FetchedDocument
        do {
            fetched = try await desk.environment.documents.fetch(
                url, limit: MetadataDocument.limit, unless: isCurrent ? document.version : DocumentVersion())
        } catch { throw .fetch(error, url: url) }
        switch fetched {
        case .unchanged(let freshness):
            document.freshFor = freshness
            return .unchanged
        case .document(let bytes, let version):
            document.freshFor = version.freshFor
            return try await examine(bytes, version, &document, of: provider, in: pool, at: now)
        }
    }

    private func examine(
        _ bytes: [UInt8], _ version: DocumentVersion, _ document: inout FollowedDocument, of provider: IdentityProvider, in pool: UserPool,
        at now: Date
    ) async throws(AdministrationError) -> FollowingReport.Outcome {

        let read = await threads.run { () -> Result<Reading, AdministrationError> in
            Result { () throws(AdministrationError) in try Reading(bytes, of: provider, at: now) }
        }
        guard let read else { throw .store(.unavailable(reason: "too many documents wait to be read")) }
        let reading = try read.get()
        (document.validUntil, document.cacheDuration) = (reading.validUntil, reading.cacheDuration)
        guard reading.isNew else {
            (document.version, document.sameAs) = (version, provider.documentDigest)
            return .unchanged
        }
        let changed = try await desk.perform(
            ProviderRefresh(before: provider, document: reading.document, pool: pool, sealer: desk.sealer, now: now))
        (document.version, document.sameAs) = (version, changed.after.settings.documentDigest)
        return .changed(FactChange.list(of: changed.after.settings.differences(since: changed.before.settings)))
    }

    /// Of a federation: it counts how many members there are, which the audit tells as well.
    private func importMembers(
        _ document: inout FollowedDocument, of provider: IdentityProvider, unless version: DocumentVersion
    ) async throws(AdministrationError) -> FollowingReport.Outcome {
        let before = try await desk.federation(provider.name.text, pool: provider.poolID.text).status?.members ?? 0
        guard let importer = desk.importer(of: provider) else { return .unchanged }
        let fetched: (document: SpooledDocument, version: DocumentVersion)
        switch try await desk.fetchAggregate(document.address, unless: version) {
        case .unchanged(let freshness):
            document.freshFor = freshness
            return .unchanged
        case .document(let spooled, let version): fetched = (spooled, version)
        }
        document.freshFor = fetched.version.freshFor
        let imported = try await importer.run(fetched.document) { _ in }
        (document.validUntil, document.cacheDuration) = (imported.validUntil, imported.cacheDuration)
        (document.version, document.sameAs) = (fetched.version, provider.documentDigest)
        guard imported.members != before else { return .unchanged }
        return .changed([FactChange(fact: "members", before: String(before), after: String(imported.members))])
    }
}

/// What came of a look.
package struct FollowingReport: Sendable {
    package enum Outcome: Sendable {
        case unchanged
        case changed([FactChange])
        /// The provider is not there any more, follows another address, or was changed meanwhile by somebody whose word counts.
        case overtaken
        /// The last good copy stays.
        case failed(AdministrationError)
    }

    package let document: FollowedDocument
    package let outcome: Outcome

    package var isChange: Bool { if case .changed = outcome { true } else { false } }
}

/// What a fetched document says.
private struct Reading: Sendable {
    let document: ProviderRefresh.Document
    let validUntil: Date?
    let cacheDuration: TimeInterval?
    /// Whether anything of it counts that the provider does not have.
    let isNew: Bool

    init(_ bytes: [UInt8], of provider: IdentityProvider, at now: Date) throws(AdministrationError) {
        switch provider.kind {
        case .saml(let connection):
            let read = try MetadataDocument(
                reading: bytes, from: connection.metadataURL, entityID: connection.entityID, signers: try connection.metadataSigners(), at: now)
            document = .metadata(read)
            (validUntil, cacheDuration) = (read.metadata.validUntil, read.metadata.cacheDuration)
            let known: IdentityProviderMetadata
            do { known = try MetadataCache.read(connection, of: provider) } catch { throw .store(error) }
            isNew = !read.metadata.saysTheSame(as: known)
        case .oidc(let connection):
            let endpoints = try Administration.endpoints(reading: bytes, issuer: connection.issuer)
            document = .discovery(endpoints)
            (validUntil, cacheDuration) = (nil, nil)
            isNew = endpoints != connection.endpoints
        // Never read whole: `importMembers`.
        case .federation: throw .store(.corrupt(what: "followed document"))
        }
    }
}

extension IdentityProvider {
    /// Where its document is fetched.
    fileprivate var documentAddress: String? {
        switch kind {
        case .saml(let connection): connection.metadataURL
        case .oidc(let connection): Administration.discoveryAddress(of: connection.issuer)
        case .federation(let connection): connection.metadataURL
        }
    }

    /// Tells the document that it has from every other; of a federation what is made of a document.
    var documentDigest: String {
        switch kind {
        case .saml(let connection): SHA256.hash(data: Array(connection.metadata.utf8)).map { $0 }.hexText
        case .oidc(let connection): SHA256.hash(data: Array("\(connection.endpoints)".utf8)).map { $0 }.hexText
        case .federation(let connection): SHA256.hash(data: Array("\(connection.signers.all)\(connection.filters)".utf8)).map { $0 }.hexText
        }
    }
}

extension Administration {
    /// What servers know of a provider's document that they fetch again by themselves; nil where they do not.
    package func followedDocument(of provider: ConfiguredProvider) async throws(AdministrationError) -> FollowedDocument? {
        let (name, pool) = (provider.settings.name, provider.settings.poolID)
        return try await storing { () async throws(StoreError) in try await stores.following.find(name, in: pool) }
    }
}
