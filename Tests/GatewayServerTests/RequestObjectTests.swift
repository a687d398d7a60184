import Administration
import Foundation
import HTTPTypes
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 9101, OpenID Connect Core §6.1, FAPI 2.0 Message Signing §5.3.1: signed requests")
struct RequestObjectTests {
    /// An app with a key, which signs what it asks for.
    private struct SigningApp {
        let server: TestServer
        let app: TestApp
        let signer: ClientSigner

        func object(_ parameters: [String: String?] = [:], type: String = "oauth-authz-req+jwt", _ claims: [String: JSONValue?] = [:]) throws
            -> String
        {
            try signer.requestObject(
                app.parameters(parameters), of: app.clientID, for: server.fixture.issuer, at: server.fixture.clock.now, type: type, claims)
        }

        /// The address with the object, and what stands beside it.
        func url(_ object: String, _ beside: [(name: String, value: String)] = []) -> String {
            FormCoding.append([("client_id", app.clientID), ("request", object)] + beside, to: server.fixture.issuer + "/oauth2/authorize")
        }

        var besideToBeTold: [(name: String, value: String)] {
            [("redirect_uri", app.redirectURI), ("response_type", "code"), ("scope", "openid"), ("state", app.state)]
        }

        func proof() throws -> [String: String?] {
            [
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": try signer.assertion(of: app.clientID, for: server.fixture.issuer, at: server.fixture.clock.now),
            ]
        }

        func push(_ form: [(name: String, value: String)]) async throws -> Answer {
            var form = form
            for (name, value) in try proof() { if let value { form.append((name, value)) } }
            return try await server.post(server.fixture.issuer + "/oauth2/par", form)
        }

        /// Through the provider, as the address says; back at the app.
        func signIn(_ url: String) async throws -> Answer {
            let browser = Browser(server)
            let sent = try await browser.get(url)
            let location = try #require(sent.location, "\(sent.status): \(sent.body)")
            let request = try server.fixture.identityProvider.request(inRedirect: location).request
            return try await browser.answer(request)
        }
    }

    private func with(
        _ algorithm: SigningAlgorithm = .ES256, _ configure: @Sendable @escaping (inout ClientSettings) -> Void = { _ in },
        _ body: @Sendable @escaping (SigningApp) async throws -> Void
    ) async throws {
        try await TestServer.run { server in
            let signer = try ClientSigner(algorithm)
            let made = try await server.fixture.addClient("Signing", redirectURI: "https://signing.example/cb", confidential: true) {
                $0.keys = .document(Array(signer.keySet.utf8))
                configure(&$0)
            }
            let app = TestApp(clientID: made.client.id.text, secret: nil, redirectURI: "https://signing.example/cb")
            try await body(SigningApp(server: server, app: app, signer: signer))
        }
    }

    @Test("§6.3: what is signed is what counts, by each algorithm; of what stands beside it nothing does", arguments: SigningAlgorithm.allCases)
    func signed(_ algorithm: SigningAlgorithm) async throws {
        try await with(algorithm) { signing in
            let object = try signing.object(["scope": "openid email"], ["max_age": 600, "unknown": ["x": 1]])
            let back = try await signing.signIn(
                signing.url(
                    object,
                    [
                        ("state", "evil"), ("nonce", "evil"), ("scope", "openid phone"), ("redirect_uri", "https://evil.example/"),
                        ("response_mode", "form_post"),
                    ]))
            #expect(back.location?.hasPrefix(signing.app.redirectURI + "?") == true && back.parameters("state") == [signing.app.state])
            let code = try #require(back.parameter("code"))
            let tokens = try await signing.app.redeem(code, at: signing.server, try signing.proof())
            #expect(tokens.json["scope"] == "openid email", "\(tokens.body)")
            let idToken = try #require(tokens.json["id_token"]?.string)
            _ = try await signing.server.verifier(audience: signing.app.clientID).verify(idToken: idToken, nonce: signing.app.nonce)
        }
    }

