package import Gateway

/// Something that an admin gives a value for, by its name in documents (RFC 7591, our JSON); each surface has a name of its own for it.
package enum Field: String, Sendable, Hashable, CaseIterable {
    // pool
    case name
    /// Of something that has a name already.
    case newName = "new_name"
    case region, domain, resource
    case signingAlgorithm = "signing_algorithm"
    /// One beside the pool's own.
    case addedAlgorithm = "signing_algorithms"
    case rotateSAMLKeysEvery = "rotate_saml_keys_every"
    case rotateKeysEvery = "rotate_keys_every"
    case keepAcceptedSignIns = "keep_accepted_signins"
    case displayName = "display_name"
    case logo, accent
    case darkAccent = "dark_accent"
    case privacyURL = "privacy_url"
    case termsURL = "terms_url"
    case supportURL = "support_url"
    case darkLogo = "dark_logo"
    case providerOrder = "provider_order"
    case limitPerAddress = "limit_per_address"
    case limitPerClient = "limit_per_client"
    case limitPerUser = "limit_per_user"
    case registrationMaximum = "registration_maximum"
    case registrationUnusedDays = "registration_unused_days"
    case registrationResource = "registration_resource"
    case clientIDMetadataHost = "client_id_metadata_host"
    // leave to register an app
    case validFor = "valid_for"
    case uses
    case redirectHost = "redirect_host"
    // app client
    case redirectURI = "redirect_uri"
    case logoutURI = "post_logout_redirect_uri"
    case initiateLoginURI = "initiate_login_uri"
    case backchannelLogoutURI = "backchannel_logout_uri"
    case frontchannelLogoutURI = "frontchannel_logout_uri"
    case policyURI = "policy_uri"
    case termsURI = "tos_uri"
    case subjectType = "subject_type"
    case sectorIdentifierURI = "sector_identifier_uri"
    case webOrigin = "web_origin"
    case clientResource = "client_resource"
    case resourceScope = "resource_scope"
    case serves
    case requireGroup = "require_group"
    case forwardHost = "forward_host"
    case authMethod = "auth_method"
    case jwks
    case jwksURL = "jwks_url"
    case offeredProvider = "identity_provider"
    case scope
    case grant = "grant_type"
    case pkce
    case accessTokenLifetime = "access_token_lifetime"
    case idTokenLifetime = "id_token_lifetime"
    case refreshTokenLifetime = "refresh_token_lifetime"
    case refreshGrace = "refresh_grace"
    case refreshTokenIdle = "refresh_token_idle"
    case requireSignedRequestObject = "require_signed_request_object"
    case requestObjectSigningAlg = "request_object_signing_alg"
    case idTokenSignedResponseAlg = "id_token_signed_response_alg"
    case userInfoSignedResponseAlg = "userinfo_signed_response_alg"
    case introspectionSignedResponseAlg = "introspection_signed_response_alg"
    case authorizationSignedResponseAlg = "authorization_signed_response_alg"
    case codeLifetime = "code_lifetime"
    case attributesMaxAge = "max_age_of_attributes"
    case subjectDN = "tls_subject_dn"
    case sanDNS = "tls_san_dns"
    case sanURI = "tls_san_uri"
    case sanIP = "tls_san_ip"
    case sanEmail = "tls_san_email"
    case clientCertificate = "client_certificate"
    case oldValidFor = "old_valid_for"
    // identity provider
    case metadata
    case metadataURL = "metadata_url"
    case entityID = "entity_id"
    case idpInitiatedClient = "idp_initiated_client"
    case followMetadata = "follow_metadata"
    case metadataSigner = "metadata_signer"
    case entityAttribute = "entity_attribute"
    case followDiscovery = "follow_discovery"
    case refreshUpstream = "refresh_upstream"
    case map
    case require = "required_attribute"
    case emailDomain = "email_domain"
    case onGroupOverage = "on_group_overage"
    case requestBinding = "request_binding"
    case responseBinding = "response_binding"
    case nameIDFormat = "name_id_format"
    case authnContext = "authn_context"
    case mapACR = "map_acr"
    case proxyCount = "proxy_count"
    case scopeToIDP = "scope_to_idp"
    case preset, issuer, tenant
    case allowedTenant = "allowed_tenant"
    case authorizationURL = "authorization_endpoint"
    case tokenURL = "token_endpoint"
    case userInfoURL = "userinfo_endpoint"
    case keysURL = "jwks_uri"
    case endSessionURL = "end_session_endpoint"
    case singleLogout = "single_logout"
    case clientID = "client_id"
    case clientAuthentication = "token_endpoint_auth_method"
    case clientSecret = "client_secret"
    case clientKey = "client_key"
    case keyID = "key_id"
    case teamID = "team_id"
    case prompt, parameter, algorithm
    case subjectClaim = "subject_claim"
    case sharedRedirectURI = "shared_redirect_uri"
    // identity of a user
    case subject
    // signing key
    case keyIdentifier = "kid"

    /// Whether it has several values, to which one may be added.
    package var isList: Bool {
        switch self {
        case .redirectURI, .logoutURI, .webOrigin, .clientResource, .resourceScope, .serves, .requireGroup, .forwardHost, .offeredProvider, .scope,
            .grant, .map,
            .require,
            .emailDomain, .allowedTenant,
            .authnContext, .mapACR, .parameter, .algorithm:
            true
        default: false
        }
    }

    /// In plain English, where no surface gives it a name.
    package var plainName: String { rawValue.replacing("_", with: " ") }
}

