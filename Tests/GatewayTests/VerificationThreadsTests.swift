import Dispatch
import Foundation
import SAML
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Gateway

private final class Running: Sendable {
    let state = Mutex((now: 0, most: 0, done: 0, areOurs: Set<Bool>()))
    let gate = DispatchSemaphore(value: 0)
}

private final class Refused: Sendable {
    let errors = Mutex<[SignInError]>([])
}

@Suite("Threads for verification")
struct VerificationThreadsTests {
    @Test("case 128: never more at once than there are threads, none of them of the language's pool; what finds the queue full is not done")
    func bounded() async {
        let threads = VerificationThreads(threads: 2, longestQueue: 6)
        let running = Running()
        // A queue without an end would refuse nobody, and the gate would stay shut.
        let late = Task {
            guard (try? await Task.sleep(for: .seconds(60))) != nil else { return }
            for _ in 0..<40 { running.gate.signal() }
        }
        defer { late.cancel() }
        let answers = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<40 {
                group.addTask {
                    await threads.run {
                        running.state.withLock { _ = $0.areOurs.insert(VerificationThreads.areCurrent) }
                        running.state.withLock { ($0.now, $0.most) = ($0.now + 1, max($0.most, $0.now + 1)) }
                        // Blocks this thread and nobody else: the tasks beside it are refused meanwhile, which opens the gate.
                        running.gate.wait()
                        running.state.withLock { ($0.now, $0.done) = ($0.now - 1, $0.done + 1) }
                        return number
                    }
                }
            }
            var answers: [Int?] = []
            for await answer in group {
                answers.append(answer)
                // Two run and six wait: the other 32 come back at once.
                if answers.count(where: { $0 == nil }) == 32 { for _ in 0..<8 where answers.count == 32 { running.gate.signal() } }
            }
            return answers
        }
        #expect(answers.count(where: { $0 == nil }) == 32 && Set(answers.compactMap { $0 }).count == 8)
        #expect(running.state.withLock { $0.areOurs } == [true])
        #expect(running.state.withLock { $0.most } <= 2 && running.state.withLock { $0.done } == 8)
    }

    @Test("what waits is done when nobody holds the threads any more")
    func closed() async {
        let first = await VerificationThreads(threads: 1).run { 1 }
        let second = await VerificationThreads(threads: 1).run { 2 }
        #expect(first == 1 && second == 2)
    }

    @Test("case 128: an answer is read on these threads, and judged on them: it waits while they are held, each of the two times")
    func nothingInline() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (request, binding) = try await flow.begin()
            let threads = flow.signIn.verification
            let isDone = Mutex(false)
            let first = HeldThreads(threads)
            await first.holdsAll()
            let answer = Task {
                defer { isDone.withLock { $0 = true } }
                return try await flow.answer(request, binding)
            }
            // It reads the message after the first hold and before the second.
            while threads.waiting == 0, !isDone.withLock({ $0 }) { await Task.yield() }
            let second = HeldThreads(threads)
            while threads.waiting < 1 + VerificationThreads.usual, !isDone.withLock({ $0 }) { await Task.yield() }
            #expect(!isDone.withLock { $0 }, "it was read elsewhere")
            first.end()
            await second.holdsAll()
            while threads.waiting == 0, !isDone.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            #expect(!isDone.withLock { $0 }, "it was judged elsewhere")
            second.end()
            #expect(try await answer.value.response != nil)
        }
    }

    @Test("case 128: one address has its share of the queue; what is beyond it comes again, and another address's answer is verified as before")
    func shareOfAnAddress() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (greedy, other) = (try await flow.begin(), try await flow.begin())
            let threads = flow.signIn.verification
            let hold = HeldThreads(threads)
            await hold.holdsAll()
            let refused = Refused()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        do {
                            _ = try await flow.answer(greedy.request, greedy.binding, from: "192.0.2.1") { $0.signed = .none }
                        } catch let failure as SignInFailure { refused.errors.withLock { $0.append(failure.error) } }
                    }
                }
                while threads.waiting + refused.errors.withLock(\.count) < 40 { try await Task.sleep(for: .milliseconds(2)) }
                #expect(threads.waiting == VerificationThreads.share)
                #expect(refused.errors.withLock { $0 }.allSatisfy { $0.code == "sign_in.busy" && $0.status == 503 })
                let good = Task { try await flow.answer(other.request, other.binding, from: "192.0.2.2") }
                while threads.waiting <= VerificationThreads.share, !refused.errors.withLock(\.isEmpty) {
                    try await Task.sleep(for: .milliseconds(2))
                }
                hold.end()
                #expect(try await good.value.response != nil)
                try await group.waitForAll()
            }
            // Whoever has had its share done has it again.
            #expect(await threads.run(for: ClientNetwork("192.0.2.1")) { true } == true)
        }
    }

    @Test("case 128: metadata is read once for each change, and on such a thread")
    func metadata() async throws {
        try await GatewayFixture.run { fixture in
            let read = Mutex<[Bool]>([])
            let cache = MetadataCache(capacity: 10_000) { connection, provider in
                read.withLock { $0.append(VerificationThreads.areCurrent) }
                return Result { () throws(StoreError) in try MetadataCache.read(connection, of: provider) }
            }
            var provider = try #require(try await fixture.stores.providers.find(fixture.provider, in: fixture.pool.id))
            guard case .saml(var saml) = provider.kind else {
                Issue.record("no SAML provider")
                return
            }
            for _ in 0..<3 { #expect(try await cache.metadata(of: provider, saml).entityID == fixture.identityProvider.entityID) }
            #expect(read.withLock { $0 } == [true])
            provider.updatedAt += 1
            _ = try await cache.metadata(of: provider, saml)
            #expect(read.withLock(\.count) == 2)
            saml.metadata += "\n"
            #expect(saml.metadata.utf8.count < 10_000)
            for _ in 0..<2 { _ = try await cache.metadata(of: provider, saml) }
            #expect(read.withLock(\.count) == 3)
        }
    }
}
