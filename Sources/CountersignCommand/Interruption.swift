import Glibc
import Storage
import UnixSignals

/// A signal ends the command as it would have without us, but after what is half done was taken away.
enum Interruption {
    static func tidied<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
        // What the shell has it ignore (nohup) goes on being ignored.
        let trapped = [(SIGINT, UnixSignal.sigint), (SIGTERM, .sigterm), (SIGHUP, .sighup)].filter { !isIgnored($0.0) }.map(\.1)
        let signals = await UnixSignalsSequence(trapping: trapped)
        let watch = Task.detached {
            for await signal in signals {
                Unfinished.removeAll()
                Glibc.signal(signal.rawValue, SIG_DFL)
                // Not raise: threads of the pool block signals.
                kill(getpid(), signal.rawValue)
            }
        }
        defer { watch.cancel() }
        return try await body()
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0, let handler = action.__sigaction_handler.sa_handler else { return false }
        return unsafeBitCast(handler, to: Int.self) == 1  // SIG_IGN
    }
}
