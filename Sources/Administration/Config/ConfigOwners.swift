import UserPools
import WireFormats

/// What one of a pool's providers has alone, as it is after the steps so far: e-mail domains, and of SAML an entity ID. A store refuses a second
/// owner; a plan says so before.
struct ConfigOwners {
    /// That another one has what a provider would have.
    struct Conflict {
        let owner: IdentityProvider.Name
        /// nil of an entity ID.
        let domain: [UInt8]?
        let error: AdministrationError
    }

    private var domains: [[UInt8]: IdentityProvider.Name] = [:]
    private var entities: [[UInt8]: IdentityProvider.Name] = [:]
    private var known: [IdentityProvider.Name: IdentityProvider] = [:]

    init(_ providers: [IdentityProvider]) {
        for provider in providers { give(provider) }
    }

    func conflict(of provider: IdentityProvider) -> Conflict? {
        for domain in Self.domains(of: provider) {
            guard let owner = domains[domain], owner != provider.name else { continue }
            let what = "e-mail domain \(String(decoding: domain, as: UTF8.self)) of identity provider \(owner)"
            return Conflict(owner: owner, domain: domain, error: .store(.conflict(what: what)))
        }
        guard let entity = Self.entity(of: provider), let owner = entities[entity], owner != provider.name else { return nil }
        let what = "entity ID \(ProtocolText(entity).prefix(200).string) of identity provider \(owner)"
        return Conflict(owner: owner, domain: nil, error: .store(.conflict(what: what)))
    }

    /// Gives it what it has then, and what it had before to nobody.
    mutating func give(_ provider: IdentityProvider) {
        remove(provider.name)
        known[provider.name] = provider
        for domain in Self.domains(of: provider) { domains[domain] = provider.name }
        if let entity = Self.entity(of: provider) { entities[entity] = provider.name }
    }

    mutating func remove(_ name: IdentityProvider.Name) {
        guard let before = known.removeValue(forKey: name) else { return }
        for domain in Self.domains(of: before) { domains[domain] = nil }
        if let entity = Self.entity(of: before) { entities[entity] = nil }
    }

    static func domains(of provider: IdentityProvider) -> [[UInt8]] { provider.domains.map(key) }

    /// A domain as the store compares it.
    static func key(_ domain: String) -> [UInt8] { Array(ProtocolText(domain).lowercased.string.utf8) }

    /// nil also where it stands in metadata that is not fetched yet.
    private static func entity(of provider: IdentityProvider) -> [UInt8]? {
        guard case .saml(let saml) = provider.kind, !saml.entityID.isEmpty else { return nil }
        return Array(saml.entityID.utf8)
    }
}
