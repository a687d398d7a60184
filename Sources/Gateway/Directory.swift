package import FoundationEssentials
package import SAML
package import UserPools

/// What the admin configured, as requests see it: read from the stores and kept for a second, so that a running server follows
/// a change of the command line within two.
package struct Directory: Sendable {
    private struct ClientKey: Hashable { let pool: UserPool.ID, client: AppClient.ID }
    private struct ProviderKey: Hashable { let pool: UserPool.ID, name: IdentityProvider.Name }

    private let stores: Stores
    private let pools: TimedCache<UserPool.ID, UserPool>
    private let domains: TimedCache<String, UserPool>
    private let clients: TimedCache<ClientKey, AppClient>
    private let providers: TimedCache<ProviderKey, ConfiguredProvider>
    private let names: TimedCache<UserPool.ID, [IdentityProvider.Name]>

    /// So many providers a sign-in page offers at the most.
    private static let shownProviders = 50

    package init(stores: Stores, uptime: @escaping @Sendable () -> Duration) {
        self.stores = stores
        pools = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: uptime)
        domains = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: uptime)
        clients = TimedCache(lifetime: .seconds(1), capacity: 5_000, uptime: uptime)
        providers = TimedCache(lifetime: .seconds(1), capacity: 500, uptime: uptime)
        names = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: uptime)
    }

    package func pool(_ id: UserPool.ID) async throws(StoreError) -> UserPool? {
        try await pools.value(id) { () async throws(StoreError) in try await stores.pools.find(id) }
    }

    package func pool(domain: String) async throws(StoreError) -> UserPool? {
        try await domains.value(domain) { () async throws(StoreError) in try await stores.pools.find(domain: domain) }
    }

    package func client(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> AppClient? {
        try await clients.value(ClientKey(pool: pool, client: id)) { () async throws(StoreError) in try await stores.clients.find(id, in: pool) }
    }

    package func provider(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> ConfiguredProvider? {
        try await providers.value(ProviderKey(pool: pool, name: name)) { () async throws(StoreError) in
            guard let settings = try await stores.providers.find(name, in: pool) else { return nil }
            return try ConfiguredProvider(settings)
        }
    }

    package func provider(entityID: String, in pool: UserPool.ID) async throws(StoreError) -> ConfiguredProvider? {
        guard let settings = try await stores.providers.find(entityID: entityID, in: pool) else { return nil }
        return try await provider(settings.name, in: pool)
    }

    package func provider(emailDomain: String, in pool: UserPool.ID) async throws(StoreError) -> ConfiguredProvider? {
        guard let settings = try await stores.providers.find(emailDomain: emailDomain.lowercased(), in: pool) else { return nil }
        return try await provider(settings.name, in: pool)
    }

    /// The names of the providers that `client` offers.
    package func providerNames(for client: AppClient) async throws(StoreError) -> [IdentityProvider.Name] {
        if !client.identityProviders.isEmpty { return client.identityProviders }
        let all = try await names.value(client.poolID) { () async throws(StoreError) in
            try await stores.providers.names(in: client.poolID, limit: Self.shownProviders)
        }
        return all ?? []
    }
}

/// An identity provider as sign-ins use it.
package struct ConfiguredProvider: Sendable {
    package enum Connection: Sendable {
        case saml(SAMLProvider)
        case oidc(OIDCConnection)
    }

    package let settings: IdentityProvider
    package let connection: Connection

    init(_ settings: IdentityProvider) throws(StoreError) {
        self.settings = settings
        connection =
            switch settings.kind {
            case .saml(let saml): .saml(try SAMLProvider(saml, of: settings))
            case .oidc(let oidc): .oidc(oidc)
            }
    }

    /// nil for a provider of another kind.
    package var saml: SAMLProvider? { if case .saml(let saml) = connection { saml } else { nil } }
    package var oidc: OIDCConnection? { if case .oidc(let oidc) = connection { oidc } else { nil } }
}

/// A SAML provider with its metadata read.
package struct SAMLProvider: Sendable {
    package let settings: SAMLConnection
    package let metadata: IdentityProviderMetadata

    /// Metadata that was in force when it was registered stays in force until the admin replaces it.
    fileprivate init(_ connection: SAMLConnection, of provider: IdentityProvider) throws(StoreError) {
        do {
            metadata = try IdentityProviderMetadata(
                parsing: Array(connection.metadata.utf8), entityID: connection.entityID, at: provider.updatedAt)
        } catch { throw .corrupt(what: "the metadata of the identity provider '\(provider.name)'") }
        settings = connection
    }

    /// What this provider is let through with, at `now`.
    package func policy(at now: Date) -> AcceptancePolicy {
        AcceptancePolicy(
            allowsSHA1: settings.allowsSHA1Until.map { now < $0 } ?? false,
            allowsMissingAuthnStatement: settings.allowsMissingAuthnStatement,
            allowsAnySignatureOrder: settings.allowsAnySignatureOrder)
    }
}
