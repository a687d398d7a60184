import Crypto
package import Foundation
import OpenIDConnect
import Synchronization
package import TokenVerifier

/// An OpenID provider without a network: it answers what a provider's addresses answer, signs with keys of its own, and can be told to misbehave.
///
/// It checks what a provider checks: client authentication, redirect URI, PKCE and that a code is used once.
package final class FakeOpenIDProvider: HTTPTransport {
    package enum ClientAuthentication: Sendable { case none, basic, post, privateKeyJWT }

    /// What the person who signs in is to the provider; claims of the ID token and of userinfo.
    package struct Person: Sendable {
        package var idToken: JSONObject
        package var userInfo: JSONObject

        package init(idToken: JSONObject = ["sub": "alice-7"], userInfo: JSONObject = ["sub": "alice-7"]) {
            (self.idToken, self.userInfo) = (idToken, userInfo)
        }

        package static let alice = Person(
            idToken: [
                "sub": "alice-7", "email": "alice@example.com", "email_verified": true, "name": "Alice Müller", "groups": ["staff", "admins"],
            ])
    }

    /// What a test wants otherwise. Each closure sees what would be sent and changes it.
    package struct Behaviour: Sendable {
        package var clientAuthentication = ClientAuthentication.basic
        package var claims: @Sendable (JSONObject) -> JSONObject = { $0 }
        /// The ID token as it is sent.
        package var idToken: @Sendable (String) -> String? = { $0 }
        package var tokenAnswer: @Sendable (JSONObject) -> JSONObject = { $0 }
        /// An answer in place of the usual one, by the path that is asked for.
        package var answers: [String: @Sendable (HTTPTransportRequest) throws(HTTPTransportError) -> HTTPTransportResponse] = [:]
        package var discovery: @Sendable (JSONObject) -> JSONObject = { $0 }
        package var sendsIssuer = false
        package init() {}
    }

    private struct Grant { let nonce: String?, challenge: String, redirectURI: String, person: Person, maxAge: Int? }

    private struct State {
        var key: TokenSigningKey
        var published: [TokenSigningKey]
        var grants: [String: Grant] = [:]
        var people: [String: Person] = [:]
        var requests: [HTTPTransportRequest] = []
        var count = 0
        var behaviour = Behaviour()
        var isDown = false
    }

    package let issuer: String
    package let clientID: String
    package let clientSecret: String
    private let now: @Sendable () -> Date
    private let state: Mutex<State>

    package init(
        issuer: String = "https://op.example", clientID: String = "countersign-1", clientSecret: String = "s3cret of: the/client",
        now: @escaping @Sendable () -> Date = { Date(timeIntervalSince1970: 1_795_000_000) }
    ) throws {
        (self.issuer, self.clientID, self.clientSecret, self.now) = (issuer, clientID, clientSecret, now)
        let key = try TokenSigningKey.generate(.ES256)
        state = Mutex(State(key: key, published: [key]))
    }

    package func change(_ body: (inout Behaviour) -> Void) { state.withLock { body(&$0.behaviour) } }
    package var requests: [HTTPTransportRequest] { state.withLock(\.requests) }
    package func count(of path: String) -> Int { requests.count { $0.url.hasPrefix(issuer + path) } }
    package func goDown(_ down: Bool) { state.withLock { $0.isDown = down } }

    /// Signs with another key from now on; the old one stays published or goes.
    package func rotate(keepingOld: Bool = true) throws {
        let key = try TokenSigningKey.generate(.ES256)
        state.withLock {
            $0.published = keepingOld ? $0.published + [key] : [key]
            $0.key = key
        }
    }

    package var discoveryURL: String { ProviderMetadata.url(ofIssuer: issuer) }

    package func discoveryDocument() -> [UInt8] {
        let behaviour = state.withLock(\.behaviour)
        let document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize"), "token_endpoint": .string(issuer + "/token"),
            "userinfo_endpoint": .string(issuer + "/userinfo"), "jwks_uri": .string(issuer + "/keys"),
            "authorization_response_iss_parameter_supported": .bool(behaviour.sendsIssuer),
        ]
        return behaviour.discovery(document).encoded()
    }

    /// What the browser is sent back with after `person` signed in at the address of an authorization request.
    package func authorize(_ url: String, as person: Person = .alice) -> [(name: String, value: String)] {
        let query = Self.pairs(String(url.split(separator: "?", maxSplits: 1).last ?? ""))
        return state.withLock { state in
            state.count += 1
            let code = "code-\(state.count)"
            state.grants[code] = Grant(
                nonce: query["nonce"], challenge: query["code_challenge"] ?? "", redirectURI: query["redirect_uri"] ?? "", person: person,
                maxAge: query["max_age"].flatMap { Int($0) })
            var answer = [(name: "code", value: code), (name: "state", value: query["state"] ?? "")]
            if state.behaviour.sendsIssuer { answer.append(("iss", issuer)) }
            return answer
        }
    }

    package func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let (isDown, behaviour) = state.withLock { state in
            state.requests.append(request)
            return (state.isDown, state.behaviour)
        }
        guard !isDown, request.url.hasPrefix(issuer) || behaviour.answers.keys.contains(where: { request.url.contains($0) }) else {
            throw .unreachable
        }
        let address = request.url.prefix { $0 != "?" }
        for (path, answer) in behaviour.answers where address.hasSuffix(path) { return try answer(request) }
        switch address.dropFirst(issuer.count) {
        case "/keys":
            return Self.json(PublishedKeySet(state.withLock(\.published).map(\.publicJWK)).body)
        case "/token": return token(request, behaviour)
        case "/userinfo":
            let token = request.headers.first { $0.name == "authorization" }?.value.dropFirst("Bearer ".count) ?? ""
            guard let person = state.withLock({ $0.people[String(token)] }) else { return HTTPTransportResponse(status: 401) }
            return Self.json(person.userInfo)
        case "/.well-known/openid-configuration":
            return HTTPTransportResponse(status: 200, headers: [("content-type", "application/json")], body: discoveryDocument())
        default: return HTTPTransportResponse(status: 404)
        }
    }

    private func token(_ request: HTTPTransportRequest, _ behaviour: Behaviour) -> HTTPTransportResponse {
        func refused(_ error: String, _ status: Int = 400) -> HTTPTransportResponse { Self.json(["error": .string(error)], status: status) }
        let form = Self.pairs(String(decoding: request.body, as: UTF8.self))
        guard isAuthentic(request, form, behaviour.clientAuthentication) else { return refused("invalid_client", 401) }
        let code = form["code"] ?? ""
        guard let grant = state.withLock({ $0.grants.removeValue(forKey: code) }), grant.redirectURI == form["redirect_uri"],
            ProofKeyCheck.matches(form["code_verifier"] ?? "", grant.challenge)
        else { return refused("invalid_grant") }
        let access = "access-" + code
        let time = Int(now().timeIntervalSince1970)
        var claims: JSONObject = ["iss": .string(issuer), "aud": .string(clientID), "iat": .integer(time), "exp": .integer(time + 300)]
        for member in grant.person.idToken.members { claims.append(member.name, member.value) }
        claims.append("nonce", ifPresent: grant.nonce)
        if grant.maxAge != nil { claims.append("auth_time", .integer(time)) }
        let key = state.withLock { state in
            state.people[access] = grant.person
            return state.key
        }
        claims.append("at_hash", .string(TokenHash.leftHalf(of: access, algorithm: .ES256)))
        var answer: JSONObject = ["access_token": .string(access), "token_type": "Bearer", "expires_in": 300]
        if let signed = try? key.sign(header: "JWT", claims: behaviour.claims(claims)) {
            answer.append("id_token", ifPresent: behaviour.idToken(signed))
        }
        return Self.json(behaviour.tokenAnswer(answer))
    }

    private func isAuthentic(_ request: HTTPTransportRequest, _ form: [String: String], _ method: ClientAuthentication) -> Bool {
        let header = request.headers.first { $0.name == "authorization" }?.value
        switch method {
        case .none: return form["client_id"] == clientID && form["client_secret"] == nil && header == nil
        case .post: return form["client_id"] == clientID && form["client_secret"] == clientSecret && header == nil
        case .basic:
            let pair = QueryWriter.encoded(clientID) + ":" + QueryWriter.encoded(clientSecret)
            return header == "Basic " + Data(pair.utf8).base64EncodedString() && form["client_secret"] == nil
        case .privateKeyJWT:
            return form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" && form["client_assertion"] != nil
                && form["client_secret"] == nil && header == nil
        }
    }

    package static func json(_ body: JSONObject, status: Int = 200) -> HTTPTransportResponse {
        HTTPTransportResponse(status: status, headers: [("content-type", "application/json; charset=utf-8")], body: body.encoded())
    }

    package static func pairs(_ text: String) -> [String: String] {
        var pairs: [String: String] = [:]
        for part in text.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs[String(sides[0])] = sides.count > 1 ? String(sides[1]).removingPercentEncoding : ""
        }
        return pairs
    }
}

private enum ProofKeyCheck {
    static func matches(_ verifier: String, _ challenge: String) -> Bool {
        verifier.utf8.count >= 43 && Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) == challenge
    }
}
