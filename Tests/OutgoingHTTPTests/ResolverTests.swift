import Dispatch
import Foundation
import OutgoingHTTP
import Synchronization
import Testing
import WireFormats

@Suite("Case 137: a name server that hangs holds up nobody else", .timeLimit(.minutes(5)))
struct ResolverTests {
    private static let somewhere = IPAddress("192.0.2.7")!

    /// Names below `hang.test` are at a name server that answers nobody before it is let go.
    private final class NameServer: Sendable {
        private let letGo = DispatchSemaphore(value: 0)
        private let counts = Mutex((asked: 0, now: 0, most: 0))

        var asked: Int { counts.withLock { $0.asked } }
        var most: Int { counts.withLock { $0.most } }

        @Sendable func lookUp(_ host: String) -> [IPAddress] {
            counts.withLock {
                ($0.asked, $0.now) = ($0.asked + 1, $0.now + 1)
                $0.most = max($0.most, $0.now)
            }
            defer { counts.withLock { $0.now -= 1 } }
            if host.hasSuffix(".hang.test") {
                letGo.wait()
                letGo.signal()
            }
            return host.hasPrefix("no.") ? [] : [ResolverTests.somewhere]
        }

        func end() { letGo.signal() }

        private let gate = DispatchSemaphore(value: 0)
        func wait() { gate.wait() }
        func go() { gate.signal() }
    }

    /// For what blocks: an exit test beside this one blocks one of the pool's threads, of which there may be two.
    private final class OwnThread: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    private static func with(
        maximumThreads: Int = Resolver.maximumThreads, _ body: (Resolver, NameServer) async throws -> Void
    ) async rethrows {
        let server = NameServer()
        defer { server.end() }
        try await body(Resolver(lookUp: server.lookUp, maximumThreads: maximumThreads), server)
    }

    @Test("sixteen look-ups hang; another name server's answer comes no 0.2 s later for it, and those that hang end after the 5 s of a request")
    func hanging() async throws {
        try await Self.with { resolver, _ in
            let seconds = OutgoingClient(development: false).seconds
            #expect(seconds == 5)
            let clock = ContinuousClock()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        var found: [IPAddress] = [Self.somewhere]
                        let took = await clock.measure { found = await resolver.addresses(of: "\(number).hang.test", within: seconds) }
                        // The name server hangs on: it is the resolver's clock that ends this.
                        #expect(found.isEmpty && took >= .seconds(4.9) && took < .seconds(30))
                    }
                }
                try await Task.sleep(for: .milliseconds(200))
                // Beside a resolver with nothing to do, for a busy machine makes both slow.
                let idle = Resolver(lookUp: { _ in [Self.somewhere] })
                var (fastest, fastestIdle) = (Duration.seconds(60), Duration.seconds(60))
                for round in 0..<20 where fastest >= fastestIdle + .milliseconds(200) || round == 0 {
                    fastestIdle = min(fastestIdle, await clock.measure { _ = await idle.addresses(of: "\(round).example", within: 60) })
                    fastest = min(
                        fastest, await clock.measure { #expect(await resolver.addresses(of: "\(round).example", within: 60) == [Self.somewhere]) })
                }
                #expect(fastest < fastestIdle + .milliseconds(200))
                try await group.waitForAll()
            }
        }
    }

    @Test("one host is looked up once at a time, whoever asks for it meanwhile, also after the first has given up")
    func oneAtATime() async {
        await Self.with { resolver, server in
            #expect(await resolver.addresses(of: "a.hang.test", within: 0.05).isEmpty)
            async let answers = withTaskGroup(of: [IPAddress].self) { group in
                for _ in 0..<20 { group.addTask { await resolver.addresses(of: "a.hang.test", within: 50) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            while server.asked == 0 { await Task.yield() }
            server.end()
            #expect(await answers == Array(repeating: [Self.somewhere], count: 20))
            #expect(server.asked == 1)
        }
    }

    @Test("an answer serves the requests of the next moments; that there is none is forgotten at once")
    func cache() async throws {
        try await Self.with { resolver, server in
            for _ in 0..<5 { #expect(await resolver.addresses(of: "op.example", within: 5) == [Self.somewhere]) }
            #expect(server.asked == 1)
            #expect(await resolver.addresses(of: "no.example", within: 5).isEmpty)
            try await Task.sleep(for: .seconds(1.1))
            #expect(await resolver.addresses(of: "no.example", within: 5).isEmpty)
            #expect(server.asked == 3)
        }
    }

    @Test("threads are bounded: who comes when all hang waits in a queue, no longer than he said")
    func bounded() async throws {
        await Self.with(maximumThreads: 3) { resolver, server in
            let empty = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 { group.addTask { await resolver.addresses(of: "\(number).hang.test", within: 0.3).isEmpty } }
                return await group.allSatisfy { $0 }
            }
            #expect(empty)
            #expect(server.most == 3)
            // The threads go on with what is asked then, and not with what nobody waits for any more.
            server.end()
            #expect(await resolver.addresses(of: "op.example", within: 30) == [Self.somewhere])
            #expect(server.asked == 4)
        }
    }

    @Test("where the system has no thread left for a host, those in the queue wait for the threads that live")
    func noThread() async {
        let server = NameServer()
        defer { server.end() }
        let started = Mutex(0)
        let resolver = Resolver(
            lookUp: server.lookUp, maximumThreads: 2,
            start: { work in
                let number = started.withLock { count -> Int in
                    count += 1
                    return count
                }
                if number == 2 {
                    // Meanwhile others come; they find both threads taken.
                    server.wait()
                    return false
                }
                return Resolver.startThread(work)
            })
        async let first = resolver.addresses(of: "a.hang.test", within: 60)
        while server.asked == 0 { await Task.yield() }
        async let second = Task.detached(executorPreference: OwnThread()) { await resolver.addresses(of: "b.example", within: 60) }.value
        while started.withLock({ $0 }) < 2 { await Task.yield() }
        async let third = resolver.addresses(of: "c.example", within: 60)
        while resolver.queued == 0 { await Task.yield() }
        server.go()
        #expect(await second.isEmpty)
        server.end()
        #expect(await first == [Self.somewhere])
        #expect(await third == [Self.somewhere])
    }

    @Test("the system's resolver knows this machine, and no name that RFC 6761 §6.4 keeps free")
    func system() async {
        #expect(await Resolver.system.addresses(of: "localhost", within: 20).isEmpty == false)
        #expect(await Resolver.system.addresses(of: "nobody.invalid", within: 20).isEmpty)
    }
}
