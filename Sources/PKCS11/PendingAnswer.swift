internal import OpenIDConnect
internal import Synchronization

/// Somebody waits for what a thread does, and not for ever.
final class PendingAnswer<Value: Sendable>: Sendable {
    typealias Answer = Result<Value, SecurityModuleError>

    private let waiting: Mutex<(continuation: CheckedContinuation<Answer, Never>?, timer: Task<Void, Never>?)>

    init(_ continuation: CheckedContinuation<Answer, Never>, patience: Duration) {
        waiting = Mutex((continuation, nil))
        let timer = Task { [weak self] in
            try? await Task.sleep(for: patience)
            if !Task.isCancelled { self?.settle(.failure(.busy)) }
        }
        let isSettled = waiting.withLock { waiting in
            waiting.timer = timer
            return waiting.continuation == nil
        }
        if isSettled { timer.cancel() }
    }

    var isOpen: Bool { waiting.withLock { $0.continuation != nil } }

    /// False where somebody was first.
    @discardableResult
    func settle(_ answer: Answer) -> Bool {
        let (continuation, timer) = waiting.withLock { waiting in
            defer { waiting = (nil, nil) }
            return waiting
        }
        timer?.cancel()
        continuation?.resume(returning: answer)
        return continuation != nil
    }
}
