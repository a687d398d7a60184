import WireFormats

/// Something in a database that is not as it should be.
package enum DatabaseFinding: Sendable, Equatable {
    /// The shape is another one than this program's: nothing else was looked at.
    case shape(StorageError)
    case unfinishedCopy(location: String)
    /// SQLite's own words.
    case damaged(String)
    case encoding(String)
    case constraint(String, table: String)
    case index(String)
    case tableUnreadable(String, reason: String)
    case notText(table: String, key: String, column: String)
    case notJSON(table: String, key: String, column: String)
    case noOwner(table: String, key: String)
    /// A store cannot read what it needs.
    case unreadable(String, pool: String?)

    package var code: String {
        switch self {
        case .shape(let error): error.code
        case .unfinishedCopy(let location): StorageError.unfinishedCopy(location: location).code
        case .damaged: "check.damaged"
        case .encoding: "check.encoding"
        case .constraint: "check.constraint"
        case .index: "check.index"
        case .tableUnreadable: "check.table"
        case .notText: "check.text"
        case .notJSON: "check.json"
        case .noOwner: "check.owner"
        case .unreadable: "check.value"
        }
    }

    /// A table, and the row in it.
    package var place: String {
        switch self {
        case .shape, .unfinishedCopy, .damaged, .encoding: "the database"
        case .constraint(let name, let table): "\(table), \(name)"
        case .index(let name): name
        case .tableUnreadable(let table, _): table
        case .notText(let table, let key, _), .notJSON(let table, let key, _), .noOwner(let table, let key): "\(table), \(key)"
        case .unreadable(_, let pool): pool.map { "pool \($0)" } ?? "user_pools"
        }
    }

    package var message: String {
        switch self {
        case .shape(let error):
            error.message + [error.expected.map { " Expected \($0)" }, error.seen.map { ", seen \($0)." }].compactMap(\.self).joined()
        case .unfinishedCopy(let location): StorageError.unfinishedCopy(location: location).message
        case .damaged(let words): "SQLite: \(ProtocolText(words).prefix(300).string)"
        case .encoding(let seen): "The database's encoding is \(seen), not UTF8."
        case .constraint: "A constraint was added without a look at the rows that were there."
        case .index: "An index is not valid, so nobody uses it and what it keeps unique need not be."
        case .tableUnreadable(_, let reason): "The table cannot be read: \(reason)."
        case .notText(_, _, let column): "\(column) is not text in UTF-8, or has a NUL in it."
        case .notJSON(_, _, let column): "\(column) is not JSON."
        case .noOwner: "What the row belongs to is gone."
        case .unreadable(let what, _): "A stored \(ProtocolText(what).prefix(200).string) does not read as one."
        }
    }

    package var remedy: String {
        switch self {
        case .shape(let error): error.remedy
        case .unfinishedCopy(let location): StorageError.unfinishedCopy(location: location).remedy
        case .damaged: "Stop the servers, keep a copy of the file, and restore a backup; what '.recover' of sqlite3 finds is the last resort."
        case .encoding: "Make a database WITH ENCODING 'UTF8' TEMPLATE template0, and copy this one into it."
        case .constraint: "Look at the rows with ALTER TABLE … VALIDATE CONSTRAINT; what it refuses is to be mended or deleted."
        case .index: "REINDEX INDEX CONCURRENTLY, with the rights of the owner."
        case .tableUnreadable: "See that the role may read it and that the server is well, then check again."
        case .notText, .notJSON, .unreadable: "Restore it from a backup, or delete it and make it anew."
        case .noOwner: "Delete the row with the database's own shell (sqlite3, psql): nobody can reach it any more."
        }
    }
}
