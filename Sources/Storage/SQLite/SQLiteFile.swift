import FoundationEssentials
import Glibc
import UserPools

/// The file of a SQLite database, and the connections to it.
enum SQLiteFile {
    /// How long a process waits for another one's transaction.
    static let busyTimeout: TimeInterval = 15

    /// The connection that writes, in WAL mode, every commit on the disk before it is answered.
    static func open(_ path: String) throws(StorageError) -> SQLiteConnection {
        try makePrivate(path)
        let connection = try connect(path)
        do {
            try connection.run("PRAGMA foreign_keys=ON")
            try connection.run("PRAGMA synchronous=FULL")
            try connection.run("PRAGMA journal_size_limit=67108864")
            // The pages of a large transaction, and those above the leaves of the indexes. With 64 MiB the same statements on a file of 250 MB took half
            // as much processor time again, although they read fewer pages.
            try connection.run("PRAGMA cache_size=-16384")
            try connection.run("PRAGMA wal_autocheckpoint=\(SQLiteCheckpoint.longestLog)")
        } catch {
            throw .cannotOpen(path: path, reason: error.told.reason)
        }
        try requireSetting("synchronous", is: .integer(2), connection, path)
        try requireSetting("foreign_keys", is: .integer(1), connection, path)
        try requireSetting("journal_mode", is: .text("wal"), connection, path)
        return connection
    }

    /// For who only reads: neither the tables nor a setting of the file change.
    static func openToRead(_ path: String) throws(StorageError) -> SQLiteReaders {
        guard access(path, F_OK) == 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        let readers = SQLiteReaders(path)
        // SQLite looks at a file when it is first asked for something.
        do { _ = try readers.rows(of: [SQLStatement("SELECT count(*) FROM sqlite_schema", [])]) } catch {
            throw .cannotOpen(path: path, reason: error.reason)
        }
        return readers
    }

    static func connectToRead(_ path: String) throws(SQLiteFailure) -> SQLiteConnection {
        try SQLiteConnection(path, .reading, busyTimeout: busyMilliseconds)
    }

    private static let busyMilliseconds = Int32(busyTimeout * 1000)

    /// Changing to WAL mode does not wait for the busy timeout where two processes open a new file at once, so this does.
    private static func connect(_ path: String) throws(StorageError) -> SQLiteConnection {
        let pause: UInt32 = 50_000
        for _ in 0..<Int(busyTimeout * 1_000_000 / Double(pause)) {
            do throws(SQLiteFailure) {
                let connection = try SQLiteConnection(path, .writing, busyTimeout: busyMilliseconds)
                try connection.run("PRAGMA journal_mode=WAL")
                return connection
            } catch {
                guard error.isBusy else { throw .cannotOpen(path: path, reason: error.told.reason) }
                usleep(pause)
            }
        }
        throw .locked(path: path)
    }

    private static func requireSetting(
        _ name: String, is expected: SQLValue, _ connection: SQLiteConnection, _ path: String
    ) throws(StorageError) {
        let seen: SQLValue?
        do { seen = try connection.value("PRAGMA \(name)") } catch { throw .cannotOpen(path: path, reason: error.told.reason) }
        guard seen == expected else { throw .notDurable(setting: name, expected: expected.plain, seen: seen?.plain ?? "nothing") }
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

extension SQLValue {
    fileprivate var plain: String {
        switch self {
        case .null: "nothing"
        case .integer(let integer): integer.description
        case .text(let text): text
        case .bytes: "bytes"
        }
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
        case .rightLost: "right that was lost"
        }
    }
}
