import Gateway
import TestSupport
import Testing
import UserPools

@Suite("Sign-ins that are started and not finished (THREATS P20, case 122)", .serialized)
struct SignInRateLimiterTests {
    private let clock = FixedEnvironment()
    private let started: SignInRateLimiter

    init() { started = SignInRateLimiter(uptime: clock.environment.uptime) }

    @Test("case 122: of 100,000 from one address 3,000 are started, in the memory of one; another address is served")
    func flood() async {
        let allowed = await allowed(100_000) { _ in "192.0.2.1" }
        #expect(allowed == 3_000 && started.addresses == 1)
        #expect(started.start(from: "192.0.2.2"))
    }

    @Test("what was started comes back over half an hour, and no more than that")
    func refill() {
        #expect(drain("192.0.2.1") == 3_000)
        clock.advanceUptime(by: .milliseconds(500))
        #expect(drain("192.0.2.1") == 0)
        clock.advanceUptime(by: .milliseconds(101))
        #expect(drain("192.0.2.1") == 1)
        clock.advanceUptime(by: .seconds(180))
        #expect(drain("192.0.2.1") == 300)
        clock.advanceUptime(by: .seconds(24 * 3600))
        #expect(drain("192.0.2.1") == 3_000)
    }

    @Test("several servers have the limit together: each gives its share, whoever comes or goes")
    func replicas() {
        #expect(drain("192.0.2.1") == 3_000)
        started.share(among: 3)
        #expect(drain("192.0.2.2") == 1_000)
        clock.advanceUptime(by: .seconds(24 * 3600))
        #expect(drain("192.0.2.1") == 1_000)
        started.share(among: 1)
        #expect(drain("192.0.2.3") == 3_000)
        started.share(among: 100_000)
        #expect(drain("192.0.2.4") == 1)
    }

    @Test("a sign-in that is completed makes room for another, and never for more than there was")
    func completed() {
        #expect(drain("192.0.2.1") == 3_000)
        for _ in 0..<5 { started.complete(from: "192.0.2.1") }
        started.complete(from: "192.0.2.2")
        #expect(drain("192.0.2.1") == 5)
        for _ in 0..<10_000 { started.complete(from: "192.0.2.1") }
        #expect(drain("192.0.2.1") == 3_000 && drain("192.0.2.2") == 3_000)
        #expect(started.addresses == 2)
    }

    @Test("an IPv6 subscriber is one address, and so is IPv4 however it is written; what is no address is not counted")
    func networks() {
        #expect(drain("2001:db8:1:2::1") == 3_000)
        #expect(!started.start(from: "2001:db8:1:2:ffff:ffff:ffff:ffff") && started.start(from: "2001:db8:1:3::1"))
        #expect(drain("::ffff:192.0.2.1") == 3_000)
        #expect(!started.start(from: "192.0.2.1") && started.start(from: "192.0.2.2"))
        // The same 32 bits in a network of IPv6 are another address.
        #expect(started.start(from: "0:0:c000:201::1"))
        let before = started.addresses
        for text in [nil, "", "nobody", "192.0.2.1.5", "1:2:3", String(repeating: "1", count: 10_000)] {
            #expect(started.start(from: text))
            started.complete(from: text)
        }
        #expect(started.addresses == before)
    }

    @Test("from 62,000 addresses at most 50,000 are remembered, the ones that started most among them")
    func memory() async {
        for address in ["192.0.2.1", "192.0.2.2"] { #expect(drain(address) == 3_000) }
        var most = 0
        let allowed = await allowed(62_000) { number in
            most = max(most, started.addresses)
            return "2001:db8:1:\(String(number, radix: 16))::1"
        }
        #expect(most == 50_000 && allowed == 62_000)
        for address in ["192.0.2.1", "192.0.2.2"] { #expect(!started.start(from: address)) }
    }

    @Test("whoever has a full bucket is forgotten first")
    func fullOnes() async {
        let allowed = await allowed(50_000) { "10.0.\($0 >> 8).\($0 & 0xFF)" }
        #expect(allowed == 50_000 && started.addresses == 50_000)
        #expect(drain("10.0.0.0") == 2_999)
        clock.advanceUptime(by: .seconds(60))
        #expect(started.start(from: "192.0.2.1"))
        #expect(started.addresses == 2)
        #expect(drain("10.0.0.0") == 100)
    }

    @Test("case 122: a sign-in too many is refused before anything is written; others go on, and one that is completed makes room")
    func flow() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (request, binding) = try await flow.begin(from: "192.0.2.1")
            while flow.signIn.started.start(from: "192.0.2.1") {}
            let before = try await fixture.contents()
            let error = await #expect(throws: SignInFailure.self) { try await flow.begin(from: "192.0.2.1") }
            let failure = try #require(error)
            #expect(failure.wayBack == nil)
            #expect(failure.error == .tooManyStarted && failure.error.status == 429 && failure.error.code == "sign_in.too_many_started")
            #expect(!failure.error.message.isEmpty && !failure.error.remedy.isEmpty && failure.pool == fixture.pool.id)
            #expect(try await fixture.contents() == before)
            _ = try await flow.begin(from: "192.0.2.2")

            _ = try await flow.answer(request, binding, from: "192.0.2.1")
            _ = try await flow.begin(from: "192.0.2.1")
            let again = await #expect(throws: SignInFailure.self) { try await flow.begin(from: "192.0.2.1") }
            #expect(again?.error == .tooManyStarted)
        }
    }

    /// How many of so many starts are allowed. Other tests get their turn meanwhile.
    private func allowed(_ count: Int, from address: (Int) -> String) async -> Int {
        var allowed = 0
        for number in 0..<count {
            if started.start(from: address(number)) { allowed += 1 }
            if number.isMultiple(of: 500) { await Task.yield() }
        }
        return allowed
    }

    private func drain(_ address: String) -> Int {
        var count = 0
        while started.start(from: address) { count += 1 }
        return count
    }
}
