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

    /// How many rows a caller may ask for at a time; SQLite would read a negative limit as none.
    static func limit(_ limit: Int) -> SQLValue { .integer(max(0, min(limit, 100_000))) }
}

/// One row, in the order of the statement's columns.
package struct SQLRow: Sendable {
    let values: [SQLValue]

    package init(_ values: [SQLValue]) { self.values = values }
}

/// Reads a row from left to right; what is not what it should be is `.corrupt`.
struct ColumnReader {
    private let values: [SQLValue]
    private let what: String
    private var position = 0

    /// `what` is said where a column does not read as it should.
    init(_ row: SQLRow, of what: String) {
        self.values = row.values
        self.what = what
    }

    private mutating func next() -> SQLValue {
        defer { position += 1 }
        return position < values.count ? values[position] : .null
    }

    mutating func text() throws(StoreError) -> String {
        guard case .text(let text) = next() else { throw .corrupt(what: what) }
        return text
    }

    mutating func optionalText() throws(StoreError) -> String? {
        switch next() {
        case .null: return nil
        case .text(let text): return text
        case .integer, .bytes: throw .corrupt(what: what)
        }
    }

    mutating func integer() throws(StoreError) -> Int {
        guard case .integer(let integer) = next(), let integer = Int(exactly: integer) else { throw .corrupt(what: what) }
        return integer
    }

    mutating func flag() throws(StoreError) -> Bool {
        switch next() {
        case .integer(0): return false
        case .integer(1): return true
        default: throw .corrupt(what: what)
        }
    }

    mutating func time() throws(StoreError) -> Date {
        guard let time = try optionalTime() else { throw .corrupt(what: what) }
        return time
    }

    mutating func optionalTime() throws(StoreError) -> Date? {
        switch next() {
        case .null: return nil
        case .integer(let milliseconds): return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        case .text, .bytes: throw .corrupt(what: what)
        }
    }

    mutating func bytes() throws(StoreError) -> [UInt8] {
        guard case .bytes(let bytes) = next() else { throw .corrupt(what: what) }
        return bytes
    }

    mutating func hash() throws(StoreError) -> SecretHash {
        guard let hash = SecretHash(try bytes()) else { throw .corrupt(what: what) }
        return hash
    }

    mutating func optionalHash() throws(StoreError) -> SecretHash? {
        switch next() {
        case .null: return nil
        case .bytes(let bytes):
            guard let hash = SecretHash(bytes) else { throw .corrupt(what: what) }
            return hash
        case .text, .integer: throw .corrupt(what: what)
        }
    }

    mutating func identifier<Subject>() throws(StoreError) -> Identifier<Subject> {
        guard let identifier = Identifier<Subject>(try text()) else { throw .corrupt(what: what) }
        return identifier
    }

    mutating func optionalIdentifier<Subject>() throws(StoreError) -> Identifier<Subject>? {
        guard let text = try optionalText() else { return nil }
        guard let identifier = Identifier<Subject>(text) else { throw .corrupt(what: what) }
        return identifier
    }

    mutating func json<Value: Decodable>(_ type: Value.Type = Value.self) throws(StoreError) -> Value {
        try StoredJSON.decode(type, from: try text(), of: what)
    }

    mutating func list() throws(StoreError) -> [String] { try json() }

    /// Two columns, both there or neither.
    mutating func optionalImage() throws(StoreError) -> ImageReference? {
        switch (try optionalText(), try optionalText()) {
        case (nil, nil): return nil
        case (let hash?, let mediaType?): return ImageReference(hash: hash, mediaType: mediaType)
        default: throw .corrupt(what: what)
        }
    }
}
