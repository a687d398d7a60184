import Administration
import Foundation
import Gateway
import GatewayServer
import TestSupport
import Testing
import UserPools

@Suite("The reference of a sign-in")
struct SignInReferenceTests {
    @Test("a reference is found as people copy it; one of nobody, and that of another pool, says what may be the matter")
    func found() async throws {
        try await TestServer.run { server in
            let failure = SignInFailure(.unknownRequest, pool: server.fixture.pool.id)
            server.gateway.signIn.records.keep(failure, reference: "7KQ2M4XW9ABC", from: nil)
            await server.gateway.signIn.records.finish()
            let administration = server.fixture.administration, pool = server.fixture.pool.id.text
            for text in ["7KQ2M4XW9ABC", "7kq2m4xw9abc", "7KQ2-M4XW-9ABC", " 7KQ2M4XW9ABC."] {
                let code = try await administration.signIn(text, pool: pool).code
                #expect(code == "saml.in_response_to", "\(text)")
            }
            let other = try await administration.perform(CreatePool(name: "Others", domain: nil, signingAlgorithm: "ES256", region: "local"))
            for (text, place) in [("7KQ2M4XW9ABD", pool), ("7KQ2M4XW9ABC", other.id.text), ("?", pool), ("", pool)] {
                await #expect(throws: AdministrationError.notFound(.signIn, name: text, pool: UserPool.ID(place))) {
                    try await administration.signIn(text, pool: place)
                }
            }
            server.fixture.clock.advance(by: Int(SignInRecord.lifetime) + 1)
            await #expect(throws: AdministrationError.notFound(.signIn, name: "7KQ2M4XW9ABC", pool: server.fixture.pool.id)) {
                try await administration.signIn("7KQ2M4XW9ABC", pool: pool)
            }
        }
    }
}
