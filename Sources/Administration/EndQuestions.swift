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
    /// What of SAML providers ends, the next end first: as a running server has read it, which looks every few minutes.
    package func providerEnds() async throws(AdministrationError) -> [ProviderEnd] {
        let ends = try await storing { () async throws(StoreError) in try await stores.ends.list(after: nil, limit: Self.maximumEnds) }
        let all = ends.flatMap { provider in
            ProviderEnds.Part.allCases.compactMap { part -> ProviderEnd? in
                // The document of one that keeps itself fresh is another one before that.
                guard part != .document || !provider.isKeptFresh, let until = provider.until[part] else { return nil }
                return ProviderEnd(poolID: provider.poolID, provider: provider.provider, part: part, until: until)
            }
        }
        return all.sorted { ($0.until, $0.provider) < ($1.until, $1.provider) }
    }

    private static let maximumEnds = 500
}
