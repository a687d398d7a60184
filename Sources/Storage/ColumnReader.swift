import FoundationEssentials
import UserPools

/// Reads a row by the names of its columns; what is not what it should be is `.corrupt`.
struct ColumnReader {
    private let row: SQLRow
    private let what: String
    /// Where the next column is looked for first: columns are mostly read in the order in which they stand.
    private var next = 0

    /// `what` is said where a column does not read as it should.
    init(_ row: SQLRow, of what: String) {
        self.row = row
        self.what = what
    }

    private mutating func value(_ name: String) throws(StoreError) -> SQLValue {
        if next < row.names.count, row.names[next] == name {
            defer { next += 1 }
            return row.values[next]
        }
        // A statement that does not ask for what is read from it.
        guard let index = row.names.firstIndex(of: name) else { throw .corrupt(what: what) }
        next = index + 1
        return row.values[index]
    }

    mutating func text(_ name: String) throws(StoreError) -> String {
        guard case .text(let text) = try value(name) else { throw .corrupt(what: what) }
        return text
    }

    mutating func optionalText(_ name: String) throws(StoreError) -> String? {
        switch try value(name) {
        case .null: return nil
        case .text(let text): return text
        case .integer, .bytes: throw .corrupt(what: what)
        }
    }

    mutating func integer(_ name: String) throws(StoreError) -> Int {
        guard case .integer(let integer) = try value(name), let integer = Int(exactly: integer) else { throw .corrupt(what: what) }
        return integer
    }

    mutating func optionalInteger(_ name: String) throws(StoreError) -> Int? {
        switch try value(name) {
        case .null: return nil
        case .integer(let integer):
            guard let integer = Int(exactly: integer) else { throw .corrupt(what: what) }
            return integer
        case .text, .bytes: throw .corrupt(what: what)
        }
    }

    mutating func flag(_ name: String) throws(StoreError) -> Bool {
        switch try value(name) {
        case .integer(0): return false
        case .integer(1): return true
        default: throw .corrupt(what: what)
        }
    }

    mutating func time(_ name: String) throws(StoreError) -> Date {
        guard let time = try optionalTime(name) else { throw .corrupt(what: what) }
        return time
    }

    mutating func optionalTime(_ name: String) throws(StoreError) -> Date? {
        switch try value(name) {
        case .null: return nil
        case .integer(let milliseconds): return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        case .text, .bytes: throw .corrupt(what: what)
        }
    }

    mutating func bytes(_ name: String) throws(StoreError) -> [UInt8] {
        guard case .bytes(let bytes) = try value(name) else { throw .corrupt(what: what) }
        return bytes
    }

    mutating func hash(_ name: String) throws(StoreError) -> SecretHash {
        guard let hash = SecretHash(try bytes(name)) else { throw .corrupt(what: what) }
        return hash
    }

    mutating func optionalHash(_ name: String) throws(StoreError) -> SecretHash? {
        switch try value(name) {
        case .null: return nil
        case .bytes(let bytes):
            guard let hash = SecretHash(bytes) else { throw .corrupt(what: what) }
            return hash
        case .text, .integer: throw .corrupt(what: what)
        }
    }

    mutating func identifier<Subject>(_ name: String) throws(StoreError) -> Identifier<Subject> {
        guard let identifier = Identifier<Subject>(try text(name)) else { throw .corrupt(what: what) }
        return identifier
    }

    mutating func optionalIdentifier<Subject>(_ name: String) throws(StoreError) -> Identifier<Subject>? {
        guard let text = try optionalText(name) else { return nil }
        guard let identifier = Identifier<Subject>(text) else { throw .corrupt(what: what) }
        return identifier
    }

    mutating func json<Value: Decodable>(_ name: String, _ type: Value.Type = Value.self) throws(StoreError) -> Value {
        try StoredJSON.decode(type, from: try text(name), of: what)
    }

    /// nil where nothing is set: that is read at each request, and costs nothing.
    mutating func settings<Value: Decodable>(_ name: String, _ type: Value.Type = Value.self) throws(StoreError) -> Value? {
        let text = try text(name)
        return text.utf8.elementsEqual("{}".utf8) ? nil : try StoredJSON.decode(type, from: text, of: what)
    }

    mutating func list(_ name: String) throws(StoreError) -> [String] { try StoredJSON.list(from: try text(name), of: what) }

    mutating func context(_ name: String) throws(StoreError) -> AuthenticationContext? {
        try optionalText(name).flatMap { text throws(StoreError) in try StoredJSON.context(from: text, of: what) }
    }

    /// Single claims that an app asked for.
    mutating func claims() throws(StoreError) -> GrantedClaims? {
        try optionalText("requested_claims").map { text throws(StoreError) in try StoredJSON.decode(GrantedClaims.self, from: text, of: what) }
    }

    /// The pool itself where the column is empty.
    mutating func source(_ name: String) throws(StoreError) -> AuthenticationSource {
        try optionalIdentifier(name).map { .provider($0) } ?? .pool
    }

    /// One of the values of an enumeration, by its raw value.
    mutating func choice<Value: RawRepresentable<String>>(_ name: String, _ type: Value.Type = Value.self) throws(StoreError) -> Value {
        guard let value = Value(rawValue: try text(name)) else { throw .corrupt(what: what) }
        return value
    }

    mutating func optionalChoice<Value: RawRepresentable<String>>(_ name: String) throws(StoreError) -> Value? {
        guard let text = try optionalText(name) else { return nil }
        guard let value = Value(rawValue: text) else { throw .corrupt(what: what) }
        return value
    }

    /// Two columns, both there or neither.
    mutating func optionalImage(hash: String, type: String) throws(StoreError) -> ImageReference? {
        switch (try optionalText(hash), try optionalText(type)) {
        case (nil, nil): return nil
        case (let hash?, let mediaType?): return ImageReference(hash: hash, mediaType: mediaType)
        default: throw .corrupt(what: what)
        }
    }
}
