package import FoundationEssentials
package import SAML
package import UserPools
import WireFormats

/// What the admin configured, as requests see it: read from the stores and kept for a second, so that a running server follows
/// a change of the command line within two, and at once where the database tells of it.
package struct Directory: Sendable {
    private struct ClientKey: Hashable { let pool: UserPool.ID, client: AppClient.ID }
    private struct ProviderKey: Hashable { let pool: UserPool.ID, name: IdentityProvider.Name }
    private struct DomainKey: Hashable { let pool: UserPool.ID, domain: String }
    private struct ImageKey: Hashable { let pool: UserPool.ID, hash: String }
    /// Clients that may use every provider share what is offered.
    private struct OfferKey: Hashable { let pool: UserPool.ID, client: AppClient.ID? }
    struct OriginKey: Hashable { let pool: UserPool.ID, origin: String }
    private struct SearchKey: Hashable { let offered: OfferKey, text: String }

    let stores: Stores
    private let pools: TimedCache<UserPool.ID, UserPool>
    private let domains: TimedCache<String, UserPool>
    private let clients: TimedCache<ClientKey, AppClient>
    private let providers: TimedCache<ProviderKey, ConfiguredProvider>
    let metadata = MetadataCache()
    /// Of its own: whoever names thousands of members makes it forget no other provider.
    let memberMetadata = MetadataCache()
    let members: TimedCache<MemberKey, ConfiguredProvider>
    private let emailDomains: TimedCache<DomainKey, IdentityProvider.Name>
    private let offered: TimedCache<OfferKey, Offered>
    private let found: TimedCache<SearchKey, [ProviderOffer]>
    private let single: TimedCache<ProviderKey, ProviderOffer>
    private let images: TimedCache<ImageKey, Image>
    private let acrValues: TimedCache<UserPool.ID, [String]>
    let webOrigins: TimedCache<OriginKey, Bool>

    package init(stores: Stores, uptime: @escaping @Sendable () -> Duration) {
        self.stores = stores
        // Whose keys are asked for is known as long as the keys themselves. Whatever else is asked for needs the database.
        let withoutDatabase = KeyRing.withoutDatabase
        pools = TimedCache(lifetime: .seconds(1), staleLifetime: withoutDatabase, capacity: 1_000, uptime: uptime)
        domains = TimedCache(lifetime: .seconds(1), staleLifetime: withoutDatabase, capacity: 1_000, uptime: uptime)
        clients = TimedCache(lifetime: .seconds(1), capacity: 5_000, uptime: uptime)
        providers = TimedCache(lifetime: .seconds(1), capacity: 500, uptime: uptime)
        acrValues = TimedCache(lifetime: .seconds(1), staleLifetime: withoutDatabase, capacity: 1_000, uptime: uptime)
        members = TimedCache(lifetime: .seconds(1), capacity: 500, uptime: uptime)
        emailDomains = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: uptime)
        offered = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: uptime)
        found = TimedCache(lifetime: .seconds(1), capacity: 500, uptime: uptime)
        single = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: uptime)
        webOrigins = TimedCache(lifetime: .seconds(1), capacity: 1_000, uptime: uptime)
        // At most 4 MiB.
        images = TimedCache(lifetime: .seconds(1), capacity: 64, uptime: uptime)
    }

    /// A member of a federation was changed: members alone are read anew.
    package func expireMembers() { members.expire() }

    /// Something was changed: whatever is asked for next is read anew.
    package func expire() {
        pools.expire()
        domains.expire()
        clients.expire()
        providers.expire()
        members.expire()
        emailDomains.expire()
        offered.expire()
        found.expire()
        single.expire()
        images.expire()
        acrValues.expire()
        webOrigins.expire()
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
            guard case .saml(let saml) = settings.kind else { return try ConfiguredProvider(settings) }
            return ConfiguredProvider(settings, SAMLProvider(saml, metadata: try await metadata.metadata(of: settings, saml)))
        }
    }

    package func provider(entityID: String, in pool: UserPool.ID) async throws(StoreError) -> ConfiguredProvider? {
        guard let settings = try await stores.providers.find(entityID: entityID, in: pool) else { return nil }
        return try await provider(settings.name, in: pool)
    }

    package func provider(emailDomain: String, in pool: UserPool.ID) async throws(StoreError) -> ConfiguredProvider? {
        // No host name is longer; what else is typed needs no place in a cache.
        guard emailDomain.utf8.count <= 253 else { return nil }
        let domain = ProtocolText(emailDomain).lowercased.string
        let name = try await emailDomains.value(DomainKey(pool: pool, domain: domain)) { () async throws(StoreError) in
            try await stores.providers.find(emailDomain: domain, in: pool)?.name
        }
        guard let name else { return nil }
        return try await provider(name, in: pool)
    }

    /// What may be asked for by `acr_values` at some provider of the pool, in order.
    package func acrValues(in pool: UserPool.ID) async throws(StoreError) -> [String] {
        try await acrValues.value(pool) { () async throws(StoreError) in try await stores.offers.acrValues(in: pool) } ?? []
    }

    package func image(_ hash: String, in pool: UserPool.ID) async throws(StoreError) -> Image? {
        try await images.value(ImageKey(pool: pool, hash: hash)) { () async throws(StoreError) in try await stores.images.find(hash: hash, in: pool) }
    }
}

