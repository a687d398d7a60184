import Dispatch
package import Gateway
import Synchronization

/// Holds all of the usual threads for verification until it is told to end.
package final class HeldThreads: Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let held = Mutex(0)

    package init(_ threads: VerificationThreads) {
        for _ in 0..<VerificationThreads.usual {
            Task {
                _ = await threads.run { [self] in
                    held.withLock { $0 += 1 }
                    gate.wait()
                }
            }
        }
    }

    package func holdsAll() async { while held.withLock({ $0 }) < VerificationThreads.usual { await Task.yield() } }

    package func end() { for _ in 0..<VerificationThreads.usual { gate.signal() } }
}
