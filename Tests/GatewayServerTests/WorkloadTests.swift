import Administration
import Foundation
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("RFC 7523 §2.1: a build job, or a container, acts as a client by what its platform signs of it")
struct WorkloadTests {
    private static let platform = "https://ci.example"
    private static let subject = "repo:acme/shop:ref:refs/heads/main"
    private static let reports = "https://reports.example"

    struct Stage {
        let server: TestServer
        let signer: ClientSigner
        let clientID: String

        /// What the platform signs.
        func assertion(_ changes: [String: JSONValue?] = [:], type: String = "JWT", by other: ClientSigner? = nil) throws -> String {
            var claims: [String: JSONValue?] = ["iss": .string(WorkloadTests.platform), "sub": .string(WorkloadTests.subject)]
            for (name, value) in changes { claims[name] = value }
            return try (other ?? signer).assertion(
                of: WorkloadTests.subject, for: server.fixture.issuer, at: server.fixture.clock.now, type: type, claims)
        }

        func ask(_ assertion: String?, _ changes: [String: String] = [:], headers: HTTPFields = [:]) async throws -> Answer {
            var form = ["grant_type": AppClient.workloadGrantType, "client_id": clientID]
            form["assertion"] = assertion
            for (name, value) in changes { form[name] = value }
            return try await server.post(server.fixture.issuer + "/oauth2/token", form.map { ($0.key, $0.value) }, headers: headers)
        }

        func expectRefused(_ changes: [String: JSONValue?], sourceLocation: SourceLocation = #_sourceLocation) async throws {
            try await server.expectError("invalid_grant", sourceLocation: sourceLocation) { try await ask(try assertion(changes)) }
        }
    }

    private func run(
        subject: String = WorkloadTests.subject, mayRepeat: Bool = false, _ body: @Sendable (Stage) async throws -> Void
    ) async throws {
        try await TestServer.run { server in
            try await server.addResource(Self.reports, scopes: ["reports.read"], ofClient: false)
            let signer = try ClientSigner()
            var settings = ClientSettings()
            settings.grantTypes = [AppClient.workloadGrantType]
            settings.scopes = ["deploy.run"]
            settings.resources = [Self.reports]
            let (administration, pool) = (server.fixture.administration, server.fixture.pool.id.text)
            let client = try await administration.perform(CreateClient(name: "deploy", pool: pool, confidential: false, settings: settings)).client
            _ = try await administration.perform(
                AddWorkload(
                    "main", issuer: Self.platform, subject: subject, client: client.id.text, keys: .document(Array(signer.keySet.utf8)),
                    mayRepeat: mayRepeat, to: pool))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await body(Stage(server: server, signer: signer, clientID: client.id.text))
        }
    }

    @Test("the job gets a token of the client's own, without a secret and without a refresh token")
    func token() async throws {
        try await run { stage in
            let answer = try await stage.ask(try stage.assertion(), ["scope": "reports.read deploy.run openid", "resource": Self.reports])
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer.json["scope"] == "reports.read deploy.run" && answer.json["refresh_token"] == nil && answer.json["id_token"] == nil)
            let token = try await stage.server.verifier(audience: Self.reports).verify(
                accessToken: try #require(answer.json["access_token"]?.string))
            #expect(token.isOfClientAlone && token.subject == stage.clientID && token.username == nil && token.groups == [])
        }
    }

    @Test("case 179: an assertion with a jti counts once, at 20 at once too; where that is allowed, and where it has none, until it expires")
    func once() async throws {
        try await run { stage in
            let assertion = try stage.assertion()
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await stage.ask(assertion).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 400 } == 19)
            try await stage.server.expectError("invalid_grant") { try await stage.ask(assertion) }
            let unnamed = try stage.assertion(["jti": nil])
            for _ in 1...3 { #expect(try await stage.ask(unnamed).status == 200) }
        }
        try await run(mayRepeat: true) { stage in
            let assertion = try stage.assertion()
            for _ in 1...3 { #expect(try await stage.ask(assertion).status == 200) }
        }
    }

