import Administration
import Foundation
import Gateway
import HTTPTypes
import OpenIDConnect
import Synchronization
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 7523, OpenID Connect Core §9: private_key_jwt; one registered way for each client (THREATS P5)")
struct ClientKeyTests {
    private static let jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// A program with a key, and how it asks.
    private struct KeyedService {
        let server: TestServer
        let app: TestApp
        let signer: ClientSigner

        func assertion(type: String = "JWT", _ changes: [String: JSONValue?] = [:]) throws -> String {
            try signer.assertion(of: app.clientID, for: server.fixture.issuer, at: server.fixture.clock.now, type: type, changes)
        }

        func token(_ assertion: String, _ more: [(name: String, value: String)] = [], headers: HTTPFields = [:]) async throws -> Answer {
            try await server.post(
                server.fixture.issuer + "/oauth2/token",
                [("grant_type", "client_credentials"), ("client_assertion_type", ClientKeyTests.jwtBearer), ("client_assertion", assertion)] + more,
                headers: headers)
        }
    }

    private func with(
        _ algorithm: SigningAlgorithm = .ES256, _ configure: @Sendable @escaping (inout ClientSettings) -> Void = { _ in },
        _ body: @Sendable @escaping (KeyedService) async throws -> Void
    ) async throws {
        try await TestServer.run { server in
            let signer = try ClientSigner(algorithm)
            let app = try await server.addService("Job") {
                $0.keys = .document(Array(signer.keySet.utf8))
                configure(&$0)
            }
            #expect(app.secret == nil)
            try await body(KeyedService(server: server, app: app, signer: signer))
        }
    }

