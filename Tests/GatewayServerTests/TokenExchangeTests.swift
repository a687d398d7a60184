import Administration
import Foundation
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 8693: a service gets a token for the next service, for the person who called it")
struct TokenExchangeTests {
    private static let orders = "https://orders.example"
    private static let payments = "https://payments.example"
    private static let access = "urn:ietf:params:oauth:token-type:access_token"

    /// An app's person has called `orders`, which may go on to `payments`.
    struct Stage {
        let server: TestServer
        /// `orders`.
        let service: TestApp
        let subject: String
        let refresh: String

        func exchange(_ changes: [String: String?] = [:]) async throws -> Answer {
            var form: [String: String?] = [
                "grant_type": AppClient.exchangeGrantType, "subject_token": subject, "subject_token_type": TokenExchangeTests.access,
                "resource": TokenExchangeTests.payments,
            ]
            for (name, value) in changes { form[name] = value }
            return try await server.post(
                server.fixture.issuer + "/oauth2/token", form.compactMap { name, value in value.map { (name, $0) } }, headers: service.authorization)
        }

        func verify(_ answer: Answer, audience: String = TokenExchangeTests.payments) async throws -> VerifiedAccessToken {
            #expect(answer.status == 200, "\(answer.body)")
            return try await server.verifier(audience: audience).verify(accessToken: try #require(answer.json["access_token"]?.string))
        }

        func update(_ change: (inout AppClient) -> Void) async throws {
            var client = try #require(try await server.fixture.stores.clients.find(AppClient.ID(service.clientID)!, in: server.fixture.pool.id))
            change(&client)
            #expect(try await server.fixture.stores.clients.update(client))
            server.fixture.clock.advanceUptime(by: .seconds(2))
        }
    }

