import FoundationEssentials
package import UserPools

/// SQLite in WAL mode: one connection that writes, some that read, and every commit on the disk before it is answered.
package final class SQLiteDatabase: SQLDatabase {
    package let path: String
    let writer: SQLiteWriter
    private let readers: SQLiteReaders
    private let temporaryFolder: String?

    /// Opens or makes the file at `path` and brings its tables up to date.
    package static func open(path: String) async throws(StorageError) -> SQLiteDatabase {
        try await open(path: path, temporaryFolder: nil, migrations: Migration.all)
    }

    /// A database in a folder of its own, which goes when it is closed.
    package static func temporary() async throws(StorageError) -> SQLiteDatabase {
        let folder = try SQLiteFile.makeTemporaryFolder()
        return try await open(path: folder + "/countersign.db", temporaryFolder: folder, migrations: Migration.all)
    }

    static func open(
        path: String, temporaryFolder: String? = nil, migrations: [Migration] = Migration.all, first: SQLStatement? = nil
    ) async throws(StorageError) -> SQLiteDatabase {
        try await Blocking.run { () throws(StorageError) in
            try SQLiteDatabase(path: path, temporaryFolder: temporaryFolder, migrations: migrations, first: first)
        }
    }

    private init(path: String, temporaryFolder: String?, migrations: [Migration], first: SQLStatement?) throws(StorageError) {
        self.path = path
        self.temporaryFolder = temporaryFolder
        let connection = try SQLiteFile.open(path)
        try Migrator.migrate(connection, to: migrations, first: first)
        writer = SQLiteWriter(connection, path: path)
        readers = SQLiteReaders(path)
    }

    package func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] { try readers.rows(of: statements) }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await readers.read(work)
    }

    // Nothing here listens to the task's cancellation: a write that was taken is answered with what became of it.
    package func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let write = SQLiteWriter.Write(
                run: { connection in
                    let result = Result { () throws(StoreError) in try work(connection) }
                    let (stays, outcome): (Bool, Result<Value, StoreError>) =
                        switch result {
                        case .success(.commit(let value)): (true, .success(value))
                        case .success(.rollback(let value)): (false, .success(value))
                        case .failure(let error): (false, .failure(error))
                        }
                    var failure: StoreError?
                    if case .failure(let error) = outcome { failure = error }
                    // What a write refused may rest on what a neighbour wrote: it holds only if the whole transaction does.
                    return SQLiteWriter.Ran(stays: stays, failure: failure) { lost in
                        continuation.resume(returning: lost.map { .failure($0) } ?? outcome)
                    }
                },
                refuse: { continuation.resume(returning: .failure($0)) })
            writer.enqueue(write)
        }
        return try result.get()
    }

    /// Finishes what waits, then refuses. All that was written is in the file then, which may be moved alone.
    package func close() async {
        await readers.close()
        await writer.close()
        // Closing the file would do it, if nobody else had it open; but that comes when the last who knows this lets go of it.
        await writer.run { try? $0.run(SQLiteCheckpoint.statement) }
        removeTemporaryFolder()
    }

    deinit { removeTemporaryFolder() }

    private func removeTemporaryFolder() {
        if let temporaryFolder { try? FileManager.default.removeItem(atPath: temporaryFolder) }
    }
}
