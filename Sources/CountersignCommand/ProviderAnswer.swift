import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import XMLSecurity

extension ConfiguredProvider {
    func document(in pool: UserPool, _ configuration: GatewayConfiguration) -> JSONObject {
        let address = PoolAddress(publicURL: configuration.publicURL, pool: pool)
        return [
            "name": .string(settings.name.text), "type": "saml", "entity_id": .string(saml.entityID),
            "sso_url": .string(metadata.preferredSingleSignOnService.location),
            "signing_certificates": .array(
                metadata.signingKeys.map { ["sha256": .string($0.sha256), "not_after": time($0.notAfter), "key": .string($0.description)] }),
            "attribute_mapping": .object(mapping), "required_attributes": .array(rules.filter(\.required).map { .string($0.attribute) }),
            "domains": .array(settings.domains.map(JSONValue.string)), "enabled": .bool(settings.enabled),
            "sp_entity_id": .string(address.serviceProviderEntityID), "acs_url": .string(address.assertionConsumerService),
            "acs_urls": .array(consumerServices(of: pool, configuration).map(JSONValue.string)),
            "sp_metadata_url": .string(address.serviceProviderEntityID), "metadata_url": saml.metadataURL.map(JSONValue.string) ?? .null,
            "metadata_valid_until": time(metadata.validUntil), "allow_idp_initiated": .bool(saml.allowsIDPInitiated),
            "allow_sha1_until": time(saml.allowsSHA1Until), "allow_missing_authn_statement": .bool(saml.allowsMissingAuthnStatement),
            "allow_any_signature_order": .bool(saml.allowsAnySignatureOrder), "created_at": time(settings.createdAt),
            "updated_at": time(settings.updatedAt),
        ]
    }

    /// The default first; a pool with a domain of its own has a second one there.
    private func consumerServices(of pool: UserPool, _ configuration: GatewayConfiguration) -> [String] {
        PoolAddress.assertionConsumerServices(publicURL: configuration.publicURL, pool: pool)
    }

    private var rules: [AttributeMapping.Rule] { settings.attributeMapping.rules }

    private func time(_ date: Date?) -> JSONValue { date.map { .string(SAMLInstant.format($0)) } ?? .null }

    /// ATTRIBUTE: SOURCE; only groups may come from several sources, and then have a list.
    private var mapping: JSONObject {
        var object = JSONObject()
        for rule in rules {
            let sources = rules.filter { $0.attribute == rule.attribute }.map { JSONValue.string($0.source) }
            object.append(rule.attribute, sources.count == 1 ? .string(rule.source) : .array(sources))
        }
        return object
    }

    /// name, type, enabled, the last day of the certificate that lasts longest, entity ID.
    var row: [String] {
        let last = metadata.signingKeys.compactMap(\.notAfter).max()
        return [
            settings.name.text, "saml", settings.enabled ? "yes" : "no", last.map { String(SAMLInstant.format($0).prefix(10)) } ?? "", saml.entityID,
        ]
    }

    func answer(_ composition: Composition, pool id: String) async throws -> Answer {
        let pool = try await composition.administration.pool(id)
        let now = composition.environment.now()
        let address = PoolAddress(publicURL: composition.configuration.publicURL, pool: pool)
        var fields = FieldList()
        fields.append("name", settings.name.text)
        fields.append("type", "saml")
        fields.append("entity ID", saml.entityID)
        fields.append("sign-in address", metadata.preferredSingleSignOnService.location)
        fields.append(
            "signing certificates", metadata.signingKeys.map { "\($0.description), \(Self.end($0.notAfter, at: now)), SHA-256 \($0.sha256)" })
        fields.append("mapping", rules.map { "\($0.attribute)=\($0.source)\($0.required ? " (required)" : "")" })
        fields.append("e-mail domains", settings.domains)
        fields.append("metadata from", saml.metadataURL ?? "a file")
        fields.append("metadata valid until", metadata.validUntil.map(SAMLInstant.format))
        fields.append("exceptions", exceptions(at: now))
        fields.append("enabled", settings.enabled ? "yes" : "no")
        fields.append("updated", SAMLInstant.format(settings.updatedAt))
        // For the provider's admin.
        fields.append("our entity ID", address.serviceProviderEntityID)
        fields.append("our consumer service", consumerServices(of: pool, composition.configuration))
        fields.append("our metadata", address.serviceProviderEntityID)
        return Answer(
            document: .object(document(in: pool, composition.configuration)), text: fields.text(),
            notes: composition.configuration.addressNote + warnings)
    }

    private func exceptions(at now: Date) -> [String] {
        var list: [String] = []
        if saml.allowsIDPInitiated { list.append("the provider may begin sign-ins") }
        if let until = saml.allowsSHA1Until {
            list.append(now < until ? "SHA-1 until \(SAMLInstant.format(until))" : "SHA-1 until \(SAMLInstant.format(until)), which is over")
        }
        if saml.allowsMissingAuthnStatement { list.append("no AuthnStatement needed") }
        if saml.allowsAnySignatureOrder { list.append("signature at any place") }
        return list
    }

    private var warnings: [String] {
        var notes: [String] = []
        if rules.isEmpty { notes.append("no attribute is mapped, so users get no e-mail and no groups; 'countersign idp update' takes --map") }
        if metadata.preferredSingleSignOnService.isPlainHTTP {
            notes.append("the provider's sign-in address is plain http, which is for development only")
        }
        return notes
    }

    /// The pinned key counts and not the certificate's dates; who plans a change of keys wants to know them.
    private static func end(_ date: Date?, at now: Date) -> String {
        guard let date else { return "no date" }
        return date < now ? "ended \(SAMLInstant.format(date)), still trusted" : "until \(SAMLInstant.format(date))"
    }
}
