import UserPools

/// A database to which somebody writes by a right of theirs, which each transaction asks for.
struct HeldDatabase: SQLDatabase {
    let database: any SQLDatabase
    let right: HeldRight

    func read<Value: Sendable>(_ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value) async throws(StoreError) -> Value {
        try await database.read(work)
    }

    func rows(of statements: [SQLStatement]) async throws(StoreError) -> [[SQLRow]] { try await database.rows(of: statements) }

    func transaction<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(StoreError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        let right = right
        return try await database.transaction { connection throws(StoreError) in
            guard let session = try SQLSessionStore.find(right.session, in: right.poolID, at: right.at, connection),
                try right.isTheirs(session, connection)
            else { throw .rightLost }
            let end = try work(connection)
            // Whoever signs themselves out may come back, so that the session is that of the beginning.
            if case .commit = end, try !right.isTheirs(session, connection) { throw .rightLost }
            return end
        }
    }

    func configurationChanges() -> AsyncStream<Void> { database.configurationChanges() }

    func close() async { await database.close() }
}

extension HeldRight {
    fileprivate func isTheirs(_ session: Session, _ connection: any SQLConnection) throws(StoreError) -> Bool {
        guard let user = try StoredUser.find(.byID(userID, in: poolID), connection),
            let provider = try SQLIdentityProviderStore.find(provider, in: poolID, connection)
        else { return false }
        return isTheirs(session, user, provider)
    }
}
