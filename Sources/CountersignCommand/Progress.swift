import FoundationEssentials
import Glibc
import Synchronization
import WireFormats

/// How far a long command is, on standard error, for people: a line that changes on a terminal, else a line for each part that is done.
final class Progress: Sendable {
    /// Nobody has to be told of what is done sooner.
    private static let silence = Duration.seconds(2)

    private let isTold: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let began = ContinuousClock.now
    private let isLineOpen = Mutex(false)

    /// Programs want the answer alone.
    init(_ format: OutputFormat) { isTold = format == .table }

    deinit { if isLineOpen.withLock(\.self) { Output.write("\n", to: STDERR_FILENO) } }

    func tell(_ text: String, isDone: Bool) {
        guard isTold, ContinuousClock.now - began > Self.silence, isDone || isTerminal else { return }
        let line = Printable.line(text)
        // To the beginning of the line, and away with what stood there.
        Output.write((isTerminal ? "\r\u{1B}[K" : "") + line + (isDone ? "\n" : ""), to: STDERR_FILENO)
        isLineOpen.withLock { $0 = !isDone }
    }
}
