import FoundationEssentials
import UserPools

extension SQLDatabase {
    /// Reads, changes, writes and records in one transaction. What is left as it was is neither written nor recorded.
    /// - Parameter alongside: what else is done in the same transaction, also where the value stays as it was; returns whether anything was.
    func change<Value: Equatable & Sendable, Refusal: Error>(
        find: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value?,
        write: @escaping @Sendable (_ before: Value, _ after: Value, any SQLConnection) throws(StoreError) -> Void,
        recorded event: @escaping @Sendable (_ before: Value, _ after: Value) -> AuditEvent,
        alongside: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Bool = { _ in false },
        _ mutate: @escaping @Sendable (inout Value) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Changed<Value>? {
        let outcome: Result<Changed<Value>?, Refusal>
        do {
            outcome = try await transaction { connection throws(StoreError) -> TransactionEnd<Result<Changed<Value>?, Refusal>> in
                guard let before = try find(connection) else { return .rollback(.success(nil)) }
                var after = before
                do throws(Refusal) { try mutate(&after) } catch { return .rollback(.failure(error)) }
                if after != before {
                    try write(before, after, connection)
                    try SQLAuditStore.insert(event(before, after), connection)
                }
                if try alongside(connection) {
                    after = try find(connection) ?? after
                } else if after == before {
                    return .rollback(.success(Changed(before: before, after: after)))
                }
                return .commit(.success(Changed(before: before, after: after)))
            }
        } catch { throw .store(error) }
        do { return try outcome.get() } catch { throw .refused(error) }
    }

    /// Reads, and writes in the same transaction unless `refuse` throws at what was found.
    func write<Found: Sendable, Refusal: Error>(
        finding find: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Found,
        unless refuse: @escaping @Sendable (Found) throws(Refusal) -> Void,
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Void
    ) async throws(ChangeError<Refusal>) {
        let outcome: Result<Bool, Refusal>
        do {
            outcome = try await transaction { connection throws(StoreError) -> TransactionEnd<Result<Bool, Refusal>> in
                let found = try find(connection)
                do throws(Refusal) { try refuse(found) } catch { return .rollback(.failure(error)) }
                try work(connection)
                return .commit(.success(true))
            }
        } catch { throw .store(error) }
        do { _ = try outcome.get() } catch { throw .refused(error) }
    }

    /// Reads, marks as deleted and records in one transaction, unless `refuse` throws; then finishes what is small at once.
    func delete<Value: Sendable, Refusal: Error>(
        find: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value?,
        mark: @escaping @Sendable (_ found: Value, _ event: AuditEvent, any SQLConnection) throws(StoreError) -> Void,
        recorded event: @escaping @Sendable (Value) -> AuditEvent,
        unless refuse: @escaping @Sendable (Value) throws(Refusal) -> Void
    ) async throws(ChangeError<Refusal>) -> Bool {
        let outcome: Result<Bool, Refusal>
        do {
            outcome = try await transaction { connection throws(StoreError) -> TransactionEnd<Result<Bool, Refusal>> in
                guard let value = try find(connection) else { return .rollback(.success(false)) }
                do throws(Refusal) { try refuse(value) } catch { return .rollback(.failure(error)) }
                let event = event(value)
                try mark(value, event, connection)
                try SQLAuditStore.insert(event, connection)
                return .commit(.success(true))
            }
            if case .success(true) = outcome {
                let deletions = SQLDeletionStore(database: self)
                // It is gone for everybody by now. What fails here, housekeeping does.
                for _ in 0..<SQLDeletionStore.batchesAtOnce where (try? await deletions.purge(limit: SQLDeletionStore.batch)) ?? 0 == 0 { break }
            }
        } catch { throw .store(error) }
        do { return try outcome.get() } catch { throw .refused(error) }
    }

    func delete<Value: Sendable>(
        find: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value?,
        mark: @escaping @Sendable (_ found: Value, _ event: AuditEvent, any SQLConnection) throws(StoreError) -> Void,
        recorded event: @escaping @Sendable (Value) -> AuditEvent
    ) async throws(StoreError) -> Bool {
        do throws(ChangeError<Never>) {
            return try await delete(find: find, mark: mark, recorded: event, unless: { _ throws(Never) in })
        } catch { throw error.storeError }
    }
}

extension SQLConnection {
    /// Says that `what` is there already, and who was first, where the statement finds a row.
    func requireFree(
        _ statement: SQL, _ values: [SQLValue], _ what: String, target: AuditEvent.Target, in pool: UserPool.ID
    ) throws(StoreError) {
        guard try has(statement, values) else { return }
        throw .conflict(what: what, first: try SQLAuditStore.last(target, in: pool, self).map { EarlierChange($0) })
    }
}
