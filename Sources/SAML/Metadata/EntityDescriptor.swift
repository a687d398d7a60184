import FoundationEssentials
internal import WireFormats
import XMLSecurity

/// md:EntityDescriptor, SAML Metadata §2.3.2, found in a document by itself or in an EntitiesDescriptor (§2.3.1).
struct EntityDescriptor {
    let element: XMLElement
    let entityID: String
    /// The earliest validUntil of the entity and of every group around it.
    let validUntil: Date?
    /// The shortest cacheDuration of them.
    let cacheDuration: TimeInterval?

    /// The entity that is asked for; without a name, the only identity provider in the document.
    static func find(_ entityID: String?, in root: XMLElement) throws(SAMLError) -> EntityDescriptor {
        var found: [(element: XMLElement, around: [XMLElement])] = []
        collect(root, around: [], into: &found)
        guard root.name == .metadata("EntityDescriptor") || root.name == .metadata("EntitiesDescriptor") else {
            throw .metadataRoot(seen: "<\(root.name.localName)>")
        }
        let names = found.map { $0.element.attribute("entityID") ?? "" }
        if let entityID {
            let matching = found.filter { entityID.hasSameBytes(as: $0.element.attribute("entityID")) }
            guard let entity = matching.first else { throw .metadataEntity(expected: entityID, found: names) }
            // The same entity twice in one document: which of the two is meant would be a guess.
            guard matching.count == 1 else { throw .metadataChoice(found: matching.map { _ in entityID }) }
            return try EntityDescriptor(entity.element, around: entity.around)
        }
        let identityProviders = found.filter { !$0.element.identityProviderRoles.isEmpty }
        guard let entity = identityProviders.first else { throw .metadataNoIdentityProvider(found: names) }
        guard identityProviders.count == 1 else {
            throw .metadataChoice(found: identityProviders.map { $0.element.attribute("entityID") ?? "" })
        }
        return try EntityDescriptor(entity.element, around: entity.around)
    }

    init(_ element: XMLElement, around groups: [XMLElement]) throws(SAMLError) {
        let entityID = element.attribute("entityID")
        // §2.2.1: an entityID is a URI of at most 1024 characters. Blanks around it would never match an Issuer; one inside does, byte for byte,
        // and products have been seen to write one.
        guard let entityID, let first = entityID.unicodeScalars.first, let last = entityID.unicodeScalars.last,
            entityID.unicodeScalars.count <= 1024, !first.properties.isWhitespace, !last.properties.isWhitespace,
            !entityID.unicodeScalars.contains(where: { $0.properties.isWhitespace && $0 != " " })
        else { throw .metadataEntityID(seen: entityID) }
        self.element = element
        self.entityID = entityID
        var validUntil: Date?
        for part in groups + [element] {
            guard let instant = try MetadataReading.validUntil(of: part) else { continue }
            validUntil = validUntil.map { min($0, instant) } ?? instant
        }
        self.validUntil = validUntil
        cacheDuration = (groups + [element]).compactMap(MetadataReading.cacheDuration).min()
    }

    /// The one IDPSSODescriptor for SAML 2.0; the first where there are several.
    func identityProviderRole() throws(SAMLError) -> XMLElement {
        guard let role = element.identityProviderRoles.first else { throw .metadataNoIdentityProvider(found: [entityID]) }
        return role
    }

    /// Depth is bounded by the parser's limits.
    private static func collect(_ element: XMLElement, around: [XMLElement], into found: inout [(element: XMLElement, around: [XMLElement])]) {
        if element.name == .metadata("EntityDescriptor") { found.append((element, around)) }
        guard element.name == .metadata("EntitiesDescriptor") else { return }
        for child in element.elements { collect(child, around: around + [element], into: &found) }
    }
}

extension XMLElement {
    /// The roles that speak the SAML 2.0 protocol (§2.4.1, protocolSupportEnumeration). Other roles, WS-Federation's for example, are not looked at.
    fileprivate var identityProviderRoles: [XMLElement] {
        elements(.metadata("IDPSSODescriptor")).filter { role in
            (role.attribute("protocolSupportEnumeration") ?? "").split(whereSeparator: \.isWhitespace).contains { $0 == Namespace.messages }
        }
    }
}