    @Test("§6.3: what is only beside the object is not used: no state, no nonce, no redirect URI")
    func onlyOutside() async throws {
        try await with { signing in
            let back = try await signing.signIn(signing.url(try signing.object(["state": nil]), [("state", "outside")]))
            #expect(back.parameter("code") != nil && back.parameters("state") == [])
            let object = try signing.object(["redirect_uri": nil])
            try await signing.server.expectRefusal("sign_in.redirect_uri") {
                try await signing.server.get(signing.url(object, [("redirect_uri", signing.app.redirectURI)]))
            }
            // OpenID Connect Core §6.1: where both say it, they say the same.
            try await signing.server.expectTold(signing.app, "invalid_request") {
                try await signing.server.get(
                    signing.url(
                        try signing.object(),
                        [("response_type", "token"), ("redirect_uri", signing.app.redirectURI), ("state", signing.app.state), ("scope", "openid")]))
            }
        }
    }

    @Test("typ may be oauth-authz-req+jwt, JWT, or with application/; several audiences and no exp do no harm to who need not sign")
    func accepted() async throws {
        try await with { signing in
            for type in ["oauth-authz-req+jwt", "JWT", "application/oauth-authz-req+jwt"] {
                let answer = try await signing.signIn(signing.url(try signing.object(type: type)))
                #expect(answer.parameter("code") != nil, "\(type)")
            }
            let issuer = JSONValue.string(signing.server.fixture.issuer)
            for claims: [String: JSONValue?] in [
                ["aud": ["https://other.example", issuer]], ["exp": nil, "nbf": nil, "iat": nil],
                ["nbf": .integer(Int(signing.server.fixture.clock.now.timeIntervalSince1970) + 8)],
            ] {
                let answer = try await signing.signIn(signing.url(try signing.object([:], claims)))
                #expect(answer.parameter("code") != nil, "\(claims)")
            }
        }
    }

