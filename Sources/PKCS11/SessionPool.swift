internal import Crypto
internal import Dispatch
internal import Glibc
internal import OpenIDConnect
internal import Synchronization
internal import WireFormats

/// Threads, one a session, on which the module is called: each call is a wait for the device, and may be a long one (THREATS case 206).
///
/// They begin when somebody asks. What is lost is connected anew, at most once a second; whoever asks meanwhile is refused at once.
final class SessionPool: Sendable {
    /// Something to do in a session.
    struct Job: Sendable {
        /// False where nobody waits for it any more.
        let isWanted: @Sendable () -> Bool
        let run: @Sendable (Session) throws(LinkFailure) -> Void
        let refuse: @Sendable (SecurityModuleError) -> Void
    }

    /// A session of one thread.
    struct Session: Sendable {
        let link: TokenLink
        let handle: Library.Handle
        var library: Library { link.library }
    }

    private struct Queue {
        var waiting: [Job] = []
        var started = 0
        var busy = 0
        var isClosed = false
    }

    /// What only one thread changes, while none is in a call.
    private struct Connection {
        var library: Library?
        var link: TokenLink?
        var number = 0
        var refusal: (error: SecurityModuleError, until: ContinuousClock.Instant)?
        /// By its digest.
        var refusedPIN: (digest: [UInt8], answer: String)?
        /// nil while it has not been tried.
        var works: Bool?
    }

    private let settings: PKCS11Module.Settings
    private let queue = Mutex(Queue())
    private let filled = DispatchSemaphore(value: 0)
    private let connection = Mutex(Connection())
    private let calls = CallLock()
    private let pause: Duration

    /// - Parameter pause: between two attempts to connect.
    init(_ settings: PKCS11Module.Settings, pause: Duration = .seconds(1)) { (self.settings, self.pause) = (settings, pause) }

    /// False where the queue is full.
    func add(_ job: Job) -> Bool {
        let isAdded = queue.withLock { queue in
            guard !queue.isClosed else { return false }
            if queue.busy + queue.waiting.count >= queue.started, queue.started < settings.sessions, startThread() { queue.started += 1 }
            guard queue.started > 0, queue.waiting.count < settings.longestQueue else { return false }
            queue.waiting.append(job)
            return true
        }
        if isAdded { filled.signal() }
        return isAdded
    }

    /// Refuses what waits; whoever is in a call may finish it.
    func close() {
        let (waiting, started) = queue.withLock { queue in
            queue.isClosed = true
            defer { queue.waiting = [] }
            return (queue.waiting, queue.started)
        }
        for job in waiting { job.refuse(.busy) }
        for _ in 0..<started { filled.signal() }
        DispatchQueue.global().async { [self] in end() }
    }

    /// Blocks until nobody is in a call.
    func end() {
        calls.alone {
            connection.withLock { connection in
                if connection.link != nil { connection.library?.finalize() }
                connection.link = nil
            }
        }
    }

    private func startThread() -> Bool {
        let pool = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<SessionPool>.fromOpaque(pointer).takeRetainedValue().work() }
                return nil
            }, pool.toOpaque())
        guard status == 0 else {
            pool.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func work() {
        var session: Session?
        while true {
            filled.wait()
            let (job, isClosed) = queue.withLock { queue in
                guard !queue.waiting.isEmpty else { return (Job?.none, queue.isClosed) }
                queue.busy += 1
                return (queue.waiting.removeFirst(), false)
            }
            if isClosed { return }
            guard let job else { continue }
            if job.isWanted() { carryOut(job, &session) }
            queue.withLock { $0.busy -= 1 }
        }
    }

    private enum Outcome {
        case done
        /// Somebody else connected anew meanwhile.
        case again
        case lost(CallFailure)
    }

    /// Twice at most: what is lost is connected anew once.
    private func carryOut(_ job: Job, _ session: inout Session?) {
        var last = SecurityModuleError.busy
        for _ in 0..<2 {
            let link: TokenLink
            do throws(SecurityModuleError) { link = try connected() } catch { return job.refuse(error) }
            switch calls.shared({ attempt(job, link, &session) }) {
            case .done: return
            case .again: continue
            case .lost(let failure):
                last = .unavailable(call: failure.call, answer: failure.name)
                lose(link)
            }
        }
        job.refuse(last)
    }

    private func attempt(_ job: Job, _ link: TokenLink, _ session: inout Session?) -> Outcome {
        guard connection.withLock({ $0.link?.number }) == link.number else { return .again }
        do throws(LinkFailure) {
            if session?.link.number != link.number {
                session = nil
                do throws(CallFailure) { session = Session(link: link, handle: try link.library.open(link.slot)) } catch { throw .call(error) }
            }
            if let session { try job.run(session) }
            return .done
        } catch {
            switch error {
            case .call(let failure) where failure.isLost: return .lost(failure)
            case .call(let failure): job.refuse(.refused(call: failure.call, answer: failure.name))
            case .refused(let error): job.refuse(error)
            }
            return .done
        }
    }

    /// Ends the link, unless somebody did already.
    private func lose(_ link: TokenLink) {
        calls.alone {
            connection.withLock { connection in
                guard connection.link?.number == link.number else { return }
                link.library.finalize()
                connection.link = nil
            }
        }
    }

    private func connected() throws(SecurityModuleError) -> TokenLink {
        if let link = connection.withLock(\.link) { return link }
        var news: SecurityModuleError??
        let result = calls.alone { () -> Result<TokenLink, SecurityModuleError> in
            connection.withLock { connection in
                if let link = connection.link { return .success(link) }
                if let refusal = connection.refusal, ContinuousClock.now < refusal.until { return .failure(refusal.error) }
                do throws(SecurityModuleError) {
                    let link = try connect(&connection)
                    if connection.works == false { news = .some(nil) }
                    (connection.link, connection.refusal, connection.works) = (link, nil, true)
                    return .success(link)
                } catch {
                    if connection.works != false || connection.refusal?.error != error { news = error }
                    (connection.refusal, connection.works) = ((error, ContinuousClock.now + pause), false)
                    return .failure(error)
                }
            }
        }
        if let news { settings.changed(news) }
        return try result.get()
    }

    private func connect(_ connection: inout Connection) throws(SecurityModuleError) -> TokenLink {
        var reason = ""
        guard let library = connection.library ?? Library(path: settings.path, reason: &reason) else {
            throw .library(path: settings.path, reason: reason)
        }
        connection.library = library
        let pin = try settings.pin().reveal()
        let digest = Array(SHA256.hash(data: pin))
        // Most tokens lock themselves after a few wrong ones.
        if let refused = connection.refusedPIN, refused.digest == digest { throw .pin(answer: refused.answer) }
        connection.number += 1
        do throws(LinkFailure) {
            return try TokenLink(library, number: connection.number, label: settings.label, pin: pin)
        } catch {
            switch error {
            case .call(let failure) where failure.isOfPIN:
                connection.refusedPIN = (digest, failure.name)
                throw .pin(answer: failure.name)
            case .call(let failure): throw .unavailable(call: failure.call, answer: failure.name)
            case .refused(let error): throw error
            }
        }
    }
}

/// Many may be in a call, and whoever starts or ends the module is alone.
///
/// `@unchecked Sendable`: the lock of the system.
private final class CallLock: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)

    init() { pthread_rwlock_init(lock, nil) }

    deinit {
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    func shared<Value>(_ body: () -> Value) -> Value {
        pthread_rwlock_rdlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        return body()
    }

    func alone<Value>(_ body: () -> Value) -> Value {
        pthread_rwlock_wrlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        return body()
    }
}
