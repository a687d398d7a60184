import Administration
import FoundationEssentials
import OpenIDConnect
import SAML
import TokenVerifier
import UserPools
import WireFormats

extension AppClient {
    /// The names of RFC 7591 §2.
    func document(secret: SecretBytes?) -> JSONObject {
        var object: JSONObject = ["client_id": .string(id.text)]
        object.append("client_secret", ifPresent: secret?.revealText())
        let rest: JSONObject = [
            "client_name": .string(name), "redirect_uris": .array(redirectURIs.map(JSONValue.string)),
            "post_logout_redirect_uris": .array(postLogoutRedirectURIs.map(JSONValue.string)),
            "initiate_login_uri": initiateLoginURI.map(JSONValue.string) ?? .null,
            "third_party": .bool(metadata.isThirdParty ?? false),
            "subject_type": .string(metadata.subjectType?.rawValue ?? "public"),
            "sector_identifier_uri": sectorIdentifierURI.map(JSONValue.string) ?? .null,
            "policy_uri": metadata.shownPolicyURI.map(JSONValue.string) ?? .null,
            "tos_uri": metadata.shownTermsURI.map(JSONValue.string) ?? .null,
            "logo": metadata.logo.map { .string($0.hash) } ?? .null,
            "backchannel_logout_uri": metadata.backchannelLogoutURI.map(JSONValue.string) ?? .null,
            "backchannel_logout_session_required": .bool(metadata.backchannelLogoutSessionRequired ?? false),
            "frontchannel_logout_uri": metadata.frontchannelLogoutURI.map(JSONValue.string) ?? .null,
            "frontchannel_logout_session_required": .bool(metadata.frontchannelLogoutSessionRequired ?? false),
            "grant_types": .array(grantTypes.map(JSONValue.string)), "scope": .string(scopes.joined(separator: " ")),
            "identity_providers": .array(identityProviders.map { .string($0.text) }),
            "web_origins": .array(effectiveWebOrigins.map(JSONValue.string)), "resources": .array(resources.map(JSONValue.string)),
            "serves": .array(serves.map(JSONValue.string)), "required_groups": .array(requiredGroups.map(JSONValue.string)),
            "pkce": .string(pkce.rawValue), "require_pushed_authorization_requests": .bool(requiresPushedRequests),
            "tls_client_certificate_bound_access_tokens": .bool(metadata.certificateBoundTokens ?? false),
            "dpop_bound_access_tokens": .bool(requiresDPoP),
            "token_endpoint_auth_method": .string(authenticationMethod), "jwks": keyDocument, "jwks_uri": keyURL,
            "secrets": .array(secrets.map(\.document)),
            "access_token_lifetime": .integer(lifetimes.accessToken), "id_token_lifetime": .integer(lifetimes.idToken),
            "refresh_token_lifetime": .integer(lifetimes.refreshToken), "refresh_grace": .integer(refreshGrace),
            "refresh_token_idle": metadata.refreshTokenIdle.map(JSONValue.integer) ?? .null,
            "max_age_of_attributes": metadata.attributesMaxAge.map(JSONValue.integer) ?? .null,
            "access_token_format": .string(metadata.accessTokenFormat?.rawValue ?? "jwt"),
            "require_signed_request_object": .bool(metadata.requireSignedRequestObject ?? false),
            "request_object_signing_alg": metadata.requestObjectSigningAlg.map(JSONValue.string) ?? .null,
            "forward_hosts": .array(ForwardedHost.entries(forwardedHosts).map(JSONValue.string)),
            "code_lifetime": .integer(lifetimes.code), "enabled": .bool(enabled),
            "default_max_age": metadata.defaultMaxAge.map(JSONValue.integer) ?? .null,
            "registered_by": .string(metadata.registration?.way.rawValue ?? "admin"),
            "registration": metadata.registration.map { .object($0.document) } ?? .null,
            "may_impersonate": .bool(metadata.mayImpersonate ?? false),
            "resource_scopes": .array((metadata.resourceScopes ?? []).map(JSONValue.string)),
            "created_at": .string(SAMLInstant.format(createdAt)),
        ]
        for member in rest.members { object.append(member.name, member.value) }
        for response in SignedResponse.allCases {
            object.append(response.rawValue + "_signed_response_alg", metadata[response].map(JSONValue.string) ?? .null)
        }
        if let certificates = metadata.certificates {
            object.append(certificates.kind?.rawValue ?? "tls_client_certificates", certificates.value)
        }
        return object
    }

    private var keyDocument: JSONValue {
        guard case .document(let text)? = keys, let document = try? JSONParser.parseObject(Array(text.utf8)) else { return .null }
        return .object(document)
    }

    private var keyURL: JSONValue { if case .url(let url)? = keys { .string(url) } else { .null } }

    /// For people.
    private var kind: String {
        guard isConfidential else { return "public" }
        return "confidential (\(authentication?.rawValue ?? "client_secret_basic or client_secret_post"))"
    }