    /// What is wrong, and what the log says.
    private static func broken(_ signing: SigningApp) throws -> [(name: String, object: String, seen: String)] {
        let now = Int(signing.server.fixture.clock.now.timeIntervalSince1970)
        let good = try signing.object()
        let parts = good.split(separator: ".").map(String.init)
        func unsigned(_ algorithm: String) -> String { Base64URL.encode(Array(#"{"alg":"\#(algorithm)"}"#.utf8)) }
        let stranger = SigningApp(server: signing.server, app: signing.app, signer: try ClientSigner())
        return [
            ("alg none", "\(unsigned("none")).\(parts[1]).", "token.algorithm"),
            ("HMAC", "\(unsigned("HS256")).\(parts[1]).\(parts[2])", "token.algorithm"),
            ("another signature", "\(parts[0]).\(parts[1]).\(parts[0])", "token.signature"), ("no JWS", "x", "token.malformed"),
            ("a key that is not registered", try stranger.object(), "token.unknown_key"),
            ("aud another", try signing.object([:], ["aud": "https://other.example"]), "token.audience"),
            ("aud with a slash", try signing.object([:], ["aud": .string(signing.server.fixture.issuer + "/")]), "token.audience"),
            ("no aud", try signing.object([:], ["aud": nil]), "token.claim"),
            ("iss another", try signing.object([:], ["iss": "other"]), "token.issuer"),
            ("no iss", try signing.object([:], ["iss": nil]), "token.issuer"),
            ("client_id another", try signing.object([:], ["client_id": .string(signing.server.app.clientID)]), "token.claim"),
            ("no client_id", try signing.object([:], ["client_id": nil]), "token.claim"),
            ("expired five minutes ago", try signing.object([:], ["exp": .integer(now - 300)]), "token.expired"),
            ("not yet", try signing.object([:], ["nbf": .integer(now + 120)]), "token.not_yet_valid"),
            ("an access token", try signing.object(type: "at+jwt"), "token.type"),
            (
                "a client assertion",
                try signing.signer.assertion(of: signing.app.clientID, for: signing.server.fixture.issuer, at: signing.server.fixture.clock.now),
                "token.claim"
            ),
            ("sub the client", try signing.object([:], ["sub": .string(signing.app.clientID)]), "token.claim"),
        ]
    }

    @Test(
        "case 181: an object that the client did not sign for us, now: invalid_request_object, told where the address proves the way back, else shown"
    )
    func refused() async throws {
        try await with { signing in
            for (name, object, seen) in try Self.broken(signing) {
                try await signing.server.expectTold(signing.app, "invalid_request_object") {
                    try await signing.server.get(signing.url(object, signing.besideToBeTold))
                }
                let line = try #require(signing.server.log.lines.last { $0.metadata["code"] == "oauth.invalid_request_object" })
                #expect(line.metadata["seen"]?.hasPrefix(seen) == true, "\(name): \(line.text)")
                // Its one redirect URI is the client's, also where the address does not say it; what is not proven says nothing of where to go.
                try await signing.server.expectTold(signing.app, "invalid_request_object", state: false) {
                    try await signing.server.get(signing.url(object))
                }
                try await signing.server.expectRefusal("oauth.invalid_request_object") {
                    try await signing.server.get(signing.url(object, [("redirect_uri", "https://evil.example/")]))
                }
                try await signing.server.expectError("invalid_request_object") { try await signing.push([("request", object)]) }
            }
            for claims: [String: JSONValue?] in [
                ["request": "x"], ["request_uri": "urn:ietf:params:oauth:request_uri:x"], ["scope": ["a": 1]], ["state": true], ["resource": [1, 2]],
                ["nonce": .some(.null)],
            ] {
                try await signing.server.expectError("invalid_request_object") {
                    try await signing.push([("request", try signing.object([:], claims))])
                }
            }
            #expect(try await signing.server.fixture.stores.pushedRequests.removeExpired(at: .distantFuture, limit: 10) == 0)
            #expect(signing.server.fixture.clock.fetched == [])
        }
    }

    @Test("a client without keys signs nothing: request_not_supported, whoever signed; a request_uri of its own server stays unsupported")
    func withoutKeys() async throws {
        try await with { signing in
            let server = signing.server
            let object = try signing.signer.requestObject(
                server.app.parameters(), of: server.app.clientID, for: server.fixture.issuer, at: server.fixture.clock.now)
            try await server.expectTold(server.app, "request_not_supported") {
                try await server.get(server.app.authorizeURL(server, ["request": object]))
            }
            try await server.expectError("request_not_supported") { try await server.app.push(at: server, ["request": object]) }
            // The object of another client is not this one's.
            try await server.expectTold(server.app, "request_not_supported", state: false) {
                try await server.get(
                    FormCoding.append(
                        [("client_id", server.app.clientID), ("request", try signing.object())], to: server.fixture.issuer + "/oauth2/authorize"))
            }
            try await server.expectTold(signing.app, "request_uri_not_supported") {
                try await server.get(signing.app.authorizeURL(server, ["request_uri": "https://signing.example/request.jwt"]))
            }
            try await server.expectTold(signing.app, "invalid_request") {
                try await server.get(signing.url(try signing.object(), signing.besideToBeTold + [("request_uri", "https://signing.example/r.jwt")]))
            }
            try await server.expectTold(signing.app, "request_not_supported") {
                try await server.get(signing.app.authorizeURL(server, ["request": ""]))
            }
        }
    }

    @Test("RFC 9126 §3: pushed, the object alone is kept; what is beside it, and the object itself, are not")
    func pushed() async throws {
        try await with { signing in
            let answer = try await signing.push([
                ("request", try signing.object(["scope": "openid email"])), ("scope", "openid phone"), ("state", "x"),
            ])
            let name = try #require(answer.json["request_uri"]?.string, "\(answer.body)")
            let back = try await signing.signIn(signing.app.authorizeURL(signing.server, requestURI: name))
            #expect(back.parameters("state") == [signing.app.state])
            let code = try #require(back.parameter("code"))
            let tokens = try await signing.app.redeem(code, at: signing.server, try signing.proof())
            #expect(tokens.json["scope"] == "openid email", "\(tokens.body)")
            // What is wrong inside has the code that it has outside.
            for (changes, error) in [
                (["redirect_uri": nil], "invalid_request"), (["response_type": "token"], "unsupported_response_type"),
                (["code_challenge_method": "plain"], "invalid_request"),
            ] as [([String: String?], String)] {
                try await signing.server.expectError(error) { try await signing.push([("request", try signing.object(changes))]) }
            }
        }
    }

    @Test("FAPI 2.0 Message Signing §5.3.1: who must sign, signs for an hour at most: exp and nbf there, by the registered algorithm")
    func required() async throws {
        try await with(
            .PS256,
            {
                $0.requiresSignedRequests = true
                $0.requestObjectSigningAlg = .set("PS256")
            }
        ) { signing in
            let server = signing.server, now = Int(server.fixture.clock.now.timeIntervalSince1970)
            #expect(try await signing.signIn(signing.url(try signing.object())).parameter("code") != nil)
            #expect(try await signing.push([("request", try signing.object([:], ["exp": .integer(now + 3600)]))]).status == 201)
            for (name, claims) in [
                ("no exp", ["exp": nil]), ("no nbf", ["nbf": nil]), ("exp over 60 minutes", ["exp": .integer(now + 4200)]),
                ("nbf over 60 minutes ago", ["nbf": .integer(now - 4200), "exp": .integer(now - 700)]),
                ("nbf over 60 minutes ago, exp to come", ["nbf": .integer(now - 3601), "exp": .integer(now - 1)]),
            ] as [(String, [String: JSONValue?])] {
                let answer = try await signing.push([("request", try signing.object([:], claims))])
                #expect(answer.status == 400 && answer.json["error"] == "invalid_request_object", "\(name): \(answer.body)")
            }
            // Without an object nothing counts, in the browser or pushed.
            try await server.expectTold(signing.app, "invalid_request") { try await server.get(signing.app.authorizeURL(server)) }
            try await server.expectError("invalid_request") { try await signing.push(signing.app.parameters()) }
        }
        // The same keys may serve for other things by other algorithms.
        try await with(.RS256, { $0.requestObjectSigningAlg = .set("PS256") }) { signing in
            try await signing.server.expectError("invalid_request_object") { try await signing.push([("request", try signing.object())]) }
            #expect(signing.server.log.lines.last?.metadata["seen"]?.hasPrefix("token.algorithm") == true)
        }
    }

    @Test("an admin sets it for clients with keys, by an algorithm that we read")
    func settings() async throws {
        try await TestServer.run { server in
            func fields(_ change: (inout ClientSettings) -> Void) async -> [String] {
                var settings = ClientSettings()
                change(&settings)
                let client = server.fixture.client.id.text, pool = server.fixture.pool.id.text
                do {
                    _ = try await server.fixture.administration.perform(UpdateClient(client, pool: pool, settings: settings))
                    return []
                } catch {
                    guard case .problems(let problems) = error else { return ["?"] }
                    return problems.map(\.field.rawValue)
                }
            }
            #expect(await fields { $0.requiresSignedRequests = true } == ["require_signed_request_object"])
            for name in ["none", "HS256", "ps256", "RS512"] {
                #expect(await fields { $0.requestObjectSigningAlg = .set(name) } == ["request_object_signing_alg"], "\(name)")
            }
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            #expect(document["request_parameter_supported"] == true && document["require_signed_request_object"] == false)
            #expect(document["request_object_signing_alg_values_supported"]?.strings == ["ES256", "EdDSA", "PS256", "RS256"])
            #expect(document["request_uri_parameter_supported"] == false)
        }
    }
}
