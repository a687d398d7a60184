/// A table as whoever copies or checks a whole database sees it: its columns, the key by which its rows are in order, and whom they belong to.
struct StoredTable: Sendable {
    struct Column: Sendable {
        enum Kind: Sendable { case text, json, integer, bytes }

        let name: SQL
        let kind: Kind

        static func text(_ name: SQL) -> Column { Column(name: name, kind: .text) }
        static func json(_ name: SQL) -> Column { Column(name: name, kind: .json) }
        static func integer(_ name: SQL) -> Column { Column(name: name, kind: .integer) }
        static func bytes(_ name: SQL) -> Column { Column(name: name, kind: .bytes) }
    }

    /// The row that a row goes with.
    struct Owner: Sendable {
        let table: SQL
        /// The owner's key, and where it stands in what belongs to it.
        let key: [(theirs: SQL, ours: SQL)]

        static func pool(_ column: SQL = "pool_id") -> Owner { Owner(table: "user_pools", key: [("id", column)]) }
        static let user = Owner(table: "users", key: [("id", "user_id")])
        static let client = Owner(table: "app_clients", key: [("pool_id", "pool_id"), ("id", "client_id")])
        static let provider = Owner(table: "identity_providers", key: [("pool_id", "pool_id"), ("name", "provider")])
        static let generation = Owner(table: "federation_generations", key: [("id", "generation")])
        static let member = Owner(
            table: "federation_members", key: [("generation", "generation"), ("entity_id", "entity_id")])
        static let logout = Owner(table: "logouts", key: [("pool_id", "pool_id"), ("reference", "reference")])
        static let family = Owner(table: "token_families", key: [("id", "family_id")])
    }

    let name: String
    /// The key's columns first.
    let columns: [Column]
    let keyCount: Int
    let owner: Owner?
    /// So many rows are held at a time, of which each has some kilobytes; where one may have a megabyte, fewer.
    let rowsAtOnce: Int

    let first: SQL
    let next: SQL
    let last: SQL
    /// As `first` and `next`, with a column more: whether the owner is there.
    let firstWithOwner: SQL
    let nextWithOwner: SQL
    let insertOne: SQL
    let insertMany: SQL

    /// Rows that are inserted by one statement.
    static let many = 50

    init(
        _ name: SQL, key: [Column], _ others: [Column] = [], of owner: Owner? = nil, rowsAtOnce: Int = 250, where condition: SQL = "TRUE"
    ) {
        self.name = name.text
        columns = key + others
        keyCount = key.count
        self.owner = owner
        self.rowsAtOnce = rowsAtOnce

        let list = columns.map(\.selected).joined(by: ", ")
        let order = key.map(\.name).joined(by: ", ")
        let ownerIsThere = owner.map { $0.isThere(for: name) } ?? "1"
        let keyPlaces = SQL.places(rows: 1, columns: key.count)
        let behind: SQL = " AND (" + order + ") > " + keyPlaces
        let from: SQL = " FROM " + name + " WHERE " + condition
        let bound: SQL = " ORDER BY " + order + " LIMIT " + SQL.place(key.count + 1)
        first = "SELECT " + list + from + " ORDER BY " + order + " LIMIT $1"
        next = "SELECT " + list + from + behind + bound
        firstWithOwner = "SELECT " + list + ", " + ownerIsThere + from + " ORDER BY " + order + " LIMIT $1"
        nextWithOwner = "SELECT " + list + ", " + ownerIsThere + from + behind + bound
        last = "SELECT " + key.map(\.selected).joined(by: ", ") + from + " ORDER BY " + key.map { $0.name + " DESC" }.joined(by: ", ") + " LIMIT 1"
        let insert: SQL = "INSERT INTO " + name + " (" + columns.map(\.name).joined(by: ", ") + ") VALUES "
        insertOne = insert + SQL.places(rows: 1, columns: columns.count)
        insertMany = insert + SQL.places(rows: Self.many, columns: columns.count)
    }
}

extension StoredTable.Column {
    /// Of a text its bytes: what SQLite holds need not be text.
    fileprivate var selected: SQL {
        switch kind {
        case .text, .json: SQL.bytes(ofText: name)
        case .integer, .bytes: name
        }
    }
}

extension StoredTable.Owner {
    fileprivate func isThere(for rows: SQL) -> SQL {
        let same = key.map { "o." + $0.theirs + " = " + rows + "." + $0.ours }.joined(by: " AND ")
        return "EXISTS (SELECT 1 FROM " + table + " o WHERE " + same + ")"
    }
}
