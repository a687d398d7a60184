import FoundationEssentials
import UserPools

/// A value in a column or a parameter.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func text(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
    static func identifier<Subject>(_ identifier: Identifier<Subject>) -> SQLValue { .text(identifier.text) }
    static func identifier<Subject>(_ identifier: Identifier<Subject>?) -> SQLValue { .text(identifier?.text) }
    /// NULL for the pool itself.
    static func source(_ source: AuthenticationSource) -> SQLValue { .identifier(source.provider) }
    static func hash(_ hash: SecretHash) -> SQLValue { .bytes(hash.bytes) }
    static func hash(_ hash: SecretHash?) -> SQLValue { hash.map { .bytes($0.bytes) } ?? .null }
    static func flag(_ flag: Bool) -> SQLValue { .integer(flag ? 1 : 0) }
    static func integer(_ integer: Int) -> SQLValue { .integer(Int64(integer)) }

    /// Milliseconds since 1970, to the nearest: what is read back and stored again stays the same.
    static func time(_ time: Date) -> SQLValue {
        let milliseconds = (time.timeIntervalSince1970 * 1000).rounded()
        return .integer(Int64(exactly: milliseconds) ?? (milliseconds > 0 ? .max : .min))
    }
    static func time(_ time: Date?) -> SQLValue { time.map { .time($0) } ?? .null }

    /// What comes behind that one, the newest first: its moment, and its key; without one there is nothing newer than what there is.
    static func place(behind cursor: ListCursor?) -> [SQLValue] { [cursor.map { .time($0.at) } ?? .integer(Int64.max), .text(cursor?.key ?? "")] }

    /// How many rows a caller may ask for at a time; SQLite would read a negative limit as none.
    static func limit(_ limit: Int) -> SQLValue { .integer(max(0, min(limit, 100_000))) }
}

/// One row: its values by the names that the statement gives its columns.
package struct SQLRow: Sendable {
    let names: [String]
    let values: [SQLValue]

    package init(names: [String], values: [SQLValue]) { (self.names, self.values) = (names, values) }
}
