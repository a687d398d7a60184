internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization
package import WireFormats

/// The addresses of host names, by the system's resolver.
///
/// `getaddrinfo` blocks for as long as a name server likes and cannot be cancelled. So it runs on threads that serve nothing else, at most
/// `maximumThreads` of them; one look-up of a host serves all who ask for it; whoever asked waits no longer than he said; and the clock that ends
/// his waiting is an event loop's, which no hanging look-up can hold (case 137).
package final class Resolver: Sendable {
    package typealias LookUp = @Sendable (_ host: String) -> [IPAddress]
    /// Runs the work on a thread of its own; false where the system has none left for us.
    package typealias Start = @Sendable (_ work: @escaping @Sendable () -> Void) -> Bool

    /// For the whole process, so that its bounds are.
    package static let system = Resolver()

    /// More names than this hang only where somebody registers them; then the next one waits for a thread as long as he waits for an answer.
    package static let maximumThreads = 64
    fileprivate static let maximumQueued = 256
    private static let maximumRemembered = 1_024
    /// Long enough for the requests of one sign-in, short enough for whoever moves a service.
    private static let remembered = Duration.seconds(30)
    /// A name without address may get one at any moment.
    private static let absenceRemembered = Duration.seconds(1)

    private let lookUp: LookUp
    private let start: Start
    private let maximumThreads: Int
    private let state = Mutex(State())

    fileprivate struct State {
        var known: [String: (addresses: [IPAddress], until: ContinuousClock.Instant)] = [:]
        /// Who waits for a host: a key for every host that is being looked up or queued.
        var waiting: [String: [Int: CheckedContinuation<[IPAddress], Never>]] = [:]
        var queue: [String] = []
        var threads = 0
        var lastNumber = 0
    }

    /// - Parameter lookUp: blocks the thread on which it is called.
    package init(
        lookUp: @escaping LookUp = Resolver.askSystem, maximumThreads: Int = Resolver.maximumThreads, start: @escaping Start = Resolver.startThread
    ) {
        (self.lookUp, self.maximumThreads, self.start) = (lookUp, maximumThreads, start)
    }

    /// How many hosts wait for a thread now.
    package var queued: Int { state.withLock(\.queue.count) }

    /// Empty where there is none, or where the answer takes longer than `seconds`.
    package func addresses(of host: String, within seconds: Double) async -> [IPAddress] {
        await withCheckedContinuation { continuation in
            let step = state.withLock { state in state.ask(host, continuation, maximumThreads: maximumThreads) }
            switch step {
            case .known(let addresses): continuation.resume(returning: addresses)
            case .wait(let number, let needsThread):
                MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: .nanoseconds(Int64(max(0, seconds) * 1e9))) { [self] in
                    state.withLock { $0.giveUp(host, number) }?.resume(returning: [])
                }
                if needsThread, !start({ [self] in work(from: host) }) {
                    for waiter in state.withLock({ $0.withoutThread(host) }) { waiter.resume(returning: []) }
                }
            }
        }
    }

    fileprivate enum Step {
        case known([IPAddress])
        case wait(number: Int, needsThread: Bool)
    }

    // MARK: Threads

    /// Detached, with a small stack.
    package static let startThread: Start = { work in
        let work = Unmanaged.passRetained(Work(run: work))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 1 << 20)
        var thread = pthread_t()
        let made = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        if made != 0 { work.release() }
        return made == 0
    }

    private final class Work {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private func work(from host: String) {
        var next: String? = host
        while let host = next { next = finish(host, lookUp(host)) }
    }

    /// Answers all who wait for `host`; the next host for the thread that is free now.
    private func finish(_ host: String, _ addresses: [IPAddress]) -> String? {
        let (waiters, next) = state.withLock { state in
            let now = ContinuousClock.now
            if state.known.count >= Self.maximumRemembered { state.known = state.known.filter { $0.value.until > now } }
            if state.known.count < Self.maximumRemembered {
                state.known[host] = (addresses, now + (addresses.isEmpty ? Self.absenceRemembered : Self.remembered))
            }
            let next = state.queue.isEmpty ? nil : state.queue.removeFirst()
            if next == nil { state.threads -= 1 }
            return (state.waiting.removeValue(forKey: host), next)
        }
        for waiter in (waiters ?? [:]).values { waiter.resume(returning: addresses) }
        return next
    }
}

extension Resolver.State {
    fileprivate mutating func ask(
        _ host: String, _ continuation: CheckedContinuation<[IPAddress], Never>, maximumThreads: Int
    ) -> Resolver.Step {
        if let known = known[host], known.until > ContinuousClock.now { return .known(known.addresses) }
        lastNumber += 1
        if waiting[host] != nil {
            waiting[host]?[lastNumber] = continuation
            return .wait(number: lastNumber, needsThread: false)
        }
        guard threads < maximumThreads || queue.count < Resolver.maximumQueued else { return .known([]) }
        waiting[host] = [lastNumber: continuation]
        guard threads < maximumThreads else {
            queue.append(host)
            return .wait(number: lastNumber, needsThread: false)
        }
        threads += 1
        return .wait(number: lastNumber, needsThread: true)
    }

    /// All who wait for a host that no thread was found for; where no other thread lives either, those in the queue as well.
    fileprivate mutating func withoutThread(_ host: String) -> [CheckedContinuation<[IPAddress], Never>] {
        threads -= 1
        var hosts = [host]
        if threads == 0 {
            hosts += queue
            queue = []
        }
        return hosts.flatMap { waiting.removeValue(forKey: $0)?.values.map { $0 } ?? [] }
    }

    /// The one who has waited long enough; nil where he has his answer. A host that nobody waits for any more gets no thread.
    fileprivate mutating func giveUp(_ host: String, _ number: Int) -> CheckedContinuation<[IPAddress], Never>? {
        let waiter = waiting[host]?.removeValue(forKey: number)
        if waiting[host]?.isEmpty == true, let place = queue.firstIndex(of: host) {
            queue.remove(at: place)
            waiting[host] = nil
        }
        return waiter
    }
}

extension Resolver {
    /// The system's own look-up, getaddrinfo(3).
    package static func askSystem(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr.flatMap({ IPAddress($0) }), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }
}
