import Dispatch
import GRDB
import UserPools

/// A SQLite file that is only read: it is neither made nor migrated, and whoever else has it open is in nobody's way.
final class SQLiteReader: SQLDatabase {
    private let queue: DatabaseQueue
    private let readers = Turnstile()

    static func open(path: String) async throws(StorageError) -> SQLiteReader {
        let result: Result<SQLiteReader, StorageError> = await withCheckedContinuation { continuation in
            blocking.async {
                continuation.resume(returning: Result { () throws(StorageError) in SQLiteReader(try SQLiteFile.openToRead(path)) })
            }
        }
        return try result.get()
    }

    /// Opening and closing block, so they have threads of their own.
    private static let blocking = DispatchQueue(label: "countersign.sqlite.reading", attributes: .concurrent)

    private init(_ queue: DatabaseQueue) { self.queue = queue }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        guard readers.enter() else { throw .unavailable(reason: "closed") }
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            queue.asyncRead { [readers] database in
                let result: Result<Value, StoreError> =
                    switch database {
                    case .success(let database): Result { () throws(StoreError) in try work(SQLiteConnection(database: database)) }
                    case .failure(let error): .failure(StoreError(sqlite: error))
                    }
                readers.leave()
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        throw .unavailable(reason: "read-only")
    }

    func close() async {
        await readers.close()
        await withCheckedContinuation { continuation in
            Self.blocking.async { [queue] in
                try? queue.close()
                continuation.resume()
            }
        }
    }
}