    func answer(secret: SecretBytes?, at now: Date) -> Answer {
        var fields = FieldList()
        fields.append("client_id", id.text)
        fields.append("client_secret", secret?.revealText())
        fields.append("name", name)
        fields.append("kind", kind)
        switch keys {
        case .url(let url)?: fields.append("keys", url)
        case .document(let text)?: fields.append("keys", (try? JSONWebKeySet(json: text))?.keyIDs ?? [])
        case nil: break
        }
        if let certificates = metadata.certificates { fields.append("certificate", certificates.words) }
        if !secrets.isEmpty {
            fields.append("secrets", liveSecrets(at: now).map(\.text))
        }
        if usesRedirectURIs { fields.append("PKCE", pkce.rawValue) }
        fields.append("redirect URIs", redirectURIs)
        fields.append("web origins", effectiveWebOrigins)
        fields.append("resources", resources)
        if let scopes = metadata.resourceScopes { fields.append("of these alone", scopes) }
        if metadata.mayImpersonate == true { fields.append("exchanged tokens", "may name nobody who acts") }
        if requiresPushedRequests { fields.append("requests", "must be pushed") }
        if metadata.certificateBoundTokens == true { fields.append("tokens", "are bound to its certificate") }
        if requiresDPoP { fields.append("tokens", "must be bound to a key (DPoP)") }
        if metadata.requireSignedRequestObject == true { fields.append("request objects", "must be signed") }
        fields.append("signed requests", metadata.requestObjectSigningAlg.map { "by \($0) alone" })
        fields.append("ID tokens", metadata.idTokenSignedResponseAlg.map { "signed by " + $0 })
        fields.append("userinfo", metadata.userInfoSignedResponseAlg.map { "always signed, by " + $0 })
        fields.append("introspection", metadata.introspectionSignedResponseAlg.map { "signed by \($0), where it asks for that" })
        fields.append("authorization answers", metadata.authorizationSignedResponseAlg.map { "signed by \($0), where it asks for that" })
        if !serves.isEmpty { fields.append("serves", serves) }
        if !requiredGroups.isEmpty { fields.append("required groups", requiredGroups) }
        if !forwardedHosts.isEmpty { fields.append("hosts behind a proxy", ForwardedHost.entries(forwardedHosts)) }
        fields.append("logout URIs", postLogoutRedirectURIs)
        fields.append("begins sign-ins at", initiateLoginURI)
        if metadata.isThirdParty == true { fields.append("whose", "somebody else's: people are asked for their consent") }
        fields.append("subjects", subjectWords)
        fields.append("sector", sectorIdentifierURI.flatMap { sector == nil ? nil : "as \($0) names it" })
        fields.append("privacy", metadata.policyURI)
        fields.append("terms", metadata.termsURI)
        fields.append("logo", metadata.logo.map { "\($0.mediaType), shown where people are asked" })
        fields.append("takes logout tokens at", metadata.backchannelLogoutURI)
        fields.append("is opened at sign-outs", metadata.frontchannelLogoutURI)
        fields.append("identity providers", identityProviders.map(\.text), orIfEmpty: "all of the pool")
        fields.append("scopes", mayAskFor)
        fields.append("grants", grantTypes.joined(separator: " "))
        fields.append(
            "lifetimes", ["access token \(lifetimes.accessToken) s", "ID token \(lifetimes.idToken) s", "refresh token \(lifetimes.refreshToken) s"])
        fields.append("refresh grace", "\(refreshGrace) s")
        fields.append("unused refresh tokens", metadata.refreshTokenIdle.map { "end after \($0) s" })
        fields.append("attributes", metadata.attributesMaxAge.map { "count for \($0) s" })
        fields.append("access tokens", metadata.accessTokenFormat.map { "\($0.rawValue): services ask by introspection" })
        if lifetimes.code != AppClient.Lifetimes().code { fields.append("code lifetime", "\(lifetimes.code) s") }
        fields.append("enabled", enabled ? "yes" : "no")
        if let registration = metadata.registration { fields.append("registered", registration.lines) }
        fields.append("created", SAMLInstant.format(createdAt))
        return Answer(
            document: .object(document(secret: secret)), text: fields.text(),
            notes: secret == nil ? [] : ["keep the client secret now: only its hash is stored, and it is never shown again"])
    }
}

extension SelfRegistration {
    /// What it says of itself, by the names of RFC 7591 §2.
    fileprivate var said: [(name: String, value: String)] {
        [
            ("application_type", applicationType), ("client_uri", clientURI), ("logo_uri", logoURI), ("policy_uri", policyURI),
            ("tos_uri", termsURI), ("contacts", contacts?.joined(separator: " ")), ("software_id", softwareID),
            ("software_version", softwareVersion), ("sector_identifier_uri", sectorIdentifierURI),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    fileprivate var document: JSONObject {
        var object = JSONObject()
        object.append("initial_access_token", ifPresent: initialToken)
        if let redirectHosts { object.append("redirect_hosts", .array(redirectHosts.map(JSONValue.string))) }
        for (name, value) in said { object.append(name, .string(value)) }
        return object
    }

    /// For people: nobody looked at what it says.
    fileprivate var lines: [String] {
        let how =
            switch way {
            case .token: "by itself" + (initialToken.map { ", with the initial access token \($0)" } ?? "")
            case .document: "by itself, by the document at its client_id"
            }
        return [how] + said.map { "\($0.name): \($0.value)" }
    }
}

extension ClientSecret {
    /// Which of them: there is nothing else to name it by.
    var text: String { "made \(SAMLInstant.format(createdAt))" + (expiresAt.map { ", good until \(SAMLInstant.format($0))" } ?? "") }

    fileprivate var document: JSONValue {
        ["created_at": .string(SAMLInstant.format(createdAt)), "expires_at": expiresAt.map { .string(SAMLInstant.format($0)) } ?? .null]
    }
}

extension ClientCertificates {
    /// The name, or the thumbprints.
    fileprivate var value: JSONValue { name.map(JSONValue.string) ?? .array((thumbprints ?? []).map(JSONValue.string)) }

    fileprivate var words: [String] { kind.map { ["\($0.rawValue): \(name ?? "")"] } ?? (thumbprints ?? []) }
}
