import CPostgreSQL
import Glibc
import Synchronization
import UserPools

/// How often servers were waited for.
final class RoundTrips: Sendable {
    private let total = Atomic(0)

    var value: Int { total.load(ordering: .relaxed) }

    func count() { total.add(1, ordering: .relaxed) }
}

/// One connection to a server, for the one thread that has it.
///
/// What is sent together goes in one round trip (pipeline mode), and no wait is longer than `patience`: a server that does not answer is one
/// that is not there.
final class PostgreSQLConnection {
    private let handle: OpaquePointer
    /// How long an answer is waited for.
    var patience: Duration
    /// Whether what is set for the connection holds for all that is sent on it. Behind a pooler it does not, and a statement that one server has
    /// prepared may meet another server.
    let hasOptions: Bool
    private var prepared: [SQL: Prepared] = [:]
    private var names = 0
    private let roundTrips: RoundTrips?
    /// Answers that were sent for and not waited for: the end of a read.
    private var unread = 0

    /// Connects, with a deadline for all of it.
    init(_ location: PostgreSQLLocation, patience: Duration, roundTrips: RoundTrips? = nil) throws(PostgreSQLFailure) {
        (self.patience, self.roundTrips) = (patience, roundTrips)
        (handle, hasOptions) = try Self.connect(location, patience: patience)
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            PQfinish(handle)
            throw .broken(reason: "no pipeline mode")
        }
    }

    deinit { PQfinish(handle) }

    /// What the server said to statements that were sent together.
    struct Answers {
        /// To those before the first that failed; after it none was done.
        var answers: [PostgreSQLAnswer] = []
        var failure: PostgreSQLFailure?
    }

    /// Sends all statements at once and returns what the server said to each, if none failed.
    func run(
        _ statements: [(sql: SQL, values: PostgreSQLParameters)], prepares: Bool = true
    ) throws(PostgreSQLFailure) -> [PostgreSQLAnswer] {
        let said = try answers(to: statements, prepares: prepares)
        if let failure = said.failure { throw failure }
        return said.answers
    }

    /// Sends all statements at once.
    func answers(
        to statements: [(sql: SQL, values: PostgreSQLParameters)], prepares: Bool = true
    ) throws(PostgreSQLFailure) -> Answers {
        try answers(toEach: [statements], prepares: prepares)[0]
    }

    /// Sends all statements of all groups at once. Where one fails the rest of its group is not done; other groups are.
    ///
    /// - Parameter prepares: whether the server keeps them for the next time.
    /// - Throws: where the connection broke, so that nobody knows what was done.
    func answers(
        toEach groups: [[(sql: SQL, values: PostgreSQLParameters)]], prepares: Bool = true
    ) throws(PostgreSQLFailure) -> [Answers] {
        let deadline = ContinuousClock.now + patience
        var sent: [[Sent]] = []
        for group in groups {
            var ofGroup: [Sent] = []
            for statement in group { try send(statement, &ofGroup, prepares: prepares) }
            guard PQpipelineSync(handle) == 1 else { throw broken() }
            sent.append(ofGroup)
        }
        roundTrips?.count()
        while unread > 0 {
            unread -= 1
            // The end of a read, or of what failed anyway: a connection that cannot do that is of no use.
            guard try answers(to: [.statement(nil)], until: deadline).failure == nil else { throw .broken(reason: "a transaction did not end") }
        }
        return try sent.map { group throws(PostgreSQLFailure) in try answers(to: group, until: deadline) }
    }

    /// A statement that the server keeps, and the columns of its answers once there was one.
    private final class Prepared {
        let name: String
        var columns: PostgreSQLColumns?

        init(_ name: String) { self.name = name }
    }

    /// What was sent, in the order in which it is answered.
    private enum Sent {
        case preparation(of: SQL)
        case statement(Prepared?)
    }

    /// Sends a statement whose answer says nothing: it is read before the next one's.
    func runLater(_ sql: SQL) throws(PostgreSQLFailure) {
        var sent: [Sent] = []
        try send((sql, .none), &sent, prepares: false)
        guard PQpipelineSync(handle) == 1, PQflush(handle) >= 0 else { throw broken() }
        unread += 1
    }

    private func send(
        _ statement: (sql: SQL, values: PostgreSQLParameters), _ sent: inout [Sent], prepares: Bool
    ) throws(PostgreSQLFailure) {
        let (sql, values) = statement
        let count = Int32(values.lengths.count)
        var kept: Prepared?
        if prepares, hasOptions {
            if let known = prepared[sql] {
                kept = known
            } else {
                names += 1
                let new = Prepared("s\(names)")
                guard PQsendPrepare(handle, new.name, sql.text, count, nil) == 1 else { throw broken() }
                (kept, prepared[sql]) = (new, new)
                sent.append(.preparation(of: sql))
            }
        }
        let isSent = values.withPointers { pointers in
            if let kept {
                PQsendQueryPrepared(handle, kept.name, count, pointers, values.lengths, values.formats, 1)
            } else {
                PQsendQueryParams(handle, sql.text, count, nil, pointers, values.lengths, values.formats, 1)
            }
        }
        guard isSent == 1 else { throw broken() }
        sent.append(.statement(kept))
    }

    private func answers(to sent: [Sent], until deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) -> Answers {
        var said = Answers()
        for sent in sent {
            do throws(PostgreSQLFailure) {
                switch sent {
                case .preparation: _ = try nextAnswer(of: nil, until: deadline)
                case .statement(let prepared): said.answers.append(try nextAnswer(of: prepared, until: deadline))
                }
            } catch {
                if case .broken = error { throw error }
                if case .preparation(let sql) = sent { prepared[sql] = nil }
                // Of those behind a failure is only said that they were not done.
                if said.failure == nil { said.failure = error }
            }
        }
        guard let end = try next(until: deadline) else { throw .broken(reason: "no end of the pipeline") }
        defer { PQclear(end) }
        guard PQresultStatus(end) == PGRES_PIPELINE_SYNC else { throw .broken(reason: "no end of the pipeline") }
        return said
    }

    private func nextAnswer(of prepared: Prepared?, until deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) -> PostgreSQLAnswer {
        guard let result = try next(until: deadline) else { throw .broken(reason: "no answer") }
        defer { PQclear(result) }
        // Each answer is followed by nothing.
        if let more = try next(until: deadline) {
            PQclear(more)
            throw .broken(reason: "two answers")
        }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK: return PostgreSQLAnswer(withoutRows: result)
        case PGRES_TUPLES_OK:
            let columns = prepared?.columns ?? PostgreSQLColumns(of: result)
            prepared?.columns = columns
            return try PostgreSQLAnswer(result, columns)
        case PGRES_PIPELINE_ABORTED: throw .statement(state: "25P02")
        default:
            guard let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else { throw broken() }
            throw .statement(state: String(cString: state))
        }
    }

    /// Waits until the next result can be taken without waiting.
    private func next(until deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            let rest = PQflush(handle)
            guard rest >= 0 else { throw broken() }
            guard Self.isReady(handle, for: POLLIN | (rest > 0 ? POLLOUT : 0), until: deadline) else { throw .broken(reason: "no answer in time") }
            guard PQconsumeInput(handle) == 1 else { throw broken() }
        }
        return PQgetResult(handle)
    }

    private func broken() -> PostgreSQLFailure { .broken(reason: "the connection was lost") }

    /// Waits for the server; false where nothing came until then.
    static func isReady(_ handle: OpaquePointer, for events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        while true {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard left > 0 else { return false }
            let ready = poll(&descriptor, 1, Int32(min(left.rounded(.up), 60_000)))
            if ready > 0 { return true }
            if ready < 0, errno != EINTR { return false }
        }
    }
}
