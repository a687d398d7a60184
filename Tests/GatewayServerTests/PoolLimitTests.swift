import Administration
import Gateway
import HTTPTypes
import HummingbirdTesting
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Limits that a pool has set (RFC 6585 §4, RFC 9110 §10.2.3)")
struct PoolLimitTests {
    private static func run(_ limits: RateLimitChanges, over setup: TestingSetup = .router, _ body: @Sendable (TestServer) async throws -> Void)
        async throws
    {
        try await TestServer.run(
            { $0.clientSettings = { $0.grantTypes = ["authorization_code", "refresh_token", "client_credentials"] } }, over: setup
        ) { server in
            _ = try await server.fixture.administration.perform(UpdatePool(server.fixture.pool.id.text, limits: limits))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            try await body(server)
        }
    }

    private static func expectHeld(_ answer: Answer, seconds: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            answer.status == 429 && answer.headers[.retryAfter] == String(seconds), "\(answer.status) \(answer.headers)",
            sourceLocation: sourceLocation)
    }

    @Test("an address: the fourth request within a minute waits 20 seconds for its turn; documents are not counted")
    func address() async throws {
        var limits = RateLimitChanges()
        limits.perAddress = .set(3)
        try await Self.run(limits, over: .live) { server in
            for _ in 0..<3 { #expect(try await server.app.credentials(at: server).status == 200) }
            let held = try await server.app.credentials(at: server)
            Self.expectHeld(held, seconds: 20)
            #expect(held.json["error"]?.string == "temporarily_unavailable")
            // A browser gets a page, with a reference that leads to the log.
            try await server.expectRefusal("http.rate_limited", status: 429) { try await Browser(server).get(server.app.authorizeURL(server)) }
            #expect(try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").status == 200)

            // One service asks for all that call it, and a provider tells of the end of many sessions.
            #expect(try await server.app.introspect("no-token", at: server).status == 200)

            // A page's script may read that it is held back, and for how long.
            let origin = try #require(server.app.redirectURI.split(separator: "/callback").first.map(String.init))
            let url = server.fixture.issuer + "/oauth2/token"
            let read = try await server.post(url, [("client_id", server.app.clientID)], headers: [.origin: origin])
            Self.expectHeld(read, seconds: 20)
            #expect(read.headers[.accessControlAllowOrigin] == origin)
            server.fixture.clock.advanceUptime(by: .seconds(20))
            #expect(try await server.app.credentials(at: server).status == 200)
            Self.expectHeld(try await server.app.credentials(at: server), seconds: 20)
        }
    }

    @Test("a client: what it got counts, and nothing that was refused; other clients have their own; a code is not used up by waiting")
    func client() async throws {
        var limits = RateLimitChanges()
        limits.perClient = .set(2)
        try await Self.run(limits) { server in
            let page = try await server.addApp("page", redirectURI: "https://page.example/cb", confidential: false)
            let browser = Browser(server)
            let codes = [try await browser.signIn(page), try await code(browser, page, server), try await code(browser, page, server)]
            // Whoever names a public client and has nothing takes nothing from it.
            for _ in 0..<5 { try await server.expectError("invalid_grant") { try await page.redeem("no-such-code", at: server) } }
            for code in codes.prefix(2) { #expect(try await page.redeem(code, at: server).status == 200) }
            let held = try await page.redeem(codes[2], at: server)
            Self.expectHeld(held, seconds: 30)
            #expect(held.json["error"]?.string == "temporarily_unavailable")
            #expect(try await server.app.credentials(at: server).status == 200)
            server.fixture.clock.advanceUptime(by: .seconds(30))
            #expect(try await page.redeem(codes[2], at: server).status == 200)
        }
    }

    @Test("a user: codes of a session and refreshes count together, over all clients; the refresh token stays good, and other users go on")
    func user() async throws {
        var limits = RateLimitChanges()
        limits.perUser = .set(2)
        try await Self.run(limits) { server in
            let (alice, bob) = (Browser(server), Browser(server))
            // The sign-in itself is the provider's answer, and is not counted.
            let first = try await server.app.redeem(try await alice.signIn(server.app), at: server)
            let bobs = try await server.app.redeem(try await bob.signIn(server.app, nameID: "bob@example.com"), at: server)
            _ = try await code(alice, server.app, server)
            let second = try await server.app.refresh(try #require(first.json["refresh_token"]?.string), at: server)
            #expect(second.status == 200)
            let token = try #require(second.json["refresh_token"]?.string)
            Self.expectHeld(try await server.app.refresh(token, at: server), seconds: 30)
            // An answer that was lost is given again: after the grace its token would count as used.
            #expect(
                try await server.app.refresh(try #require(first.json["refresh_token"]?.string), at: server).json["refresh_token"]?.string == token)
            try await server.expectRefusal("sign_in.too_many_for_user", status: 429) {
                let page = try await alice.get(server.app.authorizeURL(server))
                #expect(page.headers[.retryAfter] == "30" && page.location == nil)
                return page
            }
            #expect(try await server.app.refresh(try #require(bobs.json["refresh_token"]?.string), at: server).status == 200)
            server.fixture.clock.advanceUptime(by: .seconds(30))
            #expect(try await server.app.refresh(token, at: server).status == 200)
        }
    }

    @Test("a limit is a number from 1 to a million, is taken away by itself, and counts at once for what was counted before")
    func settings() async throws {
        var limits = RateLimitChanges()
        limits.perClient = .set(1)
        try await Self.run(limits) { server in
            let (administration, pool) = (server.fixture.administration, server.fixture.pool.id.text)
            for number in [0, -1, 1_000_001] {
                var wrong = RateLimitChanges()
                wrong.perUser = .set(number)
                let error = await #expect(throws: AdministrationError.self) { try await administration.perform(UpdatePool(pool, limits: wrong)) }
                #expect(error?.code == "admin.invalid")
            }
            #expect(try await server.app.credentials(at: server).status == 200)
            Self.expectHeld(try await server.app.credentials(at: server), seconds: 60)
            var none = RateLimitChanges()
            none.perClient = .remove
            let changed = try await administration.perform(UpdatePool(pool, limits: none)).after
            #expect(changed.settings.rateLimits == nil)
            server.fixture.clock.advanceUptime(by: .seconds(2))
            for _ in 0..<5 { #expect(try await server.app.credentials(at: server).status == 200) }
        }
    }

    @Test("several servers have a limit together: each gives its share, one at least, and says how long that takes")
    func several() async throws {
        try await GatewayFixture.run { fixture in
            var pool = fixture.pool
            let limiter = RateLimiter(uptime: { .zero })
            limiter.share(among: 3)
            pool.settings.rateLimits = RateLimits()
            pool.settings.rateLimits?.perAddress = 2
            try limiter.takeAddress("192.0.2.1", in: pool)
            #expect(throws: RateLimiter.Exceeded(limit: 2, retryAfter: 60)) { try limiter.takeAddress("192.0.2.1", in: pool) }
            pool.settings.rateLimits?.perAddress = 90
            for _ in 0..<30 { try limiter.takeAddress("192.0.2.2", in: pool) }
            #expect(throws: RateLimiter.Exceeded(limit: 90, retryAfter: 2)) { try limiter.takeAddress("192.0.2.2", in: pool) }
        }
    }

    /// A code of the session that is there.
    private func code(_ browser: Browser, _ app: TestApp, _ server: TestServer) async throws -> String {
        try #require(try await browser.get(app.authorizeURL(server)).parameter("code"))
    }
}
