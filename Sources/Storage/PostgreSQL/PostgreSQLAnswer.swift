import CPostgreSQL
import UserPools

/// What the server said to one statement.
struct PostgreSQLAnswer {
    let rows: [SQLRow]
    /// How many rows it wrote.
    let count: Int
    /// What it did: `COMMIT`, or `ROLLBACK` where a commit was asked of a transaction that had failed.
    let tag: String

    /// Takes what is needed out of a result; freeing it is the caller's.
    init(withoutRows result: OpaquePointer) {
        tag = String(cString: PQcmdStatus(result))
        count = Int(String(cString: PQcmdTuples(result))) ?? 0
        rows = []
    }

    init(_ result: OpaquePointer, _ columns: PostgreSQLColumns) throws(PostgreSQLFailure) {
        // The server plans anew where a table has changed, and refuses what would have other columns then.
        guard PQnfields(result) == columns.names.count else { throw .broken(reason: "other columns than before") }
        tag = String(cString: PQcmdStatus(result))
        count = Int(String(cString: PQcmdTuples(result))) ?? 0
        var rows: [SQLRow] = []
        for row in 0..<PQntuples(result) {
            var values: [SQLValue] = []
            values.reserveCapacity(columns.names.count)
            for (column, type) in columns.types.enumerated() { values.append(try Self.value(result, row, Int32(column), type)) }
            rows.append(SQLRow(names: columns.names, values: values))
        }
        self.rows = rows
    }

    private static func value(
        _ result: OpaquePointer, _ row: Int32, _ column: Int32, _ type: PostgreSQLColumns.TypeID?
    ) throws(PostgreSQLFailure) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0 else { return .null }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
        switch type {
        case .int8 where bytes.count == 8: return .integer(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
        case .int4 where bytes.count == 4: return .integer(Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self))))
        case .boolean where bytes.count == 1: return .integer(Int64(bytes[0]))
        case .text, .varchar: return .text(String(decoding: bytes, as: UTF8.self))
        case .bytes: return .bytes(Array(bytes))
        case .void: return .null
        case .int8, .int4, .boolean, nil: throw .broken(reason: "a column of a type that no table has")
        }
    }
}

/// The columns of an answer: of one statement always the same.
struct PostgreSQLColumns {
    /// Types of which the tables are made (catalog `pg_type`).
    enum TypeID: UInt32 {
        case boolean = 16
        case bytes = 17
        case int8 = 20
        case int4 = 23
        case text = 25
        case varchar = 1043
        /// What a function answers that has nothing to say.
        case void = 2278
    }

    let names: [String]
    let types: [TypeID?]

    init(of result: OpaquePointer) {
        let columns = 0..<PQnfields(result)
        names = columns.map { String(cString: PQfname(result, $0)) }
        types = columns.map { TypeID(rawValue: PQftype(result, $0)) }
    }
}
