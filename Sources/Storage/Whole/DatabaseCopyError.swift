package import UserPools
import WireFormats

/// Why a database was not copied, or not to its end.
package enum DatabaseCopyError: Error, Equatable, Sendable {
    /// One of the two could not be opened.
    case database(StorageError)
    /// One of the two did not answer.
    case store(StoreError)
    case refused(CopyRefusal)
}

/// What stands in the way of a copy.
package enum CopyRefusal: Error, Equatable, Sendable {
    /// A server runs on one of the two.
    case inUse(location: String, publicURL: String)
    /// There is something in the database that was to be filled.
    case notEmpty(location: String, table: String)
    /// In it is a part of another database, or of this one as it was before pools came or went.
    case otherCopy(location: String)
    case row(table: String, key: String, RowProblem)
    /// Both are there, and are not the same.
    case differs(table: String, expected: String, seen: String)

    package enum RowProblem: Equatable, Sendable {
        /// A column is not text, or has a NUL in it.
        case notText(column: String)
        case noOwner
        case taken
        case tooLong
        case refused
    }

    package var code: String {
        switch self {
        case .inUse: "storage.in_use"
        case .notEmpty: "storage.not_empty"
        case .otherCopy: "storage.other_copy"
        case .row: "storage.row_refused"
        case .differs: "storage.copy_differs"
        }
    }

    package var message: String {
        switch self {
        case .inUse(let location, let publicURL):
            "A server runs on \(Self.short(location)) (\(Self.short(publicURL))); what it writes meanwhile would be lost."
        case .notEmpty(let location, let table): "There is something in \(Self.short(location)) already, in the table \(table)."
        case .otherCopy(let location):
            "\(Self.short(location)) holds an unfinished copy of another database, or of this one before its pools changed."
        case .row(let table, let key, let problem): "A row of \(table), \(Self.short(key)), cannot be copied: \(problem.text)."
        case .differs(let table, _, _): "The table \(table) is not the same on both sides."
        }
    }

    package var expected: String? {
        switch self {
        case .inUse, .otherCopy, .row: nil
        case .notEmpty: "an empty database"
        case .differs(_, let expected, _): expected
        }
    }

    package var seen: String? {
        switch self {
        case .inUse, .notEmpty, .otherCopy, .row: nil
        case .differs(_, _, let seen): seen
        }
    }

    package var remedy: String {
        switch self {
        case .inUse:
            "Stop every server of both databases, then run the same command again. One that was killed counts as gone after \(Int(RunningServer.presumedGoneAfter)) s."
        case .notEmpty: "Name a database in which nothing is: a new file, or a new database of the PostgreSQL server."
        case .otherCopy: "Make the database anew (delete the file; DROP DATABASE and CREATE DATABASE), then run the same command again."
        case .row(_, _, .taken): "If another copy into this database runs, let it finish. Else make the database anew and copy again."
        case .row(_, _, .tooLong):
            "PostgreSQL cannot hold so long a key. A row of accepted_proofs goes by itself when its time is over (\"until\"); an identity is taken from its user with user unlink. Then run the same command again."
        case .row(_, _, .noOwner):
            "Delete the row at the source with the database's own shell (sqlite3, psql): what it belonged to is gone. Then run the same command again."
        case .row(_, _, .notText), .row(_, _, .refused):
            "Mend or delete the row at the source with the database's own shell (sqlite3, psql), then run the same command again."
        case .differs:
            "Something wrote while it was copied. See that every server of both is stopped, make the database that is filled anew, and copy again."
        }
    }

    private static func short(_ text: String) -> String { ProtocolText(text).prefix(300).string }
}

extension CopyRefusal.RowProblem {
    /// What a refused insertion says of a row; nil where it says nothing of it.
    init?(_ error: StoreError) {
        switch error {
        case .conflict(let what, _): self = what.hasSameBytes(as: StoreError.noOwner) ? .noOwner : .taken
        case .corrupt(let what): self = what.hasSameBytes(as: StoreError.tooLongForIndex) ? .tooLong : .refused
        case .unavailable, .rightLost: return nil
        }
    }

    fileprivate var text: String {
        switch self {
        case .notText(let column): "its \(column) is not text in UTF-8, or has a NUL in it"
        case .noOwner: "what it belongs to is not there"
        case .taken: "a row with the same key or the same unique value is there already"
        case .tooLong: "its key is longer than an entry of an index"
        case .refused: "a column refuses its value"
        }
    }
}
