package import UserPools
import WireFormats

/// What a look at all of a database found.
package struct CheckedDatabase: Sendable {
    package let name: String
    package let schema: Int
    /// Names the master key that everything sealed opens with.
    package let masterKeyID: String?
    package private(set) var tables: [(name: String, rows: Int)] = []
    package private(set) var findings: [DatabaseFinding] = []
    /// Findings beside those that are told.
    package private(set) var more = 0

    /// More of them nobody reads at a time.
    private static let maximum = 100

    fileprivate init(name: String, schema: Int, masterKeyID: String?) { (self.name, self.schema, self.masterKeyID) = (name, schema, masterKeyID) }

    fileprivate mutating func add(_ finding: DatabaseFinding) {
        if findings.count < Self.maximum { findings.append(finding) } else { more += 1 }
    }

    fileprivate mutating func add(_ table: String, rows: Int) { tables.append((table, rows)) }
}

/// Reads all of a database and changes nothing; servers may run on it meanwhile.
package struct DatabaseCheck: Sendable {
    private let whole: WholeDatabase

    package static func open(url: String) async throws(StorageError) -> DatabaseCheck { DatabaseCheck(whole: try await .openToRead(url: url)) }

    /// For reading.
    package var stores: Stores { Stores(whole.database) }

    package func close() async { await whole.close() }

    /// - Parameter report: called after some rows of each table.
    package func run(report: @Sendable (_ table: String, _ rows: Int, _ isDone: Bool) -> Void) async throws(StoreError) -> CheckedDatabase {
        let schema = try await whole.schema()
        if let mismatch = WholeDatabase.mismatch(found: schema, known: whole.knownSchema) {
            var checked = CheckedDatabase(name: whole.name, schema: schema, masterKeyID: nil)
            checked.add(.shape(mismatch))
            return checked
        }
        let installation = try await stores.installation.find()
        var checked = CheckedDatabase(name: whole.name, schema: schema, masterKeyID: installation.masterKeyID)
        if installation.isUnfinishedCopy { checked.add(.unfinishedCopy(location: whole.name)) }
        do {
            for finding in try await ownWord() { checked.add(finding) }
        } catch {
            // A file can be so damaged that SQLite does not say where.
            checked.add(whole.dialect == .sqlite ? .damaged(error.reason) : .tableUnreadable("pg_catalog", reason: error.reason))
        }
        for table in StoredTable.all {
            let rows = await read(table, report) { checked.add($0) }
            checked.add(table.name, rows: rows)
            report(table.name, rows, true)
        }
        try await readAsServersDo { checked.add($0) }
        return checked
    }

    /// What the database says of itself.
    private func ownWord() async throws(StoreError) -> [DatabaseFinding] {
        try await whole.database.read { [dialect = whole.dialect] connection throws(StoreError) in
            func texts(_ statement: SQL) throws(StoreError) -> [[String]] {
                try connection.rows(statement, []).map { row in
                    row.values.map { value in
                        guard case .text(let text) = value else { return "" }
                        return text
                    }
                }
            }
            switch dialect {
            case .sqlite: return try texts(Self.integrity).compactMap(\.first).filter { !Self.isWell($0) }.map { .damaged($0) }
            case .postgreSQL:
                return try texts(Self.encoding).compactMap(\.first).filter { $0 != "UTF8" }.map { .encoding($0) }
                    + texts(Self.constraints).map { .constraint($0[0], table: $0[1]) } + texts(Self.indexes).map { .index($0[0]) }
            }
        }
    }

    private func read(
        _ table: StoredTable, _ report: (String, Int, Bool) -> Void, _ found: (DatabaseFinding) -> Void
    ) async -> Int {
        var (count, key): (Int, [SQLValue]?) = (0, nil)
        while true {
            let rows: [StoredRow]
            do {
                rows = try await whole.database.read { [key] connection throws(StoreError) in
                    try table.rows(after: key, askingForOwners: true, connection)
                }
            } catch {
                found(.tableUnreadable(table.name, reason: error.reason))
                return count
            }
            guard let last = rows.last else { return count }
            for row in rows { check(row, of: table, found) }
            count += rows.count
            key = table.key(of: last)
            report(table.name, count, false)
        }
    }

    private func check(_ row: StoredRow, of table: StoredTable, _ found: (DatabaseFinding) -> Void) {
        let key = StoredTable.shown(table.key(of: row))
        if !row.hasOwner { found(.noOwner(table: table.name, key: key)) }
        if let column = row.unreadable { return found(.notText(table: table.name, key: key, column: column.text)) }
        for (column, value) in zip(table.columns, row.values) where column.kind == .json {
            guard case .text(let text) = value, (try? JSONParser.parse(Array(text.utf8))) == nil else { continue }
            found(.notJSON(table: table.name, key: key, column: column.name.text))
        }
    }

    /// What servers read of the configuration they must be able to read. Of people that would be some queries each: their JSON was parsed, and that is all.
    private func readAsServersDo(_ found: (DatabaseFinding) -> Void) async throws(StoreError) {
        func read(_ pool: String?, _ body: () async throws(StoreError) -> Void) async throws(StoreError) {
            do { try await body() } catch {
                guard case .corrupt(let what) = error else { throw error }
                found(.unreadable(what, pool: pool))
            }
        }
        let stores = stores
        try await read(nil) { () async throws(StoreError) in
            for pool in try await stores.pools.list() {
                try await read(pool.id.text) { () async throws(StoreError) in _ = try await stores.clients.list(in: pool.id) }
                try await read(pool.id.text) { () async throws(StoreError) in _ = try await stores.providers.list(in: pool.id) }
                try await read(pool.id.text) { () async throws(StoreError) in _ = try await stores.keys.list(in: pool.id) }
            }
        }
    }

    /// SQLite 3.40 calls a column empty that is not, where the key of a table WITHOUT ROWID does not begin with its first column; 3.41.1 does not.
    static func isWell(_ words: String) -> Bool { ["ok", "NULL value in unlinked_identities.pool_id"].contains(words) }

    private static let integrity: SQL = "PRAGMA integrity_check(1000)"
    private static let encoding: SQL = "SELECT pg_encoding_to_char(encoding)::text FROM pg_database WHERE datname = current_database()"
    private static let constraints: SQL = """
        SELECT conname::text, conrelid::regclass::text FROM pg_constraint
        WHERE NOT convalidated AND connamespace = current_schema()::regnamespace ORDER BY 2, 1
        """
    private static let indexes: SQL = """
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE NOT (i.indisvalid AND i.indisready) AND c.relnamespace = current_schema()::regnamespace ORDER BY 1
        """
}
