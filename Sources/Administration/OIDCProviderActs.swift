import FoundationEssentials
package import Gateway
import OpenIDConnect
internal import TokenVerifier
package import UserPools
package import WireFormats

/// Registers an OpenID Connect or OAuth 2.0 provider: by its discovery document, by a preset, or by addresses given by hand.
package struct CreateOIDCProvider: AdminAct {
    let name: String
    let pool: String
    let settings: OIDCProviderSettings

    package init(_ name: String, pool: String, settings: OIDCProviderSettings) { (self.name, self.pool, self.settings) = (name, pool, settings) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await desk.pool(pool)
        _ = try Administration.newName(name)
        let (preset, _, issuer) = try settings.requireNew()
        let (endpoints, isDiscovered) = try await desk.endpoints(settings, preset, issuer: issuer)
        var shown = preset?.publicName(issuer: settings.issuer)
        if let name = shown, try await desk.shows(name, in: pool) { shown = nil }
        let logo = settings.common.readLogo()
        let provider = try made(with: endpoints, isDiscovered: isDiscovered, displayName: shown, in: pool, logo: logo, at: desk)
        return try await desk.insert(provider, logo: try logo.get().given)
    }

    /// What would be made, as far as nothing is fetched for that: what the discovery document says is taken to be as it should.
    func foresee(in pool: UserPool, at desk: Administration) throws(AdministrationError) -> IdentityProvider {
        let (preset, _, issuer) = try settings.requireNew()
        let (known, url) = (try settings.knownEndpoints(preset, issuer: issuer), "https://discovered.invalid/")
        let assumed = OIDCConnection.Endpoints(authorization: url, token: url, userInfo: url, keys: url, sendsIssuer: true)
        return try made(
            with: known ?? assumed, isDiscovered: known == nil, displayName: nil, in: pool, logo: settings.common.readLogo(), at: desk)
    }

    private func made(
        with endpoints: OIDCConnection.Endpoints, isDiscovered: Bool, displayName: String?, in pool: UserPool, logo: ReadLogo,
        at desk: Administration
    ) throws(AdministrationError) -> IdentityProvider {
        let providerName = try Administration.newName(name)
        let (preset, clientID, issuer) = try settings.requireNew()
        let (dialect, now) = (preset?.dialect ?? .standard, desk.environment.now())
        var connection = OIDCConnection(
            dialect: dialect, issuer: issuer, endpoints: endpoints, clientID: clientID,
            clientAuthentication: preset?.clientAuthentication ?? .clientSecretBasic, scopes: preset?.scopes ?? ["openid", "email", "profile"])
        connection.preset = preset?.name
        settings.setAuthentication(of: &connection)
        connection.isDiscovered = isDiscovered
        connection.knownPrompts = preset?.knownPrompts
        connection.answersByForm = preset?.answersByForm ?? false
        connection.subjectClaim = settings.subjectClaim ?? preset?.subjectClaim ?? "sub"
        connection.assertionAudience = preset?.assertionAudience
        // Whoever registers it now is told where its people come back to.
        if dialect.isOpenID { connection.singleLogout = true }
        var given = settings
        if let preset, !settings.common.mapsNothingElse {
            given.map = ListChange(AttributeMapping.merge(settings.map?.given ?? [], over: preset.map))
        }
        var provider = IdentityProvider(
            poolID: pool.id, name: providerName, kind: .oidc(connection), attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now)
        provider.displayName = displayName
        try given.apply(to: &provider, connection, in: pool, logo: logo, sealer: desk.sealer)
        return provider
    }
}

extension OIDCProviderSettings {
    /// What a new one cannot do without.
    @discardableResult
    func requireNew() throws(AdministrationError) -> (preset: ProviderPreset?, clientID: String, issuer: String) {
        let preset = try knownPreset()
        guard let clientID else {
            throw .invalid(.clientID, "", "is needed: what the provider calls us", example: .give(.clientID, "0oa1b2c3d4"))
        }
        guard clientSecret != nil || clientKey != nil || clientAuthentication != nil else {
            throw .invalid(
                .clientSecret, "", "or \(Field.clientKey) is needed; a public client, which has neither, has \(Field.clientAuthentication) none",
                example: .give(.clientSecret, "client-secret.txt"))
        }
        let issuer = try self.issuer(preset)
        if let tenant, preset?.dialect != .microsoft {
            throw .invalid(.tenant, tenant, "goes with the preset microsoft alone", example: .give(.issuer, "https://id.example.com"))
        }
        return (preset, clientID, issuer)
    }
}

extension OIDCProviderSettings {
    /// nil: the discovery document has them.
    fileprivate func knownEndpoints(_ preset: ProviderPreset?, issuer: String) throws(AdministrationError) -> OIDCConnection.Endpoints? {
        if let known = preset?.endpoints {
            // Users of one server must never stand under the name of another.
            guard self.issuer == nil || (authorizationURL != nil && tokenURL != nil && userInfoURL != nil) else {
                throw .invalid(
                    .issuer, issuer, "is another server than the preset's, whose addresses are needed too",
                    example: .give([.init(.authorizationURL, "URL"), .init(.tokenURL, "URL"), .init(.userInfoURL, "URL")]))
            }
            guard self.issuer != nil || !hasEndpoint else {
                throw .invalid(
                    .issuer, "", "is needed with addresses of another server than the preset's",
                    example: .give(.issuer, "https://github.example.com/login/oauth"))
            }
            return endpoints(over: known)
        }
        if issuer == Microsoft.template { return Microsoft.endpoints(ofTenant: tenant ?? "organizations") }
        guard hasEndpoint || preset?.dialect == .oauth2 else { return nil }
        return endpoints(over: OIDCConnection.Endpoints(authorization: "", token: ""))
    }
}

