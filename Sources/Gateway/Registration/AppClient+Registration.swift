import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

// What a client becomes by what its app says, and what the app is told of that.

extension AppClient {
    /// Scopes that an app may have which nobody looked at: what says something of its people, who are asked.
    private static let scopesOffered = Scope.standard + ["offline_access"]
    private static let usualScopes = ["openid", "profile", "email"]

    /// All that `metadata` says; what they do not say is as usual again.
    mutating func adopt(_ requested: RequestedMetadata, in pool: UserPool) throws(OAuthError) {
        scopes = requested.scope.map { scope in Self.scopesOffered.filter(scope.contains) } ?? Self.usualScopes
        guard !scopes.isEmpty || requested.scope?.names.contains(where: scopesOfResources(in: pool).contains) == true else {
            throw OAuthError(
                .invalidClientMetadata, "scope: None of the scopes is offered here. Leave scope out, or ask for openid.", parameter: "scope")
        }
        redirectURIs = requested.redirectURIs
        name = requested.name ?? redirectURIs.first.flatMap { WebAddress($0)?.host } ?? "App without a name"
        postLogoutRedirectURIs = requested.postLogoutRedirectURIs
        initiateLoginURI = requested.initiateLoginURI
        grantTypes = requested.grantTypes
        switch requested.keys {
        case .document(let text)?: keys = .document(text)
        case .url(let url)?: keys = .url(url)
        case nil: keys = nil
        }
        metadata.defaultMaxAge = requested.defaultMaxAge
        metadata.idTokenSignedResponseAlg = requested.idTokenAlgorithm?.rawValue
        metadata.userInfoSignedResponseAlg = requested.userInfoAlgorithm?.rawValue
        metadata.introspectionSignedResponseAlg = requested.introspectionAlgorithm?.rawValue
        metadata.authorizationSignedResponseAlg = requested.authorizationAlgorithm?.rawValue
        requiresPushedRequests = requested.requiresPushedRequests
        requiresDPoP = requested.requiresDPoP
        metadata.backchannelLogoutURI = requested.backchannelLogoutURI
        metadata.backchannelLogoutSessionRequired = requested.backchannelLogoutSessionRequired ? true : nil
        metadata.frontchannelLogoutURI = requested.frontchannelLogoutURI
        metadata.frontchannelLogoutSessionRequired = requested.frontchannelLogoutSessionRequired ? true : nil
        metadata.registration?.applicationType = requested.applicationType
        metadata.registration?.clientURI = requested.clientURI
        metadata.registration?.logoURI = requested.logoURI
        metadata.registration?.policyURI = requested.policyURI
        metadata.registration?.termsURI = requested.termsURI
        metadata.registration?.contacts = requested.contacts.isEmpty ? nil : requested.contacts
        metadata.registration?.softwareID = requested.softwareID
        metadata.registration?.softwareVersion = requested.softwareVersion
        metadata.registration?.sectorIdentifierURI = requested.sectorIdentifierURI
        metadata.subjectType = requested.isPairwise ? .pairwise : nil
        // What an admin said before was of other redirect URIs.
        metadata.sectorIdentifierURI = nil
        guard !lacksSector else {
            throw OAuthError(
                .invalidClientMetadata,
                "sector_identifier_uri: The redirect URIs are of several hosts, and subject_type is pairwise: say where the sector names them all.",
                parameter: "sector_identifier_uri")
        }
    }

    /// The one way in which it proves who it is; `secret` becomes its own where it needs one and has none.
    /// - Returns: whether it did.
    mutating func takeSecret(_ secret: SecretBytes, by method: ClientAuthenticationMethod, at now: Date) -> Bool {
        authentication = ClientAuthentication(rawValue: method.rawValue)
        switch method {
        case .clientSecretBasic, .clientSecretPost:
            pkce = .optional
            guard liveSecrets(at: now).isEmpty else { return false }
            secrets = [ClientSecret(hash: SecretHash(of: secret.reveal()), createdAt: now)]
            return true
        case .privateKeyJWT, .certificate, .ownCertificate: (secrets, pkce) = ([], .optional)
        // RFC 9700 §2.1.1.
        case .none: (secrets, pkce) = ([], .required)
        }
        return false
    }

