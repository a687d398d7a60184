import Administration
import FoundationEssentials
import Gateway
import OpenIDConnect
import SAML
import TokenVerifier
import UserPools
import WireFormats
import XMLSecurity

extension ConfiguredProvider {
    /// What both kinds have, then what its own kind has.
    func document(in pool: UserPool, _ configuration: GatewayConfiguration) -> JSONObject {
        let address = PoolAddress(publicURL: configuration.publicURL, pool: pool)
        var document: JSONObject = [
            "name": .string(settings.name.text), "display_name": settings.displayName.map(JSONValue.string) ?? .null,
            "logo": settings.logo.map { .string(address.image($0)) } ?? .null,
        ]
        let own: JSONObject =
            switch connection {
            case .saml(let saml):
                saml.document(address, settings.name, PoolAddress.assertionConsumerServices(publicURL: configuration.publicURL, pool: pool))
            case .oidc(let oidc):
                oidc.document(
                    redirectURIs(in: pool, configuration),
                    backChannelLogout: oidc.dialect.isOpenID ? address.backChannelLogout(of: settings.name.text) : nil,
                    signedOut: oidc.dialect.isOpenID ? addresses(of: pool, configuration).map(\.signedOutUpstream) : [])
            case .federation(let federation): federation.document(address)
            }
        let common: JSONObject = [
            "attribute_mapping": .object(mapping), "required_attributes": .array(rules.filter(\.required).map { .string($0.attribute) }),
            "acr_mapping": .object(settings.contextDocument), "domains": .array(settings.domains.map(JSONValue.string)),
            "enabled": .bool(settings.enabled),
            "created_at": Self.time(settings.createdAt), "updated_at": Self.time(settings.updatedAt),
        ]
        for member in own.members + common.members { document.append(member.name, member.value) }
        return document
    }

    private var rules: [AttributeMapping.Rule] { settings.attributeMapping.rules }

    static func time(_ date: Date?) -> JSONValue { date.map { .string(SAMLInstant.format($0)) } ?? .null }

    /// The default first; a pool with a domain of its own has a second one there.
    func redirectURIs(in pool: UserPool, _ configuration: GatewayConfiguration) -> [String] {
        addresses(of: pool, configuration).map { $0.redirectURI(of: oidc?.sharesRedirectURI == true ? nil : settings.name.text) }
    }

    private func addresses(of pool: UserPool, _ configuration: GatewayConfiguration) -> [PoolAddress] {
        let places = [false] + (pool.domain == nil ? [] : [true])
        return places.map { PoolAddress(publicURL: configuration.publicURL, pool: pool, onOwnDomain: $0) }
    }

    /// ATTRIBUTE: SOURCE; only groups may come from several sources, and then have a list.
    private var mapping: JSONObject {
        var object = JSONObject()
        for rule in rules {
            let sources = rules.filter { $0.attribute == rule.attribute }.map { JSONValue.string($0.source) }
            object.append(rule.attribute, sources.count == 1 ? .string(rule.source) : .array(sources))
        }
        return object
    }

    /// name, type, enabled, the last day of the certificate that lasts longest, the next day on which an exception ends, entity ID or issuer.
    func row(at now: Date) -> [String] {
        let last = saml?.metadata.signingKeys.compactMap(\.notAfter).max()
        return [
            settings.name.text, saml != nil ? "saml" : oidc != nil ? "oidc" : "federation", settings.enabled ? "yes" : "no",
            last.map { String(SAMLInstant.format($0).prefix(10)) + Self.nearness(of: $0, at: now) } ?? "",
            exceptionEnd(at: now).map { String(SAMLInstant.format($0).prefix(10)) + Self.nearness(of: $0, at: now) } ?? "",
            saml?.settings.entityID ?? oidc?.issuer ?? federation?.metadataURL ?? "",
        ]
    }

    /// The next one, else the last that is over.
    private func exceptionEnd(at now: Date) -> Date? {
        saml?.settings.nextExceptionEnd(after: now) ?? federation?.nextExceptionEnd(after: now)
            ?? (saml?.settings.madeExceptions ?? federation?.madeExceptions)?.compactMap(\.until).max()
    }

    /// Of an end that somebody is warned of.
    private static func nearness(of end: Date, at now: Date) -> String {
        if end < now { return " EXPIRED" }
        guard ProviderEnds.threshold(until: end, at: now) != nil else { return "" }
        let days = Int(end.timeIntervalSince(now) / 86_400)
        return days == 0 ? ", today" : days == 1 ? ", 1 day" : ", \(days) days"
    }

