import FoundationEssentials
package import Gateway
import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

extension Administration {
    /// The largest discovery document that is read, in bytes.
    private static let discoveryLimit = 1 << 20

    package func createOIDCProvider(
        _ name: String, pool id: String, settings: OIDCProviderSettings
    ) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await pool(id)
        let providerName = try Self.newName(name, of: .oidc)
        let preset = try Self.preset(settings)
        guard let clientID = settings.clientID else {
            throw .invalid(.clientID, "", "is needed: what the provider calls us", example: .give(.clientID, "0oa1b2c3d4"))
        }
        guard settings.clientSecret != nil || settings.clientKey != nil || settings.clientAuthentication != nil else {
            throw .invalid(
                .clientSecret, "", "or \(Field.clientKey) is needed; a public client, which has neither, has \(Field.clientAuthentication) none",
                example: .give(.clientSecret, "client-secret.txt"))
        }
        let (issuer, dialect) = (try Self.issuer(settings, preset), preset?.dialect ?? .standard)
        if let tenant = settings.tenant, dialect != .microsoft {
            throw .invalid(.tenant, tenant, "goes with the preset microsoft alone", example: .give(.issuer, "https://id.example.com"))
        }
        let (endpoints, isDiscovered) = try await endpoints(settings, preset, issuer: issuer)
        let now = environment.now()
        var connection = OIDCConnection(
            dialect: dialect, issuer: issuer, endpoints: endpoints, clientID: clientID,
            clientAuthentication: preset?.clientAuthentication ?? .clientSecretBasic, scopes: preset?.scopes ?? ["openid", "email", "profile"])
        connection.preset = preset?.name
        Self.setAuthentication(settings, in: &connection)
        connection.isDiscovered = isDiscovered
        connection.knownPrompts = preset?.knownPrompts
        connection.answersByForm = preset?.answersByForm ?? false
        connection.subjectClaim = settings.subjectClaim ?? preset?.subjectClaim ?? "sub"
        connection.assertionAudience = preset?.assertionAudience
        var given = settings
        // What is given comes on top of what the preset maps.
        given.map = Self.merge(settings.map?.given, over: preset?.map).map { ListChange($0) }
        var provider = IdentityProvider(
            poolID: pool.id, name: providerName, kind: .oidc(connection), attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now)
        try apply(given, to: &provider, connection, in: pool)
        let made = provider
        let event = event(.providerCreate, .provider, made.name.text, in: pool.id, made.facts)
        try await storing { () async throws(StoreError) in try await stores.providers.insert(made, recorded: event) }
        return try configured(made)
    }

    package func updateOIDCProvider(
        _ name: String, pool id: String, settings: OIDCProviderSettings
    ) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await pool(id)
        let before = try await provider(name, pool: id)
        try Self.require(.oidc, before, name)
        if let tenant = settings.tenant {
            throw .invalid(
                .tenant, tenant, "is chosen at creation; a change of tenant changes every user's identity", example: .act(.registerOIDCProvider))
        }
        if settings.preset != nil {
            throw .invalid(.preset, settings.preset ?? "", "is chosen at creation", example: .act(.registerOIDCProvider))
        }
        // What is fetched is fetched before the provider is read again: what another admin changes meanwhile must not be written over.
        var fetched: OIDCConnection.Endpoints?
        if let issuer = settings.issuer, issuer == before.oidc?.issuer, before.oidc?.dialect.isOpenID == true, !settings.hasEndpoint {
            fetched = try await discover(issuer)
        }
        let (endpoints, now) = (fetched, environment.now())
        let updated = try await changeProvider(before.settings) { (provider) throws(AdministrationError) in
            guard case .oidc(var connection) = provider.kind else { return }
            try Self.checkMove(settings, connection)
            if let endpoints { (connection.endpoints, connection.isDiscovered) = (endpoints, true) }
            if settings.hasEndpoint {
                connection.isDiscovered = false
                connection.endpoints = Self.endpoints(settings, over: connection.endpoints)
            }
            if let clientID = settings.clientID { connection.clientID = clientID }
            Self.setAuthentication(settings, in: &connection)
            provider.updatedAt = now
            try apply(settings, to: &provider, connection, in: pool)
        }
        return try configured(updated)
    }

    /// Reads the discovery document again; what was there stays where that fails.
    func refreshOIDCProvider(_ provider: ConfiguredProvider) async throws(AdministrationError) -> ConfiguredProvider {
        let (name, id) = (provider.settings.name.text, provider.settings.poolID.text)
        guard let connection = provider.oidc, connection.isDiscovered else {
            throw .invalid(
                .name, name, "has addresses given by hand, so there is nothing to fetch", example: .words("give the addresses that changed"))
        }
        var settings = OIDCProviderSettings()
        settings.issuer = connection.issuer
        return try await updateOIDCProvider(name, pool: id, settings: settings)
    }

    private static func merge(_ given: [String]?, over known: [String]?) -> [String]? {
        guard let given, let known else { return given ?? known }
        func attribute(_ rule: String) -> ProtocolText { ProtocolText(rule).prefix { $0 != UInt8(ascii: "=") } }
        return known.filter { rule in !given.contains { attribute($0) == attribute(rule) } } + given
    }

    /// A secret or key that is given says how it is used; one that is stored never changes its meaning: a private key is not sent as a password.
    private static func setAuthentication(_ settings: OIDCProviderSettings, in connection: inout OIDCConnection) {
        let before = connection.clientAuthentication
        if let method = settings.clientAuthentication {
            connection.clientAuthentication = method
        } else if settings.clientKey != nil, connection.dialect != .apple {
            connection.clientAuthentication = .privateKeyJWT
        } else if settings.clientSecret != nil, before == .none || before == .privateKeyJWT {
            connection.clientAuthentication = connection.preset.flatMap(ProviderPreset.named)?.clientAuthentication ?? .clientSecretBasic
        }
        if (before == .privateKeyJWT) != (connection.clientAuthentication == .privateKeyJWT) { connection.sealedSecret = nil }
    }

    /// What would put the users of one server under the name of another is not an update (THREATS O16).
    private static func checkMove(_ settings: OIDCProviderSettings, _ connection: OIDCConnection) throws(AdministrationError) {
        if let issuer = settings.issuer, issuer != connection.issuer {
            throw .invalid(.issuer, issuer, "is another issuer, under which everybody would be somebody else", example: .act(.registerOIDCProvider))
        }
        if let claim = settings.subjectClaim, claim != connection.subjectClaim {
            throw .invalid(
                .subjectClaim, claim, "is chosen at creation; a change changes every user's identity", example: .act(.registerOIDCProvider))
        }
        if !connection.dialect.isOpenID, let url = settings.userInfoURL,
            WebAddress(url)?.origin != WebAddress(connection.endpoints.userInfo ?? "")?.origin
        {
            throw .invalid(.userInfoURL, url, "is another server, whose users would be taken for this one's", example: .act(.registerOIDCProvider))
        }
    }

    private static func preset(_ settings: OIDCProviderSettings) throws(AdministrationError) -> ProviderPreset? {
        guard let name = settings.preset else { return nil }
        guard let preset = ProviderPreset.named(name) else {
            throw .invalid(.preset, name, "is none of \(ProviderPreset.all.map(\.name).joined(separator: ", "))", example: .give(.preset, "google"))
        }
        return preset
    }

    private static func issuer(_ settings: OIDCProviderSettings, _ preset: ProviderPreset?) throws(AdministrationError) -> String {
        if let issuer = settings.issuer { return issuer }
        switch preset?.issuer {
        case .fixed(let issuer): return issuer
        case .microsoft: return try microsoftIssuer(settings)
        case .given(let example):
            throw .invalid(.issuer, "", "is needed", example: .give(.issuer, "\(example)"))
        case nil:
            throw .invalid(.issuer, "", "is needed, or a preset that knows it", example: .give(.issuer, "https://id.example.com"))
        }
    }

    /// The addresses: by hand, by the preset, or from the issuer's discovery document (OpenID Connect Discovery §4).
    private func endpoints(
        _ settings: OIDCProviderSettings, _ preset: ProviderPreset?, issuer: String
    ) async throws(AdministrationError) -> (OIDCConnection.Endpoints, isDiscovered: Bool) {
        if let known = preset?.endpoints {
            // Users of one server must never stand under the name of another.
            guard settings.issuer == nil || (settings.authorizationURL != nil && settings.tokenURL != nil && settings.userInfoURL != nil) else {
                throw .invalid(
                    .issuer, issuer, "is another server than the preset's, whose addresses are needed too",
                    example: .give([.init(.authorizationURL, "URL"), .init(.tokenURL, "URL"), .init(.userInfoURL, "URL")]))
            }
            guard settings.issuer != nil || !settings.hasEndpoint else {
                throw .invalid(
                    .issuer, "", "is needed with addresses of another server than the preset's",
                    example: .give(.issuer, "https://github.example.com/login/oauth"))
            }
            return (Self.endpoints(settings, over: known), false)
        }
        if issuer == Microsoft.template { return (Microsoft.endpoints(ofTenant: settings.tenant ?? "organizations"), false) }
        guard settings.hasEndpoint || preset?.dialect == .oauth2 else { return (try await discover(issuer), true) }
        return (Self.endpoints(settings, over: OIDCConnection.Endpoints(authorization: "", token: "")), false)
    }

    private static func endpoints(
        _ settings: OIDCProviderSettings, over known: OIDCConnection.Endpoints
    ) -> OIDCConnection.Endpoints {
        var endpoints = known
        endpoints.authorization = settings.authorizationURL ?? known.authorization
        endpoints.token = settings.tokenURL ?? known.token
        endpoints.userInfo = settings.userInfoURL ?? known.userInfo
        endpoints.keys = settings.keysURL ?? known.keys
        return endpoints
    }

    private func discover(_ issuer: String) async throws(AdministrationError) -> OIDCConnection.Endpoints {
        let url = ProviderMetadata.url(ofIssuer: issuer)
        let bytes: [UInt8]
        do { bytes = try await environment.documents.fetch(url, limit: Self.discoveryLimit) } catch { throw .fetch(error, url: url) }
        let metadata: ProviderMetadata
        do { metadata = try ProviderMetadata(bytes: bytes, issuer: issuer) } catch { throw .discovery(error) }
        guard let authorization = metadata.authorizationEndpoint, let token = metadata.tokenEndpoint else {
            throw .discovery(.providerMetadata("it names no authorization_endpoint or no token_endpoint"))
        }
        return OIDCConnection.Endpoints(
            authorization: authorization, token: token, userInfo: metadata.userInfoEndpoint, keys: metadata.jwksURI,
            sendsIssuer: metadata.members["authorization_response_iss_parameter_supported"]?.bool == true)
    }
}