/// A sentence, or a part of one, that names fields.
package struct Words: Sendable, Hashable, ExpressibleByStringInterpolation {
    package enum Part: Sendable, Hashable { case text(String), field(Field) }
    package let parts: [Part]

    package init(stringLiteral text: String) { parts = [.text(text)] }
    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []
        package init(literalCapacity: Int, interpolationCount: Int) {}
        package mutating func appendLiteral(_ text: String) { if !text.isEmpty { parts.append(.text(text)) } }
        package mutating func appendInterpolation(_ text: some CustomStringConvertible) { parts.append(.text(text.description)) }
        package mutating func appendInterpolation(_ field: Field) { parts.append(.field(field)) }
    }

    /// - Parameter name: what a field is called where this is read.
    package func text(_ name: (Field) -> String = \.plainName) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .field(let field): name(field)
            }
        }.joined()
    }
}

/// What is wrong with one value that an admin gave, or did not give.
package struct Problem: Sendable, Hashable {
    /// What would do. It is safe to follow word for word.
    package enum Example: Sendable, Hashable {
        case give([Given])
        case words(Words)
        /// Any of them would do; the first is the one that takes least away.
        case acts([Remedy])

        package static func act(_ act: Remedy) -> Example { .acts([act]) }
        package static func give(_ field: Field, _ value: String) -> Example { .give([Given(field, value)]) }
    }

    package struct Given: Sendable, Hashable {
        package let field: Field
        package let value: String

        package init(_ field: Field, _ value: String) { (self.field, self.value) = (field, value) }
    }

    package let field: Field
    /// Empty where none was given.
    package let value: String
    /// What follows after the field and its value: "is not a host name".
    package let reason: Words
    package let example: Example
    /// Whether it is about something that is there already: then the example adds to a list, where giving the list would replace it.
    package var isChange = false
    /// Whether it is about a value that was to be taken from a list.
    package var isRemoval = false

    package init(_ field: Field, _ value: String, _ reason: Words, example: Example) {
        (self.field, self.value, self.reason, self.example) = (field, value, reason, example)
    }

    /// One sentence.
    /// - Parameter name: what a field is called where this is read.
    package func text(_ name: (Field) -> String = \.plainName) -> String {
        name(field) + (value.isEmpty ? " " : " '\(value.prefix(200))' ") + reason.text(name) + "."
    }

    /// The example, but for an act.
    /// - Parameter give: how a value is given to a field where this is read.
    package func remedy(_ name: (Field) -> String = \.plainName, give: (Given) -> String = { $0.field.plainName + " " + $0.value }) -> String {
        switch example {
        case .give(let given): "For example: " + given.map(give).joined(separator: " ")
        case .words(let words): "For example: " + words.text(name)
        case .acts: "Do this instead."
        }
    }

    package var acts: [Remedy] { if case .acts(let acts) = example { acts } else { [] } }
}

/// What an admin names that is not there.
package enum Missing: String, Sendable, Hashable, CaseIterable {
    case pool = "user pool"
    case client
    case provider = "identity provider"
    case user
    /// Of one user.
    case identity = "identity of this user"
    case key = "signing key"
    case resource
    case algorithm = "signing algorithm of the pool"
    case workload
    case logout
    case signIn = "record of a sign-in with the reference"
    case registrationToken = "initial access token"
}
