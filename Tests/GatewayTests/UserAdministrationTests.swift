import Administration
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools

@Suite("What an admin does with a user reaches the user's sign-ins")
struct UserAdministrationTests {
    @Test("case 108: a user is found by sub and by username; disabled, signed out or deleted, nothing that they had is good any more")
    func users() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (administration, pool) = (fixture.administration, fixture.pool.id.text)
            let user = try await flow.complete().user
            #expect(try await administration.user(user.id.text, pool: pool).username == user.username)
            #expect(try await administration.user(user.username, pool: pool).id == user.id)
            #expect(try await administration.listUsers(pool: pool, after: nil, limit: 10).map(\.id) == [user.id])
            #expect(try await administration.listUsers(pool: pool, after: user.username, limit: 10).isEmpty)
            let first = try await refreshToken(flow)
            #expect(try await !administration.perform(SetUserEnabled(false, user.username, pool: pool)).enabled)
            #expect(try await fixture.contents().sessions == 0)
            #expect(try await flow.refusal() == .userDisabled)
            #expect(try await administration.perform(SetUserEnabled(true, user.id.text, pool: pool)).enabled)
            #expect(try await fixture.contents().sessions == 0)
            let second = try await refreshToken(flow)
            #expect(try await administration.perform(SignOutUser(user.username, pool: pool)).sessions == 1)
            let third = try await refreshToken(flow)
            try await administration.perform(DeleteUser(user.username, pool: pool))
            for token in [first, second, third] {
                let error = await #expect(throws: OAuthError.self) { try await flow.refresh(token) }
                #expect(error?.error == .invalidGrant)
            }
            let unknown = await #expect(throws: AdministrationError.self) { try await administration.user(user.username, pool: pool) }
            #expect(unknown?.code == "admin.not_found")
            // Whoever comes again is somebody new: a sub is never given twice.
            #expect(try await flow.complete().user.id != user.id)
        }
    }

    private func refreshToken(_ flow: Flow) async throws -> String {
        try #require(try await flow.redeem(try flow.code(try await flow.complete())).refreshToken)
    }
}
