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
}
