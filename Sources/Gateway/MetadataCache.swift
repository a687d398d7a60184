import FoundationEssentials
package import SAML
import Synchronization
package import UserPools

/// The metadata of identity providers as it reads, for as long as it stays the same.
///
/// Settings are read from the database every second, and whoever begins a sign-in makes it so. The document in them may be large and is
/// parsed as XML: once for each change, and on a thread where nothing else waits for it (THREATS case 128).
package final class MetadataCache: Sendable {
    package typealias Reading = @Sendable (SAMLConnection, IdentityProvider) -> Result<IdentityProviderMetadata, StoreError>

    /// A federation's name is that of all its members.
    private struct Key: Hashable { let pool: UserPool.ID, name: IdentityProvider.Name, entityID: [UInt8] }
    /// All that the reading depends on.
    private struct Source: Equatable {
        /// The document itself, which takes no two for one.
        let metadata: [UInt8]
        let entityID: [UInt8]
        let updatedAt: Date

        init(_ connection: SAMLConnection, of provider: IdentityProvider) {
            metadata = Array(connection.metadata.utf8)
            (entityID, updatedAt) = (Array(connection.entityID.utf8), provider.updatedAt)
        }
    }

    private let capacity: Int
    private let reading: Reading
    private let threads = VerificationThreads(threads: 1)
    private let entries = Mutex(Entries())

    private struct Entries {
        var byKey: [Key: (source: Source, metadata: IdentityProviderMetadata)] = [:]
        /// Of the documents.
        var bytes = 0
    }

    /// - Parameter capacity: in bytes of documents; beyond it everything is forgotten, which costs one reading each.
    package init(
        capacity: Int = 64 << 20,
        reading: @escaping Reading = { connection, provider in
            do throws(StoreError) { return .success(try MetadataCache.read(connection, of: provider)) } catch { return .failure(error) }
        }
    ) {
        (self.capacity, self.reading) = (capacity, reading)
    }

    package func metadata(of provider: IdentityProvider, _ connection: SAMLConnection) async throws(StoreError) -> IdentityProviderMetadata {
        let key = Key(pool: provider.poolID, name: provider.name, entityID: Array(connection.entityID.utf8))
        let source = Source(connection, of: provider)
        if let known = entries.withLock({ $0.byKey[key] }), known.source == source { return known.metadata }
        guard let result = await threads.run({ [reading] in reading(connection, provider) }) else {
            throw .unavailable(reason: "too much metadata waits to be read")
        }
        let metadata = try result.get()
        entries.withLock { entries in
            entries.bytes += source.metadata.count - (entries.byKey[key]?.source.metadata.count ?? 0)
            if entries.bytes > capacity { entries = Entries(bytes: source.metadata.count) }
            entries.byKey[key] = (source, metadata)
        }
        return metadata
    }

    /// Metadata that was in force when it was registered stays in force until the admin replaces it.
    package static func read(_ connection: SAMLConnection, of provider: IdentityProvider) throws(StoreError) -> IdentityProviderMetadata {
        do {
            return try IdentityProviderMetadata(parsing: Array(connection.metadata.utf8), entityID: connection.entityID, at: provider.updatedAt)
        } catch { throw .corrupt(what: "the metadata of the identity provider '\(provider.name)'") }
    }
}
