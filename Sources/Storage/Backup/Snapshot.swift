package import FoundationEssentials
import UserPools
import WireFormats

/// All of a database as it was at one moment, in a SQLite file of its own; servers write on meanwhile.
///
/// It is read in one transaction (SQLite: one snapshot of the WAL; PostgreSQL: REPEATABLE READ), row for row as it is stored.
package struct Snapshot: Sendable {
    let folder: WorkFolder
    package let contents: BackupContents

    /// When it is sealed.
    package func discard() { folder.remove() }

    package static func take(
        of url: String, at now: Date, program: String, report: @escaping @Sendable (CopyProgress) -> Void
    ) async throws(BackupError) -> Snapshot {
        let source: WholeDatabase
        do { source = try await .openToRead(url: url) } catch { throw .database(error) }
        let result: Result<Snapshot, BackupError>
        do throws(BackupError) { result = .success(try await take(of: source, at: now, program, report)) } catch { result = .failure(error) }
        await source.close()
        return try result.get()
    }

    private static func take(
        of source: WholeDatabase, at now: Date, _ program: String, _ report: @escaping @Sendable (CopyProgress) -> Void
    ) async throws(BackupError) -> Snapshot {
        let mismatch = try await storing { () async throws(StoreError) in
            WholeDatabase.mismatch(found: try await source.schema(), known: source.knownSchema)
        }
        if let mismatch { throw .database(mismatch) }
        let folder = try WorkFolder(beside: source.dialect == .sqlite ? source.name : nil)
        do { return try await fill(folder, from: source, at: now, program, report) } catch {
            folder.remove()
            throw error
        }
    }

    private static func fill(
        _ folder: WorkFolder, from source: WholeDatabase, at now: Date, _ program: String, _ report: @escaping @Sendable (CopyProgress) -> Void
    ) async throws(BackupError) -> Snapshot {
        // On a thread of the driver's, and again from the beginning where it lost its connection.
        let outcome: Result<Snapshot, BackupError> = try await storing { () async throws(StoreError) in
            try await source.database.read { connection throws(StoreError) in
                guard try SQLInstallationStore.setting(SQLInstallationStore.unfinishedCopy, connection) == nil else {
                    return .failure(.database(.unfinishedCopy(location: source.name)))
                }
                let publicURL = try SQLInstallationStore.setting(SQLInstallationStore.publicURL, connection)?.value
                let masterKey = try SQLInstallationStore.setting(SQLInstallationStore.masterKeyID, connection)?.value
                return Result { () throws(BackupError) in
                    let tables = try SnapshotFile.fill(folder.snapshot, from: connection, report)
                    let contents = BackupContents(
                        madeAt: now, program: program, schema: SnapshotFile.schema, publicURL: publicURL, masterKeyID: masterKey, tables: tables)
                    return Snapshot(folder: folder, contents: contents)
                }
            }
        }
        return try outcome.get()
    }

    private static func storing<Value>(_ body: () async throws(StoreError) -> Value) async throws(BackupError) -> Value {
        do { return try await body() } catch { throw .store(error) }
    }
}
