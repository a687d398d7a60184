import Dispatch

/// Opening, connecting and bringing tables up to date block, so they have threads of their own.
enum Blocking {
    private static let queue = DispatchQueue(label: "countersign.storage.blocking", attributes: .concurrent)

    static func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        let result: Result<Value, StorageError> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { () throws(StorageError) in try work() }) }
        }
        return try result.get()
    }
}
