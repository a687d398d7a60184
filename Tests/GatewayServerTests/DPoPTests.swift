import Administration
import Foundation
import Gateway
import GatewayServer
import HTTPTypes
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 9449: tokens that are bound to a key of the app (THREATS P15)")
struct DPoPTests {
    private static let tokenPath = "/oauth2/token"
    private static let userInfoPath = "/oauth2/userInfo"

    /// An app with a key, at a server.
    private struct KeyedApp {
        let server: TestServer
        let app: TestApp
        var key = DPoPKey()

        var now: Date { server.fixture.clock.now }
        func url(_ path: String) -> String { server.fixture.issuer + path }

        func proof(
            _ path: String = DPoPTests.tokenPath, _ method: String = "POST", token: String? = nil, nonce: String? = nil,
            _ claims: [String: JSONValue?] = [:]
        ) throws -> String {
            try key.proof(method, url(path), at: now, token: token, nonce: nonce, claims)
        }

        static func headers(_ proof: String?) -> HTTPFields {
            var headers = HTTPFields()
            if let proof { headers[.dpop] = proof }
            return headers
        }

        /// The nonce of the moment, as every client gets it: by a first request.
        func nonce() async throws -> String {
            try #require(try await app.redeem("none", at: server, headers: Self.headers(try proof())).headers[.dpopNonce])
        }

        func credentials(_ proof: String?) async throws -> Answer {
            try await app.token(["grant_type": "client_credentials"], at: server, [:], headers: Self.headers(proof))
        }

        func redeem(_ code: String, _ proof: String?) async throws -> Answer {
            try await app.redeem(code, at: server, headers: Self.headers(proof))
        }

        func refresh(_ token: String, _ proof: String?) async throws -> Answer {
            try await app.token(["grant_type": "refresh_token", "refresh_token": token], at: server, [:], headers: Self.headers(proof))
        }

        /// A person's tokens, bound.
        func signIn(_ changes: [String: String?] = [:]) async throws -> (access: String, refresh: String) {
            let code = try await Browser(server).signIn(app, changes)
            let answer = try await redeem(code, try proof(nonce: app.secret == nil ? try await nonce() : nil))
            return (try #require(answer.json["access_token"]?.string, "\(answer.body)"), try #require(answer.json["refresh_token"]?.string))
        }

        func userInfo(
            _ token: String, scheme: String = "DPoP", _ proof: String?, method: HTTPRequest.Method = .get
        ) async throws -> Answer {
            var headers = Self.headers(proof)
            headers[.authorization] = scheme + " " + token
            return try await server.send(method, url(DPoPTests.userInfoPath), headers: headers)
        }

        func seen() -> String? { server.log.lines.last?.metadata["seen"] }
    }

    private func with(
        _ configure: @Sendable @escaping (inout GatewayFixture.Options) -> Void = { _ in },
        _ body: @Sendable @escaping (KeyedApp) async throws -> Void
    ) async throws {
        try await TestServer.run(configure) { server in try await body(KeyedApp(server: server, app: server.app)) }
    }

    /// A program with a secret that asks for itself.
    private func withService(
        _ configure: @Sendable @escaping (inout ClientSettings) -> Void = { _ in }, _ body: @Sendable @escaping (KeyedApp) async throws -> Void
    ) async throws {
        try await TestServer.run { server in try await body(KeyedApp(server: server, app: try await server.addService("Job", configure))) }
    }

    private func withPublic(_ body: @Sendable @escaping (KeyedApp) async throws -> Void) async throws {
        try await TestServer.run { server in
            let app = try await server.addApp("Browser app", redirectURI: "https://spa.example/cb", confidential: false)
            try await body(KeyedApp(server: server, app: app))
        }
    }

    private func expect(
        _ answer: Answer, _ error: String, status: Int = 400, _ seen: String? = nil, by app: KeyedApp,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status && answer.json["error"]?.string == error, "\(answer.status) \(answer.body)", sourceLocation: sourceLocation)
        if let seen { #expect(app.seen()?.hasPrefix(seen) == true, "\(app.seen() ?? "nothing")", sourceLocation: sourceLocation) }
    }

