package import FoundationEssentials
package import Gateway
import SAML
import TokenVerifier
package import UserPools
import WireFormats

/// Where an identity provider's metadata comes from.
package enum MetadataSource: Sendable {
    case document([UInt8])
    case url(String)
}

/// What an admin says of a SAML provider; nil leaves it as it is (at creation: the default).
@dynamicMemberLookup
package struct SAMLProviderSettings: Sendable {
    package var metadata: MetadataSource?
    /// Which entity, where the document has several.
    package var entityID: String?
    package var allowsIDPInitiated: Bool?
    package var allowsSHA1Until: Date?
    package var allowsMissingAuthnStatement: Bool?
    package var allowsAnySignatureOrder: Bool?
    package var onGroupOverage: GroupOverage?
    package var common = ProviderSettings()

    package init() {}

    package subscript<Value>(dynamicMember path: WritableKeyPath<ProviderSettings, Value>) -> Value {
        get { common[keyPath: path] }
        set { common[keyPath: path] = newValue }
    }
}

/// What an admin says of a provider of either kind; nil leaves it as it is.
package struct ProviderSettings: Sendable {
    /// `ATTRIBUTE=SOURCE`, as given.
    package var map: ListChange?
    /// Attributes without which a sign-in is refused.
    package var require: ListChange?
    package var domains: ListChange?
    package var enabled: Bool?

    package init() {}
}

extension Administration {
    /// The largest metadata document that is read, in bytes.
    private static let metadataLimit = 1 << 20

