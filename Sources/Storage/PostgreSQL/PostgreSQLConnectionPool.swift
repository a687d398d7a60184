import Dispatch
import Glibc
import Synchronization
import UserPools

/// Threads, one a connection, that do what `ConnectionPoolState` says.
///
/// libpq's calls are waits of a round trip and more: here they hold no thread that others need.
final class PostgreSQLConnectionPool: Sendable {
    /// Something to do with a connection.
    struct Work: Sendable {
        let run: @Sendable (PostgreSQLConnection) -> End
        let refuse: @Sendable (StoreError) -> Void
    }

    /// What the work left behind.
    enum End {
        case usable
        case broken
        /// Nothing of it was done, so that it may be done on another connection.
        case brokenBefore(Work)
    }

    private typealias State = ConnectionPoolState<Work>

    private enum Task {
        case connect(afterMilliseconds: UInt32)
        case run(Work)
        case end
    }

    /// What a slot's thread is to do next. There is at most one such thing at a time.
    private final class Mailbox: Sendable {
        private let task = Mutex<Task?>(nil)
        private let filled = DispatchSemaphore(value: 0)

        func put(_ next: Task) {
            task.withLock { $0 = next }
            filled.signal()
        }

        func take() -> Task {
            filled.wait()
            return task.withLock { task in
                defer { task = nil }
                return task ?? .end
            }
        }
    }

    private let location: PostgreSQLLocation
    private let patience: Duration
    private let state: Mutex<State>
    private let mailboxes: [Mailbox]
    let roundTrips = RoundTrips()
    private let closing = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(_ location: PostgreSQLLocation, connections: Int, longestQueue: Int = 4096, patience: Duration) {
        (self.location, self.patience) = (location, patience)
        state = Mutex(State(connections: connections, longestQueue: longestQueue))
        mailboxes = (0..<connections).map { _ in Mailbox() }
        for slot in 0..<connections { Self.startThread { self.serve(slot) } }
    }

    func submit(_ work: Work) { carryOut(state.withLock { $0.submit(work) }) }

    /// Does what waits, then refuses.
    func close() async {
        carryOut(state.withLock { $0.close() })
        await withCheckedContinuation { continuation in
            closing.withLock { $0.append(continuation) }
            tellClosed()
        }
    }

    private func tellClosed() {
        guard state.withLock({ $0.isDone }) else { return }
        for continuation in closing.withLock({ waiting in
            defer { waiting = [] }
            return waiting
        }) { continuation.resume() }
    }

    private func carryOut(_ orders: [State.Order]) {
        for order in orders {
            switch order {
            case .connect(let slot): mailboxes[slot].put(.connect(afterMilliseconds: 0))
            case .connectAgain(let slot, let attempt): mailboxes[slot].put(.connect(afterMilliseconds: Self.pause(before: attempt)))
            case .run(let work, let slot): mailboxes[slot].put(.run(work))
            case .end(let slot): mailboxes[slot].put(.end)
            case .refuse(let work, let refusal): work.refuse(Self.error(refusal))
            }
        }
    }

    /// What the thread of a slot does, until the pool is closed.
    private func serve(_ slot: Int) {
        var connection: PostgreSQLConnection?
        while true {
            switch mailboxes[slot].take() {
            case .connect(let pause):
                usleep(pause * 1000)
                connection = nil
                connection = try? PostgreSQLConnection(location, patience: patience, roundTrips: roundTrips)
                let isConnected = connection != nil
                carryOut(state.withLock { isConnected ? $0.ready(slot) : $0.couldNotConnect(slot) })
            case .run(let work):
                guard let usable = connection else { return work.refuse(.unavailable(reason: "closed")) }
                switch work.run(usable) {
                case .usable: carryOut(state.withLock { $0.ready(slot) })
                case .broken: carryOut(state.withLock { $0.broke(slot, again: nil) })
                case .brokenBefore(let again): carryOut(state.withLock { $0.broke(slot, again: again) })
                }
            case .end:
                connection = nil
                return tellClosed()
            }
        }
    }

    static func startThread(_ run: @escaping @Sendable () -> Void) {
        final class Start { let run: @Sendable () -> Void; init(_ run: @escaping @Sendable () -> Void) { self.run = run } }
        let start = Unmanaged.passRetained(Start(run))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, start.toOpaque())
        // A process that gets no thread at its start cannot serve.
        precondition(status == 0, "no thread for a connection of the database")
        pthread_detach(thread)
    }

    /// At most a second: whoever waits for the database to come back sees it in two.
    static func pause(before attempt: Int) -> UInt32 { UInt32(min(1000, 50 << min(attempt, 5))) }

    private static func error(_ refusal: State.Refusal) -> StoreError {
        switch refusal {
        case .busy: .unavailable(reason: "busy")
        case .unreachable: .unavailable(reason: "the database cannot be reached")
        case .closed: .unavailable(reason: "closed")
        }
    }
}