    @Test("§5, §6.1: with a proof the token is bound to its key, and its type is DPoP; without one it is borne, as ever")
    func token() async throws {
        try await withService { app in
            let answer = try await app.credentials(try app.proof())
            #expect(answer.status == 200 && answer.json["token_type"] == "DPoP", "\(answer.body)")
            let token = try await app.server.verifier().verify(accessToken: try #require(answer.json["access_token"]?.string))
            #expect(token.boundKey == app.key.thumbprint)
            #expect(try #require(answer.headers[.dpopNonce]).utf8.count >= 20)
            let plain = try await app.credentials(nil)
            #expect(plain.json["token_type"] == "Bearer" && plain.headers[.dpopNonce] == nil)
            let borne = try await app.server.verifier().verify(accessToken: try #require(plain.json["access_token"]?.string))
            #expect(borne.claims["cnf"] == nil && borne.boundKey == nil)
        }
    }

    @Test("§6.2: introspection tells the key, and that the type is DPoP")
    func introspection() async throws {
        try await with { app in
            let tokens = try await app.signIn()
            let seen = try await app.app.introspect(tokens.access, at: app.server)
            #expect(seen.json["active"] == true && seen.json["token_type"] == "DPoP")
            #expect(seen.json["cnf"] == .object(["jkt": .string(app.key.thumbprint)]))
        }
    }

    @Test("case 166: a proof that is not one is invalid_dpop_proof, and the log says which rule it was")
    func refused() async throws {
        try await withService { app in
            let url = app.url(Self.tokenPath)
            func proof(_ header: [String: JSONValue?] = [:], _ claims: [String: JSONValue?] = [:]) throws -> String {
                try app.key.proof("POST", url, at: app.now, header: header, claims)
            }
            let wrong: [(proof: String, seen: String)] = [
                ("x", "dpop.malformed"), (try proof(["typ": "JWT"]), "dpop.type"), (try proof(["alg": "none"]), "dpop.algorithm"),
                (try proof(["jwk": nil]), "dpop.key"), (try proof(["jwk": .object(DPoPKey().jwk)]), "dpop.signature"),
                (try proof([:], ["jti": nil]), "dpop.claim"), (try proof([:], ["iat": nil]), "dpop.claim"),
                (try proof([:], ["htm": "GET"]), "dpop.method"), (try proof([:], ["htu": .string(app.url("/oauth2/par"))]), "dpop.url"),
                (try proof([:], ["htu": "https://evil.example/oauth2/token"]), "dpop.url"),
                (try proof([:], ["iat": .integer(Int(app.now.timeIntervalSince1970) - 3600)]), "dpop.issued_at"),
                (try proof([:], ["iat": .integer(Int(app.now.timeIntervalSince1970) + 3600)]), "dpop.issued_at"),
                (try proof([:], ["exp": .integer(Int(app.now.timeIntervalSince1970) - 3600)]), "dpop.expired"),
            ]
            for (proof, seen) in wrong { expect(try await app.credentials(proof), "invalid_dpop_proof", seen, by: app) }
            var headers = HTTPFields()
            headers.append(HTTPField(name: .dpop, value: try proof()))
            headers.append(HTTPField(name: .dpop, value: try proof()))
            expect(
                try await app.app.token(["grant_type": "client_credentials"], at: app.server, [:], headers: headers), "invalid_dpop_proof",
                "dpop.several", by: app)
            // FAPI 2, ensure-dpopproof-with-iat-10seconds-before and -after, check-dpop-proof-nbf-exp.
            let now = Int(app.now.timeIntervalSince1970)
            for claims: [String: JSONValue?] in [
                ["iat": .integer(now - 10)], ["iat": .integer(now + 10)], ["nbf": .integer(now), "exp": .integer(now + 300)],
            ] { #expect(try await app.credentials(try proof([:], claims)).status == 200) }
            #expect(try await app.credentials(try proof([:], ["htu": .string(url + "?x=1#y")])).status == 200)
        }
    }

    @Test("case 168: a proof counts once: of 50 requests with one, at two servers of one database, one gets a token")
    func once() async throws {
        try await withService { app in
            let fixture = app.server.fixture, servers = [fixture.tokens, fixture.tokens], secret = try #require(app.app.secret)
            let form = Parameters([
                (name: "grant_type", value: "client_credentials"), ("client_id", app.app.clientID), ("client_secret", secret),
            ])
            let presented = PresentedProof([try app.proof()], method: "POST", url: app.url(Self.tokenPath))
            let refusals = await withTaskGroup(of: OAuthError?.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        do throws(OAuthError) {
                            _ = try await servers[index % 2].respond(
                                to: TokenRequest(form), credentials: ClientCredentials(authorization: nil, form: form), pool: fixture.pool,
                                proof: presented)
                            return nil
                        } catch { return error }
                    }
                }
                return await group.reduce(into: [OAuthError?]()) { $0.append($1) }
            }
            #expect(refusals.count { $0 == nil } == 1)
            #expect(refusals.compactMap(\.self).map(\.seen) == Array(repeating: "dpop.replayed", count: 49))
            // The same jti by another key is another proof.
            let proof = try app.proof(Self.tokenPath, "POST", ["jti": "the-same"])
            #expect(try await app.credentials(proof).status == 200)
            expect(try await app.credentials(proof), "invalid_dpop_proof", "dpop.replayed", by: app)
            let other = KeyedApp(server: app.server, app: app.app)
            #expect(try await other.credentials(try other.proof(Self.tokenPath, "POST", ["jti": "the-same"])).status == 200)
            // As long as it could be good it is remembered, whenever housekeeping runs.
            fixture.clock.advance(by: 59)
            #expect(try await fixture.stores.singleUse.removeExpired(at: fixture.clock.now, limit: 10) == 0)
            expect(try await app.credentials(proof), "invalid_dpop_proof", "dpop.replayed", by: app)
            fixture.clock.advance(by: 62)
            #expect(try await fixture.stores.singleUse.removeExpired(at: fixture.clock.now, limit: 10) == 3)
        }
    }

    @Test("case 171; §8: a public client needs a nonce, of any of our servers, not older than five minutes; a given one counts for everybody")
    func nonces() async throws {
        try await withPublic { app in
            let code = try await Browser(app.server).signIn(app.app)
            let first = try await app.redeem(code, try app.proof())
            expect(first, "use_dpop_nonce", "dpop.nonce", by: app)
            let nonce = try #require(first.headers[.dpopNonce])
            for wrong in ["x", String(nonce.dropLast()) + "A", String(repeating: "A", count: 27), nonce + "A"] where wrong != nonce {
                expect(try await app.redeem(code, try app.proof(nonce: wrong)), "use_dpop_nonce", "dpop.nonce", by: app)
            }
            // Nothing of that used up the code.
            let answer = try await app.redeem(code, try app.proof(nonce: nonce))
            #expect(answer.status == 200 && answer.json["token_type"] == "DPoP", "\(answer.body)")
            var refresh = try #require(answer.json["refresh_token"]?.string)
            // It serves again, for five minutes; then there is another one.
            app.server.fixture.clock.advance(by: 290)
            let again = try await app.refresh(refresh, try app.proof(nonce: nonce))
            #expect(again.status == 200 && again.headers[.dpopNonce] != nonce, "\(again.body)")
            refresh = try #require(again.json["refresh_token"]?.string)
            app.server.fixture.clock.advance(by: 70)
            expect(try await app.refresh(refresh, try app.proof(nonce: nonce)), "use_dpop_nonce", by: app)
            // Another server of the installation knows it, since both have the master key; another pool does not.
            let fixture = app.server.fixture, here = try await app.nonce()
            #expect(fixture.tokens.nonce(in: fixture.pool) == here)
            let other = try await fixture.administration.perform(
                CreatePool(name: "Other", domain: nil, signingAlgorithm: "ES256", region: "local"))
            #expect(fixture.tokens.nonce(in: other) != here)
        }
        try await withService { app in
            expect(try await app.credentials(try app.proof(nonce: "x")), "use_dpop_nonce", by: app)
            let nonce = app.server.fixture.tokens.nonce(in: app.server.fixture.pool)
            #expect(try await app.credentials(try app.proof(nonce: nonce)).status == 200)
        }
    }

    @Test("case 172; §5: a public client's refresh tokens are bound to its key, generation after generation; without it nothing is used up")
    func refreshOfPublicClient() async throws {
        try await withPublic { app in
            var refresh = try await app.signIn().refresh
            let thief = KeyedApp(server: app.server, app: app.app), nonce = try await app.nonce()
            for _ in 1...2 {
                expect(try await app.refresh(refresh, nil), "invalid_grant", by: app)
                expect(try await thief.refresh(refresh, try thief.proof(nonce: nonce)), "invalid_grant", by: app)
                let answer = try await app.refresh(refresh, try app.proof(nonce: nonce))
                #expect(answer.status == 200 && answer.json["token_type"] == "DPoP", "\(answer.body)")
                refresh = try #require(answer.json["refresh_token"]?.string)
            }
        }
        // A client that proves who it is may change its key.
        try await with { app in
            let refresh = try await app.signIn().refresh, other = KeyedApp(server: app.server, app: app.app)
            let answer = try await other.refresh(refresh, try other.proof())
            let token = try await app.server.verifier().verify(accessToken: try #require(answer.json["access_token"]?.string, "\(answer.body)"))
            #expect(token.boundKey == other.key.thumbprint)
        }
    }

    @Test(
        "case 172; §10: with dpop_jkt the code is for that key alone, also where the sign-in went through a provider; a code is used up by a wrong one"
    )
    func boundCode() async throws {
        try await with { app in
            let jkt = ["dpop_jkt": app.key.thumbprint]
            #expect(try await app.redeem(try await Browser(app.server).signIn(app.app, jkt), try app.proof()).status == 200)
            let thief = KeyedApp(server: app.server, app: app.app)
            for wrong in [nil, try thief.proof()] {
                let code = try await Browser(app.server).signIn(app.app, jkt)
                expect(try await app.redeem(code, wrong), "invalid_grant", by: app)
                expect(try await app.redeem(code, try app.proof()), "invalid_grant", by: app)
            }
            // From a session that is there.
            let browser = Browser(app.server)
            _ = try await browser.signIn(app.app)
            let code = try #require(try await browser.get(app.app.authorizeURL(app.server, jkt)).parameter("code"))
            expect(try await thief.redeem(code, try thief.proof()), "invalid_grant", by: app)
            for wrong in ["x", String(app.key.thumbprint.dropLast()), app.key.thumbprint + "A", String(repeating: "+", count: 43)] {
                try await app.server.expectTold(app.app, "invalid_request") {
                    try await app.server.get(app.app.authorizeURL(app.server, ["dpop_jkt": wrong]))
                }
            }
        }
    }

    @Test("case 172; §10.1: a proof beside a pushed request binds its code; with dpop_jkt of another key it is refused")
    func pushed() async throws {
        try await with { app in
            func push(_ proof: String?, _ changes: [String: String?] = [:]) async throws -> Answer {
                try await app.app.push(at: app.server, changes, headers: KeyedApp.headers(proof))
            }
            let path = "/oauth2/par"
            for changes: [String: String?] in [[:], ["dpop_jkt": app.key.thumbprint]] {
                let answer = try await push(try app.proof(path), changes)
                #expect(answer.status == 201 && answer.headers[.dpopNonce] != nil, "\(answer.body)")
                let uri = try #require(answer.json["request_uri"]?.string)
                let browser = Browser(app.server)
                let code = try #require(try await browser.answer(try await browser.begin(app.app, requestURI: uri)).parameter("code"))
                let thief = KeyedApp(server: app.server, app: app.app)
                expect(try await thief.redeem(code, try thief.proof()), "invalid_grant", by: app)
            }
            expect(try await push(try app.proof(path), ["dpop_jkt": DPoPKey().thumbprint]), "invalid_dpop_proof", by: app)
            // Made for another address.
            expect(try await push(try app.proof(Self.tokenPath)), "invalid_dpop_proof", "dpop.url", by: app)
            let uri = try #require(try await push(nil, ["dpop_jkt": app.key.thumbprint]).json["request_uri"]?.string)
            let browser = Browser(app.server)
            let code = try #require(try await browser.answer(try await browser.begin(app.app, requestURI: uri)).parameter("code"))
            #expect(try await app.redeem(code, try app.proof()).status == 200)
        }
    }

    @Test("a client for which it is required gets no token without a proof; discovery lists the algorithms")
    func required() async throws {
        try await withService({ $0.requiresDPoP = true }) { app in
            expect(try await app.credentials(nil), "invalid_dpop_proof", "dpop.missing", by: app)
            #expect(try await app.credentials(try app.proof()).status == 200)
            let document = try await app.server.get(app.url("/.well-known/openid-configuration"))
            #expect(document.json["dpop_signing_alg_values_supported"]?.strings == ["ES256", "EdDSA", "PS256", "RS256"])
        }
    }

    @Test("case 170; §7: userinfo takes a bound token with a proof, by the scheme in any case, and by no other way")
    func userInfo() async throws {
        try await with { app in
            let token = try await app.signIn().access
            func proof(_ method: String = "GET", _ claims: [String: JSONValue?] = [:]) throws -> String {
                try app.proof(Self.userInfoPath, method, token: token, claims)
            }
            for scheme in ["DPoP", "dpop", "DPOP"] {
                let answer = try await app.userInfo(token, scheme: scheme, try proof())
                #expect(answer.status == 200 && answer.json["email"] == "alice@example.com" && answer.headers[.dpopNonce] != nil, "\(answer.body)")
            }
            #expect(try await app.userInfo(token, try proof("POST"), method: .post).status == 200)

            // §7.2: borne, in the header or in a form.
            for borne in [try await app.userInfo(token, scheme: "Bearer", nil), try await app.userInfo(token, scheme: "Bearer", try proof())] {
                expect(borne, "invalid_token", status: 401, "dpop.bearer", by: app)
            }
            let form = try await app.server.post(app.url(Self.userInfoPath), [("access_token", token)], headers: KeyedApp.headers(try proof("POST")))
            expect(form, "invalid_token", status: 401, by: app)

            let stranger = KeyedApp(server: app.server, app: app.app)
            let wrong: [(proof: String?, error: String, seen: String)] = [
                (nil, "invalid_dpop_proof", "dpop.missing"), (try proof("POST"), "invalid_dpop_proof", "dpop.method"),
                (try app.proof(Self.userInfoPath, "GET"), "invalid_dpop_proof", "dpop.claim"),
                (try app.proof(Self.userInfoPath, "GET", token: token + "x"), "invalid_dpop_proof", "dpop.access_token_hash"),
                (try app.proof(Self.tokenPath, "GET", token: token), "invalid_dpop_proof", "dpop.url"),
                (try app.proof(Self.userInfoPath, "GET", token: token, nonce: "x"), "use_dpop_nonce", "dpop.nonce"),
                (try stranger.proof(Self.userInfoPath, "GET", token: token), "invalid_token", "dpop.other_key"),
            ]
            for (proof, error, seen) in wrong {
                let answer = try await app.userInfo(token, proof)
                expect(answer, error, status: 401, seen, by: app)
                let challenge = answer.headers[.wwwAuthenticate] ?? ""
                #expect(challenge.hasPrefix("DPoP realm=\"userinfo\", algs=\"ES256 EdDSA PS256 RS256\", error=\"\(error)\""), "\(challenge)")
            }
            let one = try proof()
            #expect(try await app.userInfo(token, one).status == 200)
            expect(try await app.userInfo(token, one), "invalid_dpop_proof", status: 401, "dpop.replayed", by: app)

            // One that is bound to nothing does not pass for one that is (§7.1).
            let plain = try await app.app.redeem(try await Browser(app.server).signIn(app.app), at: app.server)
            let borne = try #require(plain.json["access_token"]?.string)
            #expect(try await app.userInfo(borne, scheme: "Bearer", nil).status == 200)
            expect(
                try await app.userInfo(borne, try app.proof(Self.userInfoPath, "GET", token: borne)), "invalid_token", status: 401,
                "dpop.unbound_token", by: app)
        }
    }

    @Test("a page's script may send proofs, and read the nonce of an answer, refusals included")
    func crossOrigin() async throws {
        try await withPublic { app in
            let origin: HTTPFields = [.origin: "https://spa.example"]
            let allowed = try await app.server.send(.options, app.url(Self.tokenPath), headers: origin)
            #expect(allowed.headers[.accessControlAllowHeaders]?.contains("dpop") == true)
            var headers = origin
            headers[.dpop] = try app.proof()
            let answer = try await app.app.redeem("none", at: app.server, headers: headers)
            #expect(answer.headers[.accessControlExposeHeaders]?.contains("DPoP-Nonce") == true && answer.headers[.dpopNonce] != nil)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let dpop = HTTPField.Name("DPoP")!
    fileprivate static let dpopNonce = HTTPField.Name("DPoP-Nonce")!
}
