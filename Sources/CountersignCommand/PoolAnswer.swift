import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats

// What is said of a pool: for programs, and for people.

extension UserPool {
    func document(_ configuration: GatewayConfiguration) -> JSONObject {
        let address = PoolAddress(publicURL: configuration.publicURL, pool: self)
        return [
            "id": .string(id.text), "name": .string(name), "issuer": .string(address.issuer), "discovery": .string(address.discovery),
            "sp_entity_id": .string(address.serviceProviderEntityID), "acs_url": .string(address.assertionConsumerService),
            "sp_metadata_url": .string(address.serviceProviderEntityID),
            "domain": domain.map(JSONValue.string) ?? .null, "signing_algorithms": .array(signingAlgorithms.map(JSONValue.string)),
            "custom_attributes": .array(
                customAttributes.map {
                    ["name": .string("custom:" + $0.name), "type": .string($0.type.rawValue), "multivalued": .bool($0.multivalued)]
                }),
            "display_name": branding.displayName.map(JSONValue.string) ?? .null,
            "logo": branding.logo.map { .string(address.image($0)) } ?? .null, "accent": branding.accent.map(JSONValue.string) ?? .null,
            "dark_accent": branding.darkAccent.map(JSONValue.string) ?? .null, "privacy_url": branding.privacyURL.map(JSONValue.string) ?? .null,
            "terms_url": branding.termsURL.map(JSONValue.string) ?? .null,
            "dark_logo": settings.pages?.darkLogo.map { .string(address.image($0)) } ?? .null,
            "show_name": .bool(settings.pages?.hidesName != true), "support_url": settings.pages?.supportURL.map(JSONValue.string) ?? .null,
            "provider_order": .array((settings.pages?.providerOrder ?? []).map(JSONValue.string)),
            "resources": .array(resources.map { ["uri": .string($0.uri), "scopes": .array($0.scopes.map(JSONValue.string))] }),
            "limit_per_address": settings.rateLimits?.perAddress.map(JSONValue.integer) ?? .null,
            "limit_per_client": settings.rateLimits?.perClient.map(JSONValue.integer) ?? .null,
            "limit_per_user": settings.rateLimits?.perUser.map(JSONValue.integer) ?? .null,
            "registration": (settings.registration ?? RegistrationSettings()).document,
            "deletion_protection": .bool(deletionProtection), "saml_encryption": .bool(publishesEncryptionKey),
            "keep_accepted_signins_days": settings.acceptedSignInDays.map(JSONValue.integer) ?? .null,
            "rotate_keys_every_days": settings.signingKeyDays.map(JSONValue.integer) ?? .null,
            "rotate_saml_keys_every_days": samlKeyDays.map(JSONValue.integer) ?? .null,
            "created_at": .string(SAMLInstant.format(createdAt)),
        ]
    }

    func answer(_ configuration: GatewayConfiguration) -> Answer {
        var fields = FieldList()
        fields.append("id", id.text)
        fields.append("name", name)
        let address = PoolAddress(publicURL: configuration.publicURL, pool: self)
        // What apps and identity providers must be told, by the names that the guides have.
        fields.append("issuer", address.issuer)
        fields.append("discovery", address.discovery)
        fields.append("sp_entity_id", address.serviceProviderEntityID)
        fields.append("acs_url", PoolAddress.assertionConsumerServices(publicURL: configuration.publicURL, pool: self))
        fields.append("sp_metadata_url", address.serviceProviderEntityID)
        fields.append("domain", domain)
        fields.append("signing algorithm", signingAlgorithm)
        let others = signingAlgorithms.dropFirst()
        if !others.isEmpty { fields.append("for clients that ask", others.joined(separator: " ")) }
        fields.append(
            "custom attributes", customAttributes.map { "custom:\($0.name) (\($0.type.rawValue)\($0.multivalued ? ", several values" : ""))" })
        fields.append("display name", branding.displayName)
        fields.append("logo", branding.logo.map { address.image($0) })
        fields.append("dark logo", settings.pages?.darkLogo.map { address.image($0) })
        if settings.pages?.hidesName == true { fields.append("name", "says the logo") }
        fields.append("accent", branding.accent)
        fields.append("dark accent", branding.darkAccent)
        fields.append("privacy", branding.privacyURL)
        fields.append("terms", branding.termsURL)
        fields.append("support", settings.pages?.supportURL)
        if let order = settings.pages?.providerOrder { fields.append("first on the page", order) }
        if let workloads = settings.workloads { fields.append("workloads", workloads.map { "\($0.name): \($0.issuer) \($0.subject)" }) }
        if !resources.isEmpty { fields.append("resources", resources.map { ([$0.uri] + $0.scopes).joined(separator: " ") }) }
        fields.append("registration", settings.registration?.lines ?? [])
        fields.append("limits", settings.rateLimits?.lines ?? [])
        fields.append("deletion protection", deletionProtection ? "on" : "off")
        fields.append("SAML encryption", publishesEncryptionKey ? "the metadata has a certificate to encrypt for" : "off")
        fields.append("signing keys", settings.signingKeyDays.map { "another one every \($0) days, by itself" })
        fields.append("SAML keys", samlKeyDays.map { "another one every \($0) days, by itself" })
        fields.append("accepted sign-ins", settings.acceptedSignInDays.map { "records of them are kept for \($0) days" })
        fields.append("created", SAMLInstant.format(createdAt))
        return Answer(document: .object(document(configuration)), text: fields.text(), notes: configuration.addressNote)
    }
}

extension RateLimits {
    fileprivate var lines: [String] {
        [
            perAddress.map { "\($0) requests a minute from one address" }, perClient.map { "\($0) tokens a minute for one client" },
            perUser.map { "\($0) codes and tokens a minute for one user" },
        ].compactMap(\.self)
    }
}

extension RegistrationSettings {
    fileprivate var document: JSONValue {
        [
            "client_id_metadata_documents": .bool(takesDocuments),
            "client_id_metadata_hosts": .array((documentHosts ?? []).map(JSONValue.string)),
            "mode": .string(takesTokens ? "token" : "off"), "maximum": .integer(maximumClients),
            "unused_days": .integer(unusedDays ?? Self.defaultUnusedDays), "resources": .array((resources ?? []).map(JSONValue.string)),
        ]
    }

    fileprivate var lines: [String] {
        var lines = [
            takesTokens
                ? "apps register themselves with an initial access token, a maximum of \(maximumClients)" : "apps do not register themselves",
            "deleted after \(unusedDays ?? Self.defaultUnusedDays) days without use",
        ]
        if takesDocuments {
            let hosts = documentHosts.map { "of " + $0.joined(separator: " ") } ?? "of any host"
            lines.append("apps may come by metadata documents " + hosts)
        }
        if let resources { lines.append("may ask for " + resources.joined(separator: " ")) }
        return lines
    }
}

extension GatewayConfiguration {
    /// Said where addresses are shown that another machine would not reach.
    var addressNote: [String] {
        guard publicURLSource == .assumed else { return [] }
        return ["no server was started with this database yet: the addresses are for \(publicURL), its default without --public-url"]
    }
}
