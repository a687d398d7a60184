import Glibc
import Synchronization

/// The way to standard error for log lines, whole and in their order.
///
/// Who finds nobody writing writes, and what others log meanwhile goes out with the next piece. A reader that stands still must not stop the
/// server: then lines are dropped, and counted.
final class LogSink: Sendable {
    static let shared = LogSink(file: STDERR_FILENO)

    private struct Waiting {
        var lines: [[UInt8]] = []
        var bytes = 0
        /// For which there was no room.
        var dropped = 0
        /// Whether somebody takes what waits until nothing is left.
        var isBeingWritten = false
    }

    private let file: Int32
    /// Nobody waits for a file's reader.
    private let isRegularFile: Bool
    private let waiting = Mutex(Waiting())
    /// Held while lines are written: how many were dropped since the last one.
    private let dropped = Mutex(0)

    /// Maximum of bytes that wait.
    private static let capacity = 256 << 10
    /// What a pipe that is ready takes at once (PIPE_BUF).
    private static let pieceOfPipe = 4096

    init(file: Int32) {
        self.file = file
        var status = stat()
        isRegularFile = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// - Parameters:
    ///   - line: without its end.
    ///   - isUrgent: whether it is written when this returns, and what was logged before it as well.
    func write(_ line: String, isUrgent: Bool = false) {
        var line = Array(line.utf8)
        line.append(UInt8(ascii: "\n"))
        let isFirst = waiting.withLock { waiting in
            guard waiting.bytes + line.count <= Self.capacity else {
                waiting.dropped += 1
                return false
            }
            waiting.lines.append(line)
            waiting.bytes += line.count
            defer { waiting.isBeingWritten = true }
            return !waiting.isBeingWritten
        }
        if isFirst || isUrgent { writeAll() }
    }

    /// Returns when everything is written that was logged before: for the end of the process.
    func writeAll() {
        dropped.withLock { dropped in
            while let (lines, unkept) = takeWaiting() {
                put(lines, &dropped)
                dropped += unkept
            }
        }
    }

    private func takeWaiting() -> (lines: [[UInt8]], unkept: Int)? {
        waiting.withLock { waiting in
            waiting.isBeingWritten = !waiting.lines.isEmpty
            guard waiting.isBeingWritten else { return nil }
            defer { (waiting.lines, waiting.bytes, waiting.dropped) = ([], 0, 0) }
            return (waiting.lines, waiting.dropped)
        }
    }

    private func put(_ lines: [[UInt8]], _ dropped: inout Int) {
        var rest = lines[...]
        while var piece = rest.popFirst() {
            // Once somebody has stood still, nobody waits for him again until he reads on.
            guard isRegularFile || canWrite(within: dropped == 0 ? 100 : 0) else {
                dropped += 1
                continue
            }
            while let next = rest.first, isRegularFile || piece.count + next.count <= Self.pieceOfPipe {
                piece += next
                rest = rest.dropFirst()
            }
            if dropped > 0 {
                Output.write("{\"level\":\"warning\",\"message\":\"log lines were dropped\",\"count\":\"\(dropped)\"}\n", to: file, patience: 100)
            }
            dropped = 0
            Output.write(piece, to: file, patience: 100)
        }
    }

    private func canWrite(within milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) > 0 && poll.revents & Int16(POLLOUT) != 0
    }
}
