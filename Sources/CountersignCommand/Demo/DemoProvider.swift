import FoundationEssentials
import Gateway
import GatewayServer
import HTTPTypes
import Hummingbird
import NIOCore
import OpenIDConnect
import WireFormats

/// A sample identity provider (OpenID Connect Core §3.1). Whoever comes says who they are; all else is as strict as the gateway wants it: exact
/// addresses, PKCE, codes for one use, signed ID tokens.
actor DemoProvider {
    struct Person: Sendable {
        let name, given, family: String
        let groups: [String]

        static let all = [
            Person(name: "alice", given: "Alice", family: "Example", groups: ["staff", "admins"]),
            Person(name: "bob", given: "Bob", family: "Example", groups: ["staff"]),
        ]
    }

    /// Who may send people here.
    struct Client: Sendable {
        let id: String
        let secret: SecretBytes
        let redirectURI: String
    }

    private struct Grant {
        let person: Person
        let nonce: String?
        let challenge: ProofKey.Challenge?
        let at: Date
    }

    nonisolated let name, title, issuer: String
    private let environment: Gateway.Environment
    private let key: TokenSigningKey
    private var client: Client?
    private var grants: [String: Grant] = [:]

    init(_ name: String, title: String, at issuer: String, environment: Gateway.Environment) throws {
        (self.name, self.title, self.issuer, self.environment) = (name, title, issuer, environment)
        key = try TokenSigningKey.generate(.ES256)
    }

    func register(_ client: Client) { self.client = client }

    nonisolated var metadata: JSONObject {
        [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize"), "token_endpoint": .string(issuer + "/token"),
            "jwks_uri": .string(issuer + "/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"], "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"], "scopes_supported": ["openid", "email", "profile"],
            "authorization_response_iss_parameter_supported": true,
        ]
    }

    nonisolated var keys: JSONObject { PublishedKeySet([key.publicJWK]).body }

    /// The page that asks who somebody wants to be.
    func ask(_ request: OpenIDConnect.Parameters) throws(OAuthError) -> DemoPage {
        _ = try wayBack(of: request)
        let fields = request.only(["client_id", "redirect_uri", "response_type", "state", "nonce", "code_challenge", "code_challenge_method"])
        func button(_ label: String, _ person: String) -> DemoMarkup { .button(label, to: issuer + "/authorize", fields + [("person", person)]) }
        return DemoPage(
            title: "Who do you want to be?", site: title, colour: .provider,
            body: """
                <p>This provider asks for no password.</p>
                \(Person.all.map { button($0.given, $0.name) })\(button("Refuse me", "nobody"))
                """)
    }

    /// Where the browser goes with the answer.
    func answer(_ request: OpenIDConnect.Parameters) throws(OAuthError) -> String {
        let way = try wayBack(of: request)
        var fields: [(name: String, value: String)] = [("iss", issuer)]
        if let state = try request.single("state") { fields.append(("state", state)) }
        let wanted = try request.required("person", limit: 50)
        if let person = Person.all.first(where: { $0.name.hasSameBytes(as: wanted) }) {
            let code = Base64URL.encode(environment.random(32))
            if grants.count >= 1_000 { grants = [:] }
            grants[code] = Grant(
                person: person, nonce: try request.single("nonce", limit: 500),
                challenge: try request.single("code_challenge", limit: 128).map { ProofKey.Challenge(stored: $0) }, at: environment.now())
            fields.append(("code", code))
        } else {
            fields += [("error", "access_denied"), ("error_description", "The person pressed 'Refuse me'.")]
        }
        return FormCoding.append(fields, to: way)
    }

    private func wayBack(of request: OpenIDConnect.Parameters) throws(OAuthError) -> String {
        let (id, address) = (try request.required("client_id", limit: 200), try request.required("redirect_uri", limit: 2_000))
        guard let client, id.hasSameBytes(as: client.id), address.hasSameBytes(as: client.redirectURI) else {
            throw OAuthError(.invalidRequest, "This client, or its redirect URI, is not known here.")
        }
        guard try request.required("response_type", limit: 50).hasSameBytes(as: "code") else {
            throw OAuthError(.unsupportedResponseType, "Only 'code' is known here.")
        }
        return client.redirectURI
    }

    /// RFC 6749 §4.1.3.
    func redeem(_ request: OpenIDConnect.Parameters, authorization: String?) throws -> JSONObject {
        guard let client, let authorization,
            authorization.hasSameBytesInConstantTime(
                as: "Basic " + Base64.encode(Array(client.id.utf8) + [UInt8(ascii: ":")] + client.secret.reveal()))
        else { throw OAuthError(.invalidClient, "The client is not known here, or its secret is another one.") }
        guard try request.required("redirect_uri", limit: 2_000).hasSameBytes(as: client.redirectURI),
            let grant = grants.removeValue(forKey: try request.required("code", limit: 100)), environment.now() < grant.at + 60
        else { throw OAuthError(.invalidGrant, "The code is not known, was used, or is older than a minute.") }
        try ProofKey.verify(codeVerifier: try request.single("code_verifier"), against: grant.challenge)
        let second = Int(environment.now().timeIntervalSince1970)
        let person = grant.person
        var claims: JSONObject = [
            "iss": .string(issuer), "aud": .string(client.id), "sub": .string(name + "-" + person.name), "iat": .integer(second),
            "exp": .integer(second + 300), "auth_time": .integer(Int(grant.at.timeIntervalSince1970)),
            "name": .string(person.given + " " + person.family),
            "given_name": .string(person.given), "family_name": .string(person.family), "email": .string("\(person.name)@\(name).example"),
            "email_verified": true, "groups": .array(person.groups.map(JSONValue.string)),
        ]
        claims.append("nonce", ifPresent: grant.nonce)
        return [
            "access_token": .string(Base64URL.encode(environment.random(32))), "token_type": "Bearer", "expires_in": 300,
            "id_token": .string(try key.sign(header: "JWT", claims: claims)),
        ]
    }
}

