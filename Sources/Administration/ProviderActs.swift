package import Gateway
import UserPools

/// Deletes a provider, and the sessions that began there; its users stay.
package struct DeleteProvider: AdminAct {
    let provider: String
    let pool: String
    /// Whether what goes is as it was when that was decided; nil: whatever it is.
    var isAsPlanned: (@Sendable (IdentityProvider) -> Bool)?

    package init(_ provider: String, pool: String) { (self.provider, self.pool) = (provider, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) {
        let provider = try await desk.provider(provider, pool: pool).settings
        let event = desk.event(.providerDelete, .provider, provider.name.text, in: provider.poolID)
        _ = try await desk.changing { () async throws(ChangeError<AdministrationError>) in
            try await desk.stores.providers.delete(
                provider.name, in: provider.poolID, recorded: { event.telling($0.facts) },
                unless: { (provider: IdentityProvider) throws(AdministrationError) in
                    guard isAsPlanned?(provider) ?? true else { throw .changedMeanwhile("identity provider '\(provider.name)'") }
                })
        }
    }
}

extension Administration {
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
        return try found.map { provider throws(AdministrationError) in try configured(provider) }
    }

    func insert(_ provider: IdentityProvider, logo: Image?) async throws(AdministrationError) -> ConfiguredProvider {
        let event = event(.providerCreate, .provider, provider.name.text, in: provider.poolID, provider.facts)
        try await storing { () async throws(StoreError) in try await stores.providers.insert(provider, image: logo, recorded: event) }
        return try configured(provider)
    }

    func changeProvider(
        _ provider: IdentityProvider, _ action: AuditEvent.Action = .providerUpdate, logo: ReadLogo = .success(.keep),
        _ mutate: @escaping @Sendable (inout IdentityProvider) throws(AdministrationError) -> Void
    ) async throws(AdministrationError) -> Changed<ConfiguredProvider> {
        let event = event(action, .provider, provider.name.text, in: provider.poolID)
        let changed = try await changing(.provider, provider.name.text, in: provider.poolID) {
            () async throws(ChangeError<AdministrationError>) in
            try await stores.providers.change(
                provider.name, in: provider.poolID, image: try? logo.get().given, recorded: { event.telling(changes: $1.differences(since: $0)) }
            ) { (provider) throws(AdministrationError) in
                let before = provider.kind
                do throws(AdministrationError) { try mutate(&provider) } catch { throw error.ofChange }
                guard case .oidc(let old) = before, case .oidc(var new) = provider.kind else { return }
                new.dropForeignSecrets(since: old)
                provider.kind = .oidc(new)
            }
        }
        return Changed(before: try configured(changed.before), after: try configured(changed.after))
    }

    /// What is given must fit the kind of provider.
    enum ProviderKind { case saml, oidc }

    static func require(_ kind: ProviderKind, _ provider: ConfiguredProvider) throws(AdministrationError) {
        guard kind == .saml ? provider.saml == nil : provider.oidc == nil else { return }
        if provider.federation != nil {
            throw .invalid(
                .name, provider.settings.name.text, "is a federation, which does not take these options", example: .act(.showProvider))
        }
        throw .invalid(
            .name, provider.settings.name.text,
            "is \(kind == .saml ? "an OpenID Connect" : "a SAML") provider, which does not take these options", example: .act(.showProvider))
    }

    static func newName(_ name: String) throws(AdministrationError) -> IdentityProvider.Name {
        guard name.unicodeScalars.count <= 32, let providerName = IdentityProvider.Name(name) else {
            throw .invalid(.name, name, "is not 1 to 32 characters without white space, '_' and '/'", example: .give(.name, "corp"))
        }
        return providerName
    }

    private func configured(_ provider: IdentityProvider) throws(AdministrationError) -> ConfiguredProvider {
        do { return try ConfiguredProvider(provider) } catch { throw .store(error) }
    }
}