    package func createSAMLProvider(
        _ name: String, pool id: String, settings: SAMLProviderSettings
    ) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await pool(id)
        let providerName = try Self.newName(name, of: .saml)
        guard let source = settings.metadata else {
            throw .invalid(.metadata, "", "or \(Field.metadataURL) is needed", example: .give(.metadataURL, "https://idp.example.com/metadata"))
        }
        let now = environment.now()
        let document = try await read(source, entityID: settings.entityID, at: now)
        var provider = IdentityProvider(
            poolID: pool.id, name: providerName, kind: .saml(SAMLConnection(metadata: document.text, entityID: document.entityID)),
            attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now)
        if case .url(let url) = source { provider.change { $0.metadataURL = url } }
        try apply(settings, to: &provider, in: pool)
        let made = provider
        let event = event(.providerCreate, .provider, made.name.text, in: pool.id, made.facts)
        try await storing { () async throws(StoreError) in try await stores.providers.insert(made, recorded: event) }
        return try configured(made)
    }

    package func updateSAMLProvider(
        _ name: String, pool id: String, settings: SAMLProviderSettings
    ) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await pool(id)
        let now = environment.now()
        // Fetched before the provider is read: what another admin changes meanwhile, to disable it say, must not be written over.
        let known = try await self.provider(name, pool: id)
        try Self.require(.saml, known, name)
        var fetched: (text: String, entityID: String)?
        if let source = settings.metadata { fetched = try await read(source, entityID: settings.entityID ?? known.saml?.settings.entityID, at: now) }
        let document = fetched
        let updated = try await changeProvider(try await provider(name, pool: id).settings) { (provider) throws(AdministrationError) in
            if let document {
                provider.change { connection in
                    connection.metadata = document.text
                    connection.entityID = document.entityID
                    if case .url(let url) = settings.metadata { connection.metadataURL = url }
                }
                provider.updatedAt = now
            }
            try apply(settings, to: &provider, in: pool)
        }
        return try configured(updated)
    }

    /// Fetches the metadata again from where it came; what was there stays where that fails.
    package func refreshProvider(_ name: String, pool id: String) async throws(AdministrationError) -> ConfiguredProvider {
        let provider = try await provider(name, pool: id)
        guard let saml = provider.saml else { return try await refreshOIDCProvider(provider) }
        guard let url = saml.settings.metadataURL else {
            throw .invalid(.name, name, "was registered from a file, so there is no address to fetch", example: .act(.replaceMetadata))
        }
        var settings = SAMLProviderSettings()
        settings.metadata = .url(url)
        settings.entityID = saml.metadata.entityID
        return try await updateSAMLProvider(name, pool: id, settings: settings)
    }

    package func provider(_ name: String, pool id: String) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await pool(id)
        guard let providerName = IdentityProvider.Name(name),
            let found = try await storing({ () async throws(StoreError) in try await stores.providers.find(providerName, in: pool.id) })
        else { throw .notFound(.provider, name: name, pool: pool.id) }
        return try configured(found)
    }

    package func listProviders(pool id: String) async throws(AdministrationError) -> [ConfiguredProvider] {
        let pool = try await pool(id)
        let found = try await storing { () async throws(StoreError) in try await stores.providers.list(in: pool.id) }
        var configured: [ConfiguredProvider] = []
        for provider in found { configured.append(try self.configured(provider)) }
        return configured
    }

    package func deleteProvider(_ name: String, pool id: String) async throws(AdministrationError) {
        let provider = try await provider(name, pool: id).settings
        let event = event(.providerDelete, .provider, provider.name.text, in: provider.poolID)
        _ = try await storing { () async throws(StoreError) in
            try await stores.providers.delete(provider.name, in: provider.poolID) { event.telling($0.facts) }
        }
    }

    func changeProvider(
        _ provider: IdentityProvider, _ mutate: @escaping @Sendable (inout IdentityProvider) throws(AdministrationError) -> Void
    ) async throws(AdministrationError) -> IdentityProvider {
        let event = event(.providerUpdate, .provider, provider.name.text, in: provider.poolID)
        let changed = try await changing { () async throws(ChangeError<AdministrationError>) in
            try await stores.providers.change(provider.name, in: provider.poolID, recorded: { event.telling(changes: $1.differences(since: $0)) }) {
                (provider) throws(AdministrationError) in
                do throws(AdministrationError) { try mutate(&provider) } catch { throw error.ofChange }
            }
        }
        guard let changed else {
            throw .notFound(.provider, name: provider.name.text, pool: provider.poolID)
        }
        return changed
    }

    /// What is given must fit the kind of provider.
    enum ProviderKind: String { case saml, oidc }

    static func require(_ kind: ProviderKind, _ provider: ConfiguredProvider, _ name: String) throws(AdministrationError) {
        guard (provider.saml != nil) != (kind == .saml) else { return }
        throw .invalid(
            .name, name, "is \(kind == .saml ? "an OpenID Connect" : "a SAML") provider, which does not take these options",
            example: .act(.showProvider))
    }

    static func newName(_ name: String, of kind: ProviderKind) throws(AdministrationError) -> IdentityProvider.Name {
        guard let providerName = IdentityProvider.Name(name) else {
            throw .invalid(.name, name, "is not 1 to 32 characters without white space, '_' and '/'", example: .give(.name, "corp"))
        }
        return providerName
    }

    func configured(_ provider: IdentityProvider) throws(AdministrationError) -> ConfiguredProvider {
        do { return try ConfiguredProvider(provider) } catch { throw .store(error) }
    }

    private func read(
        _ source: MetadataSource, entityID: String?, at now: Date
    ) async throws(AdministrationError) -> (text: String, entityID: String) {
        let bytes: [UInt8]
        switch source {
        case .document(let given): bytes = given
        case .url(let url):
            do { bytes = try await environment.documents.fetch(url, limit: Self.metadataLimit) } catch { throw .fetch(error, url: url) }
        }
        let metadata: IdentityProviderMetadata
        do { metadata = try IdentityProviderMetadata(parsing: bytes, entityID: entityID, at: now) } catch { throw .metadata(error) }
        guard let endpoint = metadata.singleSignOnService(.httpRedirect) else {
            throw .invalid(
                .metadata, metadata.entityID, "has no SingleSignOnService with the HTTP-Redirect binding",
                example: .words("switch HTTP-Redirect on at the identity provider and export its metadata again"))
        }
        guard !endpoint.isPlainHTTP || WebAddress.isLoopbackHTTP(endpoint.location) else {
            throw .invalid(
                .metadata, endpoint.location, "is a sign-in address without https, where anybody on the way reads along",
                example: .words("have the identity provider publish an https address, as https://idp.example.com/sso"))
        }
        // The parser has read it as UTF-8 already.
        return (String(decoding: bytes, as: UTF8.self), metadata.entityID)
    }

    private func apply(_ settings: SAMLProviderSettings, to provider: inout IdentityProvider, in pool: UserPool) throws(AdministrationError) {
        var problems = ProblemList()
        try problems.check { () throws(AdministrationError) in
            guard settings.onGroupOverage == .fetch else { return }
            throw .invalid(.onGroupOverage, "fetch", "needs an access token, which SAML does not give", example: .give(.onGroupOverage, "refuse"))
        }
        try problems.check { () throws(AdministrationError) in try apply(settings.common, to: &provider, in: pool) }
        try problems.refuse()
        provider.change { connection in
            connection.allowsIDPInitiated = settings.allowsIDPInitiated ?? connection.allowsIDPInitiated
            connection.allowsSHA1Until = settings.allowsSHA1Until ?? connection.allowsSHA1Until
            connection.allowsMissingAuthnStatement = settings.allowsMissingAuthnStatement ?? connection.allowsMissingAuthnStatement
            connection.allowsAnySignatureOrder = settings.allowsAnySignatureOrder ?? connection.allowsAnySignatureOrder
            connection.onGroupOverage = settings.onGroupOverage ?? connection.onGroupOverage
        }
    }
}

extension IdentityProvider {
    fileprivate mutating func change(_ body: (inout SAMLConnection) -> Void) {
        switch kind {
        case .saml(var connection):
            body(&connection)
            kind = .saml(connection)
        case .oidc: return
        }
    }
}
