internal import Crypto
package import FoundationEssentials
package import TokenVerifier
package import WireFormats

/// What the token endpoint gave for a code (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). Nothing in it is verified yet.
package struct TokenEndpointResponse: Sendable {
    /// Opaque; goes to the provider's own addresses and nowhere else.
    package let accessToken: SecretBytes
    package let idToken: String?
    package let refreshToken: SecretBytes?

    /// A claim of the ID token that nobody has verified: good for picking what to verify with, and for nothing else.
    package func unverifiedClaim(_ name: String) -> String? { idToken.flatMap { TokenVerifier.unverifiedClaim(name, of: $0) } }

    /// All of its claims, for people who look for what is wrong.
    package var unverifiedClaims: [(name: String, value: JSONValue)] {
        idToken.flatMap { TokenVerifier.unverifiedClaims(of: $0) }.map { $0.members.members.map { ($0.name, $0.value) } } ?? []
    }

    /// HMAC-SHA256 of the access token under `secret`.
    package func keyedHash(secret: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: accessToken.reveal(), using: SymmetricKey(data: secret)))
    }

    fileprivate init(_ body: JSONObject, needsIDToken: Bool) throws(RelyingPartyError) {
        guard let access = body["access_token"]?.string, (1...16_384).contains(access.utf8.count),
            access.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .answer(.token, problem: "it has no access_token") }
        // RFC 6749 §5.1: the type is compared without regard to case.
        guard let type = body["token_type"]?.string, ProtocolText(type).matchesIgnoringCase("Bearer") else {
            throw .answer(.token, problem: "token_type is not Bearer")
        }
        accessToken = SecretBytes(access)
        idToken = body["id_token"]?.string
        // What is longer is not kept, and the sign-in goes on without.
        refreshToken = body["refresh_token"]?.string.flatMap { (1...16_384).contains($0.utf8.count) ? SecretBytes($0) : nil }
        if needsIDToken, idToken == nil { throw .noIDToken }
    }
}

extension RelyingParty {
    /// The most that an answer may have, in bytes.
    static let maximumAnswer = 1 << 20

