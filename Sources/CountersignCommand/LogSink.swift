import Dispatch
import Glibc
import Synchronization

/// The way to standard error for log lines, whole and in their order.
///
/// Who finds nobody writing writes what waits, once: what others log meanwhile is written by a thread of the sink's own. A reader that stands still
/// must not stop the server: then lines are dropped, and counted.
final class LogSink: Sendable {
    static let shared = LogSink(file: STDERR_FILENO)

    private struct Waiting {
        var lines: [[UInt8]] = []
        var bytes = 0
        /// For which there was no room.
        var dropped = 0
        /// Whether somebody will come for what waits.
        var isExpected = false
    }

    private let file: Int32
    /// Nobody waits for a file's reader.
    private let isRegularFile: Bool
    /// Maximum of bytes that wait; urgent lines find room beyond it, one for each thread.
    private let capacity: Int
    private let waiting = Mutex(Waiting())
    /// Held while lines are written: how many were dropped since the last one.
    private let dropped = Mutex(0)
    private let queue = DispatchQueue(label: "countersign.log.writing")

    /// What a pipe that is ready takes at once (PIPE_BUF).
    private static let pieceOfPipe = 4096

    init(file: Int32, capacity: Int = 256 << 10) {
        (self.file, self.capacity) = (file, capacity)
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
            guard isUrgent || waiting.bytes + line.count <= capacity else {
                waiting.dropped += 1
                return false
            }
            waiting.lines.append(line)
            waiting.bytes += line.count
            defer { waiting.isExpected = true }
            return !waiting.isExpected
        }
        if isFirst || isUrgent { writeWaiting() }
    }

    /// Returns when everything is written that was logged before; what is logged meanwhile is left to the queue.
    func writeWaiting() {
        dropped.withLock { dropped in
            let (lines, unkept) = waiting.withLock { waiting in
                defer { (waiting.lines, waiting.bytes, waiting.dropped) = ([], 0, 0) }
                return (waiting.lines, waiting.dropped)
            }
            put(lines, &dropped)
            dropped += unkept
        }
        let isLeft = waiting.withLock { waiting in
            waiting.isExpected = !waiting.lines.isEmpty
            return waiting.isExpected
        }
        if isLeft { queue.async { self.writeWaiting() } }
    }

    private func put(_ lines: [[UInt8]], _ dropped: inout Int) {
        var rest = lines[...]
        while var piece = rest.popFirst() {
            // Once somebody has stood still, nobody waits for him again until he reads on.
            guard isRegularFile || canWrite(within: dropped == 0 ? 100 : 0) else {
                dropped += 1
                continue
            }
            var count = 1
            while let next = rest.first, isRegularFile || piece.count + next.count <= Self.pieceOfPipe {
                piece += next
                count += 1
                rest = rest.dropFirst()
            }
            if dropped > 0 {
                Output.write("{\"level\":\"warning\",\"message\":\"log lines were dropped\",\"count\":\"\(dropped)\"}\n", to: file, patience: 100)
            }
            // A full disk takes none of them, or some.
            dropped = Output.write(piece, to: file, patience: 100) ? 0 : count
        }
    }

    private func canWrite(within milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) > 0 && poll.revents & Int16(POLLOUT) != 0
    }
}
