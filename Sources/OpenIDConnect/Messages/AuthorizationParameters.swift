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
    /// How an error answer comes: as the request says, and where that is nothing that we know by the query.
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
        clientID = try Self.clientID(in: parameters)
        redirectURI = try parameters.single("redirect_uri", limit: 2048)
        state = try? parameters.single("state", limit: AuthorizationRequest.maximumStateLength)
        let modes = parameters.all("response_mode")
        responseMode = modes.count == 1 ? modes.first.flatMap { ResponseMode(rawValue: $0) } ?? .query : .query
        self.parameters = parameters
    }

    /// `client_id`, by which alone a signed request says whose it is (RFC 9101 §5).
    package static func clientID(in parameters: Parameters) throws(OAuthError) -> String {
        guard let clientID = try parameters.single("client_id") else {
            throw OAuthError(.invalidRequest, "A parameter is missing.", parameter: "client_id")
        }
        guard clientID.utf8.count <= ClientCredentials.maximumIdentifierLength, clientID.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw OAuthError(.invalidClient, "The client is not known.", parameter: "client_id")
        }
        return clientID
    }

    /// The redirect URI, proven. OpenID Connect Core §3.1.2.1 wants the parameter sent; a plain OAuth client with one URI may leave it out.
    package func redirectURI(of client: some RegisteredClient) throws(OAuthError) -> RegisteredRedirectURI {
        let isOpenID = parameters.all("scope").contains { ProtocolText($0).words.contains("openid") }
        guard redirectURI != nil || !isOpenID else { throw OAuthError(.invalidRequest, "The redirect URI is missing.", parameter: "redirect_uri") }
        return try RegisteredRedirectURI(redirectURI, of: client)
    }
}
