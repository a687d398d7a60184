import Foundation
import Gateway
import GatewayServer
import HTTPTypes
import HummingbirdTesting
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Addresses come from the configuration (THREATS P10, case 117), and a pool answers at the root of its own domain")
struct HostTests {
    private static let forged: HTTPFields = {
        var headers: HTTPFields = [.forwarded: "for=1.2.3.4;host=evil.example;proto=http"]
        for (name, value) in [
            ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Port", "8443"), ("X-Forwarded-Prefix", "/evil"),
            ("X-Original-URL", "/evil"), ("X-Forwarded-For", "1.2.3.4"),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }()

    // The test client's `Host` is localhost, so every other test of this target has a forged one too.
    @Test("case 117: forged Host and X-Forwarded-* change no issuer, no redirect and no cookie")
    func forgedHost() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let plain = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration")
            let discovery = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration", headers: Self.forged)
            #expect(discovery.body == plain.body)
            let metadata = try await server.get(server.fixture.entityID, headers: Self.forged)
            #expect(!metadata.body.contains("evil.example") && !metadata.body.contains("localhost"))

            let begun = try await browser.get(server.app.authorizeURL(server), headers: Self.forged)
            let request = try server.fixture.identityProvider.request(inRedirect: try #require(begun.location)).request
            #expect(request.assertionConsumerServiceURL == server.fixture.assertionConsumerService && request.issuer == server.fixture.entityID)
            #expect(begun.setCookies.first?.hasPrefix("__Host-") == true && begun.setCookies.first?.contains("; Secure") == true)
            let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now)
            let answer = try await browser.post(
                server.fixture.assertionConsumerService, HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil),
                headers: Self.forged)
            #expect(answer.location?.hasPrefix(GatewayFixture.redirectURI + "?") == true)
            #expect(answer.parameters("iss") == [server.fixture.issuer])
            #expect(answer.setCookies.first?.hasPrefix("__Host-") == true && answer.setCookies.first?.contains("Domain") == false)
            let tokens = try await server.app.redeem(try #require(answer.parameter("code")), at: server)
            #expect(try await server.verifier().verify(accessToken: try #require(tokens.json["access_token"]?.string)).username != nil)
        }
    }

    @Test("what programs read there is refused in JSON", arguments: ["/.well-known/openid-configuration", "/.well-known/jwks.json"])
    func unknownHostOfDocuments(path: String) async throws {
        try await TestServer.run { server in
            try await server.expectError("invalid_request", status: 404) { try await server.get(path) }
            #expect(server.log.lines.contains { $0.metadata["code"] == "sign_in.unknown_pool" })
        }
    }

    @Test("a pool's domain: the issuer stays, the endpoints and the consumer service are at the root")
    func ownDomain() async throws {
        try await TestServer.run { server in
            try await server.giveDomain()
            let discovery = try await server.get("/.well-known/openid-configuration")
            #expect(discovery.json["issuer"]?.string == server.fixture.issuer)
            #expect(discovery.json["authorization_endpoint"]?.string == "https://localhost/oauth2/authorize")
            #expect(discovery.json["jwks_uri"]?.string == "https://localhost/.well-known/jwks.json")
            #expect(try await server.get("/.well-known/jwks.json").body == server.get(server.fixture.issuer + "/.well-known/jwks.json").body)

            let metadata = try await server.get("/saml2/metadata")
            #expect(metadata.body.contains("entityID=\"\(server.fixture.entityID)\""))
            for location in [server.fixture.assertionConsumerService, "https://localhost/saml2/idpresponse"] {
                #expect(metadata.body.contains("Location=\"\(location)\""))
            }
        }
    }

    @Test("a whole sign-in at the pool's own domain, over a real socket")
    func signInAtOwnDomain() async throws {
        try await TestServer.run(over: .live) { server in
            try await server.giveDomain()
            let browser = Browser(server)
            let begun = try await browser.get(FormCoding.append(server.app.parameters(), to: "https://localhost/oauth2/authorize"))
            let request = try server.fixture.identityProvider.request(inRedirect: try #require(begun.location)).request
            #expect(request.assertionConsumerServiceURL == "https://localhost/saml2/idpresponse")
            #expect(request.issuer == server.fixture.entityID)
            let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now)
            let answer = try await browser.post(
                "https://localhost/saml2/idpresponse", HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil))
            #expect(answer.status == 303)
            #expect(answer.parameters("iss") == [server.fixture.issuer])
            let tokens = try await server.app.redeem(try #require(answer.parameter("code")), at: server)
            let access = try await server.verifier().verify(accessToken: try #require(tokens.json["access_token"]?.string))
            #expect(access.username == "corp_alice@example.com")
        }
    }

    @Test("an answer for the domain's consumer service does not fit a sign-in begun below the issuer (case 57)")
    func otherConsumerService() async throws {
        try await TestServer.run { server in
            try await server.giveDomain()
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            try await server.expectRefusal("saml.recipient", expected: server.fixture.assertionConsumerService, told: "server_error") {
                try await browser.answer(request) {
                    $0.destination = nil
                    $0.recipient = "https://localhost/saml2/idpresponse"
                }
            }
        }
    }

    @Test("on plain http, as in development, the cookies have no prefix and no Secure, and nothing else changes")
    func plainHTTP() async throws {
        let jar = CookieJar(publicURL: "http://localhost:8080")
        try await TestServer.run { server in
            let pool = server.fixture.pool.id
            let secret = SecretBytes(String(repeating: "s", count: 43))
            let session = jar.session(secret, pool: pool, seconds: 60)
            #expect(session.hasPrefix("countersign-session-\(pool)=") && session.hasSuffix("; HttpOnly; SameSite=Lax"))
            let binding = jar.binding(secret, pool: pool, seconds: 60)
            #expect(!binding.contains("Secure") && !binding.contains("SameSite=None"))
            let read = jar.read([.cookie: "countersign-session-\(pool)=" + String(repeating: "s", count: 43)], pool: pool)
            #expect(read.session != nil && read.binding == nil)
            #expect(jar.choice("a.b", pool: pool) == "countersign-choice-\(pool)=a.b; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax")
            #expect(jar.choice([.cookie: "countersign-choice-\(pool)=a.b"], pool: pool) == "a.b")
            for wrong in ["countersign-choice-\(pool)=a.b; countersign-choice-\(pool)=c.d", "countersign-choice-\(pool)=a<b"] {
                #expect(jar.choice([.cookie: wrong], pool: pool) == nil)
            }
            // Neither kind of server takes the other's cookies.
            let strict = CookieJar(publicURL: GatewayFixture.publicURL)
            #expect(strict.read([.cookie: "countersign-session-\(pool)=" + String(repeating: "s", count: 43)], pool: pool).session == nil)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let forwarded = Self("Forwarded")!
}
