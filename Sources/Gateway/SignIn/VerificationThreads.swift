import Glibc

/// The few threads on which answers are parsed and verified, and on which nothing else runs.
///
/// XML and its signatures are one synchronous call of milliseconds: on the threads of the language's pool, of which there are as many as processors,
/// a handful of hostile answers would stop everything else (THREATS case 128). Here they wait for one another, in a queue with an end.
package final class VerificationThreads: Sendable {
    /// Half of the processors, so that whatever stands in the queue leaves the other half to everybody else.
    package static let usual = max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2))
    package static let longestQueue = 256
    /// Maximum for one client network: who posts nothing but what is dear keeps nobody else's answer from being verified.
    package static let share = 16

    private let queue: WorkQueue

    package init(threads: Int = usual, longestQueue: Int = longestQueue, share: Int = share) {
        queue = WorkQueue(threads: threads, limit: longestQueue, share: share)
    }

    deinit { queue.close() }

    /// Whether the caller is on such a thread.
    package static var areCurrent: Bool { pthread_getspecific(mark) != nil }
    /// Has a value on these threads alone.
    fileprivate static let mark: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// How many wait for a thread now.
    package var waiting: Int { queue.count }

    /// nil where the queue is full, or `network` has its share of it, so that nothing was done.
    ///
    /// - Parameter network: who asks for it; nil where nobody knows, or it is our own work.
    package func run<Value: Sendable>(for network: ClientNetwork? = nil, _ work: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            guard queue.add({ continuation.resume(returning: work()) }, for: network) else { return continuation.resume(returning: nil) }
        }
    }
}

/// What the threads share. Every property is used with the lock held; the threads keep it alive until they have ended.
private final class WorkQueue: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let threads: Int
    private let limit: Int
    private let share: Int
    private var waiting: [(work: @Sendable () -> Void, network: ClientNetwork?)] = []
    private var waitingByNetwork: [ClientNetwork: Int] = [:]
    private var started = 0
    private var busy = 0
    private var isClosed = false

    init(threads: Int, limit: Int, share: Int) {
        (self.threads, self.limit, self.share) = (threads, limit, share)
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// False where it is full, or the network's share of it is.
    func add(_ work: @escaping @Sendable () -> Void, for network: ClientNetwork?) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        if busy + waiting.count >= started, started < threads { startThread() }
        // Without a single thread nobody would ever come for it.
        guard busy + waiting.count < started + limit, started > 0 else { return false }
        if let network {
            guard waitingByNetwork[network, default: 0] < share else { return false }
            waitingByNetwork[network, default: 0] += 1
        }
        waiting.append((work, network))
        pthread_cond_signal(changed)
        return true
    }

    var count: Int {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return waiting.count
    }

    /// The threads do what is waiting, and end.
    func close() {
        pthread_mutex_lock(lock)
        isClosed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    private func startThread() {
        var thread = pthread_t()
        let queue = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<WorkQueue>.fromOpaque(pointer).takeRetainedValue().work() }
                return nil
            }, queue.toOpaque())
        guard status == 0 else { return queue.release() }
        pthread_detach(thread)
        started += 1
    }

    private func work() {
        pthread_setspecific(VerificationThreads.mark, UnsafeRawPointer(lock))
        var isFirst = true
        while let next = next(after: isFirst ? 0 : 1) {
            isFirst = false
            next()
        }
    }

    /// Waits for something to do; nil when there will be nothing more.
    private func next(after done: Int) -> (@Sendable () -> Void)? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        busy -= done
        while waiting.isEmpty, !isClosed { pthread_cond_wait(changed, lock) }
        guard !waiting.isEmpty else { return nil }
        busy += 1
        let (work, network) = waiting.removeFirst()
        if let network, let count = waitingByNetwork[network] { waitingByNetwork[network] = count > 1 ? count - 1 : nil }
        return work
    }
}