    /// Services for which it may ask: its own, and where it registered itself those that the pool has for such.
    func mayAskFor(_ resource: ResourceServer, in pool: UserPool) -> Bool {
        let ofPool = metadata.registration == nil ? [] : pool.settings.registration?.resources ?? []
        return (resources + ofPool).contains { $0.hasSameBytes(as: resource.uri) }
    }

    private func scopesOfResources(in pool: UserPool) -> [String] { pool.resources.filter { mayAskFor($0, in: pool) }.flatMap(\.scopes) }

    /// RFC 7591 §3.2.1, RFC 7592 §3: everything as it is registered.
    func registrationAnswer(secret: SecretBytes?, accessToken: SecretBytes, pool: UserPool, address: PoolAddress) -> JSONObject {
        func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
        var answer: JSONObject = ["client_id": .string(id.text), "client_id_issued_at": .integer(Int(createdAt.timeIntervalSince1970))]
        answer.append("client_secret", ifPresent: secret?.revealText())
        if !secrets.isEmpty { answer.append("client_secret_expires_at", 0) }
        answer.append("registration_client_uri", .string(address.base + DiscoveryDocument.Endpoint.registration.path + "/" + id.text))
        answer.append("registration_access_token", .string(accessToken.revealText()))
        answer.append("client_name", .string(name))
        answer.append("redirect_uris", strings(redirectURIs))
        answer.append("grant_types", strings(grantTypes))
        answer.append("response_types", ["code"])
        answer.append("scope", .string(Scope(names: scopes + scopesOfResources(in: pool)).text))
        answer.append("token_endpoint_auth_method", .string(authentication?.rawValue ?? "none"))
        switch keys {
        case .document(let text)?: answer.append("jwks", (try? JSONParser.parse(Array(text.utf8))) ?? .null)
        case .url(let url)?: answer.append("jwks_uri", .string(url))
        case nil: break
        }
        if !postLogoutRedirectURIs.isEmpty { answer.append("post_logout_redirect_uris", strings(postLogoutRedirectURIs)) }
        answer.append("initiate_login_uri", ifPresent: initiateLoginURI)
        for response in SignedResponse.allCases {
            let usual = response == .idToken ? pool.signingAlgorithm : nil
            answer.append(response.rawValue + "_signed_response_alg", ifPresent: metadata[response] ?? usual)
        }
        if let seconds = metadata.defaultMaxAge { answer.append("default_max_age", .integer(seconds)) }
        for (member, uri) in [
            ("backchannel_logout_", metadata.backchannelLogoutURI), ("frontchannel_logout_", metadata.frontchannelLogoutURI),
        ] { answer.append(member + "uri", ifPresent: uri) }
        for (member, isAsked) in [
            ("backchannel_logout_session_required", metadata.backchannelLogoutSessionRequired ?? false),
            ("frontchannel_logout_session_required", metadata.frontchannelLogoutSessionRequired ?? false),
            ("require_pushed_authorization_requests", requiresPushedRequests), ("dpop_bound_access_tokens", requiresDPoP),
        ] where isAsked { answer.append(member, true) }
        answer.append("subject_type", .string(metadata.subjectType?.rawValue ?? "public"))
        guard let said = metadata.registration else { return answer }
        for (member, value) in [
            ("application_type", said.applicationType), ("client_uri", said.clientURI), ("logo_uri", said.logoURI), ("policy_uri", said.policyURI),
            ("tos_uri", said.termsURI), ("software_id", said.softwareID), ("software_version", said.softwareVersion),
            ("sector_identifier_uri", said.sectorIdentifierURI),
        ] { answer.append(member, ifPresent: value) }
        if let contacts = said.contacts { answer.append("contacts", strings(contacts)) }
        return answer
    }

    /// For the record of what was done.
    var registrationFacts: [AuditEvent.Detail] {
        [
            .init("client_name", name), .init("redirect_uris", redirectURIs.joined(separator: " ")),
            .init("grant_types", grantTypes.joined(separator: " ")), .init("scope", scopes.joined(separator: " ")),
            .init("token_endpoint_auth_method", authentication?.rawValue ?? "none"),
        ]
    }

    /// What became another.
    func registrationChanges(to after: AppClient) -> [AuditEvent.Detail] {
        zip(registrationFacts, after.registrationFacts).filter { $0.value != $1.value }.flatMap { before, after in
            [AuditEvent.Detail(before.name + "_before", before.value), after]
        }
    }
}
