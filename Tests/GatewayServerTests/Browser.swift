import Foundation
import HTTPTypes
import OpenIDConnect
import SAML
import Synchronization
import TestSupport
import Testing
import UserPools
import WireFormats

/// A browser: keeps cookies, sends them as their `SameSite` says, follows nothing by itself.
final class Browser: Sendable {
    let server: TestServer
    private let jar = Mutex<[String: String]>([:])
    /// Names of the cookies that came with `SameSite=Lax`; one that a test puts in itself counts as such a session cookie.
    private let staysHome = Mutex<Set<String>>([])

    init(_ server: TestServer) { self.server = server }

    var cookies: [String: String] {
        get { jar.withLock { $0 } }
        set {
            jar.withLock { $0 = newValue }
            staysHome.withLock { $0.formUnion(newValue.keys.filter { $0.contains("session") }) }
        }
    }

    var sessionCookie: String? { cookies.first { $0.key.contains("session") }?.value }
    var bindingCookie: String? { cookies.first { $0.key.contains("browser") }?.value }

    func get(_ url: String, headers: HTTPFields = [:]) async throws -> Answer {
        keep(try await server.get(url, headers: with(headers)))
    }

    /// - Parameter fromAnotherSite: the form is another site's: then no cookie goes along that is `SameSite=Lax` (RFC 6265bis §5.5).
    func post(
        _ url: String, _ form: [(name: String, value: String)], headers: HTTPFields = [:], fromAnotherSite: Bool = false
    ) async throws -> Answer {
        keep(try await server.post(url, form, headers: with(headers, fromAnotherSite: fromAnotherSite)))
    }

    private func with(_ headers: HTTPFields, fromAnotherSite: Bool = false) -> HTTPFields {
        var headers = headers
        let home = staysHome.withLock { $0 }
        let cookies = cookies.filter { !fromAnotherSite || !home.contains($0.key) }.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        if !cookies.isEmpty { headers[.cookie] = cookies }
        return headers
    }

    private func keep(_ answer: Answer) -> Answer {
        for line in answer.setCookies {
            let parts = line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let pair = parts.first?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false), pair.count == 2 else { continue }
            let isGone = parts.contains("Max-Age=0")
            jar.withLock { $0[String(pair[0])] = isGone ? nil : String(pair[1]) }
            if parts.contains("SameSite=Lax") { staysHome.withLock { _ = $0.insert(String(pair[0])) } }
        }
        return answer
    }
}

extension Browser {
    /// Asks for a sign-in, which must lead to an identity provider: the request that it gets there.
    func begin(
        _ app: TestApp, _ changes: [String: String?] = [:], at identityProvider: FakeIdentityProvider? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> AuthnRequest {
        let answer = try await get(app.authorizeURL(server, changes))
        #expect(answer.status == 302, "\(answer.location ?? answer.body)", sourceLocation: sourceLocation)
        let location = try #require(answer.location, sourceLocation: sourceLocation)
        return try (identityProvider ?? server.fixture.identityProvider).request(inRedirect: location).request
    }

    /// Brings the identity provider's answer to the consumer service.
    func answer(
        _ request: AuthnRequest, nameID: String = "alice@example.com", attributes: [FakeResponse.Attribute] = FakeResponse.usualAttributes,
        by identityProvider: FakeIdentityProvider? = nil, configure: (inout FakeResponse) -> Void = { _ in }
    ) async throws -> Answer {
        let response = (identityProvider ?? server.fixture.identityProvider).respond(
            to: request, nameID: nameID, attributes: attributes, at: server.fixture.clock.now, configure: configure)
        return try await post(response)
    }

    func post(_ response: [UInt8], relayState: String? = nil) async throws -> Answer {
        try await post(
            server.fixture.assertionConsumerService, HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: relayState),
            fromAnotherSite: true)
    }

