package import TokenVerifier

/// A refusal in the words of OAuth 2.0 and OpenID Connect: a standard code, a fixed sentence, and what can be done about it.
package struct OAuthError: Error, Sendable, Hashable {
    /// RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8707 §2, OpenID Connect Core §3.1.2.6.
    package enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case invalidTarget = "invalid_target"
        case accessDenied = "access_denied"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        case loginRequired = "login_required"
        case interactionRequired = "interaction_required"
        case consentRequired = "consent_required"
        case accountSelectionRequired = "account_selection_required"
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
        /// OpenID Connect Core §3.1.2.6, RFC 9101 §6.
        case invalidRequestURI = "invalid_request_uri"
        case invalidRequestObject = "invalid_request_object"
        /// OpenID Connect Core Unmet Authentication Requirements 1.0.
        case unmetAuthenticationRequirements = "unmet_authentication_requirements"
        /// RFC 9449 §5, §8.
        case invalidDPoPProof = "invalid_dpop_proof"
        case useDPoPNonce = "use_dpop_nonce"
        /// RFC 7591 §3.2.2.
        case invalidRedirectURI = "invalid_redirect_uri"
        case invalidClientMetadata = "invalid_client_metadata"
        case unapprovedSoftwareStatement = "unapproved_software_statement"
        /// RFC 8628 §3.5.
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case expiredToken = "expired_token"
    }

    /// The value of `error`.
    package let error: Code
    /// The value of `error_description`: a fixed sentence, in the characters that RFC 6749 allows, that holds nothing from outside.
    package let description: String
    /// The request parameter that is at fault, where it is one.
    package let parameter: String?
    /// What would have been right, where one value says it. For the log and the command line, never for the browser.
    package let expected: String?
    /// What was there instead, at most 200 bytes. For the log and the command line, never for the browser.
    package let seen: String?
    /// Of an answer that is not a redirect, where a standard has another than that of the code.
    private var status: Int?
    /// After how many seconds it may be tried again, where that is known (RFC 9110 §10.2.3).
    package private(set) var retryAfter: Int?

    /// So much was answered already that no more is for some seconds (RFC 6585 §4).
    package static func tooMany(_ description: String, expected: String? = nil, retryAfter seconds: Int) -> OAuthError {
        var error = OAuthError(.temporarilyUnavailable, description, expected: expected).answered(with: 429)
        error.retryAfter = seconds
        return error
    }

    /// The same with a status of its own.
    package func answered(with status: Int) -> OAuthError {
        var error = self
        error.status = status
        return error
    }

    package init(_ error: Code, _ description: String, parameter: String? = nil, expected: String? = nil, seen: String? = nil) {
        (self.error, self.parameter, self.expected) = (error, parameter, expected)
        self.description = Self.allowed(description)
        self.seen = seen.map { String(decoding: $0.utf8.prefix(200), as: UTF8.self) }
    }

    /// RFC 6749 §5.2: printable ASCII without `"` and `\`. What we write ourselves already is; this makes sure of it.
    private static func allowed(_ text: String) -> String {
        let quote = UInt8(ascii: "\""), backslash = UInt8(ascii: "\\")
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != quote && $0 != backslash }) else {
            return String(decoding: text.utf8.map { (0x20...0x7E).contains($0) && $0 != quote && $0 != backslash ? $0 : 0x3F }, as: UTF8.self)
        }
        return text
    }

    /// A stable name, `oauth.` and the standard's code.
    package var code: String { "oauth." + error.rawValue }

    /// The sentence for the log, with the parameter.
    package var message: String { parameter.map { "\(description) (\($0))" } ?? description }

    /// What whoever runs the app or this server does about it.
    package var remedy: String {
        switch error {
        case .invalidRequest: "Correct the request of the app: one value for each parameter, in the form the standard gives it."
        case .invalidClient: "Check client_id, client_secret and the way they are sent; the app client must exist and be enabled."
        case .invalidGrant: "Let the app start a new sign-in; codes and refresh tokens are for one client, one redirect URI and one use."
        case .unauthorizedClient: "Allow this grant for the app client."
        case .unsupportedGrantType: "Use one of the grants that the discovery document lists."
        case .unsupportedResponseType: "Use response_type=code; tokens are handed out at the token endpoint only."
        case .invalidScope: "Ask only for scopes that the app client has, or add the scope to it."
        case .invalidTarget: "Send one resource, an absolute URI without fragment that the app client may ask for."
        case .accessDenied: "The person or the identity provider declined; look at the log for the reason."
        case .serverError: "Look at the server's log for the reference that the person was shown."
        case .temporarilyUnavailable: "Try again later; look at the server's health if it lasts."
        case .loginRequired: "Send the person through the sign-in without prompt=none."
        case .interactionRequired: "Send the person through the sign-in without prompt=none."
        case .consentRequired: "Send the person through the sign-in without prompt=none."
        case .accountSelectionRequired: "Send the person through the sign-in without prompt=none."
        case .invalidToken: "Let the app get a new access token, for this issuer and audience, and send it in the Authorization header."
        case .insufficientScope: "Let the app ask for the scope that this request needs."
        case .requestNotSupported: "Send the parameters themselves, or register the client's keys: only a signed request object counts."
        case .invalidRequestObject:
            "Look at 'seen': sign the request anew with a registered key of the client, with iss and client_id the client and aud this issuer."
        case .requestURINotSupported: "Send the parameters themselves instead of a request_uri."
        case .invalidRequestURI:
            "Let the app push its request again and send the browser within 90 seconds; a request_uri is for one client and one sign-in."
        case .unmetAuthenticationRequirements:
            "The person was not authenticated in a way that the app asks for: look at the log for the reason, or ask by other acr_values."
        case .invalidDPoPProof:
            "Let the app make a proof by its key for each request; the log says what is wrong with it, and RFC 9449 §4.2 how one is made."
        case .useDPoPNonce: "Nothing: the app repeats the request with the nonce of the answer's header DPoP-Nonce, as its library does by itself."
        case .authorizationPending: "Let the device ask again after its interval, until somebody answers on the page that it names."
        case .slowDown: "Let the device wait five seconds more between any two questions than it did."
        case .expiredToken: "Let the device begin again, and show its new code."
        case .registrationNotSupported: "Register the app client with the command line or the administration interface."
        case .invalidRedirectURI:
            "Correct redirect_uris of the app as the description says, and register it again; the initial access token was not used up."
        case .invalidClientMetadata:
            "Correct what the description names, in the registration of the app or in its metadata document; an initial access token was not used up."
        case .unapprovedSoftwareStatement: "Let the app register itself without software_statement."
        }
    }

    /// The status of an answer that is not a redirect (RFC 6749 §5.2, RFC 6750 §3.1).
    package var httpStatus: Int {
        if let status { return status }
        return switch error {
        case .invalidClient, .invalidToken: 401
        case .accessDenied, .insufficientScope: 403
        case .serverError: 500
        case .temporarilyUnavailable: 503
        case .invalidRequest, .invalidGrant, .unauthorizedClient, .unsupportedGrantType, .unsupportedResponseType, .invalidScope, .invalidTarget,
            .loginRequired, .interactionRequired, .consentRequired, .accountSelectionRequired, .requestNotSupported, .requestURINotSupported,
            .registrationNotSupported, .unmetAuthenticationRequirements, .invalidRequestURI, .invalidRequestObject, .invalidDPoPProof,
            .useDPoPNonce, .invalidRedirectURI, .invalidClientMetadata, .unapprovedSoftwareStatement, .authorizationPending, .slowDown,
            .expiredToken:
            400
        }
    }

    /// The body of an error answer of the token endpoint (RFC 6749 §5.2).
    package var body: JSONObject {
        ["error": .string(error.rawValue), "error_description": .string(description)]
    }
}
