import Administration
import Gateway
import TestSupport
import Testing
import UserPools

@Suite("What an admin does with a user reaches the user's sign-ins")
struct UserAdministrationTests {
    @Test("a user is found by sub and by username; disabling ends sessions and refresh tokens; enabling brings none of them back")
    func users() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (administration, pool) = (fixture.administration, fixture.pool.id.text)
            let user = try await flow.complete().user
            #expect(try await administration.user(user.id.text, pool: pool).username == user.username)
            #expect(try await administration.user(user.username, pool: pool).id == user.id)
            #expect(try await administration.listUsers(pool: pool, after: nil, limit: 10).map(\.id) == [user.id])
            #expect(try await administration.listUsers(pool: pool, after: user.username, limit: 10).isEmpty)
            #expect(try await !administration.setUserEnabled(false, user.username, pool: pool).enabled)
            #expect(try await fixture.contents().sessions == 0)
            #expect(try await flow.refusal() == .userDisabled)
            #expect(try await administration.setUserEnabled(true, user.id.text, pool: pool).enabled)
            #expect(try await fixture.contents().sessions == 0)
            #expect(try await flow.complete().user.id == user.id)
            #expect(try await administration.signOutUser(user.username, pool: pool) == 1)
            try await administration.deleteUser(user.username, pool: pool)
            await #expect(throws: AdministrationError.self) { try await administration.user(user.username, pool: pool) }
            // Whoever comes again is somebody new: a sub is never given twice.
            #expect(try await flow.complete().user.id != user.id)
        }
    }
}
