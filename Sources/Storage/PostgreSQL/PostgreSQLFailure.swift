import UserPools

/// What went wrong on a connection: what the server refused, or that there is no server any more.
enum PostgreSQLFailure: Error, Equatable {
    /// The server's word: a state of five characters (PostgreSQL, appendix A).
    case statement(state: String)
    /// The connection cannot be used any more.
    case broken(reason: String)

    /// The transaction met another one; the same again will do (PostgreSQL §13.5).
    var isSerialization: Bool { self == .statement(state: "40001") || self == .statement(state: "40P01") }

    /// Somebody has a lock that was waited for in vain, or waits for one of ours.
    var isInTheWay: Bool { self == .statement(state: "55P03") || self == .statement(state: "40P01") }

    /// A row was in the way that the transaction may not have seen: whoever wrote it committed in the meantime. The same again sees it.
    var isConflict: Bool { self == .statement(state: "23505") || self == .statement(state: "23503") }

    /// The server did not prove who it is. libpq says so by its words alone; nobody translates them in this process.
    var isOfUnverifiedServer: Bool {
        guard case .broken(let reason) = self else { return false }
        let words = ["certificate verify failed", "server certificate for", "server does not support SSL", "root certificate file"]
        return words.contains { reason.contains($0) }
    }

    /// The connection works, and is of no use: the server went read-only (it is no primary any more), or is shutting down.
    var endsConnection: Bool {
        switch self {
        case .broken: true
        case .statement(let state): ["25006", "57P01", "57P02", "57P03", "57P05", "25P03"].contains(state) || state.utf8.starts(with: "08".utf8)
        }
    }
}

extension StoreError {
    /// What it means to a caller. Neither SQL nor values are told.
    init(_ failure: PostgreSQLFailure) {
        switch failure {
        case .broken(let reason): self = .unavailable(reason: reason)
        case .statement("23505"): self = .conflict(what: "row")
        case .statement("23503"): self = .conflict(what: Self.noOwner)
        case .statement("53100"): self = .unavailable(reason: "disk full")
        case .statement("53200"): self = .unavailable(reason: "out of memory")
        case .statement("53300"): self = .unavailable(reason: "too many connections")
        case .statement("25006"): self = .unavailable(reason: "read-only")
        case .statement("40001"), .statement("40P01"): self = .unavailable(reason: "others wrote the same again and again")
        case .statement("55P03"): self = .unavailable(reason: "locked")
        case .statement("57014"): self = .unavailable(reason: "too slow")
        case .statement("42501"): self = .unavailable(reason: "this role may not do that")
        case .statement(let state) where state.utf8.starts(with: "22".utf8) || state.utf8.starts(with: "23".utf8):
            self = .corrupt(what: "value that its column refuses")
        // More than an entry of an index holds.
        case .statement("54000"): self = .corrupt(what: Self.tooLongForIndex)
        case .statement(let state): self = .unavailable(reason: "PostgreSQL error \(state)")
        }
    }
}
