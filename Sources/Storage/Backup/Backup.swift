import Crypto
import FoundationEssentials
import Glibc
import UserPools
package import WireFormats

/// A snapshot and the master key, sealed together under the backup's own key.
///
/// What is sealed: length of the contents (4) │ contents in JSON │ length of the master key (1), 0 or 32 │ master key │ the SQLite file.
package enum Backup {
    package enum Step: Sendable { case sealing, verifying }

    /// Under its name there is only what was read again and is what it should be.
    ///
    /// - Parameters:
    ///   - replacing: a file of that name goes.
    ///   - report: how much of the snapshot, in bytes.
    /// - Returns: the length of the file.
    package static func seal(
        _ snapshot: Snapshot, _ masterKey: SecretBytes?, to path: String, replacing: Bool, under key: BackupKey, random: (Int) -> [UInt8],
        report: @escaping @Sendable (Step, _ bytes: UInt64, _ of: UInt64) -> Void
    ) async throws(BackupError) -> UInt64 {
        let (salt, draft) = (random(32), BackupDraft.path(of: path, random: random))
        return try await Blocking.run { () throws(BackupError) in
            do throws(BackupRefusal) {
                var isDone = false
                BackupDraft.removeAbandoned(of: path)
                Unfinished.note(draft)
                defer { if isDone { Unfinished.forget(draft) } else { Unfinished.remove(draft) } }
                let header = try write(snapshot, masterKey, draft, salt, key) { report(.sealing, $0, $1) }
                // Nobody takes it for abandoned meanwhile.
                try BackupFile(reading: draft).locked { () throws(BackupRefusal) in
                    try verify(snapshot, masterKey, draft, key) { report(.verifying, $0, $1) }
                    try BackupFile.move(draft, to: path, replacing: replacing)
                }
                isDone = true
                return header.fileLength
            } catch { throw .refused(error) }
        }
    }

    /// Before anything is done for it.
    package static func requireAbsent(_ path: String) throws(BackupRefusal) {
        if BackupFile.exists(path) { throw .exists(path: path) }
    }

    private static func preamble(_ contents: BackupContents, _ masterKey: SecretBytes?) -> [UInt8] {
        let (json, master) = (contents.json, masterKey?.reveal() ?? [])
        return UInt32(json.count).bigEndianBytes + json + [UInt8(master.count)] + master
    }

    private static func write(
        _ snapshot: Snapshot, _ masterKey: SecretBytes?, _ draft: String, _ salt: [UInt8], _ key: BackupKey, _ report: (UInt64, UInt64) -> Void
    ) throws(BackupRefusal) -> BackupHeader {
        let file = try BackupFile(reading: snapshot.folder.snapshot)
        let (preamble, length) = (preamble(snapshot.contents, masterKey), try file.length())
        let header = BackupHeader(plainLength: UInt64(preamble.count) + length, salt: salt, key: key)
        let writer = try BackupWriter(draft, header, key)
        try writer.write(preamble)
        var done: UInt64 = 0
        while done < length {
            let bytes = try file.read(BackupChunks.size)
            guard !bytes.isEmpty else { break }
            try writer.write(bytes)
            done += UInt64(bytes.count)
            report(done, length)
        }
        try writer.finish()
        return header
    }

    /// What opens is the snapshot, byte for byte.
    private static func verify(
        _ snapshot: Snapshot, _ masterKey: SecretBytes?, _ draft: String, _ key: BackupKey, _ report: (UInt64, UInt64) -> Void
    ) throws(BackupRefusal) {
        let (file, reader) = (try BackupFile(reading: snapshot.folder.snapshot), try BackupReader(draft, key))
        var preamble = preamble(snapshot.contents, masterKey)[...]
        var done: UInt64 = 0
        while let plain = try reader.next() {
            let begins = preamble.prefix(plain.count)
            preamble = preamble.dropFirst(begins.count)
            let expected = Array(begins) + (try file.read(plain.count - begins.count))
            guard plain == expected else { throw .differs(path: draft, "it does not open to the snapshot") }
            done += UInt64(plain.count)
            report(done, reader.header.plainLength)
        }
        guard done == reader.header.plainLength else { throw .differs(path: draft, "its length") }
    }
}