    func answer(_ composition: Composition, pool id: String) async throws -> Answer {
        let pool = try await composition.administration.pool(id)
        let configuration = composition.configuration
        let address = PoolAddress(publicURL: configuration.publicURL, pool: pool)
        var fields = FieldList()
        fields.append("name", settings.name.text)
        fields.append("display name", settings.displayName)
        fields.append("logo", settings.logo.map { address.image($0) })
        switch connection {
        case .saml(let saml): saml.describe(to: &fields, at: composition.environment.now())
        case .oidc(let oidc): oidc.describe(to: &fields)
        case .federation(let federation): federation.describe(to: &fields)
        }
        fields.append("mapping", rules.map { "\($0.attribute)=\($0.source)\($0.required ? " (required)" : "")" })
        fields.append("apps may ask for", settings.contextRules)
        fields.append("e-mail domains", settings.domains)
        fields.append("enabled", settings.enabled ? "yes" : "no")
        fields.append(saml == nil ? "connection of" : "metadata of", SAMLInstant.format(settings.updatedAt))
        // For the provider's admin.
        switch connection {
        case .saml, .federation:
            fields.append("sp_entity_id", address.serviceProviderEntityID)
            fields.append("acs_url", PoolAddress.assertionConsumerServices(publicURL: configuration.publicURL, pool: pool))
            fields.append("sp_metadata_url", address.serviceProviderMetadata(for: settings.name))
        case .oidc(let oidc):
            fields.append("redirect_uri", redirectURIs(in: pool, configuration))
            if oidc.dialect.isOpenID { fields.append("backchannel_logout_uri", address.backChannelLogout(of: settings.name.text)) }
            if oidc.singleLogoutAddress != nil {
                fields.append("post_logout_redirect_uri", addresses(of: pool, configuration).map(\.signedOutUpstream))
            }
        }
        var document = document(in: pool, configuration)
        let followed = try await composition.administration.followedDocument(of: self)
        append(followed, to: &document, &fields, at: composition.environment.now())
        if saml != nil {
            let fetched = try await composition.administration.lastMetadataFetch(of: self)
            document.append("sp_metadata_fetched_at", Self.time(fetched))
            fields.append("our metadata fetched", fetched.map(SAMLInstant.format) ?? "not yet, at sp_metadata_url")
        }
        let debugging = try await composition.administration.debugging(of: settings.name, in: pool)
        document.append(
            "debugging", ["until": debugging.until.map { .string(SAMLInstant.format($0)) } ?? .null, "messages": .integer(debugging.messages)])
        if debugging.until != nil || debugging.messages > 0 {
            fields.append(
                "debugging",
                (debugging.until.map { "what it sends is kept until \(SAMLInstant.format($0))" } ?? "over") + ", \(debugging.messages) messages kept")
        }
        if oidc != nil {
            for stage in [ClientSecretStage.pending, .previous] {
                document.append(stage.rawValue + "_client_secret", secretDocument(stage, composition.administration))
                fields.append(stage.rawValue + " client secret", secretText(stage))
            }
        }
        if let key = composition.administration.publicClientKey(of: self) {
            document.append("client_jwk", .object(key))
            fields.append("client_jwk", String(decoding: key.encoded(), as: UTF8.self))
        }
        return Answer(
            document: .object(document), text: fields.text(),
            notes: configuration.addressNote + warnings(at: composition.environment.now(), in: pool, composition.installation))
    }

    func warnings(at now: Date, in pool: UserPool, _ installation: InstallationOptions) -> [String] {
        var notes: [String] = []
        let ends = saml?.metadata.signingKeys.compactMap(\.notAfter) ?? []
        if let last = ends.max(), last < now {
            notes.append("the certificate expired on \(SAMLInstant.format(last).prefix(10)); its key is trusted all the same until it is replaced")
        } else if let last = ends.max(), ProviderEnds.threshold(until: last, at: now) != nil {
            notes.append(
                "the certificate ends on \(SAMLInstant.format(last).prefix(10)); the provider will change its key by then\(settings.followed == nil ? ", and its metadata does not keep itself fresh here" : "")"
            )
        } else if let first = ends.first(where: { $0 < now }) {
            notes.append("a certificate expired on \(SAMLInstant.format(first).prefix(10)); another one lasts longer")
        }
        if rules.isEmpty {
            let command = Remedy.mapAttribute(nil).command(at: Place(pool: pool.id, provider: settings.name), of: installation)
            notes.append("no attribute is mapped, so users get no e-mail and no groups; this maps one: \(command)")
        }
        if saml?.metadata.preferredSingleSignOnService.isPlainHTTP == true || oidc?.endpoints.authorization.hasPrefix("http://") == true {
            notes.append("the provider's sign-in address is plain http, which is for development only")
        }
        if let saml, saml.metadata.wantsAuthnRequestsSigned, !saml.signsRequests {
            notes.append("the provider's metadata wants signed requests (WantAuthnRequestsSigned), and ours are not: --sign-requests metadata")
        }
        return notes
    }
}
