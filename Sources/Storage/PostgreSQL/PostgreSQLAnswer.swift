import CPostgreSQL
import UserPools

/// What the server said to one statement.
struct PostgreSQLAnswer {
    let rows: [SQLRow]
    /// How many rows it wrote.
    let count: Int
    /// What it did: `COMMIT`, or `ROLLBACK` where a commit was asked of a transaction that had failed.
    let tag: String

    /// Types of which the tables are made (catalog `pg_type`).
    private enum TypeID: UInt32 {
        case boolean = 16
        case bytes = 17
        case int8 = 20
        case int4 = 23
        case text = 25
        case varchar = 1043
        /// What a function answers that has nothing to say.
        case void = 2278
    }

    /// Takes what is needed out of a result; freeing it is the caller's.
    init(_ result: OpaquePointer) throws(PostgreSQLFailure) {
        tag = String(cString: PQcmdStatus(result))
        count = Int(String(cString: PQcmdTuples(result))) ?? 0
        let columns = PQnfields(result)
        let names = (0..<columns).map { String(cString: PQfname(result, $0)) }
        let types = (0..<columns).map { TypeID(rawValue: PQftype(result, $0)) }
        var rows: [SQLRow] = []
        for row in 0..<PQntuples(result) {
            var values: [SQLValue] = []
            for column in 0..<columns { values.append(try Self.value(result, row, column, types[Int(column)])) }
            rows.append(SQLRow(names: names, values: values))
        }
        self.rows = rows
    }

    private static func value(_ result: OpaquePointer, _ row: Int32, _ column: Int32, _ type: TypeID?) throws(PostgreSQLFailure) -> SQLValue {
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