    @Test("case 179: the subject is compared by bytes; with a star at its end it is a beginning, and nothing else stands for more than itself")
    func subjects() async throws {
        try await run { stage in
            for other in [
                "repo:acme/shop:ref:refs/heads/main2", "repo:acme/shop:ref:refs/heads/mai", "Repo:acme/shop:ref:refs/heads/main",
                "repo:acme/shop:ref:refs/heads/*", "", "*",
            ] { try await stage.expectRefused(["sub": .string(other)]) }
            try await stage.expectRefused(["sub": nil])
        }
        try await run(subject: "repo:acme/*") { stage in
            for subject in ["repo:acme/shop:ref:refs/heads/main", "repo:acme/", "repo:acme/\u{E9}"] {
                #expect(try await stage.ask(try stage.assertion(["sub": .string(subject)])).status == 200)
            }
            for other in ["repo:acme", "repo:acmeX/shop", "repo:Acme/shop", "x repo:acme/shop"] {
                try await stage.expectRefused(["sub": .string(other)])
            }
        }
        try await run(subject: "repo:*/shop") { stage in try await stage.expectRefused(["sub": .string("repo:acme/shop")]) }
    }

    @Test("case 179: another issuer, audience, key or type, an assertion that is over, too long or not yet good: each is refused")
    func refusals() async throws {
        try await run { stage in
            let now = Int(stage.server.fixture.clock.now.timeIntervalSince1970)
            for changes: [String: JSONValue?] in [
                ["iss": "https://ci.example/"], ["iss": "https://evil.example"], ["iss": nil], ["aud": "https://other.example"],
                ["aud": .string(stage.server.fixture.issuer + "/oauth2/token")], ["aud": .array([])], ["aud": nil],
                ["exp": .integer(now - 61)], ["exp": .integer(now + 7262)], ["exp": nil], ["nbf": .integer(now + 120)],
                ["iat": .integer(now + 120)], ["jti": ""],
            ] { try await stage.expectRefused(changes) }
            // Among others is good: platforms write lists.
            let listed = try stage.assertion(["aud": .array([.string("https://other.example"), .string(stage.server.fixture.issuer)])])
            #expect(try await stage.ask(listed).status == 200)
            #expect(try await stage.ask(try stage.assertion(["exp": .integer(now + 7200)])).status == 200)
            let (thief, access) = (try stage.assertion(by: try ClientSigner()), try stage.assertion(type: "at+jwt"))
            for wrong in [thief, access, "x", "e30.e30."] { try await stage.server.expectError("invalid_grant") { try await stage.ask(wrong) } }
            try await stage.server.expectError("invalid_request") { try await stage.ask(nil) }
        }
    }

    @Test("a workload is of one client: for another, for one that lost the grant, or whose proof beside it is bad, it gives nothing")
    func clients() async throws {
        try await run { stage in
            let server = stage.server
            try await server.expectError("invalid_grant") { try await stage.ask(try stage.assertion(), ["client_id": server.app.clientID]) }
            try await server.expectError("invalid_client", status: 401) { try await stage.ask(try stage.assertion(), ["client_secret": "wrong"]) }
            var client = try #require(try await server.fixture.stores.clients.find(AppClient.ID(stage.clientID)!, in: server.fixture.pool.id))
            client.grantTypes = ["refresh_token"]
            #expect(try await server.fixture.stores.clients.update(client))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("unauthorized_client") { try await stage.ask(try stage.assertion()) }
            client.enabled = false
            #expect(try await server.fixture.stores.clients.update(client))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("invalid_client", status: 401) { try await stage.ask(try stage.assertion()) }
            _ = try await server.fixture.administration.perform(RemoveWorkload("main", from: server.fixture.pool.id.text))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await server.expectError("invalid_grant") { try await stage.ask(try stage.assertion()) }
        }
    }

    @Test("what is registered is complete and no more than one platform's: names once, issuers on https, no subject that is everybody's")
    func registration() async throws {
        try await run { stage in
            let (administration, pool) = (stage.server.fixture.administration, stage.server.fixture.pool.id.text)
            func add(_ name: String = "x", issuer: String = WorkloadTests.platform, subject: String = "s-1", client: String? = nil) async throws {
                _ = try await administration.perform(
                    AddWorkload(name, issuer: issuer, subject: subject, client: client ?? stage.clientID, keys: nil, mayRepeat: false, to: pool))
            }
            for issuer in ["http://ci.example", "ci.example", ""] {
                await #expect(throws: AdministrationError.self) { try await add(issuer: issuer) }
            }
            for subject in ["", "*", "abc*", "a\u{0}b"] { await #expect(throws: AdministrationError.self) { try await add(subject: subject) } }
            await #expect(throws: AdministrationError.self) { try await add("main") }
            await #expect(throws: AdministrationError.self) { try await add(client: stage.server.app.clientID) }
            try await add(subject: "abcd*")
            await #expect(throws: AdministrationError.self) { _ = try await administration.perform(RemoveWorkload("y", from: pool)) }
        }
    }
}
