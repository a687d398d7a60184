import CSQLite
import UserPools

/// What SQLite said went wrong (sqlite.org/rescode.html).
struct SQLiteFailure: Error, Equatable {
    /// The extended code.
    let code: Int32

    private var primary: Int32 { code & 0xFF }
    /// Another connection has what was asked for.
    var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }

    // The header makes them by arithmetic, which Swift does not see.
    private static let foreignKey = SQLITE_CONSTRAINT | (3 << 8)
    private static let primaryKey = SQLITE_CONSTRAINT | (6 << 8)
    private static let unique = SQLITE_CONSTRAINT | (8 << 8)
    /// The file beside the database that connections share (-shm) did not get its size.
    private static let sharedMemorySize = SQLITE_IOERR | (19 << 8)

    /// What it means to a caller. Neither SQL nor values are told.
    var told: StoreError {
        switch (primary, code) {
        case (_, Self.unique), (_, Self.primaryKey): .conflict(what: "row")
        case (_, Self.foreignKey): .conflict(what: StoreError.noOwner)
        case (SQLITE_CONSTRAINT, _): .corrupt(what: "value that its column refuses")
        case (SQLITE_FULL, _), (_, Self.sharedMemorySize): .unavailable(reason: "disk full")
        case (SQLITE_READONLY, _): .unavailable(reason: "read-only")
        case (SQLITE_BUSY, _), (SQLITE_LOCKED, _): .unavailable(reason: "locked")
        case (SQLITE_CANTOPEN, _): .unavailable(reason: "cannot open the file")
        case (SQLITE_CORRUPT, _), (SQLITE_NOTADB, _): .unavailable(reason: "the file is damaged")
        case (SQLITE_IOERR, _): .unavailable(reason: "input/output error")
        case (SQLITE_NOMEM, _): .unavailable(reason: "out of memory")
        case (SQLITE_TOOBIG, _): .corrupt(what: "value that is too long")
        default: .unavailable(reason: "SQLite error \(code)")
        }
    }
}
