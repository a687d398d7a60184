import CPostgreSQL
import Glibc

/// Hears what the server tells of changed configuration (PostgreSQL, `LISTEN`), on a connection and a thread of its own.
///
/// A connection that is lost is made anew, and then it tells too: nobody knows what was said meanwhile. Nobody may rely on being told.
enum PostgreSQLListener {
    /// Any number of changes that nobody has read yet are one.
    static func changes(at location: PostgreSQLLocation) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            // Whoever reads no longer closes the one end, and the thread, wherever it waits, sees that at the other.
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return continuation.finish() }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let (stopped, stop) = (ends[0], ends[1])
            continuation.onTermination = { _ in close(stop) }
            PostgreSQLConnectionPool.startThread {
                listen(location, until: stopped) { continuation.yield() }
                continuation.finish()
                close(stopped)
            }
        }
    }

    private static func listen(_ location: PostgreSQLLocation, until stopped: Int32, tell: () -> Void) {
        var attempt = 0
        repeat {
            attempt += 1
            guard let connection = try? PostgreSQLConnection.connect(location, patience: PostgreSQLDatabase.patience) else { continue }
            defer { PQfinish(connection.handle) }
            // A pooler would let another one hear what we listen to.
            guard connection.hasOptions else { return }
            guard begins(connection.handle) else { continue }
            attempt = 0
            tell()
            hear(connection.handle, until: stopped, tell: tell)
        } while !isStopped(stopped, within: PostgreSQLConnectionPool.pause(before: attempt))
    }

    /// Whether the server will tell.
    private static func begins(_ handle: OpaquePointer) -> Bool {
        guard PQsendQuery(handle, "LISTEN countersign_configuration") == 1 else { return false }
        let deadline = ContinuousClock.now + PostgreSQLDatabase.patience
        var isListening = false
        while true {
            while PQisBusy(handle) == 1 {
                guard PostgreSQLConnection.isReady(handle, for: POLLIN, until: deadline), PQconsumeInput(handle) == 1 else { return false }
            }
            guard let result = PQgetResult(handle) else { return isListening }
            isListening = PQresultStatus(result) == PGRES_COMMAND_OK
            PQclear(result)
        }
    }

    /// Until the connection is lost, or nobody reads any more.
    private static func hear(_ handle: OpaquePointer, until stopped: Int32, tell: () -> Void) {
        while true {
            var descriptors = [pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0), pollfd(fd: stopped, events: 0, revents: 0)]
            guard poll(&descriptors, 2, -1) > 0 else {
                if errno == EINTR { continue }
                return
            }
            guard descriptors[1].revents == 0, PQconsumeInput(handle) == 1 else { return }
            var isChanged = false
            while let notification = PQnotifies(handle) {
                PQfreemem(notification)
                isChanged = true
            }
            if isChanged { tell() }
        }
    }

    private static func isStopped(_ stopped: Int32, within milliseconds: UInt32) -> Bool {
        var descriptor = pollfd(fd: stopped, events: 0, revents: 0)
        return poll(&descriptor, 1, Int32(milliseconds)) > 0
    }
}
