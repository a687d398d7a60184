internal import TokenVerifier
package import WireFormats

/// What we say about ourselves (OpenID Connect Discovery §3, RFC 8414 §2).
package struct DiscoveryDocument: Sendable {
    /// The endpoints of a pool, each with its path behind the base.
    package enum Endpoint: Sendable, Hashable, CaseIterable {
        case authorization, token, userInfo, keys, revocation, introspection, pushedRequests, deviceAuthorization, registration, endSession

        package var path: String {
            switch self {
            case .authorization: "/oauth2/authorize"
            case .token: "/oauth2/token"
            case .userInfo: "/oauth2/userInfo"
            case .keys: "/.well-known/jwks.json"
            case .revocation: "/oauth2/revoke"
            case .introspection: "/oauth2/introspect"
            case .pushedRequests: "/oauth2/par"
            case .registration: "/oauth2/register"
            case .deviceAuthorization: "/oauth2/device_authorization"
            case .endSession: "/logout"
            }
        }

        /// Whether a client may have to show a certificate there; no browser ever is asked for one.
        package var isCalledByClients: Bool {
            switch self {
            case .token, .userInfo, .revocation, .introspection, .pushedRequests, .deviceAuthorization: true
            case .authorization, .keys, .registration, .endSession: false
            }
        }

        fileprivate var member: String {
            switch self {
            case .authorization: "authorization_endpoint"
            case .token: "token_endpoint"
            case .userInfo: "userinfo_endpoint"
            case .keys: "jwks_uri"
            case .revocation: "revocation_endpoint"
            case .introspection: "introspection_endpoint"
            case .pushedRequests: "pushed_authorization_request_endpoint"
            case .registration: "registration_endpoint"
            case .deviceAuthorization: "device_authorization_endpoint"
            case .endSession: "end_session_endpoint"
            }
        }
    }

    /// The document in the order of its members.
    package let body: JSONObject

    /// - Parameters:
    ///   - issuer: the issuer, as it stands in tokens.
    ///   - base: the URL before the endpoints' paths, without a slash at its end.
    ///   - endpoints: the endpoints that this server answers.
    ///   - algorithms: what ID tokens may be signed with.
    ///   - scopes: the scopes that can be asked for.
    ///   - claims: the claims beside the protocol's own that tokens may hold.
    ///   - grantTypes: the grants of the token endpoint.
    ///   - takesCertificates: whether we learn of the certificates of clients (RFC 8705).
    ///   - acrValues: what `acr_values` may ask for with some effect.
    ///   - certificateBase: like `base`, where clients show certificates (RFC 8705 §5); nil where that is no other address.
    ///   - takesClientDocuments: whether a `client_id` may be the address of the client's metadata.
    package init(
        issuer: String, base: String, endpoints: [Endpoint] = Endpoint.allCases, algorithms: [SigningAlgorithm], scopes: [String],
        claims: [String], grantTypes: [String], acrValues: [String] = [], takesCertificates: Bool = false, certificateBase: String? = nil,
        takesClientDocuments: Bool = false
    ) {
        func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
        let offered = ClientAuthenticationMethod.allCases.filter { takesCertificates || !$0.isByCertificate }
        let methods = strings(offered.map(\.rawValue))
        var body: JSONObject = ["issuer": .string(issuer)]
        for endpoint in endpoints { body.append(endpoint.member, .string(base + endpoint.path)) }
        body.append("scopes_supported", strings(scopes))
        body.append("response_types_supported", ["code"])
        body.append("response_modes_supported", strings(ResponseMode.allCases.map(\.rawValue)))
        body.append("grant_types_supported", strings(grantTypes))
        if !acrValues.isEmpty { body.append("acr_values_supported", strings(acrValues)) }
        body.append("subject_types_supported", ["public", "pairwise"])
        body.append("id_token_signing_alg_values_supported", strings(algorithms.map(\.rawValue)))
        body.append("userinfo_signing_alg_values_supported", strings(algorithms.map(\.rawValue)))
        // RFC 9701 §7.
        if endpoints.contains(.introspection) { body.append("introspection_signing_alg_values_supported", strings(algorithms.map(\.rawValue))) }
        body.append("token_endpoint_auth_methods_supported", methods)
        let confidential = strings(offered.filter { $0 != .none }.map(\.rawValue))
        let clientAlgorithms = strings(TokenAlgorithm.recommended.map(\.rawValue).sorted())
        body.append("token_endpoint_auth_signing_alg_values_supported", clientAlgorithms)
        if endpoints.contains(.revocation) {
            body.append("revocation_endpoint_auth_methods_supported", methods)
            body.append("revocation_endpoint_auth_signing_alg_values_supported", clientAlgorithms)
        }
        if endpoints.contains(.introspection) {
            body.append("introspection_endpoint_auth_methods_supported", confidential)
            body.append("introspection_endpoint_auth_signing_alg_values_supported", clientAlgorithms)
        }
        body.append("claims_supported", strings(Self.protocolClaims + claims.filter { !Self.protocolClaims.contains($0) }))
        body.append("claim_types_supported", ["normal"])
        body.append("code_challenge_methods_supported", ["S256"])
        body.append("prompt_values_supported", strings(AuthorizationRequest.Prompt.allCases.map(\.rawValue)))
        body.append("authorization_response_iss_parameter_supported", true)
        body.append("claims_parameter_supported", true)
        body.append("request_parameter_supported", true)
        body.append("request_object_signing_alg_values_supported", clientAlgorithms)
        // RFC 9101 §10.5: of all clients; some are registered so.
        body.append("require_signed_request_object", false)
        // JARM §4.
        body.append("authorization_signing_alg_values_supported", strings(algorithms.map(\.rawValue)))
        // The default of this one is true (OpenID Connect Discovery §3).
        body.append("request_uri_parameter_supported", false)
        // RFC 8705 §3.3.
        if takesCertificates { body.append("tls_client_certificate_bound_access_tokens", true) }
        if let certificateBase {
            var aliases = JSONObject()
            for endpoint in endpoints where endpoint.isCalledByClients { aliases.append(endpoint.member, .string(certificateBase + endpoint.path)) }
            body.append("mtls_endpoint_aliases", .object(aliases))
        }
        // RFC 9449 §5.1.
        body.append("dpop_signing_alg_values_supported", clientAlgorithms)
        // Front-Channel Logout §3, Back-Channel Logout §2.1.
        for channel in ["frontchannel", "backchannel"] where endpoints.contains(.endSession) {
            body.append(channel + "_logout_supported", true)
            body.append(channel + "_logout_session_supported", true)
        }
        if endpoints.contains(.pushedRequests) { body.append("require_pushed_authorization_requests", false) }
        if takesClientDocuments { body.append("client_id_metadata_document_supported", true) }
        self.body = body
    }

    private static let protocolClaims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "at_hash", "sid", "jti", "token_use"]

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] { JSONWriter.encode(body) }
}
