import Administration
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 8707: tokens for a resource server")
struct ResourceTests {
    @Test("its own scopes are in the access token that is for it; once it is taken from the client, no token for it is given any more")
    func scopes() async throws {
        try await TestServer.run { server in
            let orders = "https://orders.example"
            try await server.addResource(orders, scopes: ["orders.read"])
            let asked = ["resource": orders, "scope": "openid orders.read orders.write"]
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app, asked), at: server)
            #expect(answer.json["scope"] == "openid orders.read")
            let token = try #require(answer.json["access_token"]?.string)
            #expect(try await server.verifier(audience: orders).verify(accessToken: token).scopes == ["openid", "orders.read"])
            // RFC 9068 §4: what the service was given is not for us, who would tell it more about the user.
            try await server.expectError("invalid_token", status: 401) {
                try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer " + token])
            }

            let waiting = try await Browser(server).signIn(server.app, asked)
            try await server.changeClient { $0.resources = [] }
            let refresh = try #require(answer.json["refresh_token"]?.string)
            try await server.expectError("invalid_target") { try await server.app.refresh(refresh, at: server) }
            try await server.expectError("invalid_target") { try await server.app.redeem(waiting, at: server) }
        }
    }

    @Test("§2: several resources in one request: the token names all, each has its scopes; a token request narrows to some (§2.2), also at a refresh")
    func several() async throws {
        try await TestServer.run { server in
            let (orders, payroll) = ("https://orders.example", "https://payroll.example")
            try await server.addResource(orders, scopes: ["orders.read"])
            try await server.addResource(payroll, scopes: ["payroll.read"])
            let browser = Browser(server)
            let begin = try await browser.get(
                server.app.authorizeURL(server, ["resource": orders, "scope": "openid orders.read payroll.read"])
                    + FormCoding.append([("resource", payroll), ("resource", orders)], to: "").replacing("?", with: "&"))
            let request = try server.fixture.identityProvider.request(inRedirect: try #require(begin.location)).request
            func code() async throws -> String {
                if browser.sessionCookie == nil { return try #require(try await browser.answer(request).parameter("code")) }
                let again = try await browser.get(
                    server.app.authorizeURL(server, ["resource": orders, "scope": "openid orders.read payroll.read"])
                        + FormCoding.append([("resource", payroll)], to: "").replacing("?", with: "&"))
                return try #require(again.parameter("code"))
            }
            func verify(_ answer: Answer, for audience: String) async throws -> VerifiedAccessToken {
                #expect(answer.status == 200, "\(answer.body)")
                return try await server.verifier(audience: audience).verify(accessToken: try #require(answer.json["access_token"]?.string))
            }
            let both = try await server.app.redeem(try await code(), at: server)
            #expect(both.json["scope"] == "openid orders.read payroll.read")
            for audience in [orders, payroll] { #expect(try await verify(both, for: audience).audience.values == [orders, payroll]) }
            #expect(
                try await server.app.introspect(try #require(both.json["access_token"]?.string), at: server).json["aud"]?.strings == [
                    orders, payroll,
                ])
            let one = try await server.app.redeem(try await code(), at: server, ["resource": payroll])
            #expect(one.json["scope"] == "openid payroll.read")
            #expect(try await verify(one, for: payroll).audience.values == [payroll])
            let refreshed = try await server.app.refresh(try #require(one.json["refresh_token"]?.string), at: server, ["resource": orders])
            #expect(try await verify(refreshed, for: orders).scopes == ["openid", "orders.read"])
            try await server.expectError("invalid_target") {
                try await server.app.refresh(
                    try #require(refreshed.json["refresh_token"]?.string), at: server, ["resource": "https://other.example"])
            }
        }
    }

    @Test("client create --resource-scope: of a resource's scopes a client has those that were named for it, and of other resources all")
    func allowedScopes() async throws {
        try await TestServer.run { server in
            let (orders, payroll) = ("https://orders.example", "https://payroll.example")
            try await server.addResource(orders, scopes: ["orders.read", "orders.write"])
            try await server.addResource(payroll, scopes: ["payroll.read"])
            try await server.fixture.updateClient { $0.resourceScopes = ListChange([orders + " orders.read"]) }
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let asked = ["resource": orders, "scope": "openid orders.read orders.write"]
            #expect(
                try await server.app.redeem(try await Browser(server).signIn(server.app, asked), at: server).json["scope"] == "openid orders.read")
            let other = ["resource": payroll, "scope": "openid payroll.read"]
            #expect(
                try await server.app.redeem(try await Browser(server).signIn(server.app, other), at: server).json["scope"] == "openid payroll.read")
            for wrong in [orders, orders + " orders.delete", payroll + " orders.read", "https://other.example orders.read", orders + "  orders.read"]
            {
                await #expect(throws: AdministrationError.self) {
                    try await server.fixture.updateClient { $0.resourceScopes = ListChange([wrong]) }
                }
            }
        }
    }
}
