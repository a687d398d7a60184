package import FoundationEssentials
import SAML
package import UserPools
import WireFormats

extension Directory {
    /// Who is asked: the provider of that name, or of a federation its member. nil where there is no such provider or member, and where a member is
    /// named of what is no federation.
    package func provider(
        _ name: IdentityProvider.Name, member entityID: String?, in pool: UserPool.ID
    ) async throws(StoreError) -> ConfiguredProvider? {
        guard let provider = try await provider(name, in: pool) else { return nil }
        guard let federation = provider.federation else { return entityID == nil ? provider : nil }
        guard let entityID, entityID.utf8.count <= FederationMember.longestEntityID else { return nil }
        let key = MemberKey(pool: pool, federation: name, entityID: Array(entityID.utf8), updatedAt: provider.settings.updatedAt)
        return try await members.value(key) { () async throws(StoreError) in
            // A filter counts at once, and not from the next import on.
            guard let member = try await stores.federations.find(entityID, of: name, in: pool), federation.filters.accept(member) else { return nil }
            return try await configured(member, of: provider.settings, federation)
        }
    }

    /// The provider that is known by this entity ID, else the member of a federation; of several the first whose metadata is valid.
    package func party(entityID: String, in pool: UserPool.ID, at now: Date) async throws(StoreError) -> ConfiguredProvider? {
        if let provider = try await provider(entityID: entityID, in: pool) { return provider }
        guard entityID.utf8.count <= FederationMember.longestEntityID else { return nil }
        var found: ConfiguredProvider?
        for name in try await stores.federations.federations(having: entityID, in: pool, limit: Self.mostFederations) {
            guard let member = try await provider(name, member: entityID, in: pool), member.settings.enabled else { continue }
            if member.isValid(at: now) { return member }
            found = found ?? member
        }
        return found
    }

    private static let mostFederations = 10

    private func configured(
        _ member: FederationMember, of federation: IdentityProvider, _ connection: FederationConnection
    ) async throws(StoreError) -> ConfiguredProvider {
        let saml = connection.connection(to: member)
        var settings = federation
        settings.kind = .saml(saml)
        settings.attributeMapping.rules.removeAll { !FederationRules.mayMap($0) }
        // A federation owns no domain: each member speaks for those of its scopes.
        settings.domains = []
        // Whether it is valid is asked at each sign-in, of a member as of no other provider.
        var readAtAnyTime = settings
        readAtAnyTime.updatedAt = .distantPast
        return ConfiguredProvider(settings, SAMLProvider(saml, metadata: try await memberMetadata.metadata(of: readAtAnyTime, saml)), member: member)
    }
}

extension ConfiguredProvider {
    /// Whether its metadata holds. That of a member ends when its federation says so; what an admin registered, when the admin does.
    package func isValid(at now: Date) -> Bool {
        guard let member else { return true }
        return member.isValid(at: now) && saml?.metadata.validUntil.map { now < $0 } != false
    }
}

/// A member is read with the settings that its federation has at that time.
struct MemberKey: Hashable {
    let pool: UserPool.ID, federation: IdentityProvider.Name
    let entityID: [UInt8]
    let updatedAt: Date
}
