package import FoundationEssentials
import UserPools
import WireFormats

/// Copies all of one database into another one, row for row as it is stored: what is sealed stays sealed, and opens with the same master key.
///
/// Each batch of rows is one transaction at the destination, and the tables are filled one after the other in the order of their keys. So the last key
/// that is there says where a copy that was killed goes on: nothing has to be remembered but which database is being copied.
package struct DatabaseCopy: Sendable {
    let source: WholeDatabase
    let destination: WholeDatabase
    let now: @Sendable () -> Date
    /// What it throws ends the copy.
    let report: @Sendable (CopyProgress) throws(DatabaseCopyError) -> Void

    package static func run(
        from source: String, to destination: String, now: @escaping @Sendable () -> Date,
        report: @escaping @Sendable (CopyProgress) throws(DatabaseCopyError) -> Void
    ) async throws(DatabaseCopyError) -> CopiedDatabase {
        try await with({ () async throws(StorageError) in try await WholeDatabase.openToRead(url: source) }) {
            source async throws(DatabaseCopyError) in
            let identity = try await identity(of: source, at: now())
            // Made only after the source is known to be one.
            return try await with({ () async throws(StorageError) in
                try await WholeDatabase.openToFill(url: destination, with: identity, at: now())
            }) {
                destination async throws(DatabaseCopyError) in
                try await DatabaseCopy(source: source, destination: destination, now: now, report: report).run(identity)
            }
        }
    }

    private static func with<Value>(
        _ open: () async throws(StorageError) -> WholeDatabase, _ body: (WholeDatabase) async throws(DatabaseCopyError) -> Value
    ) async throws(DatabaseCopyError) -> Value {
        let database: WholeDatabase
        do { database = try await open() } catch { throw .database(error) }
        let result: Result<Value, DatabaseCopyError>
        do throws(DatabaseCopyError) {
            if let mismatch = WholeDatabase.mismatch(
                found: try await storing { () async throws(StoreError) in try await database.schema() }, known: database.knownSchema)
            {
                throw .database(mismatch)
            }
            result = .success(try await body(database))
        } catch { result = .failure(error) }
        await database.close()
        return try result.get()
    }

    /// What tells a source from another one: its master key and its pools.
    private static func identity(of source: WholeDatabase, at now: Date) async throws(DatabaseCopyError) -> String {
        let masterKey = try await storing { () async throws(StoreError) in
            try await source.database.read { connection throws(StoreError) in
                try SQLInstallationStore.setting(SQLInstallationStore.masterKeyID, connection)?.value
            }
        }
        let isUnfinished = try await storing { () async throws(StoreError) in
            try await source.database.read { connection throws(StoreError) in
                try SQLInstallationStore.setting(SQLInstallationStore.unfinishedCopy, connection) != nil
            }
        }
        guard !isUnfinished else { throw .database(.unfinishedCopy(location: source.name)) }
        try await requireNobody(on: source, at: now)
        var digest = TableDigest()
        digest.add([.text(masterKey)])
        try await StoredTable.pools.walk(source) { rows throws(DatabaseCopyError) in for row in rows { digest.add(StoredTable.pools.key(of: row)) } }
        return digest.text
    }

    private func run(_ identity: String) async throws(DatabaseCopyError) -> CopiedDatabase {
        try await begin(identity)
        var written = 0
        for table in StoredTable.all { written += try await copy(table, of: identity) }
        var tables: [CopiedDatabase.Table] = []
        for table in StoredTable.all { tables.append(try await compare(table)) }
        try await Self.requireNobody(on: source, at: now())
        let masterKey = try await end(identity)
        return CopiedDatabase(tables: tables, written: written, masterKeyID: masterKey)
    }

    // MARK: who may be there, and what

    private static func requireNobody(on whole: WholeDatabase, at now: Date) async throws(DatabaseCopyError) {
        let servers = try await storing { () async throws(StoreError) in
            try await whole.database.read { connection throws(StoreError) in try SQLInstallationStore.running(at: now, connection) }
        }
        if let server = servers.first { throw .refused(.inUse(location: whole.name, publicURL: server.publicURL)) }
    }

    /// Marks the destination as one that no server may use, where its tables were there before; what was marked by a run before is gone on with.
    private func begin(_ identity: String) async throws(DatabaseCopyError) {
        let (moment, name) = (now(), destination.name)
        let refusal = try await storing { () async throws(StoreError) in
            try await destination.database.transaction { connection throws(StoreError) -> TransactionEnd<CopyRefusal?> in
                if let server = try SQLInstallationStore.running(at: moment, connection).first {
                    return .rollback(.inUse(location: name, publicURL: server.publicURL))
                }
                if let begun = try SQLInstallationStore.setting(SQLInstallationStore.unfinishedCopy, connection)?.value {
                    return .rollback(begun.hasSameBytes(as: identity) ? nil : .otherCopy(location: name))
                }
                for table in StoredTable.all where try table.lastKey(connection) != nil {
                    return .rollback(.notEmpty(location: name, table: table.name))
                }
                try SQLInstallationStore.set(SQLInstallationStore.unfinishedCopy, identity, at: moment, connection)
                return .commit(nil)
            }
        }
        if let refusal { throw .refused(refusal) }
    }

    /// From now on it is a database like any other.
    private func end(_ identity: String) async throws(DatabaseCopyError) -> String? {
        let (moment, name) = (now(), destination.name)
        let outcome = try await storing { () async throws(StoreError) in
            try await destination.database.transaction { connection throws(StoreError) -> TransactionEnd<Result<String?, CopyRefusal>> in
                if let server = try SQLInstallationStore.running(at: moment, connection).first {
                    return .rollback(.failure(.inUse(location: name, publicURL: server.publicURL)))
                }
                try Self.requireUnfinished(identity, connection)
                try SQLInstallationStore.remove(SQLInstallationStore.unfinishedCopy, connection)
                return .commit(.success(try SQLInstallationStore.setting(SQLInstallationStore.masterKeyID, connection)?.value))
            }
        }
        do throws(CopyRefusal) { return try outcome.get() } catch { throw .refused(error) }
    }

    // MARK: one table

    /// Another one may have finished the same copy in the meantime, and servers may run: what they deleted must not come back.
    private static func requireUnfinished(_ identity: String, _ connection: any SQLConnection) throws(StoreError) {
        guard let begun = try SQLInstallationStore.setting(SQLInstallationStore.unfinishedCopy, connection)?.value, begun.hasSameBytes(as: identity)
        else { throw .conflict(what: "finished copy") }
    }

    /// - Returns: how many rows were written.
    private func copy(_ table: StoredTable, of identity: String) async throws(DatabaseCopyError) -> Int {
        let last = try await storing { () async throws(StoreError) in
            try await destination.database.read { connection throws(StoreError) in try table.lastKey(connection) }
        }
        var written = 0
        try await table.walk(source, after: last) { rows throws(DatabaseCopyError) in
            do throws(StoreError) { try await insert(rows, into: table, of: identity) } catch {
                guard CopyRefusal.RowProblem(error) != nil else { throw .store(error) }
                try await insertOneByOne(rows, into: table, of: identity)
            }
            written += rows.count
            try tell(.copying, table, written)
        }
        try tell(.copying, table, written, isDone: true)
        return written
    }

    private func insert(_ rows: [StoredRow], into table: StoredTable, of identity: String) async throws(StoreError) {
        try await destination.database.write { connection throws(StoreError) in
            try Self.requireUnfinished(identity, connection)
            try table.insert(rows, connection)
        }
    }

    /// Finds out which row it is that the destination refuses. Those before it stay: the copy goes on behind them.
    private func insertOneByOne(_ rows: [StoredRow], into table: StoredTable, of identity: String) async throws(DatabaseCopyError) {
        for row in rows {
            do throws(StoreError) { try await insert([row], into: table, of: identity) } catch {
                guard let problem = CopyRefusal.RowProblem(error) else { throw .store(error) }
                throw .refused(.row(table: table.name, key: StoredTable.shown(table.key(of: row)), problem))
            }
        }
    }

    private func compare(_ table: StoredTable) async throws(DatabaseCopyError) -> CopiedDatabase.Table {
        let (theirs, ours) = (try await digest(of: table, in: source), try await digest(of: table, in: destination))
        guard theirs == ours else {
            throw .refused(.differs(table: table.name, expected: theirs.summary, seen: ours.summary))
        }
        try tell(.comparing, table, ours.rows, isDone: true)
        return CopiedDatabase.Table(name: table.name, rows: ours.rows, digest: ours.text)
    }

    private func digest(of table: StoredTable, in whole: WholeDatabase) async throws(DatabaseCopyError) -> TableDigest {
        var digest = TableDigest()
        try await table.walk(whole) { rows throws(DatabaseCopyError) in
            for row in rows { digest.add(row.values) }
            try tell(.comparing, table, digest.rows)
        }
        return digest
    }

    private func tell(_ step: CopyProgress.Step, _ table: StoredTable, _ rows: Int, isDone: Bool = false) throws(DatabaseCopyError) {
        try report(CopyProgress(step: step, table: table.name, rows: rows, isDone: isDone))
    }
}

extension StoredTable {
    /// All rows in the order of the key, some at a time, each of which is text where it has to be.
    fileprivate func walk(
        _ whole: WholeDatabase, after key: [SQLValue]? = nil, _ visit: ([StoredRow]) async throws(DatabaseCopyError) -> Void
    ) async throws(DatabaseCopyError) {
        var key = key
        while true {
            let rows: [StoredRow] = try await storing { [key] () async throws(StoreError) in
                try await whole.database.read { connection throws(StoreError) in try self.rows(after: key, connection) }
            }
            guard let last = rows.last else { return }
            for row in rows {
                guard let column = row.unreadable else { continue }
                throw .refused(.row(table: name, key: Self.shown(self.key(of: row)), .notText(column: column.text)))
            }
            try await visit(rows)
            key = self.key(of: last)
        }
    }
}

private func storing<Value>(_ body: () async throws(StoreError) -> Value) async throws(DatabaseCopyError) -> Value {
    do { return try await body() } catch { throw .store(error) }
}
