internal import TokenVerifier
package import WireFormats

/// Client metadata, as an app sends them or publishes them (RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2).
///
/// Read strictly: what counts here is right or refused by name; what is not known, or is another language of a text, is left aside. Of lists that
/// say what the app can do, what is not done here is left out; the answer says what was registered.
package struct RequestedMetadata: Sendable, Hashable {
    /// The app's public keys.
    package enum Keys: Sendable, Hashable {
        case document(String)
        case url(String)
    }

    package let redirectURIs: [String]
    package let grantTypes: [String]
    package let authentication: ClientAuthenticationMethod
    package let keys: Keys?
    /// nil: whatever is usual.
    package let scope: Scope?
    package let name: String?
    package let postLogoutRedirectURIs: [String]
    package let initiateLoginURI: String?
    package let applicationType: String?
    package let clientURI: String?
    package let logoURI: String?
    package let policyURI: String?
    package let termsURI: String?
    package let contacts: [String]
    package let softwareID: String?
    package let softwareVersion: String?
    package let idTokenAlgorithm: SigningAlgorithm?
    /// nil: not signed, unless a request asks for that.
    package let userInfoAlgorithm: SigningAlgorithm?
    /// RFC 9701 §6, JARM §3.
    package let introspectionAlgorithm: SigningAlgorithm?
    package let authorizationAlgorithm: SigningAlgorithm?
    package let defaultMaxAge: Int?
    /// RFC 9126 §6, RFC 9449 §5.2.
    package let requiresPushedRequests: Bool
    package let requiresDPoP: Bool
    /// OpenID Connect Back-Channel Logout §2.2, Front-Channel Logout §2.
    package let backchannelLogoutURI: String?
    package let backchannelLogoutSessionRequired: Bool
    package let frontchannelLogoutURI: String?
    package let frontchannelLogoutSessionRequired: Bool
    /// Whether people have other names at it than at apps of others (OpenID Connect Core §8).
    package let isPairwise: Bool
    /// In whose document, which somebody has yet to read, the redirect URIs must be named (§8.1).
    package let sectorIdentifierURI: String?

    /// What a client may become that nobody looked at.
    package struct Offer: Sendable {
        /// By which the pool signs.
        package let algorithms: [SigningAlgorithm]
        /// Hosts to which redirect URIs may lead; nil: any.
        package let redirectHosts: [String]?
        /// Whether it may have a secret: not where its metadata are for everybody to read.
        package let allowsSecrets: Bool
        /// Whether somebody reads the document of its sector; else it has that of its redirect URIs alone.
        package let readsSectors: Bool

        package init(algorithms: [SigningAlgorithm], redirectHosts: [String]?, allowsSecrets: Bool, readsSectors: Bool = true) {
            (self.algorithms, self.redirectHosts) = (algorithms, redirectHosts)
            (self.allowsSecrets, self.readsSectors) = (allowsSecrets, readsSectors)
        }
    }

    /// Who registers itself acts for people, and for nobody else: it asks for itself (RFC 6749 §4.4) only where an admin says so.
    package static let grantTypesOffered = ["authorization_code", "refresh_token"]
    package static let maximumRedirectURIs = 20

    /// - Throws: `invalid_redirect_uri`, `invalid_client_metadata` or `unapproved_software_statement`, with what to do about it.
    package init(_ object: JSONObject, offer: Offer) throws(OAuthError) {
        let members = MetadataMembers(object)
        guard object["software_statement"] == nil else {
            throw OAuthError(
                .unapprovedSoftwareStatement, "Software statements are not taken here: send the metadata without one.",
                parameter: "software_statement")
        }
        redirectURIs = try members.redirectURIs(offer.redirectHosts)
        grantTypes = try Self.grantTypes(members)
        authentication = try Self.authentication(members, allowsSecrets: offer.allowsSecrets)
        keys = try members.keys()
        guard authentication != .privateKeyJWT || keys != nil else {
            throw members.refused("jwks", "private_key_jwt needs the public keys of the app: send jwks or jwks_uri.")
        }
        scope = try members.scope()
        name = try members.text("client_name", maximum: 128)
        postLogoutRedirectURIs = try members.addresses("post_logout_redirect_uris")
        initiateLoginURI = try members.webAddress("initiate_login_uri")
        if let hosts = offer.redirectHosts {
            let named = [("post_logout_redirect_uris", postLogoutRedirectURIs), ("initiate_login_uri", [initiateLoginURI].compactMap(\.self))]
            for (member, uris) in named {
                for uri in uris where !hosts.contains(where: { WebAddress(uri)?.host.hasSameBytes(as: $0) == true }) {
                    throw members.refused(member, "Its host is none of those that this initial access token is for.")
                }
            }
        }
        applicationType = try members.choice("application_type", ["web", "native"])
        clientURI = try members.webAddress("client_uri")
        logoURI = try members.webAddress("logo_uri")
        policyURI = try members.webAddress("policy_uri")
        termsURI = try members.webAddress("tos_uri")
        contacts = try members.texts("contacts", maximum: 10)
        softwareID = try members.text("software_id", maximum: 256)
        softwareVersion = try members.text("software_version", maximum: 256)
        idTokenAlgorithm = try members.algorithm("id_token_signed_response_alg", offer.algorithms)
        userInfoAlgorithm = try members.algorithm("userinfo_signed_response_alg", offer.algorithms, mayBeNone: true)
        introspectionAlgorithm = try members.algorithm("introspection_signed_response_alg", offer.algorithms)
        authorizationAlgorithm = try members.algorithm("authorization_signed_response_alg", offer.algorithms)
        defaultMaxAge = try members.seconds("default_max_age")
        requiresPushedRequests = try members.flag("require_pushed_authorization_requests")
        requiresDPoP = try members.flag("dpop_bound_access_tokens")
        backchannelLogoutSessionRequired = try members.flag("backchannel_logout_session_required")
        frontchannelLogoutURI = try members.webAddress("frontchannel_logout_uri", ofOrigins: redirectURIs)
        frontchannelLogoutSessionRequired = try members.flag("frontchannel_logout_session_required")
        isPairwise = try members.choice("subject_type", ["public", "pairwise"]) == "pairwise"
        // Logout tokens have the names of its sector.
        backchannelLogoutURI =
            isPairwise
            ? try members.webAddress("backchannel_logout_uri", ofOrigins: redirectURIs) : try members.webAddress("backchannel_logout_uri")
        let sector = try members.webAddress("sector_identifier_uri")
        guard offer.readsSectors || !isPairwise || sector == nil else {
            throw members.refused("sector_identifier_uri", "It is not read here: leave it out, and have redirect URIs of one host.")
        }
        sectorIdentifierURI = offer.readsSectors ? sector : nil
    }

    /// RFC 7591 §2.1: the code grant goes with the response type `code`.
    private static func grantTypes(_ members: MetadataMembers) throws(OAuthError) -> [String] {
        let asked = try members.texts("grant_types", maximum: 20, ifAbsent: ["authorization_code"])
        let responses = try members.texts("response_types", maximum: 20, ifAbsent: ["code"])
        guard responses.contains("code") else {
            throw members.refused("response_types", "The one response type here is code: send it, or leave response_types out.")
        }
        guard asked.contains("authorization_code") else {
            throw members.refused(
                "grant_types", "An app that registers itself needs the grant authorization_code, beside which it may have refresh_token.")
        }
        return grantTypesOffered.filter(asked.contains)
    }

    private static func authentication(_ members: MetadataMembers, allowsSecrets: Bool) throws(OAuthError) -> ClientAuthenticationMethod {
        // Which certificate is an app's own an admin says.
        let methods = ClientAuthenticationMethod.allCases.filter {
            !$0.isByCertificate && (allowsSecrets || $0 == .none || $0 == .privateKeyJWT)
        }
        let text = try members.choice("token_endpoint_auth_method", methods.map(\.rawValue))
        return text.flatMap { ClientAuthenticationMethod(rawValue: $0) } ?? (allowsSecrets ? .clientSecretBasic : .none)
    }
}