extension DemoProvider {
    /// Each below its own path.
    static func router(_ providers: [DemoProvider]) -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        for provider in providers {
            let group = router.group(RouterPath(provider.name))
            group.get(".well-known/openid-configuration") { _, _ in DemoHTTP.json(provider.metadata) }
            group.get("keys") { _, _ in DemoHTTP.json(provider.keys) }
            group.get("authorize") { request, _ in
                do { return try await provider.ask(DemoHTTP.query(of: request)).response } catch { return provider.refused(error) }
            }
            group.post("authorize") { request, _ in
                do {
                    return Response(status: .seeOther, headers: [.location: try await provider.answer(try await DemoHTTP.form(of: request))])
                } catch { return provider.refused(error) }
            }
            group.post("token") { request, _ in
                do {
                    return DemoHTTP.json(
                        try await provider.redeem(try await DemoHTTP.form(of: request), authorization: request.headers[.authorization]))
                } catch {
                    let error = error as? OAuthError
                    let code = error?.error ?? .invalidRequest
                    return DemoHTTP.json(
                        ["error": .string(code.rawValue), "error_description": .string(error?.description ?? "")],
                        status: code == .invalidClient ? .unauthorized : .badRequest)
                }
            }
        }
        return router
    }

    private nonisolated func refused(_ error: any Error) -> Response {
        DemoPage(
            title: "That did not work", site: title, colour: .provider, status: .badRequest,
            body: "<p>\((error as? OAuthError)?.description ?? "The request cannot be read.")</p>"
        ).response
    }
}

/// What the sample servers read and write.
enum DemoHTTP {
    static func query(of request: Request) -> OpenIDConnect.Parameters { OpenIDConnect.Parameters(FormCoding.decode(request.uri.query ?? "") ?? []) }

    static func form(of request: Request) async throws -> OpenIDConnect.Parameters {
        OpenIDConnect.Parameters(FormCoding.decode(Array(buffer: try await request.body.collect(upTo: 64 << 10))) ?? [])
    }

    static func json(_ object: JSONObject, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONWriter.encode(object))))
    }
}
