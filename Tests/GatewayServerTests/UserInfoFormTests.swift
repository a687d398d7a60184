import HTTPTypes
import TestSupport
import Testing
import WireFormats

@Suite("RFC 6750 §2.2: userinfo takes the token from a form")
struct UserInfoFormTests {
    @Test("in the body of a POST that is a form, and nowhere else; two tokens are invalid_request")
    func form() async throws {
        try await TestServer.run { server in
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let token = try #require(answer.json["access_token"]?.string)
            let url = server.fixture.issuer + "/oauth2/userInfo"
            let info = try await server.post(url, [("access_token", token)])
            #expect(info.status == 200 && info.json["email"] == "alice@example.com")

            let both = try await server.post(url, [("access_token", token)], headers: [.authorization: "Bearer " + token])
            #expect(both.status == 400 && both.json["error"] == "invalid_request")
            #expect(both.headers[.wwwAuthenticate]?.contains("error=\"invalid_request\"") == true)
            // Case 110: the wrong one, one in the query, one in a body that is no form, none at all.
            let wrong = try await server.post(url, [("access_token", token + "x")])
            #expect(wrong.status == 401 && wrong.headers[.wwwAuthenticate]?.contains("error=\"invalid_token\"") == true)
            #expect(try await server.post(url + "?access_token=" + token, []).status == 401)
            #expect(try await server.send(.post, url, headers: [.contentType: "text/plain"], body: "access_token=" + token).status == 401)
            let none = try await server.post(url, [])
            let schemes = "Bearer realm=\"userinfo\", DPoP realm=\"userinfo\", algs=\"ES256 EdDSA PS256 RS256\""
            #expect(none.status == 401 && none.headers[.wwwAuthenticate] == schemes)
        }
    }
}
