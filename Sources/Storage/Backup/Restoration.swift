package import Glibc
import UserPools
import WireFormats

/// Where a backup is to be restored.
package enum Restoration {
    /// Refused before anything is opened for it: what is in a database stays.
    package static func requireRoom(in url: String) async throws(BackupError) {
        let whole: WholeDatabase
        do throws(StorageError) {
            if case .sqlite(let path) = try Storage.kind(of: url), !BackupFile.exists(path) { return }
            whole = try await .openToRead(url: url)
        } catch { throw .database(error) }
        let result: Result<String?, StoreError>
        do throws(StoreError) { result = .success(try await filledTable(of: whole)) } catch { result = .failure(error) }
        await whole.close()
        switch result {
        case .success(nil): return
        case .success(let table?): throw .copy(.notEmpty(location: whole.name, table: table))
        case .failure(let error): throw .store(error)
        }
    }

    /// Of what root makes in another user's folder that user reads nothing: a server that runs as that user would not start on it.
    package static func requireOwnFolder(of path: String, user: uid_t = geteuid()) throws(BackupError) {
        let folder = BackupFile.folder(of: path)
        var status = stat()
        guard user == 0, stat(folder, &status) == 0, status.st_uid != 0 else { return }
        let owner = getpwuid(status.st_uid).flatMap { entry in entry.pointee.pw_name.map { String(cString: $0) } }
        throw .refused(
            .othersFolder(
                folder: folder, owner: owner ?? "#\(status.st_uid)",
                asOwner: owner.map { "runuser -u \($0) --" } ?? "setpriv --reuid=\(status.st_uid) --regid=\(status.st_gid) --clear-groups --"))
    }

    /// nil where there is room, and where what is there is a copy that goes on.
    private static func filledTable(of whole: WholeDatabase) async throws(StoreError) -> String? {
        let schema = try await whole.schema()
        // Of another shape it would be brought up to date before anybody looked into it.
        guard schema == whole.knownSchema else { return schema == 0 ? nil : "schema_migrations" }
        return try await whole.database.read { connection throws(StoreError) in
            guard try SQLInstallationStore.setting(SQLInstallationStore.unfinishedCopy, connection) == nil else { return nil }
            for table in StoredTable.all where try table.lastKey(connection) != nil { return table.name }
            return nil
        }
    }
}
