import FoundationEssentials
import GRDB
import Glibc
import UserPools

/// The file of a SQLite database, and the connections to it.
enum SQLiteFile {
    /// How long a process waits for another one's transaction.
    static let busyTimeout: TimeInterval = 15

    static func open(_ path: String) throws(StorageError) -> DatabasePool {
        try makePrivate(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = max(4, ProcessInfo.processInfo.activeProcessorCount)
        // GRDB would end the process where a rollback failed; SQLiteWriter looks after that case.
        configuration.allowsUnsafeTransactions = true
        let pool = try connect(path, configuration)
        do {
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL after its own preparation, so this must come last.
                try database.execute(sql: "PRAGMA synchronous=FULL")
                try database.execute(sql: "PRAGMA journal_size_limit=67108864")
                // Indexes by random keys touch many pages: with room for them a page is read once and goes back to the file seldom.
                try database.execute(sql: "PRAGMA cache_size=-65536")
                try database.execute(sql: "PRAGMA wal_autocheckpoint=\(SQLiteCheckpoint.longestLog)")
            }
        } catch {
            throw .cannotOpen(path: path, reason: StoreError(sqlite: error).reason)
        }
        try requireSetting("synchronous", is: "2", pool, path)
        try requireSetting("foreign_keys", is: "1", pool, path)
        try requireSetting("journal_mode", is: "wal", pool, path)
        return pool
    }

    /// For who only reads: neither the tables nor a setting of the file change.
    static func openToRead(_ path: String) throws(StorageError) -> DatabaseQueue {
        guard access(path, F_OK) == 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // SQLite looks at a file when it is first asked for something.
            _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
            return queue
        } catch {
            throw .cannotOpen(path: path, reason: StoreError(sqlite: error).reason)
        }
    }

    /// Changing to WAL mode does not wait for the busy timeout where two processes open a new file at once, so this does.
    private static func connect(_ path: String, _ configuration: Configuration) throws(StorageError) -> DatabasePool {
        let pause: UInt32 = 50_000
        for _ in 0..<Int(busyTimeout * 1_000_000 / Double(pause)) {
            do {
                return try DatabasePool(path: path, configuration: configuration)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {
                usleep(pause)
            } catch {
                throw .cannotOpen(path: path, reason: StoreError(sqlite: error).reason)
            }
        }
        throw .locked(path: path)
    }

    private static func requireSetting(_ name: String, is expected: String, _ pool: DatabasePool, _ path: String) throws(StorageError) {
        let seen: String
        do {
            seen = try pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") } ?? "nothing"
        } catch {
            throw .cannotOpen(path: path, reason: StoreError(sqlite: error).reason)
        }
        guard seen == expected else { throw .notDurable(setting: name, expected: expected, seen: seen) }
    }

    /// Makes the file with mode 0600 where there is none; SQLite gives the files beside it the same mode.
    private static func makePrivate(_ path: String) throws(StorageError) {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            _ = Glibc.close(file)
        } else if errno != EEXIST {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
    }

    static func makeTemporaryFolder() throws(StorageError) -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/countersign-" + UUID().uuidString.lowercased()
        guard mkdir(folder, 0o700) == 0 else { throw .cannotOpen(path: folder, reason: String(cString: strerror(errno))) }
        return folder
    }
}

extension StoreError {
    // What a driver says of a row that the database refuses.
    static let noOwner = "row whose owner is gone"
    static let tooLongForIndex = "value that is too long for its index"

    /// The words of the error, whichever it is.
    var reason: String {
        switch self {
        case .conflict(let what, _), .corrupt(let what): what
        case .unavailable(let reason): reason
        }
    }
}
