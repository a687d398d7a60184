import TestSupport
import Testing
import UserPools

@testable import Storage

/// The list by which a database is copied and checked is what the databases themselves say.
@Suite("Stored tables")
struct StoredTableTests {
    @Test("every table is in the list, or left out on purpose; with its columns, its key and whom it belongs to", arguments: DatabaseKind.all)
    func complete(_ kind: DatabaseKind) async throws {
        try await kind.withDatabase { database, _ in
            let isSQLite = database is SQLiteDatabase
            func texts(_ statement: SQL, _ values: [SQLValue] = []) async throws -> [[String]] {
                try await database.read { connection throws(StoreError) in
                    try connection.rows(statement, values).map { row in
                        row.values.map { value in
                            switch value {
                            case .text(let text): text
                            case .integer(let integer): integer.description
                            case .null, .bytes: ""
                            }
                        }
                    }
                }
            }
            let tables = try await texts(isSQLite ? Self.sqliteTables : Self.postgreSQLTables).map { $0[0] }
            #expect(Set(tables).subtracting(StoredTable.all.map(\.name)).subtracting(StoredTable.leftOut) == [])
            #expect(Set(StoredTable.all.map(\.name)).subtracting(tables) == [])
            for table in StoredTable.all {
                let name = SQLValue.text(table.name)
                let columns = try await texts(isSQLite ? Self.sqliteColumns : Self.postgreSQLColumns, [name])
                #expect(Set(columns) == Set(table.columns.map { [$0.name.text, $0.type(isSQLite)] }), "\(table.name)")
                let key = try await texts(isSQLite ? Self.sqliteKey : Self.postgreSQLKey, [name])
                #expect(key.map { $0[0] } == table.columns.prefix(table.keyCount).map(\.name.text), "\(table.name)")
                // With PostgreSQL a code does not look for its family, with which it comes (migration 9).
                if table.name == "authorization_codes", !isSQLite { continue }
                let owner = try await texts(isSQLite ? Self.sqliteOwner : Self.postgreSQLOwner, [name])
                #expect(owner == (table.owner?.key ?? []).map { [table.owner?.table.text ?? "", $0.theirs.text, $0.ours.text] }, "\(table.name)")
            }
        }
    }

    @Test("owners stand before what belongs to them")
    func order() {
        for (index, table) in StoredTable.all.enumerated() {
            guard let owner = table.owner else { continue }
            #expect(StoredTable.all.prefix(index).contains { $0.name == owner.table.text }, "\(table.name)")
        }
    }

    @Test("no two rows have one digest: neither by moving a border, nor by another type")
    func digest() {
        let rows: [[SQLValue]] = [
            [.text("ab"), .text("c")], [.text("a"), .text("bc")], [.text("abc")], [.bytes(Array("abc".utf8))], [.text("")], [.null], [.integer(0)],
            [],
        ]
        let digests = rows.map { values in
            var digest = TableDigest()
            digest.add(values)
            return digest.text
        }
        #expect(Set(digests).count == rows.count)
    }

    private static let sqliteTables: SQL = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    private static let sqliteColumns: SQL = "SELECT name, type FROM pragma_table_info($1)"
    private static let sqliteKey: SQL = "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk"
    private static let sqliteOwner: SQL = "SELECT \"table\", \"to\", \"from\" FROM pragma_foreign_key_list($1) ORDER BY id, seq"
    private static let postgreSQLTables: SQL = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
    private static let postgreSQLColumns: SQL = """
        SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1::text
        """
    private static let postgreSQLKey: SQL = """
        SELECT a.attname::text FROM pg_constraint c JOIN unnest(c.conkey) WITH ORDINALITY AS k (number, place) ON TRUE
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
        WHERE c.conrelid = to_regclass($1::text) AND c.contype = 'p' ORDER BY k.place
        """
    private static let postgreSQLOwner: SQL = """
        SELECT c.confrelid::regclass::text, o.attname::text, a.attname::text
        FROM pg_constraint c JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (ours, theirs, place) ON TRUE
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.ours
            JOIN pg_attribute o ON o.attrelid = c.confrelid AND o.attnum = k.theirs
        WHERE c.conrelid = to_regclass($1::text) AND c.contype = 'f' ORDER BY k.place
        """
}

extension StoredTable.Column {
    fileprivate func type(_ isSQLite: Bool) -> String {
        switch kind {
        case .text, .json: isSQLite ? "TEXT" : "text"
        case .integer: isSQLite ? "INTEGER" : "bigint"
        case .bytes: isSQLite ? "BLOB" : "bytea"
        }
    }
}