    @Test("an assertion of each algorithm gets a token; client_id beside it may be there, and is the same then", arguments: SigningAlgorithm.allCases)
    func accepted(_ algorithm: SigningAlgorithm) async throws {
        try await with(algorithm) { service in
            #expect(try await service.token(service.assertion()).status == 200)
            #expect(try await service.token(service.assertion(), [("client_id", service.app.clientID)]).status == 200)
            #expect(try await service.token(service.assertion(type: "client-authentication+jwt")).status == 200)
            #expect(
                try await service.token(service.assertion(["exp": .integer(Int(service.server.fixture.clock.now.timeIntervalSince1970) + 3600)]))
                    .status == 200)
            for url in ["/oauth2/introspect", "/oauth2/revoke"] {
                let form = [
                    (name: "token", value: "x"), ("client_assertion_type", Self.jwtBearer), ("client_assertion", try service.assertion()),
                ]
                #expect(try await service.server.post(service.server.fixture.issuer + url, form).status == 200, "\(url)")
            }
        }
    }

    @Test("case 107: whatever is wrong with an assertion, it is the same invalid_client with 401, and the log says what")
    func refused() async throws {
        try await with { service in
            let (server, now) = (service.server, Int(service.server.fixture.clock.now.timeIntervalSince1970))
            let issuer = server.fixture.issuer
            let wrong: [(name: String, changes: [String: JSONValue?], seen: String)] = [
                ("aud a list", ["aud": [.string(issuer)]], "token.audience"),
                ("aud two", ["aud": [.string(issuer), "https://b.example"]], "token.audience"),
                ("aud the token endpoint", ["aud": .string(issuer + "/oauth2/token")], "token.audience"), ("no aud", ["aud": nil], "token.audience"),
                ("aud another", ["aud": "https://other.example"], "token.audience"),
                ("aud with a slash", ["aud": .string(issuer + "/")], "token.audience"),
                ("expired five minutes ago", ["exp": .integer(now - 300)], "token.expired"), ("no exp", ["exp": nil], "token.claim"),
                ("exp far away", ["exp": .integer(now + 3700)], "token.claim"), ("not yet", ["nbf": .integer(now + 120)], "token.not_yet_valid"),
                ("from the future", ["iat": .integer(now + 120)], "token.not_yet_valid"), ("no jti", ["jti": nil], "token.claim"),
                ("empty jti", ["jti": ""], "token.claim"), ("jti no text", ["jti": 7], "token.claim"),
                ("iss another", ["iss": .string(server.app.clientID)], "token.issuer"), ("no iss", ["iss": nil], "token.issuer"),
            ]
            var bodies: Set<String> = []
            for (name, changes, seen) in wrong {
                let answer = try await service.token(service.assertion(changes))
                #expect(answer.status == 401 && answer.json["error"] == "invalid_client", "\(name): \(answer.body)")
                #expect(answer.headers[.wwwAuthenticate] != nil)
                bodies.insert(answer.body)
                #expect(server.log.lines.last?.metadata["seen"]?.hasPrefix(seen) == true, "\(name): \(server.log.lines.last?.text ?? "")")
            }
            // `sub` says who it is where nothing else does.
            for changes: [String: JSONValue?] in [["sub": nil], ["sub": .string(server.app.clientID)], ["sub": "nobody"]] {
                for more in [[], [(name: "client_id", value: service.app.clientID)]] {
                    let answer = try await service.token(service.assertion(changes), more)
                    #expect(answer.status == 401 && answer.json["error"] == "invalid_client", "\(changes)")
                    bodies.insert(answer.body)
                }
            }
            let good = try service.assertion()
            let parts = good.split(separator: ".").map(String.init)
            let none = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
            let hmac = Base64URL.encode(Array(#"{"alg":"HS256"}"#.utf8))
            let foreign = KeyedService(server: server, app: service.app, signer: try ClientSigner())
            for text in [
                "\(none).\(parts[1]).", "\(hmac).\(parts[1]).\(parts[2])", "\(parts[0]).\(parts[1]).\(parts[0])", "x", "a.b.c",
                try foreign.assertion(), try service.assertion(type: "at+jwt"),
            ] {
                let answer = try await service.token(text)
                #expect(answer.status == 401 && answer.json["error"] == "invalid_client", "\(text)")
                bodies.insert(answer.body)
            }
            #expect(bodies.count == 1)
            #expect(try await service.token(good).status == 200)
        }
    }

    @Test("RFC 6749 §2.3: one method in a request, and the registered one: no secret beside a key, no other type of assertion")
    func oneMethod() async throws {
        try await with { service in
            let server = service.server
            let id = (name: "client_id", value: service.app.clientID)
            func refused(_ answer: Answer, sourceLocation: SourceLocation = #_sourceLocation) {
                #expect(answer.status == 401 && answer.json["error"] == "invalid_client", "\(answer.body)", sourceLocation: sourceLocation)
            }
            refused(try await service.token(service.assertion(), [("client_secret", "x")]))
            refused(try await service.token(service.assertion(), headers: server.app.authorization))
            refused(try await service.token(service.assertion(), [("client_id", server.app.clientID)]))
            let url = server.fixture.issuer + "/oauth2/token"
            let grant = (name: "grant_type", value: "client_credentials")
            // It has no secret, and is no public client for that.
            for form in [[grant, id], [grant, id, ("client_secret", "")], [grant, id, ("client_secret", "x")]] {
                refused(try await server.post(url, form))
            }
            let assertion = (name: "client_assertion", value: try service.assertion())
            for form in [
                [grant, assertion], [grant, assertion, ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")],
                [grant, id, ("client_assertion_type", Self.jwtBearer)],
                [grant, id, ("client_assertion_type", Self.jwtBearer), ("client_assertion", "")],
            ] {
                refused(try await server.post(url, form))
            }
            // A client with a secret has no key, whoever signs.
            let signer = try ClientSigner()
            refused(try await service.token(signer.assertion(of: server.app.clientID, for: server.fixture.issuer, at: server.fixture.clock.now)))
        }
    }

    @Test("client_secret_basic and client_secret_post: registered for one, the other is refused; registered for neither, both will do")
    func secretMethods() async throws {
        try await TestServer.run { server in
            for (method, basic, post) in [("client_secret_basic", 200, 401), ("client_secret_post", 401, 200), (nil, 200, 200)] {
                let app = try await server.addService("Job") { $0.authentication = method }
                #expect(try await app.credentials(at: server).status == basic, "\(method ?? "any")")
                let form = [
                    (name: "grant_type", value: "client_credentials"), ("client_id", app.clientID), ("client_secret", try #require(app.secret)),
                ]
                let answer = try await server.post(server.fixture.issuer + "/oauth2/token", form)
                #expect(answer.status == post, "\(method ?? "any")")
                if answer.status == 401 { #expect(answer.json["error"] == "invalid_client") }
            }
        }
    }

    @Test("case 107: a jti counts once: of 50 requests with one assertion, at two servers of one database, one gets a token")
    func once() async throws {
        try await with { service in
            let (fixture, assertion) = (service.server.fixture, try service.assertion(["jti": "the-same"]))
            let servers = [fixture.tokens, fixture.tokens]
            let form = Parameters([
                (name: "grant_type", value: "client_credentials"), ("client_assertion_type", Self.jwtBearer), ("client_assertion", assertion),
            ])
            let refusals = await withTaskGroup(of: OAuthError?.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        do throws(OAuthError) {
                            _ = try await servers[index % 2].respond(
                                to: TokenRequest(form), credentials: ClientCredentials(authorization: nil, form: form), pool: fixture.pool)
                            return nil
                        } catch { return error }
                    }
                }
                return await group.reduce(into: [OAuthError?]()) { $0.append($1) }
            }
            #expect(refusals.count { $0 == nil } == 1)
            #expect(refusals.compactMap(\.self).map(\.error) == Array(repeating: .invalidClient, count: 49))
            // As long as it could be good: the clock may be set back meanwhile, and housekeeping runs.
            fixture.clock.advance(by: 100)
            #expect(try await fixture.stores.singleUse.removeExpired(at: fixture.clock.now, limit: 10) == 0)
            fixture.clock.setNow(fixture.clock.now.addingTimeInterval(-100))
            let again = try await service.token(assertion)
            #expect(again.status == 401 && service.server.log.lines.last?.metadata["seen"] == "jti used before")
            // Another client's is another.
            let signer = try ClientSigner()
            let other = try await service.server.addService("Other") { $0.keys = .document(Array(signer.keySet.utf8)) }
            let same = KeyedService(server: service.server, app: other, signer: signer)
            #expect(try await same.token(same.assertion(["jti": "the-same"])).status == 200)
        }
    }

    @Test("keys by their address: fetched once, again for a key that is new there; where nobody answers nobody is let in")
    func keysByAddress() async throws {
        let first = try ClientSigner(), second = try ClientSigner()
        let site = KeySite(document: first.keySet)
        try await TestServer.run({ $0.transport = site }) { server in
            let app = try await server.addService("Job") { $0.keys = .url("https://job.example/jwks.json") }
            let old = KeyedService(server: server, app: app, signer: first), new = KeyedService(server: server, app: app, signer: second)
            for _ in 1...3 { #expect(try await old.token(old.assertion()).status == 200) }
            #expect(site.requests == ["https://job.example/jwks.json"])
            #expect(try await new.token(new.assertion()).status == 401)
            site.publish(second.keySet)
            // An unknown key is looked for once a minute.
            server.fixture.clock.advance(by: 61)
            #expect(try await new.token(new.assertion()).status == 200)
            #expect(try await old.token(old.assertion()).status == 401)
            let lost = try await server.addService("Lost") { $0.keys = .url("https://lost.example/jwks.json") }
            let nobody = KeyedService(server: server, app: lost, signer: first)
            let answer = try await nobody.token(nobody.assertion())
            #expect(answer.status == 401 && answer.json["error"] == "invalid_client")
            #expect(server.log.lines.last?.metadata["seen"]?.hasPrefix("token.keys_unavailable") == true)
        }
    }

    @Test("a code and a refresh token are redeemed by key as by secret; another client's key does not help")
    func people() async throws {
        try await TestServer.run { server in
            let signer = try ClientSigner()
            let made = try await server.fixture.addClient("Keyed", redirectURI: "https://keyed.example/cb", confidential: true) {
                $0.keys = .document(Array(signer.keySet.utf8))
            }
            #expect(made.secret == nil && made.client.isConfidential && made.client.secrets.isEmpty)
            let app = TestApp(clientID: made.client.id.text, secret: nil, redirectURI: "https://keyed.example/cb")
            func proof() throws -> [String: String?] {
                [
                    "client_assertion_type": Self.jwtBearer,
                    "client_assertion": try signer.assertion(of: app.clientID, for: server.fixture.issuer, at: server.fixture.clock.now),
                ]
            }
            let code = try await Browser(server).signIn(app)
            try await server.expectError("invalid_client", status: 401) { try await app.redeem(code, at: server) }
            let answer = try await app.redeem(code, at: server, try proof())
            #expect(answer.status == 200, "\(answer.body)")
            let refresh = try #require(answer.json["refresh_token"]?.string)
            try await server.expectError("invalid_client", status: 401) { try await app.refresh(refresh, at: server) }
            #expect(try await app.refresh(refresh, at: server, try proof()).status == 200)
        }
    }

    @Test("discovery names the methods and their algorithms (RFC 8414 §2)")
    func discovery() async throws {
        try await TestServer.run { server in
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            let methods = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
            for endpoint in ["token", "revocation"] {
                #expect(document["\(endpoint)_endpoint_auth_methods_supported"]?.strings == methods, "\(endpoint)")
            }
            for endpoint in ["token", "revocation", "introspection"] {
                #expect(
                    document["\(endpoint)_endpoint_auth_signing_alg_values_supported"]?.strings == ["ES256", "EdDSA", "PS256", "RS256"], "\(endpoint)"
                )
            }
        }
    }
}

/// Where a client publishes its keys.
private final class KeySite: HTTPTransport {
    private let state: Mutex<(document: String, requests: [String])>

    init(document: String) { state = Mutex((document, [])) }

    var requests: [String] { state.withLock(\.requests) }

    func publish(_ document: String) { state.withLock { $0.document = document } }

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let document = state.withLock { state in
            state.requests.append(request.url)
            return state.document
        }
        guard request.url == "https://job.example/jwks.json" else { throw .unreachable }
        return HTTPTransportResponse(status: 200, headers: [(name: "cache-control", value: "max-age=300")], body: Array(document.utf8))
    }
}
