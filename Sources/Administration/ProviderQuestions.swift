package import Gateway
package import UserPools

extension Administration {
    /// Providers of a pool by their names, without reading what they were registered by. Of more than `limit` enabled ones the first, and then of the
    /// disabled none: they are found by their names.
    package func providers(pool id: String, limit: Int) async throws(AdministrationError) -> (shown: [IdentityProvider], isWhole: Bool) {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) -> (shown: [IdentityProvider], isWhole: Bool) in
            let names = try await stores.providers.names(in: pool.id, limit: limit + 1)
            guard names.count > limit else {
                return (Array(try await stores.providers.list(in: pool.id).prefix(2 * limit)), true)
            }
            var shown: [IdentityProvider] = []
            for name in names.prefix(limit) {
                if let provider = try await stores.providers.find(name, in: pool.id) { shown.append(provider) }
            }
            return (shown, false)
        }
    }
}

/// What a provider's admin is given: where to send people, and who we are. Each by the name that manuals have for it.
package struct ProviderOtherSide: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case entityID = "sp_entity_id"
        case consumerService = "acs_url"
        case metadata = "sp_metadata_url"
        case singleLogout = "sp_slo_url"
        case redirectURI = "redirect_uri"
        case backChannelLogout = "backchannel_logout_uri"
        case signedOut = "post_logout_redirect_uri"
    }

    package let values: [(kind: Kind, values: [String])]

    /// - Parameter publicURL: without a slash at its end. A pool with a domain of its own has addresses there as well.
    package init(of provider: ConfiguredProvider, in pool: UserPool, publicURL: String) {
        let places = ([false] + (pool.domain == nil ? [] : [true])).map { PoolAddress(publicURL: publicURL, pool: pool, onOwnDomain: $0) }
        let (own, name) = (PoolAddress(publicURL: publicURL, pool: pool), provider.settings.name)
        switch provider.connection {
        case .saml, .federation:
            values = [
                (.entityID, [own.serviceProviderEntityID]), (.consumerService, places.map(\.assertionConsumerService)),
                (.metadata, [own.serviceProviderMetadata(for: name)]), (.singleLogout, places.map(\.singleLogoutService)),
            ]
        case .oidc(let oidc):
            let redirectURIs = places.map { $0.redirectURI(of: oidc.sharesRedirectURI ? nil : name.text) }
            guard oidc.dialect.isOpenID else {
                values = [(.redirectURI, redirectURIs)]
                return
            }
            values = [
                (.redirectURI, redirectURIs), (.backChannelLogout, [own.backChannelLogout(of: name.text)]),
                (.signedOut, places.map(\.signedOutUpstream)),
            ]
        }
    }
}
