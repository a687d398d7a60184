package import FoundationEssentials
import Gateway
package import SAML
import Synchronization
package import UserPools
import XMLSecurity

/// How far an import is.
package struct ImportProgress: Sendable {
    package let read: Int
    package let taken: Int
}

/// What an import read.
package struct ImportedFederation: Sendable {
    /// Of the document, before the filters.
    package let counts: FederationCounts
    /// Identity providers that fit the filters.
    package let members: Int
    package let validUntil: Date
    package let cacheDuration: TimeInterval?
    /// nil of a trial, which keeps nothing.
    package let status: FederationStatus?
}

/// Makes the identity providers of a signed aggregate the members of a federation, in bounded memory: read, filtered and staged a hundred at a time
/// where nobody sees them, and given to everybody in one transaction once the signature over all of them is proven.
///
/// The last good members stay, whatever comes: a document that is not signed, has ended, ends sooner than the one that is held, or has no member
/// replaces nothing (THREATS S36).
struct FederationImporter: Sendable {
    private static let batch = 100
    static let chunk = 256 * 1024
    /// An import that was not heard of for so long is given up, and another may begin.
    private static let lease: TimeInterval = 120

    let desk: Administration
    let provider: IdentityProvider
    let connection: FederationConnection

    /// - Parameters:
    ///   - isTrial: reads and counts, and keeps nothing.
    ///   - acceptsOlder: an admin knows that it is an older document, and wants it.
    func run(
        _ document: SpooledDocument, isTrial: Bool = false, acceptsOlder: Bool = false, progress: @Sendable (ImportProgress) -> Void
    ) async throws(AdministrationError) -> ImportedFederation {
        let now = desk.environment.now()
        let held = try await desk.storing { () async throws(StoreError) in
            try await desk.stores.federations.status(of: provider.name, in: provider.poolID)
        }
        let reading = try AggregateReading(document, connection, at: now)
        let staged = isTrial ? nil : try await begin()
        do throws(AdministrationError) {
            var taken = 0
            while true {
                let step = try await reading.next(Self.batch, Self.chunk)
                taken += step.members.count
                if let staged, !step.members.isEmpty { try await stage(step.members, staged) }
                progress(ImportProgress(read: step.read, taken: taken))
                if step.isEnd { break }
            }
            let proof = try await reading.finish()
            if !acceptsOlder { try requireNewer(proof, than: held) }
            guard taken > 0 else { throw .metadata(.metadataWithoutMembers(read: proof.counts.identityProviders)) }
            var status: FederationStatus?
            if let staged { status = try await complete(staged, proof, acceptsOlder: acceptsOlder) }
            return ImportedFederation(
                counts: proof.counts, members: taken, validUntil: proof.validUntil, cacheDuration: proof.cacheDuration, status: status)
        } catch {
            // What was staged goes now; housekeeping takes it where this does not come to pass.
            if let staged {
                try? await desk.stores.federations.abandon(staged)
                await sweep()
            }
            throw error
        }
    }

    /// A document that ends sooner than the one that is held is an older one, which somebody may bring back with keys that were taken out since.
    private func requireNewer(_ proof: FederationMetadata, than held: FederationStatus?) throws(AdministrationError) {
        guard let end = held?.endsNotBefore, proof.validUntil < end else { return }
        throw .metadata(.metadataRolledBack(validUntil: proof.validUntil, held: end))
    }

    private func begin() async throws(AdministrationError) -> FederationImport {
        guard let generation = FederationImport.Generation(desk.makeIdentifier(24)) else { throw .store(.corrupt(what: "identifier")) }
        let now = desk.environment.now()
        let begun = try await desk.storing { () async throws(StoreError) in
            try await desk.stores.federations.begin(
                generation, of: provider.name, in: provider.poolID, at: now, lease: now.addingTimeInterval(Self.lease))
        }
        guard let begun else { throw .store(.conflict(what: "the import of federation \(provider.name), which is going on already")) }
        return begun
    }

    private func stage(_ members: [FederationMember], _ staged: FederationImport) async throws(AdministrationError) {
        let lease = desk.environment.now().addingTimeInterval(Self.lease)
        let isOurs = try await desk.storing { () async throws(StoreError) in
            try await desk.stores.federations.stage(members, staged, lease: lease)
        }
        guard isOurs else { throw overtaken }
    }

