import Dispatch

/// Opening, connecting and bringing tables up to date block, so they have threads of their own.
enum Blocking {
    private static let queue = DispatchQueue(label: "countersign.storage.blocking", attributes: .concurrent)

    static func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { () throws(Failure) in try work() }) }
        }
        return try result.get()
    }
}
