import CPostgreSQL
import Glibc
import UserPools
import WireFormats

extension PostgreSQLConnection {
    /// What every session is to have. A pooler (pgbouncer) that shares sessions refuses it; then the deadlines are ours alone.
    ///
    /// All our statements have an index. While a table is small PostgreSQL would read it whole, and then whoever writes into it is in the way of
    /// everybody who has read (§13.2.3).
    private static let options = [
        "statement_timeout=4000", "lock_timeout=3000", "idle_in_transaction_session_timeout=10000", "synchronous_commit=on", "jit=off",
        "enable_seqscan=off", "default_transaction_isolation=repeatable\\ read", "IntervalStyle=" + intervalStyle,
    ].map { "-c " + $0 }.joined(separator: " ")

    /// We use no intervals: the one setting of ours that a server tells unasked says whether all of them hold.
    private static let intervalStyle = "sql_standard"

    static func connect(
        _ location: PostgreSQLLocation, patience: Duration
    ) throws(PostgreSQLFailure) -> (handle: OpaquePointer, hasOptions: Bool) {
        let servers = location.servers
        var failure: PostgreSQLFailure?
        // Each has its share of the time: one that does not answer leaves some for the others.
        for server in servers {
            let deadline = ContinuousClock.now + patience / servers.count
            do throws(PostgreSQLFailure) { return try connect(server, until: deadline) } catch { failure = error }
        }
        throw failure ?? .broken(reason: "no host")
    }

    private static func connect(
        _ server: [String: String], until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLFailure) -> (handle: OpaquePointer, hasOptions: Bool) {
        do throws(PostgreSQLFailure) {
            let handle = try open(server.merging(["options": options]) { given, ours in given + " " + ours }, until: deadline)
            // A pooler may take them and drop them.
            let style = PQparameterStatus(handle, "IntervalStyle").map { String(cString: $0) } ?? ""
            return (handle, style.hasSameBytes(as: intervalStyle))
        } catch {
            guard case .broken(let reason) = error, reason.utf8.contains("startup parameter".utf8) else { throw error }
        }
        return (try open(server, until: deadline), false)
    }

    private static func open(
        _ parameters: [String: String], until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLFailure) -> OpaquePointer {
        guard let handle = start(Array(parameters.keys), Array(parameters.values)) else { throw .broken(reason: "out of memory") }
        guard PQstatus(handle) != CONNECTION_BAD else { throw failure(handle) }
        // What the server wants to say stays out of our error output, also before it is connected.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        var status = PGRES_POLLING_WRITING
        while status != PGRES_POLLING_OK {
            let events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT
            guard isReady(handle, for: events, until: deadline) else {
                PQfinish(handle)
                throw .broken(reason: "no answer in time")
            }
            status = PQconnectPoll(handle)
            guard status != PGRES_POLLING_FAILED else { throw failure(handle) }
        }
        return handle
    }

    private static func start(_ keywords: [String], _ values: [String]) -> OpaquePointer? {
        withPointers(to: keywords) { keywords in
            withPointers(to: values) { values in PQconnectStartParams(keywords, values, 0) }
        }
    }

    private static func withPointers<Result>(to texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer<CChar>($0) } + [nil]
        return pointers.withUnsafeBufferPointer { buffer in body(buffer.baseAddress!) }
    }

    /// libpq's first line says what is wrong, and no secret.
    private static func failure(_ handle: OpaquePointer) -> PostgreSQLFailure {
        defer { PQfinish(handle) }
        let message = String(cString: PQerrorMessage(handle)).utf8.prefix { $0 != UInt8(ascii: "\n") }
        return .broken(reason: String(decoding: message.prefix(300), as: UTF8.self))
    }
}