/// What the sign-in page offers. Whether a pool has ten providers or ten thousand, no more are read than the page shows.
extension Directory {
    /// The beginning of what a client offers: enough to know whether a page can list all of it.
    package struct Offered: Sendable {
        package let first: [ProviderOffer]
        /// Whether an e-mail domain leads to one of the client's providers.
        package let hasDomains: Bool
    }

    package func offers(for client: AppClient) async throws(StoreError) -> Offered {
        let names = Self.names(client)
        let offers = try await offered.value(Self.key(client)) { () async throws(StoreError) in
            Offered(
                first: try await stores.offers.list(in: client.poolID, among: names, limit: SignInChoice.maximumButtons + 1),
                hasDomains: try await stores.offers.hasDomains(in: client.poolID, among: names))
        }
        return offers ?? Offered(first: [], hasDomains: false)
    }

    /// What a search finds among the client's providers.
    package func offers(_ search: String, for client: AppClient) async throws(StoreError) -> [ProviderOffer] {
        let names = Self.names(client)
        // A name has no control character; the database takes none of them all.
        guard search.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else { return [] }
        let text = search.lowercased()
        let offers = try await found.value(SearchKey(offered: Self.key(client), text: text)) { () async throws(StoreError) in
            try await stores.offers.search(text, in: client.poolID, among: names, limit: SignInChoice.maximumFound)
        }
        return offers ?? []
    }

    /// The offer of one provider, where it is enabled.
    package func offer(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> ProviderOffer? {
        try await single.value(ProviderKey(pool: pool, name: name)) { () async throws(StoreError) in
            try await stores.offers.list(in: pool, among: [name], limit: 1).first
        }
    }

    private static func names(_ client: AppClient) -> [IdentityProvider.Name]? {
        client.identityProviders.isEmpty ? nil : client.identityProviders
    }

    private static func key(_ client: AppClient) -> OfferKey {
        OfferKey(pool: client.poolID, client: client.identityProviders.isEmpty ? nil : client.id)
    }
}

/// An identity provider as sign-ins use it.
package struct ConfiguredProvider: Sendable {
    package enum Connection: Sendable {
        case saml(SAMLProvider)
        case oidc(OIDCConnection)
        /// Nobody is asked by it: its members are.
        case federation(FederationConnection)
    }

    package let settings: IdentityProvider
    package let connection: Connection
    /// Where it stands for a member of a federation, whose settings it has: who that is. Its name is the federation's.
    package let member: FederationMember?

    package init(_ settings: IdentityProvider) throws(StoreError) {
        self.settings = settings
        member = nil
        connection =
            switch settings.kind {
            case .saml(let saml): .saml(SAMLProvider(saml, metadata: try MetadataCache.read(saml, of: settings)))
            case .oidc(let oidc): .oidc(oidc)
            case .federation(let federation): .federation(federation)
            }
    }

    init(_ settings: IdentityProvider, _ saml: SAMLProvider, member: FederationMember? = nil) {
        (self.settings, connection, self.member) = (settings, .saml(saml), member)
    }

    /// nil for a provider of another kind.
    package var saml: SAMLProvider? { if case .saml(let saml) = connection { saml } else { nil } }
    package var oidc: OIDCConnection? { if case .oidc(let oidc) = connection { oidc } else { nil } }
    package var federation: FederationConnection? { if case .federation(let federation) = connection { federation } else { nil } }
}

/// A SAML provider with its metadata read.
package struct SAMLProvider: Sendable {
    package let settings: SAMLConnection
    package let metadata: IdentityProviderMetadata

    init(_ connection: SAMLConnection, metadata: IdentityProviderMetadata) { (settings, self.metadata) = (connection, metadata) }

    /// What this provider is let through with, at `now`.
    package func policy(at now: Date) -> AcceptancePolicy {
        AcceptancePolicy(
            allowsSHA1: settings.allows(.sha1, at: now), allowsMissingAuthnStatement: settings.allows(.missingAuthnStatement, at: now),
            allowsAnySignatureOrder: settings.allows(.anySignatureOrder, at: now), allowsClockSkew: settings.allows(.clockSkew, at: now),
            allowsCBC: settings.allows(.cbc, at: now), allowsLatin1: settings.allows(.latin1, at: now),
            allowsInclusiveC14N: settings.allows(.inclusiveC14N, at: now))
    }
}