    /// Allows what the page asks for: an app of somebody else gets its answer.
    func allow(_ page: Answer, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Answer {
        let form = PageForm(page.body)
        #expect(form.action == server.fixture.issuer + "/consent", "\(page.status) \(page.location ?? "")", sourceLocation: sourceLocation)
        return try await post(server.fixture.issuer + "/consent", form.fields + [("decision", "allow")])
    }

    /// From the app to the app: the code that comes back.
    func signIn(
        _ app: TestApp, _ changes: [String: String?] = [:], nameID: String = "alice@example.com",
        attributes: [FakeResponse.Attribute] = FakeResponse.usualAttributes, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let answer = try await answer(try await begin(app, changes, sourceLocation: sourceLocation), nameID: nameID, attributes: attributes)
        return try #require(answer.parameter("code"), "\(answer.status)", sourceLocation: sourceLocation)
    }
}

/// An app: what it asks for, and how it redeems what it gets.
struct TestApp: Sendable {
    let clientID: String
    let secret: String?
    let redirectURI: String
    let proofKey = ProofKey(randomBytes: [UInt8](repeating: 42, count: 32))
    let state = "state <of> \"the\" app&1"
    let nonce = "nonce-of-the-app-1"

    /// - Parameter changes: a value instead of the usual one, nil to leave the parameter out.
    func parameters(_ changes: [String: String?] = [:]) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI), ("scope", "openid email profile"), ("state", state),
            ("nonce", nonce), ("code_challenge", proofKey.codeChallenge), ("code_challenge_method", "S256"),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let place = parameters.firstIndex(where: { $0.name == name }) {
                if let value { parameters[place].value = value } else { parameters.remove(at: place) }
            } else if let value {
                parameters.append((name, value))
            }
        }
        return parameters
    }

    func authorizeURL(_ server: TestServer, _ changes: [String: String?] = [:]) -> String {
        FormCoding.append(parameters(changes), to: server.fixture.issuer + "/oauth2/authorize")
    }

    /// `grant_type=authorization_code`.
    func redeem(
        _ code: String, at server: TestServer, _ changes: [String: String?] = [:], headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await token(
            ["grant_type": "authorization_code", "code": code, "redirect_uri": redirectURI, "code_verifier": proofKey.codeVerifier], at: server,
            changes, headers: headers)
    }

    /// `grant_type=refresh_token`.
    func refresh(_ token: String, at server: TestServer, _ changes: [String: String?] = [:]) async throws -> Answer {
        try await self.token(["grant_type": "refresh_token", "refresh_token": token], at: server, changes)
    }

    /// `grant_type=client_credentials`.
    func credentials(at server: TestServer, _ changes: [String: String?] = [:]) async throws -> Answer {
        try await token(["grant_type": "client_credentials"], at: server, changes)
    }

    func introspect(_ token: String, at server: TestServer, _ changes: [String: String] = [:], accept: String? = nil) async throws -> Answer {
        let form = [(name: "token", value: token)] + (secret == nil ? [("client_id", clientID)] : []) + changes.map { ($0.key, $0.value) }
        var headers = authorization
        headers[.accept] = accept
        return try await server.post(server.fixture.issuer + "/oauth2/introspect", form, headers: headers)
    }

    func revoke(_ token: String, at server: TestServer) async throws -> Answer {
        try await server.post(
            server.fixture.issuer + "/oauth2/revoke", [("token", token)] + (secret == nil ? [("client_id", clientID)] : []), headers: authorization)
    }

    func token(
        _ fields: [String: String], at server: TestServer, _ changes: [String: String?], headers: HTTPFields = [:]
    ) async throws -> Answer {
        var form = fields
        if secret == nil { form["client_id"] = clientID }
        for (name, value) in changes { form[name] = value }
        return try await server.post(
            server.fixture.issuer + "/oauth2/token", form.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) },
            headers: HTTPFields(authorization.map { $0 } + headers.map { $0 }))
    }

    /// `client_secret_basic`; nothing for a public client.
    var authorization: HTTPFields {
        guard let secret else { return [:] }
        return [.authorization: "Basic " + Data("\(clientID):\(secret)".utf8).base64EncodedString()]
    }
}
