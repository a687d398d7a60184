import Synchronization
import UserPools

@testable import Storage

/// A database that once, when it is told to, does not say whether a transaction was committed.
final class UnsureDatabase: SQLDatabase {
    enum Truth: Sendable, CaseIterable {
        case committed, undone
    }

    private let base: any SQLDatabase
    private let next = Mutex<Truth?>(nil)

    init(_ base: any SQLDatabase) { self.base = base }

    /// What becomes of the next transaction.
    func loseNext(_ truth: Truth) { next.withLock { $0 = truth } }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await base.read(work)
    }

    func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        guard let truth = next.withLock({ $0.take() }) else { return try await base.transaction(work) }
        if truth == .committed { _ = try await base.transaction(work) }
        throw .outcomeUnknown
    }

    func close() async {}
}
