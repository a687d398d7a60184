import Foundation
import OpenIDConnect
package import TokenVerifier
import WireFormats

extension FakeOpenIDProvider {
    package enum ClientAuthentication: Sendable {
        case none, basic, post, privateKeyJWT
        /// `accepts` looks at it.
        case other
    }

    /// What the person who signs in is to the provider; claims of the ID token and of userinfo.
    package struct Person: Sendable {
        package var idToken: JSONObject
        package var userInfo: JSONObject

        /// - Parameter userInfo: nil is the subject of the ID token and nothing more.
        package init(idToken: JSONObject = ["sub": "alice-7"], userInfo: JSONObject? = nil) {
            self.idToken = idToken
            self.userInfo = userInfo ?? JSONObject([("sub", idToken["sub"] ?? .null)])
        }

        package static let alice = Person(
            idToken: [
                "sub": "alice-7", "email": "alice@example.com", "email_verified": true, "name": "Alice Müller", "groups": ["staff", "admins"],
            ])

        /// The same person with some claims of the ID token otherwise; nil takes one away. Another `sub` is one in userinfo too.
        package func with(_ changes: [String: JSONValue?]) -> Person {
            var person = self
            person.idToken = idToken.with(changes)
            if let subject = person.idToken["sub"] { person.userInfo = userInfo.with(["sub": subject]) }
            return person
        }
    }

    /// Where the provider is asked. Real ones have them on several hosts.
    package struct Addresses: Sendable {
        package var authorization: String
        package var token: String
        package var keys: String
        package var userInfo: String?

        package init(authorization: String, token: String, keys: String = "", userInfo: String? = nil) {
            (self.authorization, self.token, self.keys, self.userInfo) = (authorization, token, keys, userInfo)
        }

        package init(below issuer: String) {
            self.init(authorization: issuer + "/authorize", token: issuer + "/token", keys: issuer + "/keys", userInfo: issuer + "/userinfo")
        }
    }

    /// Whose access token comes, and for what it is good.
    package struct Caller: Sendable {
        package let person: Person
        package let scopes: Set<String>
        package let accessToken: String
    }

    package typealias Fields = [(name: String, value: String)]

    /// What a test wants otherwise. Each closure sees what would be sent and changes it.
    package struct Behaviour: Sendable {
        package var clientAuthentication = ClientAuthentication.basic
        /// One more look at the token request.
        package var accepts: @Sendable (_ request: HTTPTransportRequest, _ form: [String: String]) -> Bool = { _, _ in true }
        package var claims: @Sendable (JSONObject) -> JSONObject = { $0 }
        /// The ID token as it is sent.
        package var idToken: @Sendable (String) -> String? = { $0 }
        package var tokenAnswer: @Sendable (JSONObject) -> JSONObject = { $0 }
        /// An answer in place of the usual one, by the path that is asked for.
        package var answers: [String: Result<HTTPTransportResponse, HTTPTransportError>] = [:]
        /// More addresses, whole and without a query; who asks is known by the access token.
        package var api: [String: @Sendable (HTTPTransportRequest, Caller?) -> HTTPTransportResponse] = [:]
        package var discovery: @Sendable (JSONObject) -> JSONObject = { $0 }
        /// The error with which the authorization endpoint refuses a request; nil: it does not.
        package var refusal: @Sendable (_ query: [String: String]) -> String? = { _ in nil }
        /// What the browser brings back.
        package var answer: @Sendable (Fields, Person) -> Fields = { fields, _ in fields }
        package var sendsIssuer = false
        /// Without it the answer of the token endpoint has no ID token.
        package var isOpenID = true
        /// The status of an error of the token endpoint; nil: as RFC 6749 §5.2 says.
        package var errorStatus: Int?
        /// A careless provider: a code may be redeemed again.
        package var takesCodesAgain = false
        /// Whether it gives refresh tokens to whoever asks for `offline_access`.
        package var givesRefreshTokens = false
        /// What it says of everybody at a refresh; nil is what it said at the sign-in.
        package var personNow: Person?
        package var accessTokenPrefix = "access-"
        package init() {}

        /// Always the same answer at `path`.
        package mutating func reply(at path: String, _ response: HTTPTransportResponse) {
            answers[path] = .success(response)
        }

        package mutating func reply(at path: String, _ text: String, status: Int = 200, type: String? = "application/json") {
            reply(
                at: path,
                HTTPTransportResponse(status: status, headers: type.map { [("content-type", $0)] } ?? [], body: Array(text.utf8)))
        }

        /// No answer at `path`.
        package mutating func fail(at path: String, _ error: HTTPTransportError) {
            answers[path] = .failure(error)
        }
    }

    package static func json(_ body: JSONObject, status: Int = 200) -> HTTPTransportResponse { json(.object(body), status: status) }

    package static func json(_ body: JSONValue, status: Int = 200, type: String = "application/json; charset=utf-8") -> HTTPTransportResponse {
        // The writer writes objects; what is inside one is the value.
        let text = JSONWriter.encode(["v": body]).dropFirst(5).dropLast()
        return HTTPTransportResponse(status: status, headers: [("content-type", type)], body: Array(text))
    }

    package static func pairs(_ text: String) -> [String: String] {
        var pairs: [String: String] = [:]
        for part in text.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs[String(sides[0]).removingPercentEncoding ?? ""] = sides.count > 1 ? String(sides[1]).removingPercentEncoding : ""
        }
        return pairs
    }

    /// What a token says, unverified.
    package static func payload(_ token: String) -> JSONObject {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(Array(parts[1].utf8)) else { return JSONObject() }
        return (try? JSONParser.parseObject(bytes)) ?? JSONObject()
    }

    /// The parameters of an address.
    package static func query(_ url: String) -> [String: String] {
        pairs(String(url.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""))
    }
}

extension HTTPTransportRequest {
    package var form: [String: String] { FakeOpenIDProvider.pairs(String(decoding: body, as: UTF8.self)) }

    package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

extension JSONObject {
    /// Some members otherwise; nil takes one away.
    package func with(_ changes: [String: JSONValue?]) -> JSONObject {
        var members = members.filter { changes[$0.name] == nil }.map { ($0.name, $0.value) }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let value { members.append((name, value)) }
        }
        return JSONObject(members)
    }
}

/// Several providers on one network.
package struct FakeOpenIDProviders: HTTPTransport {
    package let all: [FakeOpenIDProvider]

    package init(_ all: [FakeOpenIDProvider]) { self.all = all }

    package func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        guard let provider = all.first(where: { $0.isAt(request.url) }) else { throw .unreachable }
        return try await provider.send(request)
    }
}
