package import FoundationEssentials
internal import WireFormats
package import XMLSecurity

/// md:EntityDescriptor of an identity provider in a federation, SAML Metadata §2.3.2, with what federations say about it: what it is called (MDUI),
/// who registered it (MDRPI), what it is (MDATTR), and for which domains it speaks (shibmd:Scope).
package struct FederationEntity: Sendable, Hashable {
    /// A domain for which it speaks, or a pattern of such.
    package struct Scope: Sendable, Hashable {
        package let value: String
        package let isRegexp: Bool
    }

    package let entityID: String
    /// The EntityDescriptor as a document that stands by itself.
    package let document: [UInt8]
    /// mdui:DisplayName, or else md:OrganizationDisplayName, by language in lower case.
    package let displayNames: [String: String]
    /// mdui:Keywords by language.
    package let keywords: [String: [String]]
    /// mdui:Logo of a size that fits a list, at an https address.
    package let logo: String?
    package let registrationAuthority: String?
    /// mdattr:EntityAttributes: the values by the attribute's Name.
    package let entityAttributes: [String: [String]]
    package let scopes: [Scope]
    /// The earliest of its own and of everything around it.
    package let validUntil: Date?
    /// The shortest one, in seconds.
    package let cacheDuration: TimeInterval?

    /// How many values of one kind are kept, and of how many bytes. What is more is passed over, as what is no value is.
    private static let (mostValues, longestValue) = (100, 2048)
    /// In bytes: it stands in an index.
    private static let longestEntityID = 1024

    /// - Parameters:
    ///   - element: as `document` has it.
    ///   - groups: the EntitiesDescriptors around it.
    /// - Throws: what makes it unusable: it has no key, no address that a person could be sent to, or has ended.
    init(_ element: XMLElement, document: [UInt8], around groups: [XMLElement], at now: Date) throws(SAMLError) {
        let entity = try EntityDescriptor(element, around: groups)
        let metadata = try IdentityProviderMetadata(entity, at: now)
        let role = try entity.identityProviderRole()
        let parts = [role, element].compactMap { $0.first(.metadata("Extensions")) }
        guard entity.entityID.utf8.count <= Self.longestEntityID else { throw .metadataEntityID(seen: entity.entityID) }
        (entityID, self.document) = (entity.entityID, document)
        (validUntil, cacheDuration) = (metadata.validUntil, metadata.cacheDuration)

        let userInterface = parts.lazy.compactMap { $0.first(.userInterface("UIInfo")) }.first
        let organization = role.first(.metadata("Organization")) ?? element.first(.metadata("Organization"))
        let names = Self.byLanguage(userInterface?.elements(.userInterface("DisplayName")) ?? [])
        displayNames = names.isEmpty ? Self.byLanguage(organization?.elements(.metadata("OrganizationDisplayName")) ?? []) : names
        // MDUI §2.1.4: words between blanks, of which a "+" stands for one in a phrase.
        keywords = Self.byLanguage(userInterface?.elements(.userInterface("Keywords")) ?? []).mapValues { list in
            list.utf8.split(separator: 0x20).prefix(Self.mostValues).map { word in
                String(decoding: word.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }, as: UTF8.self)
            }
        }
        logo = Self.logo(userInterface?.elements(.userInterface("Logo")) ?? [])
        // These two are the registrar's word, of the entity as a whole (MDRPI §2.1, MDATTR §2.4): not what a role says of itself.
        let whole = element.first(.metadata("Extensions"))
        registrationAuthority = [whole?.first(.registration("RegistrationInfo"))?.attribute("registrationAuthority")].compactMap(\.self)
            .first { $0.utf8.count <= Self.longestValue }
        entityAttributes = Self.attributes([whole?.first(.entityAttributes("EntityAttributes"))].compactMap(\.self))
        scopes = parts.flatMap { $0.elements(.shibboleth("Scope")) }.prefix(Self.mostValues).compactMap { scope in
            let isRegexp = ["true", "1"].contains(scope.attribute("regexp"))
            return Self.value(scope).map { Scope(value: $0, isRegexp: isRegexp) }
        }
    }

    /// The text, without the blanks that indentation brings; nil where there is none, or too much.
    private static func value(_ element: XMLElement) -> String? {
        guard let text = (try? element.text())?.trimmed, !text.isEmpty, text.utf8.count <= longestValue else { return nil }
        return text
    }

    /// ASCII, as languages and URIs are: a key of a dictionary, which would take others for the same that are not.
    private static func isName(_ text: String, _ longest: Int) -> Bool { text.utf8.count <= longest && text.utf8.allSatisfy { $0 < 0x80 } }

    /// The first of each language (§2.2.4).
    private static func byLanguage(_ elements: [XMLElement]) -> [String: String] {
        var found: [String: String] = [:]
        for element in elements.prefix(mostValues) {
            guard let language = element.attributes.first(where: { $0.name == XMLName(Namespace.xml, "lang") })?.value, isName(language, 35),
                let text = value(element)
            else { continue }
            let key = ProtocolText(language).lowercased.string
            if found[key] == nil {
                found[key] = text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }.joined(separator: " ")
            }
        }
        return found
    }

    /// The one whose height is nearest to that of a line in a list; without a language first, which fits everybody.
    private static func logo(_ elements: [XMLElement]) -> String? {
        var best: (distance: Int, address: String)?
        for element in elements.prefix(mostValues) {
            guard let address = value(element), WebAddress(address)?.isHTTPS == true else { continue }
            let height = element.attribute("height").flatMap { Int($0) } ?? 0
            let distance = abs(min(max(height, 0), 10_000) - 40)
            if best.map({ distance < $0.distance }) ?? true { best = (distance, address) }
        }
        return best?.address
    }

    private static func attributes(_ groups: [XMLElement]) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for attribute in groups.flatMap({ $0.elements(.assertion("Attribute")) }).prefix(mostValues) {
            guard let name = attribute.attribute("Name"), isName(name, longestValue) else { continue }
            let values = attribute.elements(.assertion("AttributeValue")).prefix(mostValues).compactMap(value)
            found[name, default: []] += values
        }
        return found
    }
}

extension XMLName {
    fileprivate static func registration(_ localName: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:metadata:rpi", localName) }
    fileprivate static func entityAttributes(_ localName: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:metadata:attribute", localName) }
    fileprivate static func shibboleth(_ localName: String) -> XMLName { XMLName("urn:mace:shibboleth:metadata:1.0", localName) }
}

extension FederationEntity {
    /// One entity that is a document of its own (draft-young-md-query-saml §3): it must be the one that was asked for, signed by one of these keys, and
    /// say how long it is valid.
    package init(parsing bytes: [UInt8], entityID: String, signers: [TrustedKey], at now: Date) throws(SAMLError) {
        let signed: SignedElement
        do throws(XMLSecurityError) {
            // Rare, and pins keys for everything that follows: both judges look.
            signed = try SignatureVerifier(keys: signers, policy: .strict, judges: .both).verifyRoot(
                bytes, named: .metadata("EntityDescriptor"), issuer: nil, limits: .metadata)
        } catch {
            throw .metadataXML(error)
        }
        guard let found = signed.element.attribute("entityID"), found.hasSameBytes(as: entityID) else {
            throw .metadataEntity(expected: entityID, found: [signed.element.attribute("entityID") ?? ""])
        }
        try self.init(signed.element, document: signed.bytes, around: [], at: now)
        guard validUntil != nil else { throw .metadataWithoutEnd }
    }
}
