package import FoundationEssentials
package import XMLSecurity

/// md:EntityDescriptor of an identity provider, SAML Metadata §2.3 and §2.4.3: who it is, which keys sign for it, where it is reached.
///
/// The metadata is the trust: dates and issuers of its certificates are ignored, only their keys count.
package struct IdentityProviderMetadata: Sendable, Equatable {
    package static let maximumSigningKeys = 8

    package let entityID: String
    /// Keys with use="signing" or without use; at least one.
    package let signingKeys: [TrustedKey]
    package let singleSignOnServices: [Endpoint]
    package let singleLogoutServices: [Endpoint]
    /// Where answers that came by artifact are fetched: those that speak SOAP.
    package let artifactResolutionServices: [Endpoint]
    package let nameIDFormats: [String]
    package let wantsAuthnRequestsSigned: Bool
    /// The earliest one of the entity and everything around it.
    package internal(set) var validUntil: Date?
    /// The shortest one of the entity and everything around it, in seconds: so long the document may be kept before it is looked at again.
    package internal(set) var cacheDuration: TimeInterval?
    package let displayName: String?
    /// The endpoint a request is sent to unless another binding is asked for: Redirect, else POST.
    package let preferredSingleSignOnService: Endpoint

    /// Reads the metadata of one identity provider. An EntitiesDescriptor needs `entityID`, or exactly one identity provider inside.
    /// With `signers`, the whole document must be signed by one of these keys, and only what was signed is read.
    package init(parsing bytes: [UInt8], entityID: String? = nil, signers: [TrustedKey] = [], at now: Date) throws(SAMLError) {
        try self.init(try EntityDescriptor.find(entityID, in: try MetadataReading.root(of: bytes, signers: signers)), at: now)
    }

    /// Of an entity that was found.
    init(_ entity: EntityDescriptor, at now: Date) throws(SAMLError) {
        let role = try entity.identityProviderRole()

        let periods = [entity.validUntil, try MetadataReading.validUntil(of: role)].compactMap { $0 }
        validUntil = periods.min()
        if let validUntil, validUntil <= now { throw .metadataExpired(validUntil: validUntil, now: now) }

        cacheDuration = [entity.cacheDuration, MetadataReading.cacheDuration(of: role)].compactMap(\.self).min()
        self.entityID = entity.entityID
        signingKeys = try MetadataReading.signingKeys(of: role)
        singleSignOnServices = try MetadataReading.endpoints("SingleSignOnService", of: role)
        singleLogoutServices = try MetadataReading.endpoints("SingleLogoutService", of: role)
        artifactResolutionServices = MetadataReading.artifactResolutionServices(of: role)
        nameIDFormats = try MetadataReading.nameIDFormats(of: role)
        wantsAuthnRequestsSigned = ["true", "1"].contains(role.attribute("WantAuthnRequestsSigned"))
        displayName = MetadataReading.displayName(of: role, in: entity.element)
        let services = singleSignOnServices
        guard let preferred = services.first(where: { $0.binding == .httpRedirect }) ?? services.first(where: { $0.binding == .httpPOST }) else {
            throw .metadataNoSingleSignOn(bindings: services.map(\.binding.uri))
        }
        preferredSingleSignOnService = preferred
    }

    /// Whether the document describes several entities and nobody has signed it; what does not parse is none.
    package static func isUnsignedAggregate(_ bytes: [UInt8]) -> Bool {
        guard let root = try? MetadataReading.root(of: bytes, signers: []), root.name == .metadata("EntitiesDescriptor") else { return false }
        return root.elements(.metadata("EntityDescriptor")).count > 1 && root.first(.signature("Signature")) == nil
    }

    /// Every address that a browser or this server is sent to.
    package var endpoints: [Endpoint] { singleSignOnServices + singleLogoutServices + artifactResolutionServices }

    package func singleSignOnService(_ binding: Binding) -> Endpoint? { singleSignOnServices.first { $0.binding == binding } }

    package func artifactResolutionService(_ index: Int) -> Endpoint? { artifactResolutionServices.first { $0.index == index } }

    package func singleLogoutService(_ binding: Binding) -> Endpoint? { singleLogoutServices.first { $0.binding == binding } }
}
