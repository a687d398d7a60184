package import TokenVerifier
internal import WireFormats

/// The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1), valid for a client and a redirect URI that are proven.
package struct AuthorizationRequest: Sendable, Hashable {
    /// `prompt` (OpenID Connect Core §3.1.2.1).
    package enum Prompt: String, Sendable, Hashable, CaseIterable {
        case none, login, consent
        case selectAccount = "select_account"
    }

    package static let maximumStateLength = 4096
    package static let maximumNonceLength = 1024
    package static let maximumACRValues = 20

    package let clientID: String
    package let redirectURI: RegisteredRedirectURI
    /// `redirect_uri` as given; where it was, the token request must give the same (RFC 6749 §4.1.3).
    package let redirectURIAsGiven: String?
    package let responseMode: ResponseMode
    /// What was asked for, or the client's default where nothing was.
    package let scope: Scope
    package let state: String?
    package let nonce: String?
    /// nil where a confidential client sent none, and need not.
    package let codeChallenge: ProofKey.Challenge?
    package let prompt: Set<Prompt>
    /// `max_age` in seconds.
    package var maxAge: Int?
    /// `login_hint`; what the person types on the sign-in page takes its place.
    package var loginHint: String?
    /// `id_token_hint`, not verified yet.
    package let idTokenHint: String?
    package let uiLocales: [String]
    /// `acr_values`, the most wanted first, each once. They are wishes: what nobody knows has no effect (OpenID Connect Core §3.1.2.1).
    package let acrValues: [String]
    /// Whether one of these must be met (§5.5.1.1); else they are wishes.
    package let demandsACR: Bool
    /// `claims` (§5.5).
    package let claims: RequestedClaims?
    /// `identity_provider`: go straight to the provider of this name.
    package let identityProvider: String?
    /// `entityID`: of a federation go straight to this member; named as the Identity Provider Discovery Service Protocol (§2.4.3) names it.
    package let entityID: String?
    /// `idp_identifier`: go straight to the provider of this e-mail domain.
    package let idpIdentifier: String?
    /// `resource` (RFC 8707): the audience of the access token.
    package let resource: String?
    /// `dpop_jkt` (RFC 9449 §10): the key to which the code is to be bound.
    package let boundKey: KeyThumbprint?

    /// Validates the request.
    /// - Parameters:
    ///   - request: what the request says.
    ///   - redirectURI: its redirect URI, proven.
    ///   - policy: what this client may ask for.
    /// - Throws: what the app is told by a redirect.
    package init(
        _ request: AuthorizationParameters, redirectURI: RegisteredRedirectURI, policy: ClientPolicy
    ) throws(OAuthError) {
        // An answer must not go to another app than the one that asks.
        guard redirectURI.clientID.hasSameBytes(as: request.clientID) else {
            throw OAuthError(.invalidRequest, "The redirect URI is another client's.", parameter: "redirect_uri")
        }
        let parameters = request.parameters
        clientID = request.clientID
        self.redirectURI = redirectURI
        redirectURIAsGiven = request.redirectURI
        try Self.refuseRequestObjects(parameters)
        try Self.requireResponseTypeCode(parameters)
        responseMode = try Self.responseMode(parameters)
        state = try parameters.single("state", limit: Self.maximumStateLength)
        nonce = try parameters.single("nonce", limit: Self.maximumNonceLength)
        resource = try policy.resource(try ResourceIndicator.asked(in: parameters))
        scope = try policy.grant(try parameters.single("scope").map { text throws(OAuthError) in try Scope(text) }, for: resource)
        codeChallenge = try ProofKey.Challenge.read(
            try parameters.single("code_challenge"), method: try parameters.single("code_challenge_method"),
            isRequired: policy.requiresProofKey)
        prompt = try Self.prompt(parameters)
        maxAge = try Self.maxAge(parameters)
        loginHint = try parameters.single("login_hint", limit: 1024)
        idTokenHint = try parameters.single("id_token_hint", limit: CompactJWS.maximumLength)
        uiLocales = try Self.words("ui_locales", in: parameters)
        claims = try parameters.single("claims").map { text throws(OAuthError) in try RequestedClaims(text) }
        demandsACR = claims?.demandsACR == true
        let wished = demandsACR ? [] : try Self.acrValues(parameters)
        acrValues = ((claims?.acrValues ?? []) + wished).distinctByBytes
        identityProvider = try parameters.single("identity_provider", limit: 256)
        entityID = try parameters.single("entityID", limit: 1024)
        idpIdentifier = try parameters.single("idp_identifier", limit: 256)
        boundKey = try parameters.boundKey()
    }

    /// OpenID Connect Core §6, §7.2.1: each has an error of its own, and nothing is fetched (THREATS P8, case 112). What a request object says is
    /// read before: here one is only where nothing can be (RFC 9101 §4).
    private static func refuseRequestObjects(_ parameters: Parameters) throws(OAuthError) {
        if parameters.contains("request") {
            throw OAuthError(.requestNotSupported, "There is no request object, or not where one may be.", parameter: "request")
        }
        if parameters.contains("request_uri") { throw OAuthError(.requestURINotSupported, "request_uri is not supported.", parameter: "request_uri") }
        if parameters.contains("registration") {
            throw OAuthError(.registrationNotSupported, "registration is not supported.", parameter: "registration")
        }
    }

    /// THREATS case 101: `code`, and the same answer for everything else.
    private static func requireResponseTypeCode(_ parameters: Parameters) throws(OAuthError) {
        let type = try parameters.single("response_type")
        guard type == "code" else {
            throw OAuthError(.unsupportedResponseType, "The response type must be code.", parameter: "response_type", expected: "code", seen: type)
        }
    }

    private static func responseMode(_ parameters: Parameters) throws(OAuthError) -> ResponseMode {
        guard let text = try parameters.single("response_mode") else { return .query }
        guard let mode = ResponseMode(rawValue: text) else {
            throw OAuthError(
                .invalidRequest, "The response mode is not supported.", parameter: "response_mode",
                expected: ResponseMode.allCases.map(\.rawValue).joined(separator: " "), seen: text)
        }
        return mode
    }

    private static func prompt(_ parameters: Parameters) throws(OAuthError) -> Set<Prompt> {
        guard let text = try parameters.single("prompt") else { return [] }
        var prompt: Set<Prompt> = []
        for word in ProtocolText(text).words {
            guard let value = Prompt(rawValue: word) else {
                throw OAuthError(.invalidRequest, "A value of prompt is not known.", parameter: "prompt", seen: word)
            }
            prompt.insert(value)
        }
        guard !prompt.contains(.none) || prompt.count == 1 else {
            throw OAuthError(.invalidRequest, "prompt=none goes with no other value.", parameter: "prompt")
        }
        return prompt
    }

    private static func maxAge(_ parameters: Parameters) throws(OAuthError) -> Int? {
        guard let text = try parameters.single("max_age") else { return nil }
        guard text.utf8.count <= 10, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let seconds = Int(text) else {
            throw OAuthError(.invalidRequest, "max_age is not a number of seconds.", parameter: "max_age", seen: text)
        }
        return seconds
    }

    private static func acrValues(_ parameters: Parameters) throws(OAuthError) -> [String] {
        let values = try words("acr_values", in: parameters).distinctByBytes
        guard values.count <= maximumACRValues else {
            throw OAuthError(.invalidRequest, "There are more than \(maximumACRValues) values.", parameter: "acr_values")
        }
        return values
    }

    private static func words(_ name: String, in parameters: Parameters) throws(OAuthError) -> [String] {
        try parameters.single(name, limit: 1024).map { ProtocolText($0).words } ?? []
    }
}