extension Administration {
    /// Whether a button says that already.
    fileprivate func shows(_ name: String, in pool: UserPool) async throws(AdministrationError) -> Bool {
        let found = try await storing { () async throws(StoreError) in
            try await stores.offers.search(name, in: pool.id, among: nil, limit: SignInChoice.maximumFound)
        }
        return found.contains { ($0.displayName ?? $0.name.text).hasSameBytes(as: name) }
    }
}

package struct UpdateOIDCProvider: AdminAct {
    let name: String
    let pool: String
    let settings: OIDCProviderSettings
    /// Whether what is to change is as it was when that was decided; nil: whatever it is.
    var isAsPlanned: (@Sendable (IdentityProvider) -> Bool)?

    package init(_ name: String, pool: String, settings: OIDCProviderSettings) { (self.name, self.pool, self.settings) = (name, pool, settings) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> Changed<ConfiguredProvider> {
        let pool = try await desk.pool(pool)
        let known = try await desk.provider(name, pool: pool.id.text)
        try Administration.require(.oidc, known)
        if let tenant = settings.tenant {
            throw .invalid(
                .tenant, tenant, "is chosen at creation; a change of tenant changes every user's identity", example: .act(.registerOIDCProvider))
        }
        if let preset = settings.preset {
            throw .invalid(.preset, preset, "is chosen at creation", example: .act(.registerOIDCProvider))
        }
        // Fetched before the change begins: what another admin changes meanwhile must not be written over.
        var fetched: OIDCConnection.Endpoints?
        if let issuer = settings.issuer, let connection = known.oidc, issuer.hasSameBytes(as: connection.issuer), connection.dialect.isOpenID,
            !settings.hasEndpoint
        {
            fetched = try await desk.discover(issuer)
        }
        let (endpoints, now, sealer, logo) = (fetched, desk.environment.now(), desk.sealer, settings.common.readLogo())
        return try await desk.changeProvider(known.settings, logo: logo) { (provider) throws(AdministrationError) in
            guard isAsPlanned?(provider) ?? true else { throw .changedMeanwhile("identity provider '\(provider.name)'") }
            try settings.change(&provider, refreshed: endpoints, in: pool, at: now, logo: logo, sealer: sealer)
        }
    }
}

extension OIDCProviderSettings {
    /// - Parameter endpoints: those that were fetched, if they were.
    func change(
        _ provider: inout IdentityProvider, refreshed endpoints: OIDCConnection.Endpoints?, in pool: UserPool, at now: Date, logo: ReadLogo,
        sealer: Sealer
    ) throws(AdministrationError) {
        guard case .oidc(var connection) = provider.kind else {
            throw .store(.conflict(what: "identity provider \(provider.name)"))
        }
        try requireSameUsers(as: connection)
        if let endpoints { (connection.endpoints, connection.isDiscovered) = (endpoints, true) }
        if hasEndpoint {
            connection.isDiscovered = false
            connection.endpoints = self.endpoints(over: connection.endpoints)
        }
        if let clientID { connection.clientID = clientID }
        setAuthentication(of: &connection)
        provider.updatedAt = now
        try apply(to: &provider, connection, in: pool, logo: logo, sealer: sealer)
    }
}

extension Administration {
    /// The largest discovery document that is read, in bytes.
    private static let discoveryLimit = 1 << 20

    /// The addresses: by hand, by the preset, or from the issuer's discovery document (OpenID Connect Discovery §4).
    fileprivate func endpoints(
        _ settings: OIDCProviderSettings, _ preset: ProviderPreset?, issuer: String
    ) async throws(AdministrationError) -> (OIDCConnection.Endpoints, isDiscovered: Bool) {
        if let known = try settings.knownEndpoints(preset, issuer: issuer) { return (known, false) }
        return (try await discover(issuer), true)
    }

    static func discoveryAddress(of issuer: String) -> String { ProviderMetadata.url(ofIssuer: issuer) }

    func discover(_ issuer: String) async throws(AdministrationError) -> OIDCConnection.Endpoints {
        let url = Self.discoveryAddress(of: issuer)
        let bytes: [UInt8]
        do { bytes = try await environment.documents.fetch(url, limit: Self.discoveryLimit) } catch { throw .fetch(error, url: url) }
        return try Self.endpoints(reading: bytes, issuer: issuer)
    }

    static func endpoints(reading bytes: [UInt8], issuer: String) throws(AdministrationError) -> OIDCConnection.Endpoints {
        let metadata: ProviderMetadata
        do { metadata = try ProviderMetadata(bytes: bytes, issuer: issuer) } catch { throw .discovery(error) }
        guard let authorization = metadata.authorizationEndpoint, let token = metadata.tokenEndpoint else {
            throw .discovery(.providerMetadata("it names no authorization_endpoint or no token_endpoint"))
        }
        return OIDCConnection.Endpoints(
            authorization: authorization, token: token, userInfo: metadata.userInfoEndpoint, keys: metadata.jwksURI,
            endSession: metadata.endSessionEndpoint,
            sendsIssuer: metadata.members["authorization_response_iss_parameter_supported"]?.bool == true)
    }

    /// The key with which the provider verifies our assertions (RFC 7517), where they prove who we are.
    package func publicClientKey(of provider: ConfiguredProvider, _ stage: ClientSecretStage = .current) -> JSONObject? {
        guard let connection = provider.oidc, connection.clientAuthentication == .privateKeyJWT,
            let secret = try? connection.openSecret(stage, of: provider.settings, with: sealer)
        else { return nil }
        return try? ClientKey(pem: secret.revealText(), keyID: connection[stage]?.keyID).publicJWK
    }
}
