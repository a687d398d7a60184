import Crypto
import Foundation
package import OpenIDConnect
import Synchronization
package import TokenVerifier
import WireFormats

/// An OpenID provider without a network: it answers what a provider's addresses answer, signs with keys of its own, and can be told to misbehave.
///
/// It checks what a provider checks: client authentication, redirect URI, PKCE and that a code is used once.
package final class FakeOpenIDProvider: HTTPTransport {
    private struct Grant { let nonce: String?, challenge: String, redirectURI: String, scope: String, person: Person, maxAge: Int? }

    private struct State {
        var key: TokenSigningKey
        var published: [TokenSigningKey]
        var grants: [String: Grant] = [:]
        /// By the refresh token that counts; a used one is unknown.
        var refreshes: [String: Grant] = [:]
        var callers: [String: Caller] = [:]
        var requests: [HTTPTransportRequest] = []
        var count = 0
        var behaviour = Behaviour()
        var isDown = false
        var now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_795_000_000) }
    }

    package let issuer: String
    package let clientID: String
    package let clientSecret: String
    package let addresses: Addresses
    private let algorithm: SigningAlgorithm
    private let state: Mutex<State>

    package init(
        issuer: String = "https://op.example", clientID: String = "countersign-1", clientSecret: String = "s3cret of: the/client",
        addresses: Addresses? = nil, algorithm: SigningAlgorithm = .ES256
    ) throws {
        (self.issuer, self.clientID, self.clientSecret) = (issuer, clientID, clientSecret)
        (self.addresses, self.algorithm) = (addresses ?? Addresses(below: issuer), algorithm)
        let key = try TokenSigningKey.generate(algorithm)
        state = Mutex(State(key: key, published: [key]))
    }

    package func change(_ body: (inout Behaviour) -> Void) { state.withLock { body(&$0.behaviour) } }
    package var requests: [HTTPTransportRequest] { state.withLock(\.requests) }
    package func count(of path: String) -> Int { requests.count { $0.url.hasPrefix(issuer + path) } }
    /// Tells the time by the test's clock.
    package func follow(_ clock: FixedEnvironment) { state.withLock { $0.now = { clock.now } } }
    package func goDown(_ down: Bool) { state.withLock { $0.isDown = down } }

    /// Signs with another key from now on; the old one stays published or goes.
    package func rotate(keepingOld: Bool = true) throws {
        let key = try TokenSigningKey.generate(algorithm)
        state.withLock {
            $0.published = keepingOld ? $0.published + [key] : [key]
            $0.key = key
        }
    }

    /// A token with the provider's own signature, whatever it says.
    package func sign(_ claims: JSONObject) throws -> String { try state.withLock(\.key).sign(header: "JWT", claims: claims) }

    /// Whether `url` is an address of this provider.
    package func isAt(_ url: String) -> Bool {
        let address = String(url.prefix { $0 != "?" })
        return address.hasPrefix((issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/")
            || [addresses.token, addresses.keys, addresses.userInfo].contains(address)
            || state.withLock { $0.behaviour.api[address] != nil }
    }

    package var discoveryURL: String { ProviderMetadata.url(ofIssuer: issuer) }

    package func discoveryDocument() -> [UInt8] {
        let behaviour = state.withLock(\.behaviour)
        var document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(addresses.authorization), "token_endpoint": .string(addresses.token),
            "jwks_uri": .string(addresses.keys), "authorization_response_iss_parameter_supported": .bool(behaviour.sendsIssuer),
        ]
        document.append("userinfo_endpoint", ifPresent: addresses.userInfo)
        return behaviour.discovery(document).encoded()
    }

    /// What the browser is sent back with after `person` signed in at the address of an authorization request.
    package func authorize(_ url: String, as person: Person = .alice) -> Fields {
        let query = Self.query(url)
        return state.withLock { state in
            let behaviour = state.behaviour
            var answer: Fields = [("state", query["state"] ?? "")]
            if behaviour.sendsIssuer { answer.append(("iss", issuer)) }
            if let error = behaviour.refusal(query) { return [("error", error)] + answer }
            state.count += 1
            // Another provider's code is never the same.
            let code = "code-\(state.count)-" + issuer.filter { $0.isLetter || $0.isNumber }
            state.grants[code] = Grant(
                nonce: query["nonce"], challenge: query["code_challenge"] ?? "", redirectURI: query["redirect_uri"] ?? "",
                scope: query["scope"] ?? "", person: person, maxAge: query["max_age"].flatMap { Int($0) })
            return behaviour.answer([("code", code)] + answer, person)
        }
    }

    package func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let (isDown, behaviour) = state.withLock { state in
            state.requests.append(request)
            return (state.isDown, state.behaviour)
        }
        if isDown { throw .unreachable }
        let address = String(request.url.prefix { $0 != "?" })
        for (path, answer) in behaviour.answers where address.hasSuffix(path) { return try answer.get() }
        if let answer = behaviour.api[address] { return answer(request, caller(of: request)) }
        switch address {
        case addresses.keys:
            return publishedKeys()
        case addresses.token: return token(request, behaviour)
        case addresses.userInfo:
            guard let caller = caller(of: request) else { return HTTPTransportResponse(status: 401) }
            return Self.json(caller.person.userInfo)
        case discoveryURL:
            return HTTPTransportResponse(status: 200, headers: [("content-type", "application/json")], body: discoveryDocument())
        default:
            if address.hasPrefix(issuer) { return HTTPTransportResponse(status: 404) }
            throw .unreachable
        }
    }

    package func publishedKeys() -> HTTPTransportResponse { Self.json(PublishedKeySet(state.withLock(\.published).map(\.publicJWK)).body) }

    /// Whose access token the request carries.
    private func caller(of request: HTTPTransportRequest) -> Caller? {
        guard let header = request.header("authorization"), header.hasPrefix("Bearer ") else { return nil }
        return state.withLock { $0.callers[String(header.dropFirst("Bearer ".count))] }
    }

    private func token(_ request: HTTPTransportRequest, _ behaviour: Behaviour) -> HTTPTransportResponse {
        func refused(_ error: String, _ status: Int = 400) -> HTTPTransportResponse {
            Self.json(["error": .string(error), "error_description": "Not so."], status: behaviour.errorStatus ?? status)
        }
        let form = request.form
        guard isAuthentic(request, form, behaviour.clientAuthentication), behaviour.accepts(request, form) else {
            return refused("invalid_client", 401)
        }
        if form["grant_type"] == "refresh_token" { return refreshed(form, behaviour) }
        let code = form["code"] ?? ""
        let found = state.withLock { behaviour.takesCodesAgain ? $0.grants[code] : $0.grants.removeValue(forKey: code) }
        guard let grant = found, grant.redirectURI == form["redirect_uri"], ProofKeyCheck.matches(form["code_verifier"] ?? "", grant.challenge)
        else { return refused("invalid_grant") }
        let access = behaviour.accessTokenPrefix + code
        let key = state.withLock { state in
            let scopes = Set(grant.scope.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init))
            state.callers[access] = Caller(person: grant.person, scopes: scopes, accessToken: access)
            return state.key
        }
        var answer: JSONObject = ["access_token": .string(access), "token_type": "Bearer", "expires_in": 300]
        if behaviour.givesRefreshTokens, grant.scope.contains("offline_access") {
            state.withLock { $0.refreshes["refresh-1-" + code] = grant }
            answer.append("refresh_token", .string("refresh-1-" + code))
        }
        if behaviour.isOpenID, let signed = try? key.sign(header: "JWT", claims: behaviour.claims(claims(grant, access))) {
            answer.append("id_token", ifPresent: behaviour.idToken(signed))
        }
        return Self.json(behaviour.tokenAnswer(answer))
    }

    private func refreshed(_ form: [String: String], _ behaviour: Behaviour) -> HTTPTransportResponse {
        let next = (form["refresh_token"] ?? "") + "+"
        let found = state.withLock { state -> Grant? in
            guard let grant = state.refreshes.removeValue(forKey: form["refresh_token"] ?? "") else { return nil }
            state.refreshes[next] = grant
            return grant
        }
        guard let grant = found else { return Self.json(["error": "invalid_grant"], status: 400) }
        let person = behaviour.personNow ?? grant.person
        let now = Grant(
            nonce: nil, challenge: grant.challenge, redirectURI: grant.redirectURI, scope: grant.scope, person: person, maxAge: nil)
        let access = "again-" + next
        let key = state.withLock { state in
            state.callers[access] = Caller(person: person, scopes: [], accessToken: access)
            return state.key
        }
        var answer: JSONObject = ["access_token": .string(access), "token_type": "Bearer", "refresh_token": .string(next)]
        if let signed = try? key.sign(header: "JWT", claims: behaviour.claims(claims(now, access))) { answer.append("id_token", .string(signed)) }
        return Self.json(behaviour.tokenAnswer(answer))
    }

    /// Ends what it gave: no refresh token of it counts any more.
    package func endRefreshes() { state.withLock { $0.refreshes = [:] } }

    private func claims(_ grant: Grant, _ access: String) -> JSONObject {
        let time = Int(state.withLock(\.now)().timeIntervalSince1970)
        var claims: JSONObject = ["iss": .string(issuer), "aud": .string(clientID), "iat": .integer(time), "exp": .integer(time + 300)]
        for member in grant.person.idToken.members { claims.append(member.name, member.value) }
        claims.append("nonce", ifPresent: grant.nonce)
        if grant.maxAge != nil { claims.append("auth_time", .integer(time)) }
        claims.append("at_hash", .string(TokenHash.leftHalf(of: access, algorithm: TokenAlgorithm(rawValue: algorithm.rawValue) ?? .ES256)))
        return claims
    }

    private func isAuthentic(_ request: HTTPTransportRequest, _ form: [String: String], _ method: ClientAuthentication) -> Bool {
        let header = request.header("authorization")
        switch method {
        case .other: return true
        case .none: return form["client_id"] == clientID && form["client_secret"] == nil && header == nil
        case .post: return form["client_id"] == clientID && form["client_secret"] == clientSecret && header == nil
        case .basic:
            let pair = PercentCoding.encode(clientID) + ":" + PercentCoding.encode(clientSecret)
            return header == "Basic " + Data(pair.utf8).base64EncodedString() && form["client_secret"] == nil
        case .privateKeyJWT:
            return form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" && form["client_assertion"] != nil
                && form["client_secret"] == nil && header == nil
        }
    }
}

private enum ProofKeyCheck {
    static func matches(_ verifier: String, _ challenge: String) -> Bool {
        verifier.utf8.count >= 43 && Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) == challenge
    }
}
