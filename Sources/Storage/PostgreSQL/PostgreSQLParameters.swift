import UserPools

/// The values of one statement as libpq takes them: numbers and text as text, bytes as they are.
struct PostgreSQLParameters {
    private(set) var storage: [[UInt8]?] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []

    static let none = PostgreSQLParameters()

    private init() {}

    init(_ values: [SQLValue]) throws(StoreError) {
        for value in values {
            switch value {
            case .null: append(nil, format: 0)
            case .integer(let integer): append(Array(integer.description.utf8) + [0], format: 0)
            case .text(let text):
                // The protocol ends a text at its first NUL: two names would become one.
                guard !text.utf8.contains(0) else { throw .corrupt(what: "text with a NUL") }
                append(Array(text.utf8) + [0], format: 0)
            case .bytes(let bytes): append(bytes, format: 1)
            }
        }
    }

    private mutating func append(_ bytes: [UInt8]?, format: Int32) {
        storage.append(bytes)
        lengths.append(Int32(bytes?.count ?? 0))
        formats.append(format)
    }

    /// The pointers are good as long as `body` runs.
    func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        var pointers: [UnsafePointer<CChar>?] = []
        pointers.reserveCapacity(storage.count)
        // One buffer for all: an array's own storage may move between two calls.
        let size = storage.reduce(0) { $0 + ($1?.count ?? 0) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: max(1, size)) { buffer in
            var next = 0
            for value in storage {
                guard let value else {
                    pointers.append(nil)
                    continue
                }
                let start = buffer.baseAddress! + next
                for (offset, byte) in value.enumerated() { start[offset] = CChar(bitPattern: byte) }
                pointers.append(UnsafePointer(start))
                next += value.count
            }
            return body(pointers)
        }
    }
}
