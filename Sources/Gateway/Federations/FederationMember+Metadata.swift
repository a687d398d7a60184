package import SAML
package import UserPools
import WireFormats

extension FederationMember {
    /// What a federation's metadata says of an identity provider, as it is kept.
    package init(_ entity: FederationEntity) {
        self.init(
            entityID: entity.entityID, metadata: String(decoding: entity.document, as: UTF8.self), displayNames: entity.displayNames,
            keywords: entity.keywords, logo: entity.logo, registrationAuthority: entity.registrationAuthority,
            entityAttributes: entity.entityAttributes,
            scopes: entity.scopes.map { FederationScope(value: $0.value, isRegexp: $0.isRegexp) }, validUntil: entity.validUntil)
    }
}

extension FederationFilters {
    private static let category = "http://macedir.org/entity-category"

    /// Whether an entity becomes a member; by bytes, as URIs are compared.
    package func accept(_ member: FederationMember) -> Bool {
        func has(_ name: String, _ value: String) -> Bool {
            member.entityAttributes.contains { $0.key.hasSameBytes(as: name) && $0.value.contains { $0.hasSameBytes(as: value) } }
        }
        guard !excluded.contains(where: member.entityID.hasSameBytes), included.isEmpty || included.contains(where: member.entityID.hasSameBytes),
            registrationAuthorities.isEmpty
                || registrationAuthorities.contains(where: { member.registrationAuthority?.hasSameBytes(as: $0) == true })
        else { return false }
        return categories.allSatisfy { has(Self.category, $0) } && entityAttributes.allSatisfy { has($0.name, $0.value) }
    }
}
