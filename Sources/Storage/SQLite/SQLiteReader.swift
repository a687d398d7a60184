import UserPools

/// A SQLite file that is only read: it is neither made nor migrated, and whoever else has it open is in nobody's way.
final class SQLiteReader: SQLDatabase {
    private let readers: SQLiteReaders

    static func open(path: String) async throws(StorageError) -> SQLiteReader {
        try await Blocking.run { () throws(StorageError) in SQLiteReader(try SQLiteFile.openToRead(path)) }
    }

    private init(_ readers: SQLiteReaders) { self.readers = readers }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await readers.read(work)
    }

    func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        throw .unavailable(reason: "read-only")
    }

    func close() async { await readers.close() }
}
