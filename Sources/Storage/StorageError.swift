import WireFormats

/// Why a database could not be opened.
package enum StorageError: Error, Equatable, Sendable {
    case malformedURL(String)
    case passwordInURL
    case cannotConnect(location: String, reason: String)
    /// It did not prove to be the one that the URL names.
    case unverifiedServer(location: String, reason: String)
    case cannotOpen(path: String, reason: String)
    case locked(path: String)
    case notDurable(setting: String, expected: String, seen: String)
    case newerSchema(found: Int, known: Int)
    /// Of one that is only read: it is not changed for that.
    case olderSchema(found: Int, known: Int)
    /// A copy of another database was begun in it and not finished.
    case unfinishedCopy(location: String)
    case migrationFailed(version: Int, reason: String)

    package var code: String {
        switch self {
        case .malformedURL: "storage.malformed_url"
        case .passwordInURL: "storage.password_in_url"
        case .cannotConnect: "storage.cannot_connect"
        case .unverifiedServer: "storage.unverified_server"
        case .cannotOpen: "storage.cannot_open"
        case .locked: "storage.locked"
        case .notDurable: "storage.not_durable"
        case .newerSchema: "storage.newer_schema"
        case .olderSchema: "storage.older_schema"
        case .unfinishedCopy: "storage.unfinished_copy"
        case .migrationFailed: "storage.migration_failed"
        }
    }

    package var message: String {
        switch self {
        case .malformedURL: "The database URL does not read as one."
        case .passwordInURL: "The database URL has a password in it, where every user of this machine can read it."
        case .cannotConnect(let location, let reason): "The database \(Self.short(location)) cannot be reached: \(Self.short(reason))."
        case .unverifiedServer(let location, let reason):
            "The server of the database \(Self.short(location)) may be another one: \(Self.short(reason))."
        case .cannotOpen(let path, let reason): "The database \(Self.short(path)) cannot be opened: \(Self.short(reason))."
        case .locked(let path): "The database \(Self.short(path)) stayed locked by another process."
        case .notDurable(let setting, _, _): "SQLite did not take over the setting \(setting), without which an answer could be lost."
        case .newerSchema: "The database was made by a newer version."
        case .olderSchema: "The database was made by an older version, or by none, and is only read here."
        case .unfinishedCopy(let location):
            "The database \(Self.short(location)) holds a part of another one: it is being copied, or the copy was not finished."
        case .migrationFailed(let version, let reason): "Migration \(version) failed and was undone: \(Self.short(reason))."
        }
    }

    package var expected: String? {
        switch self {
        case .malformedURL: "sqlite:PATH or postgresql://USER@HOST/DATABASE"
        case .passwordInURL: "postgresql://USER@HOST/DATABASE"
        case .cannotOpen, .cannotConnect, .unverifiedServer, .locked, .migrationFailed, .unfinishedCopy: nil
        case .notDurable(_, let expected, _): expected
        case .newerSchema(_, let known): "schema \(known) or older"
        case .olderSchema(_, let known): "schema \(known)"
        }
    }

    package var seen: String? {
        switch self {
        // A URL may hold a password, so no more of it than its scheme is told.
        case .malformedURL(let scheme): Self.short(scheme)
        case .cannotOpen, .cannotConnect, .unverifiedServer, .passwordInURL, .locked, .migrationFailed, .unfinishedCopy: nil
        case .notDurable(_, _, let seen): Self.short(seen)
        case .newerSchema(let found, _), .olderSchema(let found, _): "schema \(found)"
        }
    }

    package var remedy: String {
        switch self {
        case .malformedURL:
            "Give the database as sqlite:PATH (for example sqlite:countersign.db) or postgresql://USER@HOST/DATABASE."
        case .passwordInURL: "Leave the password out of the URL; put it into a file that PGPASSFILE names, or into PGPASSWORD."
        case .cannotConnect:
            "Check that the server runs, that it is reached from here, and that the role may log in; PGPASSFILE names the file of its password."
        case .unverifiedServer:
            """
            Name the host as the server's certificate does, and with sslrootcert=FILE in the URL the authority that signed it. A certificate that \
            has expired, or a server without TLS, is to be mended there.
            """
        case .cannotOpen:
            "Check that the folder exists, that this user may write to it, that its disk is neither full nor read-only, and that the file is a "
                + "SQLite database."
        case .locked: "See which process holds the file (a backup, a shell) and end it, then start again."
        case .notDurable: "Use the system's own SQLite library; a rebuilt one may have the setting compiled out."
        case .newerSchema:
            """
            Run the version that made the database, or a newer one. Only where none of them can be had restore the backup from before the update: what \
            was written since is lost then.
            """
        case .olderSchema:
            """
            Make a backup with the version that the servers run. Then any command of this version brings it up to date, for example one that lists the \
            pools; a server that starts does so too.
            """
        case .unfinishedCopy: "Run the same copy again: it goes on where it was. To begin with another one, make the database anew."
        case .migrationFailed:
            "Nothing was changed. Free disk space, check a SQLite file with PRAGMA integrity_check, see that a PostgreSQL role may make tables, and start again."
        }
    }

    private static func short(_ text: String) -> String { ProtocolText(text).prefix(200).string }
}
