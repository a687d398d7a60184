internal import WireFormats

/// Our role towards one upstream provider (OpenID Connect Core §3.1, RFC 6749 §4.1): a client that is registered there.
package struct RelyingParty: Sendable {
    /// How we prove at the token endpoint who we are.
    package enum Authentication: Sendable {
        case none
        /// RFC 6749 §2.3.1, by the header `Authorization`.
        case basic(secret: [UInt8])
        /// RFC 6749 §2.3.1, in the body.
        case post(secret: [UInt8])
        /// RFC 7523 §2.2: a signed assertion in place of a secret.
        case privateKey(ClientKey)
        /// A signed assertion that goes where a secret would (Apple).
        case signedSecret(ClientKey, issuer: String)
    }

    /// `iss` of its answers, byte by byte; where it has none (OAuth 2.0 alone), the name under which its users are known.
    package let issuer: String
    /// What `iss` of its authorization answers may be; nil where it is not known what a provider without OpenID Connect writes there.
    package let answerIssuers: [String]?
    /// `aud` of assertions about ourselves.
    package let assertionAudience: String
    package let clientID: String
    package internal(set) var authentication: Authentication
    package let authorizationEndpoint: String
    package let tokenEndpoint: String
    /// RFC 9207 §3: `authorization_response_iss_parameter_supported`.
    package let sendsIssuer: Bool
    /// Whether the answer of the token endpoint must hold an ID token.
    package let isOpenID: Bool

    package init(
        issuer: String, answerIssuers: [String]?, assertionAudience: String, clientID: String, authentication: Authentication,
        authorizationEndpoint: String, tokenEndpoint: String, sendsIssuer: Bool = false, isOpenID: Bool = true
    ) {
        self.issuer = issuer
        self.answerIssuers = answerIssuers
        self.assertionAudience = assertionAudience
        self.clientID = clientID
        self.authentication = authentication
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.sendsIssuer = sendsIssuer
        self.isOpenID = isOpenID
    }

    /// What belongs to one sign-in.
    package struct Transaction: Sendable {
        /// The key under which the answer is recognised; bound to the browser by whoever keeps it.
        package let state: String
        /// Comes back in the ID token (OpenID Connect Core §3.1.2.1).
        package let nonce: String
        package let proofKey: ProofKey
        package let redirectURI: String

        package init(state: String, nonce: String, proofKey: ProofKey, redirectURI: String) {
            (self.state, self.nonce, self.proofKey, self.redirectURI) = (state, nonce, proofKey, redirectURI)
        }
    }

    /// What the authorization request says beyond what it always says.
    package struct AuthorizationOptions: Sendable {
        package var scopes: [String] = []
        package var prompt: [String] = []
        package var maxAge: Int?
        package var loginHint: String?
        package var acrValues: String?
        package var uiLocales: [String] = []
        package var answersByForm = false
        /// More parameters; what the protocol says itself cannot be said by them.
        package var extra: [(name: String, value: String)] = []

        package init() {}
    }

    /// Parameters that are ours alone to set.
    package static let reservedParameters: Set<String> = [
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "response_mode",
        "request", "request_uri", "client_secret", "client_assertion", "prompt", "max_age", "login_hint", "acr_values", "ui_locales",
    ]

    /// Where the browser is sent (OpenID Connect Core §3.1.2.1): code flow, always with PKCE S256, and with a nonce where there is an ID token.
    package func authorizationURL(for transaction: Transaction, _ options: AuthorizationOptions) -> String {
        var fields: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", transaction.redirectURI),
            ("scope", options.scopes.joined(separator: " ")), ("state", transaction.state),
        ]
        if isOpenID { fields.append(("nonce", transaction.nonce)) }
        fields += [("code_challenge", transaction.proofKey.codeChallenge), ("code_challenge_method", "S256")]
        if options.answersByForm { fields.append(("response_mode", "form_post")) }
        if !options.prompt.isEmpty { fields.append(("prompt", options.prompt.joined(separator: " "))) }
        if let maxAge = options.maxAge { fields.append(("max_age", String(maxAge))) }
        if let hint = options.loginHint { fields.append(("login_hint", hint)) }
        if let values = options.acrValues { fields.append(("acr_values", values)) }
        if !options.uiLocales.isEmpty { fields.append(("ui_locales", options.uiLocales.joined(separator: " "))) }
        fields += options.extra.filter { !Self.reservedParameters.contains($0.name) }
        return FormCoding.append(fields.filter { !$0.value.isEmpty }, to: authorizationEndpoint)
    }
}
