import Administration
import Gateway
import HTTPTypes
import SAML
import TestSupport
import Testing

@Suite("From the moment the redirect URI is proven the app is told (RFC 6749 §4.1.2.1, THREATS case 145)")
struct AppToldTests {
    @Test(
        "case 145: a SAML provider's refusal is access_denied, a request of ours that it does not like is server_error",
        arguments: [
            ("Responder", "access_denied"), ("Requester", "server_error"), ("VersionMismatch", "server_error"),
        ])
    func samlStatus(status: String, error: String) async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            try await server.expectRefusal("saml.status", expected: "urn:oasis:names:tc:SAML:2.0:status:Success", told: error) {
                try await browser.answer(request) {
                    $0.status = "urn:oasis:names:tc:SAML:2.0:status:" + status
                    $0.hasAssertion = false
                    $0.signed = .none
                }
            }
        }
    }

    @Test("prompt=none asks the provider without a page where the admin allows it, and its NoPassive is login_required (OIDC Core §3.1.2.6)")
    func noPassive() async throws {
        try await TestServer.run({ $0.providerSettings = { $0.requests.asksPassively = true } }) { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app, ["prompt": "none"])
            #expect(request.isPassive)
            try await server.expectRefusal("saml.status", expected: "urn:oasis:names:tc:SAML:2.0:status:Success", told: "login_required") {
                try await browser.answer(request) {
                    $0.status = "urn:oasis:names:tc:SAML:2.0:status:Responder"
                    $0.substatus = "urn:oasis:names:tc:SAML:2.0:status:NoPassive"
                    $0.hasAssertion = false
                    $0.signed = .none
                }
            }
        }
    }

    @Test(
        "case 145: an OpenID provider's error",
        arguments: [
            ("access_denied", "oidc.declined", "access_denied"), ("login_required", "oidc.provider_error", "access_denied"),
            ("temporarily_unavailable", "oidc.provider_error", "temporarily_unavailable"),
            ("invalid_scope", "oidc.provider_error", "server_error"),
        ])
    func providerError(upstream: String, code: String, error: String) async throws {
        try await OpenIDServerTests.Setting.run { setting in
            let browser = Browser(setting.server)
            let (answer, redirectURI) = try await setting.begin(browser)
            let state = try #require(answer.first { $0.name == "state" })
            try await setting.server.expectRefusal(code, told: error) {
                try await browser.post(redirectURI, [state, ("error", upstream), ("error_description", "secret words")], fromAnotherSite: true)
            }
        }
    }

    @Test("case 145: a database that fails after the proof, at the beginning and at the end of a sign-in")
    func storage() async throws {
        try await TestServer.run { server in
            let begun = Browser(server)
            _ = try await begun.begin(server.app)
            // What the caches know proves client and redirect URI; the pending sign-in cannot be written.
            await server.fixture.closeDatabase()
            let answer = try await Browser(server).get(server.app.authorizeURL(server))
            #expect(answer.parameter("error") == "temporarily_unavailable" && answer.parameter("state") == server.app.state)
            #expect(answer.parameters("iss") == [server.fixture.issuer])
            let reference = answer.parameter("error_description")?.suffix(12)
            let line = try #require(server.log.lines.first { $0.metadata["code"] == "storage.unavailable" })
            #expect(line.metadata["reference"].map { Substring($0) } == reference)
        }
    }

    @Test("case 145: with response_mode=form_post the refusal is posted, too")
    func formPost() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app, ["response_mode": "form_post"])
            let answer = try await browser.answer(request, nameID: "alice") { $0.audiences = [["https://other.example"]] }
            server.expectPage(answer)
            #expect(answer.body.contains("name=\"error\" value=\"server_error\"") && answer.body.contains("name=\"state\""))
            #expect(answer.headers[.contentSecurityPolicy]?.contains("https://app.example") == true)
        }
    }
}
