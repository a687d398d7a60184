internal import WireFormats

/// The authorization request before anything is proven (RFC 6749 §4.1.1): which client it says it is, and where it wants the answer.
///
/// An error up to here is shown to the person; nothing is sent to the redirect URI until `redirectURI(of:)` gave one (RFC 6749 §4.1.2.1).
package struct AuthorizationParameters: Sendable {
    /// `client_id`.
    package let clientID: String
    /// `redirect_uri` as given.
    package let redirectURI: String?
    /// `state`, for error answers; nil where it is missing, given twice, or too long to be echoed.
    package let state: String?
    /// Where an error answer goes: `form_post` where the request says so, else the query.
    package let responseMode: ResponseMode
    let parameters: Parameters

    /// Every parameter that means something to us, or is refused; what else a request has is ignored (RFC 6749 §3.1).
    package static let names: Set<String> = [
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
        "prompt", "max_age", "login_hint", "id_token_hint", "ui_locales", "acr_values", "claims", "resource", "dpop_jkt", "request", "request_uri",
        "registration", "identity_provider", "entityID", "idp_identifier",
    ]

    /// - Throws: `invalid_request` or `invalid_client`, to be shown and never redirected.
    package init(_ parameters: Parameters) throws(OAuthError) {
        guard let clientID = try parameters.single("client_id") else {
            throw OAuthError(.invalidRequest, "A parameter is missing.", parameter: "client_id")
        }
        guard clientID.utf8.count <= 128, clientID.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw OAuthError(.invalidClient, "The client is not known.", parameter: "client_id")
        }
        self.clientID = clientID
        redirectURI = try parameters.single("redirect_uri", limit: 2048)
        state = try? parameters.single("state", limit: AuthorizationRequest.maximumStateLength)
        responseMode = parameters.all("response_mode") == [ResponseMode.formPost.rawValue] ? .formPost : .query
        self.parameters = parameters
    }

    /// The redirect URI, proven. OpenID Connect Core §3.1.2.1 wants the parameter sent; a plain OAuth client with one URI may leave it out.
    package func redirectURI(of client: some RegisteredClient) throws(OAuthError) -> RegisteredRedirectURI {
        let isOpenID = parameters.all("scope").contains { ProtocolText($0).words.contains("openid") }
        guard redirectURI != nil || !isOpenID else { throw OAuthError(.invalidRequest, "The redirect URI is missing.", parameter: "redirect_uri") }
        return try RegisteredRedirectURI(redirectURI, of: client)
    }
}

/// `response_mode` (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode).
package enum ResponseMode: String, Sendable, Hashable, CaseIterable {
    case query
    case formPost = "form_post"
}
