import FoundationEssentials
import Synchronization

/// What must not outlive the command that made it, whatever ends that: unsealed copies, and drafts.
package enum Unfinished {
    private static let paths = Mutex<Set<String>>([])

    static func note(_ path: String) { paths.withLock { _ = $0.insert(path) } }

    /// It has its name.
    static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
        forget(path)
    }

    /// Before a signal ends the process.
    package static func removeAll() {
        for path in paths.withLock({ $0 }) { remove(path) }
    }
}