    private func run(_ body: @Sendable (Stage) async throws -> Void) async throws {
        try await TestServer.run { server in
            try await server.addResource(Self.orders, scopes: ["orders.read", "pay"])
            try await server.addResource(Self.payments, scopes: ["pay", "refund"], ofClient: false)
            var settings = ClientSettings()
            settings.grantTypes = ListChange([AppClient.exchangeGrantType, "client_credentials"])
            settings.resources = ListChange([Self.payments])
            settings.serves = ListChange([Self.orders])
            let made = try await server.fixture.administration.perform(
                CreateClient(name: "orders", pool: server.fixture.pool.id.text, confidential: true, settings: settings))
            let service = TestApp(
                clientID: made.client.id.text, secret: made.secret.map { String(decoding: $0.reveal(), as: UTF8.self) }, redirectURI: "")
            let code = try await Browser(server).signIn(server.app, ["resource": Self.orders, "scope": "openid email orders.read pay"])
            let tokens = try await server.app.redeem(code, at: server).json
            try await body(
                Stage(
                    server: server, service: service, subject: try #require(tokens["access_token"]?.string),
                    refresh: try #require(tokens["refresh_token"]?.string)))
        }
    }

    @Test("§2.2: an access token for the other service, of the same person and sign-in, that names who acts; no refresh token, no ID token")
    func delegation() async throws {
        try await run { stage in
            let answer = try await stage.exchange(["scope": "pay"])
            #expect(answer.json["issued_token_type"]?.string == Self.access && answer.json["token_type"] == "Bearer" && answer.json["scope"] == "pay")
            #expect(answer.json["refresh_token"] == nil && answer.json["id_token"] == nil)
            let (token, before) = (
                try await stage.verify(answer), try await stage.server.verifier(audience: Self.orders).verify(accessToken: stage.subject)
            )
            #expect(token.subject == before.subject && token.sessionID == before.sessionID && token.clientID == stage.service.clientID)
            #expect(token.scopes == ["pay"] && token.groups == before.groups && token.authenticatedAt == before.authenticatedAt)
            #expect(token.claims["act"] == .object(["sub": .string(stage.service.clientID)]))
            // `audience` says the same.
            let named = try await stage.verify(try await stage.exchange(["audience": Self.payments, "resource": nil]))
            #expect(named.scopes == ["pay"])
            // Both ends see it: it is active while the sign-in is.
            #expect(try await stage.service.introspect(try #require(answer.json["access_token"]?.string), at: stage.server).json["active"] == true)
        }
    }

    @Test("§4.1: the actor token says who acts, and those who acted before stand inside, five of them")
    func chain() async throws {
        try await run { stage in
            let own = try #require(try await stage.service.credentials(at: stage.server).json["access_token"]?.string)
            let first = try await stage.exchange(["actor_token": own, "actor_token_type": Self.access])
            #expect(try await stage.verify(first).claims["act"] == .object(["sub": .string(stage.service.clientID)]))
            try await stage.update { $0.serves.append(Self.payments) }
            var token = try #require(first.json["access_token"]?.string)
            for length in 2...5 {
                let next = try await stage.exchange(["subject_token": token])
                var depth = 0
                var chain = try await stage.verify(next).claims["act"]
                while case .object(let actor)? = chain { (depth, chain) = (depth + 1, actor["act"]) }
                #expect(depth == length)
                token = try #require(next.json["access_token"]?.string)
            }
            try await stage.server.expectError("invalid_request") { try await stage.exchange(["subject_token": token]) }
        }
    }

    @Test("case 177: nobody acts unnamed but where the client may impersonate")
    func impersonation() async throws {
        try await run { stage in
            #expect(try await stage.verify(try await stage.exchange()).claims["act"] != nil)
            try await stage.update { $0.metadata.mayImpersonate = true }
            #expect(try await stage.verify(try await stage.exchange()).claims["act"] == nil)
        }
    }

    @Test("case 177: never more than the person's token had: scopes, services, time")
    func narrower() async throws {
        try await run { stage in
            let server = stage.server
            // The service has it, the person's token has not.
            try await server.expectError("invalid_scope") { try await stage.exchange(["scope": "refund"]) }
            try await server.expectError("invalid_scope") { try await stage.exchange(["scope": "pay refund"]) }
            // The person's token has it, the service is for it not.
            try await server.expectError("invalid_scope") { try await stage.exchange(["scope": "orders.read"]) }
            #expect(try await stage.exchange().json["scope"] == "pay")
            for changes: [String: String?] in [
                ["resource": "https://other.example"], ["resource": Self.orders], ["audience": Self.orders],
                ["audience": "payments", "resource": nil],
            ] {
                try await server.expectError("invalid_target") { try await stage.exchange(changes) }
            }
            let before = try await server.verifier(audience: Self.orders).verify(accessToken: stage.subject)
            server.fixture.clock.advance(by: 3000)
            let late = try await stage.exchange()
            #expect(late.json["expires_in"] == 600)
            #expect(try await stage.verify(late).expiresAt == before.expiresAt)
            server.fixture.clock.advance(by: 600)
            try await server.expectError("invalid_request") { try await stage.exchange() }
        }
    }

    @Test("case 178: what ended is exchanged no more: a sign-out, a revoked token or family, a disabled person, client or provider")
    func ended() async throws {
        try await run { stage in
            let server = stage.server
            let given = try #require(try await stage.exchange().json["access_token"]?.string)
            try await server.app.revokeAndExpectSuccess(stage.subject, at: server)
            try await server.expectError("invalid_request") { try await stage.exchange() }
            // What came of it before is the sign-in's, and ends with that.
            #expect(try await stage.service.introspect(given, at: server).json["active"] == true)
            let again = try #require(try await server.app.refresh(stage.refresh, at: server).json["access_token"]?.string)
            #expect(try await stage.exchange(["subject_token": again]).status == 200)
            let session = try #require(try await server.verifier(audience: Self.orders).verify(accessToken: again).sessionID)
            #expect(try await server.fixture.stores.sessions.end(Session.ID(session)!, in: server.fixture.pool.id))
            try await server.expectError("invalid_request") { try await stage.exchange(["subject_token": again]) }
            #expect(try await stage.service.introspect(given, at: server).json["active"] == false)
        }
        try await run { stage in
            try await stage.update { $0.requiredGroups = ["nobody"] }
            try await stage.server.expectError("invalid_request") { try await stage.exchange() }
            try await stage.update { $0.requiredGroups = [] }
            try await stage.server.changeClient { $0.enabled = false }
            try await stage.server.expectError("invalid_request") { try await stage.exchange() }
        }
    }

    @Test(
        "case 178: a token that is not the service's to exchange: another service's, a client's own, a refresh token, an ID token of another, rubbish"
    )
    func foreign() async throws {
        try await run { stage in
            let server = stage.server
            let code = try await Browser(server).signIn(server.app)
            let tokens = try await server.app.redeem(code, at: server).json
            let own = try #require(try await stage.service.credentials(at: server).json["access_token"]?.string)
            let parts = stage.subject.split(separator: ".")
            let (access, idToken) = (try #require(tokens["access_token"]?.string), try #require(tokens["id_token"]?.string))
            let forged = [String(parts[0]), String(parts[1]), String(parts[2].reversed())].joined(separator: ".")
            for token: String in [access, own, stage.refresh, idToken, "x", forged] {
                try await server.expectError("invalid_request") { try await stage.exchange(["subject_token": token]) }
            }
            try await server.expectError("invalid_request") {
                try await stage.exchange([
                    "subject_token": tokens["id_token"]?.string, "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
                ])
            }
            // Of another pool's key there is none here; an actor token must be the client's own.
            try await server.expectError("invalid_request") {
                try await stage.exchange(["actor_token": stage.subject, "actor_token_type": Self.access])
            }
            for changes: [String: String?] in [
                ["subject_token": nil], ["subject_token_type": nil], ["subject_token_type": "urn:ietf:params:oauth:token-type:saml2"],
                ["requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"], ["actor_token_type": Self.access], ["actor_token": own],
            ] {
                try await server.expectError("invalid_request") { try await stage.exchange(changes) }
            }
        }
    }

    @Test("an app's own ID token is exchanged by the app that has the grant; a public client never has it")
    func idToken() async throws {
        try await run { stage in
            let server = stage.server
            try await server.changeClient { $0.grantTypes.append(AppClient.exchangeGrantType) }
            let tokens = try await server.app.redeem(try await Browser(server).signIn(server.app, ["scope": "openid email"]), at: server).json
            let form = [
                (name: "grant_type", value: AppClient.exchangeGrantType), ("subject_token", try #require(tokens["id_token"]?.string)),
                ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"), ("resource", Self.orders),
            ]
            let answer = try await server.post(server.fixture.issuer + "/oauth2/token", form, headers: server.app.authorization)
            #expect(try await stage.verify(answer, audience: Self.orders).scopes == ["openid", "email"])
            await #expect(throws: AdministrationError.self) {
                var settings = ClientSettings()
                settings.grantTypes = ListChange([AppClient.exchangeGrantType])
                _ = try await server.fixture.administration.perform(
                    CreateClient(name: "x", pool: server.fixture.pool.id.text, confidential: false, settings: settings))
            }
        }
    }
}

extension TestApp {
    fileprivate func revokeAndExpectSuccess(_ token: String, at server: TestServer) async throws {
        #expect(try await revoke(token, at: server).status == 200)
    }
}