    /// Only with the proof that what was staged is what the signer signed.
    private func complete(
        _ staged: FederationImport, _ proof: FederationMetadata, acceptsOlder: Bool
    ) async throws(AdministrationError) -> FederationStatus {
        let event = desk.event(.federationImport, .provider, provider.name.text, in: provider.poolID)
        let now = desk.environment.now()
        let status = try await desk.storing { () async throws(StoreError) in
            try await desk.stores.federations.complete(
                staged, read: connection, validUntil: proof.validUntil, acceptsOlder: acceptsOlder, at: now
            ) { before, after in
                let isOlder = before?.endsNotBefore.map { proof.validUntil < $0 } ?? false
                return event.telling(
                    [
                        .init("members_before", String(before?.members ?? 0)), .init("members", String(after.members)),
                        .init("metadata_valid_until", SAMLInstant.format(proof.validUntil)), .init("metadata_signed_by", proof.signingKey.sha256),
                        .init("left_out", String(proof.counts.leftOut.values.reduce(0, +))),
                    ] + (isOlder ? [.init("accepted_older", "true")] : []))
            }
        }
        guard let status else { throw overtaken }
        await sweep()
        return status
    }

    /// Those that nobody reads any more, in short transactions; what is left here housekeeping takes.
    private func sweep() async {
        for _ in 0..<1_000 {
            guard let swept = try? await desk.stores.federations.sweep(limit: Self.batch), swept > 0 else { return }
        }
    }

    private var overtaken: AdministrationError { .store(.conflict(what: "the import of federation \(provider.name), which another one replaced")) }
}

/// The reader on a thread where nobody else waits, a step at a time.
final class AggregateReading: Sendable {
    struct Step: Sendable {
        var members: [FederationMember] = []
        var read = 0
        var isEnd = false
    }

    private struct State: ~Copyable {
        var reader: FederationMetadataReader?
        var place = 0
        var read = 0
    }

    private let document: SpooledDocument
    private let filters: FederationFilters
    private let threads = VerificationThreads(threads: 1)
    private let state: Mutex<State>

    init(_ document: SpooledDocument, _ connection: FederationConnection, at now: Date) throws(AdministrationError) {
        (self.document, filters) = (document, connection.filters)
        let signers = try MetadataSigner.keys(connection.signers.all)
        do throws(SAMLError) {
            state = Mutex(State(reader: try FederationMetadataReader(signers: signers, at: now)))
        } catch {
            throw .metadata(error)
        }
    }

    /// On until there are so many members, or the document ends.
    func next(_ count: Int, _ chunk: Int) async throws(AdministrationError) -> Step {
        try await onThread { () throws(AdministrationError) in
            var step = Step()
            while step.members.count < count, !step.isEnd { try self.readOn(chunk, &step) }
            return step
        }
    }

    private func readOn(_ chunk: Int, _ step: inout Step) throws(AdministrationError) {
        let found = try state.withLock { (state) throws(AdministrationError) -> (members: [FederationMember], read: Int, isEnd: Bool) in
            guard let bytes = document.read(at: state.place, count: chunk) else {
                throw .fetch(.unreachable(reason: "it cannot be read"), url: "file")
            }
            var members: [FederationMember] = []
            var read = state.read
            do throws(SAMLError) {
                try state.reader?.read(bytes) { entity in
                    let member = FederationMember(entity)
                    read += 1
                    if filters.accept(member) { members.append(member) }
                }
            } catch {
                throw .metadata(error)
            }
            state.place += bytes.count
            state.read = read
            return (members, read, bytes.isEmpty)
        }
        step.members += found.members
        (step.read, step.isEnd) = (found.read, found.isEnd)
    }

    func finish() async throws(AdministrationError) -> FederationMetadata {
        try await onThread { () throws(AdministrationError) in
            try self.state.withLock { (state) throws(AdministrationError) -> FederationMetadata in
                guard let reader = state.reader.take() else { throw .metadata(.metadataXML(.unsigned)) }
                do throws(SAMLError) { return try reader.finish() } catch { throw .metadata(error) }
            }
        }
    }

    private func onThread<Value: Sendable>(_ body: @Sendable @escaping () throws(AdministrationError) -> Value) async throws(AdministrationError)
        -> Value
    {
        let result = await threads.run { () -> Result<Value, AdministrationError> in Result { () throws(AdministrationError) in try body() } }
        guard let result else { throw .store(.unavailable(reason: "too many documents wait to be read")) }
        return try result.get()
    }
}
