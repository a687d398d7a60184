import UserPools
import WireFormats

/// What one of a pool's providers has alone: e-mail domains, and of SAML an entity ID. A store refuses a second owner; a plan says so before, in the
/// order of its steps.
struct ConfigOwners {
    private var domains: [[UInt8]: IdentityProvider.Name] = [:]
    private var entities: [[UInt8]: IdentityProvider.Name] = [:]
    private var known: [IdentityProvider.Name: IdentityProvider] = [:]

    init(_ providers: [IdentityProvider]) {
        for provider in providers { put(provider) }
    }

    /// Gives it what it has then.
    mutating func take(_ provider: IdentityProvider) throws(AdministrationError) {
        if let before = known[provider.name] {
            for domain in Self.domains(of: before) { domains[domain] = nil }
            if let entity = Self.entity(of: before) { entities[entity] = nil }
        }
        for domain in Self.domains(of: provider) {
            guard let owner = domains[domain] else { continue }
            throw .store(.conflict(what: "e-mail domain \(String(decoding: domain, as: UTF8.self)) of identity provider \(owner)"))
        }
        if let entity = Self.entity(of: provider), let owner = entities[entity] {
            throw .store(.conflict(what: "entity ID \(ProtocolText(entity).prefix(200).string) of identity provider \(owner)"))
        }
        put(provider)
    }

    private mutating func put(_ provider: IdentityProvider) {
        known[provider.name] = provider
        for domain in Self.domains(of: provider) { domains[domain] = provider.name }
        if let entity = Self.entity(of: provider) { entities[entity] = provider.name }
    }

    private static func domains(of provider: IdentityProvider) -> [[UInt8]] {
        provider.domains.map { Array(ProtocolText($0).lowercased.string.utf8) }
    }

    /// nil also where it stands in metadata that is not fetched yet.
    private static func entity(of provider: IdentityProvider) -> [UInt8]? {
        guard case .saml(let saml) = provider.kind, !saml.entityID.isEmpty else { return nil }
        return Array(saml.entityID.utf8)
    }
}
