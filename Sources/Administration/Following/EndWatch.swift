package import FoundationEssentials
import Gateway
import SAML
package import UserPools
import XMLSecurity

/// Warns before a signing certificate, a document or an exception ends: 30, 14, 7 and 1 days before, once for each, of all servers one.
///
/// The key counts and not its certificate's dates (THREATS §1.1 "Keys"); but who made the certificate means to change the key by then.
package struct EndWatch: Sendable {
    /// What will end, or has.
    package struct Warning: Sendable {
        package let poolID: UserPool.ID
        package let provider: IdentityProvider.Name
        package let part: ProviderEnds.Part
        package let until: Date
    }

    private let desk: Administration
    private let threads = VerificationThreads(threads: 1)
    /// So many providers are read at a time, and so many are told of.
    private static let page = 100
    package static let maximum = 500
    private let maximum: Int

    package init(_ desk: Administration, maximum: Int = Self.maximum) { (self.desk, self.maximum) = (desk, maximum) }

    /// Looks at all providers and warns of what is near.
    /// - Returns: the ends of those of which something ends first, 500 at most.
    package func look(_ warn: (Warning) -> Void) async throws(StoreError) -> [ProviderEnds] {
        let now = desk.environment.now()
        var (nearest, last): ([ProviderEnds], ProviderEnds?) = ([], nil)
        while !Task.isCancelled {
            var found = try await desk.stores.ends.list(after: last, limit: Self.page)
            guard !found.isEmpty else { break }
            last = found.last
            for index in found.indices {
                if !found[index].isRead || found[index].isPastException(at: now) { try await read(&found[index], at: now) }
                for part in ProviderEnds.Part.allCases {
                    if let warning = try await warning(part, of: found[index], at: now) { warn(warning) }
                }
            }
            nearest += found
            nearest.sort { Self.urgency(of: $0, at: now) < Self.urgency(of: $1, at: now) }
            nearest.removeLast(max(0, nearest.count - maximum))
        }
        return nearest
    }

    /// What ended long ago is known, and takes no place of what ends this week.
    private static func urgency(of ends: ProviderEnds, at now: Date) -> Date {
        ProviderEnds.Part.allCases.compactMap { ends.end(of: $0) }.filter { $0 > now - 30 * 86_400 }.min() ?? .distantFuture
    }

    private func read(_ ends: inout ProviderEnds, at now: Date) async throws(StoreError) {
        guard let provider = try await desk.stores.providers.find(ends.provider, in: ends.poolID) else { return }
        let found: (certificate: Date?, document: Date?, exception: Date?)
        switch provider.kind {
        case .saml(let connection):
            let read = await threads.run { try? MetadataCache.read(connection, of: provider) }
            // What cannot be read is told of by whoever wants to sign in by it.
            guard let metadata = read ?? nil else { return }
            found = (metadata.signingKeys.compactMap(\.notAfter).max(), metadata.validUntil, connection.nextExceptionEnd(after: now))
        case .federation(let connection):
            // Of who signs the document; the members' own are their operator's to watch.
            let signers = (try? MetadataSigner.keys(connection.signers.all)) ?? []
            let status = try await desk.stores.federations.status(of: provider.name, in: provider.poolID)
            found = (signers.compactMap(\.notAfter).max(), status?.validUntil, connection.nextExceptionEnd(after: now))
        case .oidc: return
        }
        var warned = ends.warned
        // Another exception is the next one now, of which nobody was told.
        if ends.until[.exception] != found.exception { warned[.exception] = nil }
        ends = ProviderEnds(
            poolID: ends.poolID, provider: ends.provider, readAt: provider.updatedAt, updatedAt: provider.updatedAt, warned: warned,
            isKeptFresh: ends.isKeptFresh, listedReadAt: ends.listedReadAt)
        (ends.until[.certificate], ends.until[.document], ends.until[.exception]) = found
        try await desk.stores.ends.keep(ends)
    }

    private func warning(_ part: ProviderEnds.Part, of ends: ProviderEnds, at now: Date) async throws(StoreError) -> Warning? {
        let end = ends.end(of: part)
        let days = end.flatMap { ProviderEnds.threshold(until: $0, at: now) }
        guard days != ends.warned[part], try await desk.stores.ends.warn(part, of: ends, days: days) else { return nil }
        // Farther away than before: it was renewed.
        guard let end, let days, ends.warned[part].map({ days < $0 }) ?? true else { return nil }
        return Warning(poolID: ends.poolID, provider: ends.provider, part: part, until: end)
    }
}
