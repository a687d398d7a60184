import Glibc
import Synchronization

/// A process of a test's own, started by `posix_spawn`.
///
/// Not Foundation's `Process`: on its way to the child it copies directory entries of `/proc/self/fd` as if each had its full size, and so
/// reads beyond the buffer's end. With some 1,300 files open, as many tests at once have, that ends in a segmentation fault.
final class ChildProcess: Sendable {
    enum End: Equatable { case exit(Int32), signal(Int32) }

    struct NotStarted: Error { let errorNumber: Int32 }

    private let identifier: pid_t
    private let end = Mutex<End?>(nil)

    /// - Parameters:
    ///   - input: a file to read from; nil is `/dev/null`.
    ///   - output, error: files that are there already.
    init(
        _ path: String, _ arguments: [String], environment: [String: String], folder: String, input: String?, output: String, error: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_APPEND, 0)
        posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_APPEND, 0)
        // NIO's sockets are not marked to be closed: a child that had them would keep connections of other tests open while it lives.
        _ = closeAll(&actions, 3)
        // `env` changes to the folder and becomes the program.
        var arguments: [UnsafeMutablePointer<CChar>?] = (["env", "-C", folder, path] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0.key + "=" + $0.value) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var identifier: pid_t = 0
        let failure = posix_spawn(&identifier, "/usr/bin/env", &actions, nil, &arguments, &variables)
        guard failure == 0 else { throw NotStarted(errorNumber: failure) }
        self.identifier = identifier
    }

    deinit {
        if poll() == nil {
            kill(identifier, SIGKILL)
            waitpid(identifier, nil, 0)
        }
    }

    var isRunning: Bool { poll() == nil }

    /// nil while it runs.
    var ended: End? { poll() }

    /// Asks it to end (SIGTERM).
    func terminate() { send(SIGTERM) }

    func send(_ signal: Int32) { if isRunning { kill(identifier, signal) } }

    /// Waits without holding a thread that other tests need.
    func wait() async -> End {
        while true {
            if let end = poll() { return end }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func poll() -> End? {
        end.withLock { end in
            var status: Int32 = 0
            if end == nil, waitpid(identifier, &status, WNOHANG) == identifier {
                let signal = status & 0x7F
                end = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
            }
            return end
        }
    }
}

/// glibc 2.34. Swift's view of its headers leaves it out.
@_silgen_name("posix_spawn_file_actions_addclosefrom_np")
private func closeAll(_ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ from: CInt) -> CInt