    /// Redeems the code of `answer` (OpenID Connect Core §3.1.3.1), after it is sure that this provider sent it.
    /// - Parameters:
    ///   - assertionID: random text for `jti`, where a key proves who we are.
    ///   - transport: keeps the rules for outgoing requests.
    package func redeem(
        _ answer: AuthorizationCallback, _ transaction: Transaction, assertionID: String, at now: Date, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> TokenEndpointResponse {
        let form: [(name: String, value: String)] = [
            ("grant_type", "authorization_code"), ("code", try answer.code(for: self)), ("redirect_uri", transaction.redirectURI),
            ("code_verifier", transaction.proofKey.codeVerifier),
        ]
        return try await tokens(for: form, assertionID: assertionID, at: now, transport: transport)
    }

    /// Refreshes (OpenID Connect Core §12). A provider that gives another refresh token takes the last one back.
    package func refresh(
        _ token: SecretBytes, assertionID: String, at now: Date, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> TokenEndpointResponse {
        try await tokens(
            for: [("grant_type", "refresh_token"), ("refresh_token", token.revealText())], assertionID: assertionID, at: now, transport: transport)
    }

    private func tokens(
        for form: [(name: String, value: String)], assertionID: String, at now: Date, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> TokenEndpointResponse {
        let response = try await answer(to: form, assertionID: assertionID, at: now, transport: transport)
        // An error comes with status 400 or 401; some providers say it with 200.
        let body = Result { () throws(RelyingPartyError) in try Self.object(response, of: .token) }
        if case .success(let body) = body, let error = body["error"]?.string { throw .tokenRefused(AuthorizationCallback.named(error)) }
        guard response.status == 200 else { throw .answer(.token, status: response.status) }
        return try TokenEndpointResponse(try body.get(), needsIDToken: isOpenID)
    }

    /// What the token endpoint answers to a request in which we prove who we are.
    func answer(
        to form: [(name: String, value: String)], assertionID: String, at now: Date, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> HTTPTransportResponse {
        var form = form
        var headers: [(name: String, value: String)] = [
            ("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded"),
        ]
        try authenticate(&form, &headers, assertionID: assertionID, at: Int(now.timeIntervalSince1970))
        var request = HTTPTransportRequest(method: "POST", url: tokenEndpoint, headers: headers, body: FormCoding.encode(form))
        request.maximumBodySize = Self.maximumAnswer
        return try await Self.send(request, to: .token, transport)
    }

    /// OpenID Connect Core §9, one method in a request.
    private func authenticate(
        _ form: inout [(name: String, value: String)], _ headers: inout [(name: String, value: String)], assertionID: String, at now: Int
    ) throws(RelyingPartyError) {
        switch authentication {
        case .none: form.append(("client_id", clientID))
        case .basic(let secret):
            // Both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
            let pair = PercentCoding.encode(clientID) + ":" + PercentCoding.encode(String(decoding: secret, as: UTF8.self))
            headers.append(("authorization", "Basic " + Base64.encode(Array(pair.utf8))))
        case .post(let secret):
            form += [("client_id", clientID), ("client_secret", String(decoding: secret, as: UTF8.self))]
        case .privateKey(let key):
            form += [
                ("client_id", clientID), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", try signed(key, issuer: clientID, id: assertionID, at: now)),
            ]
        case .signedSecret(let key, let team):
            form += [("client_id", clientID), ("client_secret", try signed(key, issuer: team, id: nil, at: now))]
        }
    }

    private func signed(_ key: ClientKey, issuer: String, id: String?, at now: Int) throws(RelyingPartyError) -> String {
        do { return try key.assertion(issuer: issuer, subject: clientID, audience: assertionAudience, id: id, at: now) } catch { throw .clientKey }
    }

    /// A GET with the access token: userinfo, or a provider's own API.
    package func get(
        _ url: String, _ exchange: TokenEndpointResponse, accept: String = "application/json", for endpoint: RelyingPartyError.Endpoint,
        transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> HTTPTransportResponse {
        try await ask(HTTPTransportRequest(url: url, headers: [("accept", accept)]), exchange, for: endpoint, transport: transport)
    }

    /// Sends a request with the access token.
    package func ask(
        _ request: HTTPTransportRequest, _ exchange: TokenEndpointResponse, for endpoint: RelyingPartyError.Endpoint, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> HTTPTransportResponse {
        var request = request
        request.headers.append(("authorization", "Bearer " + exchange.accessToken.revealText()))
        request.maximumBodySize = Self.maximumAnswer
        let response = try await Self.send(request, to: endpoint, transport)
        guard response.status == 200 else { throw .answer(endpoint, status: response.status) }
        return response
    }

    private static func send(
        _ request: HTTPTransportRequest, to endpoint: RelyingPartyError.Endpoint, _ transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> HTTPTransportResponse {
        let response: HTTPTransportResponse
        do { response = try await transport.send(request) } catch { throw .unreachable(endpoint, error) }
        guard response.body.count <= maximumAnswer else { throw .unreachable(endpoint, .tooLarge) }
        return response
    }

    /// The answer as JSON: by its media type and by its text. `text/javascript` is what Facebook calls it.
    package static func json(
        _ response: HTTPTransportResponse, of endpoint: RelyingPartyError.Endpoint
    ) throws(RelyingPartyError) -> JSONValue {
        let type = ProtocolText(response.header("content-type") ?? "").prefix { $0 != UInt8(ascii: ";") }.trimmed
        guard
            type.lowercased.hasPrefix("application/") && (type.lowercased.hasSuffix("+json") || type.matchesIgnoringCase("application/json"))
                || type.matchesIgnoringCase("text/json") || type.matchesIgnoringCase("text/javascript")
        else {
            throw .answer(endpoint, problem: "it is not JSON by its content type")
        }
        do { return try JSONParser.parse(response.body) } catch { throw .answer(endpoint, problem: "it is not well-formed JSON") }
    }

    package static func object(
        _ response: HTTPTransportResponse, of endpoint: RelyingPartyError.Endpoint
    ) throws(RelyingPartyError) -> JSONObject {
        guard let object = try json(response, of: endpoint).object else { throw .answer(endpoint, problem: "it is no JSON object") }
        return object
    }
}
