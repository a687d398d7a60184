import CSQLite

/// A prepared statement: plain values in, plain values out.
final class SQLitePrepared {
    private let handle: OpaquePointer
    private let names: [String]

    /// - Parameter isKept: whether it is used again and again.
    init(_ text: String, on connection: OpaquePointer, isKept: Bool) throws(SQLiteFailure) {
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, text, -1, isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0, &made, nil)
        guard code == SQLITE_OK, let made else { throw SQLiteFailure(code: code == SQLITE_OK ? SQLITE_MISUSE : code) }
        handle = made
        names = (0..<sqlite3_column_count(made)).map { String(cString: sqlite3_column_name(made, $0)) }
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs it to its end.
    func rows(_ values: [SQLValue]) throws(SQLiteFailure) -> [SQLRow] {
        // A statement that is not reset keeps its snapshot, and whoever writes cannot begin the log anew.
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw SQLiteFailure(code: code) }
        }
        var rows: [SQLRow] = []
        while true {
            let code = sqlite3_step(handle)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw SQLiteFailure(code: code) }
                return rows
            }
            rows.append(SQLRow(names: names, values: (0..<Int32(names.count)).map(column)))
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        // SQLite copies before it returns.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let integer): return sqlite3_bind_int64(handle, index, integer)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text64(handle, index, $0.baseAddress, UInt64($0.count), copied, UInt8(SQLITE_UTF8))
                }
            }
        // No address would be no value.
        case .bytes([]): return sqlite3_bind_zeroblob(handle, index, 0)
        case .bytes(let bytes): return bytes.withUnsafeBytes { sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), copied) }
        }
    }

    private func column(_ index: Int32) -> SQLValue {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        // No table has a column of this type; a reader that meets one calls it corrupt.
        case SQLITE_FLOAT: return .text(sqlite3_column_double(handle, index).description)
        case SQLITE_TEXT:
            let start = sqlite3_column_text(handle, index)
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))), as: UTF8.self))
        default:
            let start = sqlite3_column_blob(handle, index)
            return .bytes(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))))
        }
    }
}
