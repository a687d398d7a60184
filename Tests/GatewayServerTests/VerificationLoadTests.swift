import GatewayServer
import SAML
import Synchronization
import TestSupport
import Testing

@testable import Gateway

private final class Seen: Sendable {
    let threads = Mutex<VerificationThreads?>(nil)
    let statuses = Mutex<[Int]>([])
}

@Suite("Verification beside everything else (THREATS case 128)")
struct VerificationLoadTests {
    /// In the order of events, and not by a clock: that would tell as much about whatever else runs on the machine.
    @Test("case 128: while 100 answers wait for verification that stands still, everything else is answered", .timeLimit(.minutes(5)))
    func hundredPosts() async throws {
        let seen = Seen()
        try await TestServer.run(prepare: { gateway in seen.threads.withLock { $0 = gateway.signIn.verification } }) { server in
            let threads = try #require(seen.threads.withLock { $0 })
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now) { $0.signed = .none }
            let hold = HeldThreads(threads)
            await hold.holdsAll()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        let answer = try await browser.post(response)
                        seen.statuses.withLock { $0.append(answer.status) }
                    }
                }
                while threads.waiting < 100, seen.statuses.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(2)) }
                for _ in 0..<100 { #expect(try await server.get(server.fixture.issuer + "/.well-known/openid-configuration").status == 200) }
                let other = try await Browser(server).begin(server.app)
                #expect(other.id != request.id)
                #expect(seen.statuses.withLock(\.isEmpty) && threads.waiting == 100, "an answer was judged elsewhere")
                hold.end()
                try await group.waitForAll()
            }
            // Ten are judged, of which the app is told, and then nobody looks at the rest.
            let counts = Dictionary(seen.statuses.withLock { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
            #expect(counts == [303: AnswerRateLimiter.maximumRefusals, 429: 100 - AnswerRateLimiter.maximumRefusals])
        }
    }
}
