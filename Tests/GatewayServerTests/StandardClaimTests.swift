import Administration
import Foundation
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("OpenID Connect Core §5.1, §5.4: the standard claims, and the scopes that ask for them (oidcc-scope-*)")
struct StandardClaimTests {
    private static let profile: [(claim: String, value: String)] = [
        ("name", "Alice Example"), ("given_name", "Alice"), ("family_name", "Example"), ("middle_name", "M."), ("nickname", "Al"),
        ("preferred_username", "alice"), ("profile", "https://a.example/alice"), ("picture", "https://a.example/alice.png"),
        ("website", "https://alice.example"), ("gender", "female"), ("birthdate", "1990-01-31"), ("zoneinfo", "Europe/Berlin"), ("locale", "de-DE"),
    ]
    private static let others: [(claim: String, value: String)] = [
        ("email", "alice@example.com"), ("email_verified", "true"), ("phone_number", "+49 30 1234"), ("phone_number_verified", "true"),
        ("address", "Weg 1\n10115 Berlin"), ("address.street_address", "Weg 1"), ("address.locality", "Berlin"), ("address.region", "BE"),
        ("address.postal_code", "10115"), ("address.country", "DE"),
    ].map { ($0.0, $0.1.replacingOccurrences(of: "\n", with: ", ")) }

    /// A provider that says all of them, and a client that may ask for all scopes.
    private func run(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        try await TestServer.run({
            $0.providerSettings = { $0.map = ListChange((Self.profile + Self.others).map { "\($0.claim)=\($0.claim)" } + ["groups=groups"]) }
            $0.clientSettings = { $0.scopes = ["openid", "profile", "email", "address", "phone"] }
        }) { server in try await body(server) }
    }

    private func signIn(_ server: TestServer, scope: String?) async throws -> (id: TokenClaims, info: JSONObject, token: JSONObject) {
        let said = (Self.profile + Self.others).map { FakeResponse.Attribute($0.claim, $0.value) } + [FakeResponse.Attribute("groups", "staff")]
        let answer = try await server.app.redeem(
            try await Browser(server).signIn(server.app, ["scope": scope], attributes: said), at: server)
        let id = try await server.verifier(audience: server.app.clientID).verify(
            idToken: try #require(answer.json["id_token"]?.string, "\(answer.body)"), nonce: server.app.nonce)
        let access = try #require(answer.json["access_token"]?.string)
        let info = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + access])
        return (id.claims, info.json, answer.json)
    }

    @Test("§5.1.1: address is an object, updated_at a number of seconds, *_verified truth values, the rest text")
    func all() async throws {
        try await run { server in
            for scope in ["openid profile email address phone", "phone address email profile openid"] {
                let (id, info, _) = try await signIn(server, scope: scope)
                for claims in [id.members, info] {
                    for (claim, value) in Self.profile { #expect(claims[claim]?.string == value, "\(claim)") }
                    #expect(claims["email"] == "alice@example.com" && claims["email_verified"] == true)
                    #expect(claims["phone_number"] == "+49 30 1234" && claims["phone_number_verified"] == true)
                    let address: JSONObject = [
                        "formatted": "Weg 1, 10115 Berlin", "street_address": "Weg 1", "locality": "Berlin", "region": "BE", "postal_code": "10115",
                        "country": "DE",
                    ]
                    #expect(claims["address"]?.object == address)
                    #expect(claims["updated_at"]?.integer == Int(server.fixture.clock.now.timeIntervalSince1970))
                    #expect(!claims.names.contains { $0.hasPrefix("address.") })
                }
            }
        }
    }

    @Test("§5.4: each scope gives its claims and no others; what nobody knows is left out, and never null")
    func scopes() async throws {
        let profile = Set(Self.profile.map(\.claim) + ["updated_at"])
        let expected: [(scope: String, claims: Set<String>)] = [
            ("openid", []), ("openid profile", profile), ("openid email", ["email", "email_verified"]), ("openid address", ["address"]),
            ("openid phone", ["phone_number", "phone_number_verified"]),
        ]
        try await run { server in
            for (scope, claims) in expected {
                let (id, info, _) = try await signIn(server, scope: scope)
                #expect(Set(info.names) == claims.union(["sub", "groups", "username"]), "\(scope)")
                #expect(Set(id.members.names).intersection(UserAttribute.standardClaims) == claims, "\(scope)")
            }
        }
        try await TestServer.run({ $0.clientSettings = { $0.scopes = ["openid", "address", "phone", "email"] } }) { server in
            let answer = try await server.app.redeem(
                try await Browser(server).signIn(server.app, ["scope": "openid address phone"]), at: server)
            let idToken = try #require(answer.json["id_token"]?.string)
            let claims = try #require(TokenVerifier.unverifiedClaims(of: idToken))
            #expect(claims["address"] == nil && claims["phone_number"] == nil && answer.json["scope"] == "openid address phone")
        }
    }

    @Test("scope=groups may be asked for by every client, alone too; discovery lists what there is")
    func groups() async throws {
        try await run { server in
            let (id, _, token) = try await signIn(server, scope: "openid groups")
            #expect(id["groups"]?.strings == ["staff"] && token["scope"] == "openid groups")
            let document = try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").json
            let scopes = document["scopes_supported"]?.strings ?? [], claims = document["claims_supported"]?.strings ?? []
            #expect(Set(["openid", "profile", "email", "address", "phone", "groups"]).isSubset(of: scopes))
            #expect(Set(Self.profile.map(\.claim) + ["address", "updated_at", "phone_number_verified", "groups"]).isSubset(of: claims))
            #expect(!claims.contains { $0.contains(".") })
        }
    }

    @Test("a token without any scope says none: no empty text, in the answer, in the token, at introspection")
    func noScope() async throws {
        try await TestServer.run { server in
            let job = try await server.addService("Job")
            let answer = try await job.credentials(at: server)
            #expect(answer.status == 200 && answer.json["scope"] == nil)
            let token = try #require(answer.json["access_token"]?.string)
            #expect(TokenVerifier.unverifiedClaims(of: token)?["scope"] == nil)
            let seen = try await job.introspect(token, at: server)
            #expect(seen.json["active"] == true && seen.json["scope"] == nil)
        }
    }

    @Test("case 180: a signed userinfo answer is no id_token_hint, at the authorization endpoint or at the sign-out")
    func signedUserInfoAsHint() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let answer = try await server.app.redeem(try await browser.signIn(server.app), at: server)
            let access = try #require(answer.json["access_token"]?.string)
            let bearer = "Bearer " + access
            let signed = try await server.get(
                server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: bearer, .accept: "application/jwt"])
            #expect(signed.headers[.contentType] == "application/jwt")
            try await server.expectTold(server.app, "invalid_request") {
                try await server.get(server.app.authorizeURL(server, ["id_token_hint": signed.body]))
            }
            let end = FormCoding.append([("id_token_hint", signed.body)], to: server.fixture.issuer + "/logout")
            #expect(try await browser.get(end).body.contains("name=\"confirm\""))
            let idToken = try #require(answer.json["id_token"]?.string)
            #expect(try await browser.get(server.app.authorizeURL(server, ["id_token_hint": idToken])).parameter("code") != nil)
        }
    }
}
