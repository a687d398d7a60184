import UserPools
package import WireFormats

/// A backup that opened: its database is a file again, and is what the backup says is in it.
package struct UnsealedBackup: Sendable {
    package let contents: BackupContents
    package let masterKey: SecretBytes?
    /// How long the sealed file is.
    package let fileLength: UInt64
    let folder: WorkFolder

    /// Until it is discarded.
    package var url: String { "sqlite:" + folder.snapshot }

    /// - Parameter place: the file beside which there is room for what is unsealed; nil: the folder for temporary files.
    package static func open(
        _ path: String, with key: BackupKey, beside place: String?, report: @escaping @Sendable (_ bytes: UInt64, _ of: UInt64) -> Void,
        comparing: @escaping @Sendable (CopyProgress) -> Void
    ) async throws(BackupError) -> UnsealedBackup {
        let folder = try WorkFolder(beside: place)
        do { return try await open(path, with: key, in: folder, report: report, comparing: comparing) } catch {
            folder.remove()
            throw error
        }
    }

    /// When it is restored, or was only looked at.
    package func discard() { folder.remove() }

    private static func open(
        _ path: String, with key: BackupKey, in folder: WorkFolder, report: @escaping @Sendable (_ bytes: UInt64, _ of: UInt64) -> Void,
        comparing: @escaping @Sendable (CopyProgress) -> Void
    ) async throws(BackupError) -> UnsealedBackup {
        let backup = try await Blocking.run { () throws(BackupError) in
            let backup: UnsealedBackup
            do throws(BackupRefusal) { backup = try unseal(path, key, folder, report) } catch { throw .refused(error) }
            let schema = try SnapshotFile.schema(of: folder.snapshot)
            guard schema <= SnapshotFile.schema else { throw .database(.newerSchema(found: schema, known: SnapshotFile.schema)) }
            if schema == SnapshotFile.schema {
                try SnapshotFile.verify(folder.snapshot, has: backup.contents.tables, comparing)
            } else {
                // Rows of other columns have other digests; that each byte is as it was the seal says.
                try SnapshotFile.check(folder.snapshot)
            }
            return backup
        }
        do {
            // An older version made it: brought up to date here, it is copied as any other.
            let database = try await SQLiteDatabase.open(path: folder.snapshot)
            await database.close()
        } catch { throw .database(error) }
        return backup
    }

    private static func unseal(
        _ path: String, _ key: BackupKey, _ folder: WorkFolder, _ report: (UInt64, UInt64) -> Void
    ) throws(BackupRefusal) -> UnsealedBackup {
        let (reader, file) = (try BackupReader(path, key), try BackupFile(making: folder.snapshot))
        guard let first = try reader.next(), let (contents, masterKey, length) = preamble(first) else {
            throw .differs(path: path, "its contents do not read")
        }
        try file.write(Array(first[length...]))
        var done = UInt64(first.count)
        while let plain = try reader.next() {
            try file.write(plain)
            done += UInt64(plain.count)
            report(done, reader.header.plainLength)
        }
        return UnsealedBackup(contents: contents, masterKey: masterKey, fileLength: reader.header.fileLength, folder: folder)
    }

    private static func preamble(_ bytes: [UInt8]) -> (BackupContents, SecretBytes?, length: Int)? {
        guard bytes.count > 4 else { return nil }
        let end = 4 + Int(UInt32(bigEndianBytes: bytes[..<4]))
        guard bytes.count > end, let contents = BackupContents(json: Array(bytes[4..<end])) else { return nil }
        let count = Int(bytes[end])
        guard [0, 32].contains(count), bytes.count > end + count else { return nil }
        return (contents, count == 0 ? nil : SecretBytes(Array(bytes[(end + 1)..<(end + 1 + count)])), end + 1 + count)
    }
}
