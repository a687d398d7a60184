import Crypto
import UserPools
import WireFormats

/// One row of a table, in the order of the table's columns.
struct StoredRow: Sendable {
    let values: [SQLValue]
    /// A column whose bytes are no text, or a text with a NUL; nothing can be said of the row then.
    let unreadable: SQL?
    /// False where its owner was asked for and is gone.
    let hasOwner: Bool
}

extension StoredTable {
    /// Some rows in the order of the key, behind one; empty at the end.
    func rows(after key: [SQLValue]?, askingForOwners: Bool = false, _ connection: any SQLConnection) throws(StoreError) -> [StoredRow] {
        let limit = SQLValue.integer(Int64(rowsAtOnce))
        let found =
            if let key {
                try connection.rows(askingForOwners ? nextWithOwner : next, key + [limit])
            } else {
                try connection.rows(askingForOwners ? firstWithOwner : first, [limit])
            }
        return found.map { row in
            let (values, unreadable) = read(row.values)
            return StoredRow(values: values, unreadable: unreadable, hasOwner: !askingForOwners || row.values.last == .integer(1))
        }
    }

    /// Many at a time.
    func insert(_ rows: [StoredRow], _ connection: any SQLConnection) throws(StoreError) {
        var rest = rows[...]
        while rest.count >= Self.many {
            _ = try connection.execute(insertMany, rest.prefix(Self.many).flatMap(\.values))
            rest = rest.dropFirst(Self.many)
        }
        for row in rest { _ = try connection.execute(insertOne, row.values) }
    }

    /// The key of the last row; nil where there is none.
    func lastKey(_ connection: any SQLConnection) throws(StoreError) -> [SQLValue]? {
        try connection.row(last, []).map { read($0.values).values }
    }

    func key(of row: StoredRow) -> [SQLValue] { Array(row.values.prefix(keyCount)) }

    /// As far as there are columns; what is asked for beside them is left alone.
    private func read(_ stored: [SQLValue]) -> (values: [SQLValue], unreadable: SQL?) {
        var unreadable: SQL?
        let values = zip(columns, stored).map { column, value -> SQLValue in
            guard column.kind == .text || column.kind == .json, case .bytes(let bytes) = value else { return value }
            guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
                unreadable = unreadable ?? column.name
                return value
            }
            return .text(text)
        }
        return (values, unreadable)
    }

    /// A key as it may be shown.
    static func shown(_ key: [SQLValue]) -> String {
        let parts = key.map { value in
            switch value {
            case .null: "NULL"
            case .integer(let integer): integer.description
            case .text(let text): ProtocolText(text).prefix(100).string
            case .bytes(let bytes): Array(bytes.prefix(32)).hexText
            }
        }
        return parts.joined(separator: " / ")
    }
}

/// All rows of a table in one number: what has the same one is the same, on whichever database.
struct TableDigest: Sendable, Equatable {
    private var hash = SHA256()
    private(set) var rows = 0

    mutating func add(_ values: [SQLValue]) {
        rows += 1
        for value in values {
            // A length before what has one: no two rows read alike.
            switch value {
            case .null: add(0, 0)
            case .integer(let integer): add(1, UInt64(bitPattern: integer))
            case .text(let text):
                let bytes = Array(text.utf8)
                add(2, UInt64(bytes.count))
                hash.update(data: bytes)
            case .bytes(let bytes):
                add(3, UInt64(bytes.count))
                hash.update(data: bytes)
            }
        }
    }

    private mutating func add(_ kind: UInt8, _ number: UInt64) {
        hash.update(data: [kind] + withUnsafeBytes(of: number.bigEndian) { Array($0) })
    }

    var text: String { Array(hash.finalize()).hexText }
    var summary: String { "\(rows) rows, SHA-256 \(text)" }

    static func == (left: TableDigest, right: TableDigest) -> Bool { left.rows == right.rows && left.text == right.text }
}
