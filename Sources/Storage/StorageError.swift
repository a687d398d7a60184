import WireFormats

/// Why a database could not be opened.
package enum StorageError: Error, Equatable, Sendable {
    case malformedURL(String)
    case unsupported(scheme: String)
    case cannotOpen(path: String, reason: String)
    case locked(path: String)
    case notDurable(setting: String, expected: String, seen: String)
    case newerSchema(found: Int, known: Int)
    case migrationFailed(version: Int, reason: String)

    package var code: String {
        switch self {
        case .malformedURL: "storage.malformed_url"
        case .unsupported: "storage.unsupported"
        case .cannotOpen: "storage.cannot_open"
        case .locked: "storage.locked"
        case .notDurable: "storage.not_durable"
        case .newerSchema: "storage.newer_schema"
        case .migrationFailed: "storage.migration_failed"
        }
    }

    package var message: String {
        switch self {
        case .malformedURL: "The database URL does not read as one."
        case .unsupported: "This version has no driver for that kind of database."
        case .cannotOpen(let path, let reason): "The database \(Self.short(path)) cannot be opened: \(Self.short(reason))."
        case .locked(let path): "The database \(Self.short(path)) stayed locked by another process."
        case .notDurable(let setting, _, _): "SQLite did not take over the setting \(setting), without which an answer could be lost."
        case .newerSchema: "The database was made by a newer version."
        case .migrationFailed(let version, let reason): "Migration \(version) failed and was undone: \(Self.short(reason))."
        }
    }

    package var expected: String? {
        switch self {
        case .malformedURL, .unsupported: "sqlite:PATH"
        case .cannotOpen, .locked, .migrationFailed: nil
        case .notDurable(_, let expected, _): expected
        case .newerSchema(_, let known): "schema \(known) or older"
        }
    }

    package var seen: String? {
        switch self {
        // A URL may hold a password, so no more of it than its scheme is told.
        case .malformedURL(let scheme), .unsupported(let scheme): Self.short(scheme)
        case .cannotOpen, .locked, .migrationFailed: nil
        case .notDurable(_, _, let seen): Self.short(seen)
        case .newerSchema(let found, _): "schema \(found)"
        }
    }

    package var remedy: String {
        switch self {
        case .malformedURL: "Give the database as sqlite:PATH, for example sqlite:/var/lib/countersign/countersign.db."
        case .unsupported: "Use sqlite:PATH; PostgreSQL comes with a later version."
        case .cannotOpen: "Check that the folder exists, that this user may write to it, and that the file is a SQLite database."
        case .locked: "See which process holds the file (a backup, a shell) and end it, then start again."
        case .notDurable: "Use the system's own SQLite library; a rebuilt one may have the setting compiled out."
        case .newerSchema: "Run the version that made the database, or a newer one, or restore the backup from before the update."
        case .migrationFailed: "Nothing was changed. Free disk space, check the file with PRAGMA integrity_check, and start again."
        }
    }

    private static func short(_ text: String) -> String { ProtocolText(text).prefix(200).string }
}
