package import FoundationEssentials
package import UserPools

/// That something of a provider ends: its certificate, its metadata, or what is tolerated for a while.
package struct ProviderEnd: Sendable, Hashable {
    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    package let part: ProviderEnds.Part
    package let until: Date
}

extension Administration {
    /// What of SAML providers ends, the next ends first, up to `limit`: as a running server has read it, which looks every few minutes.
    package func providerEnds(limit: Int) async throws(AdministrationError) -> [ProviderEnd] {
        var (next, last) = ([ProviderEnd](), ProviderEnds?.none)
        for _ in 0..<Self.maximumPages {
            let after = last
            let ends = try await storing { () async throws(StoreError) in try await stores.ends.list(after: after, limit: Self.page) }
            next = Array((next + ends.flatMap(\.each)).sorted { ($0.until, $0.provider) < ($1.until, $1.provider) }.prefix(limit))
            last = ends.last
            if ends.count < Self.page { break }
        }
        return next
    }

    private static let (page, maximumPages) = (500, 20)
}

extension ProviderEnds {
    fileprivate var each: [ProviderEnd] {
        Part.allCases.compactMap { part in
            end(of: part).map { ProviderEnd(poolID: poolID, provider: provider, part: part, until: $0) }
        }
    }
}
