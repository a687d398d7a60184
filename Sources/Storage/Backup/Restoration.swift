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
    /// A folder that is not there would be root's alone, where it is to be in another user's, or the package made a user for the server.
    /// - Parameter quoted: how a shell takes a word.
    package static func requireOwnFolder(
        of path: String, user: uid_t = geteuid(), server: String = "countersign", quoted: (String) -> String
    ) throws(BackupError) {
        guard user == 0 else { return }
        let folder = BackupFile.folder(of: path)
        if let owner = FolderOwner(of: folder) {
            guard owner.isRoot else { throw .refused(.othersFolder(folder: folder, owner: owner.name, asOwner: owner.asOwner)) }
        } else if let owner = FolderOwner(above: folder, server: server) {
            let making = owner.making(quoted(folder))
            throw .refused(.noFolder(folder: folder, owner: owner.name, making: making, asOwner: owner.asOwner))
        }
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
