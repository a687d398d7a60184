import Administration
import Foundation
import Gateway
import GatewayServer
import TestSupport
import Testing
import UserPools

@Suite("Sign-ins are counted by the hour and the provider, with a record or without")
struct SignInCountTests {
    private static func counts(_ server: TestServer) async throws -> [SignInCount] {
        await server.gateway.signIn.records.finish()
        return try await server.fixture.stores.signInCounts.list(in: server.fixture.pool.id, provider: nil, since: .distantPast)
    }

    private static func count(
        _ server: TestServer, _ outcome: SignInRecord.Outcome, _ count: Int, _ code: String? = nil, isKnown: Bool = true
    ) -> SignInCount {
        let fixture = server.fixture
        return SignInCount(
            poolID: fixture.pool.id, provider: isKnown ? fixture.provider : nil, at: fixture.clock.now, outcome: outcome, code: code, count: count)
    }

    @Test("accepted ones, refused ones by their code; not a session that answers by itself, nor 'prompt=none' that finds nobody")
    func counted() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            _ = try await Browser(server).signIn(server.app)
            // The session answers.
            #expect(try await browser.get(server.app.authorizeURL(server)).parameter("code") != nil)
            #expect(try await Browser(server).get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("error") == "login_required")
            for _ in 0..<3 {
                let refused = Browser(server)
                let request = try await refused.begin(server.app)
                let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now) {
                    $0.audiences = [["https://other.example"]]
                }
                #expect(try await refused.post(response).parameter("error") == "server_error")
            }
            #expect(try await Self.counts(server) == [Self.count(server, .accepted, 2), Self.count(server, .refused, 3, "saml.audience")])
            #expect(try await SignInRecordTests.records(server, .accepted).isEmpty)
        }
    }

    @Test("who signed in and is not let in by the app is refused, and not accepted as well")
    func notAdmitted() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.requiredGroups = .init(["admins"]) } }) { server in
            let browser = Browser(server)
            _ = try await browser.answer(try await browser.begin(server.app))
            #expect(try await Self.counts(server) == [Self.count(server, .refused, 1, "sign_in.not_admitted")])
        }
    }

    @Test("of a flood all are counted, and where no provider is known under none; what is over goes with housekeeping")
    func flood() async throws {
        try await TestServer.run { server in
            let failure = SignInFailure(.unknownRequest, pool: server.fixture.pool.id)
            for number in 0..<500 { server.gateway.signIn.records.keep(failure, reference: "FLOODXXX\(number)", from: "192.0.2.1") }
            let code = failure.error.code
            var counts = try await Self.counts(server)
            #expect(counts == [Self.count(server, .refused, 500, code, isKnown: false)])
            server.gateway.signIn.records.keep(failure, reference: "FLOODXXX500", from: "192.0.2.1")
            counts = try await Self.counts(server)
            #expect(counts == [Self.count(server, .refused, 501, code, isKnown: false)])
            server.fixture.clock.advance(by: Int(SignInCount.lifetime) + 3600)
            let environment = server.fixture.clock.environment
            await Housekeeping(stores: server.fixture.stores, environment: environment, logger: server.log.logger).clean()
            counts = try await Self.counts(server)
            #expect(counts.isEmpty)
        }
    }
}
