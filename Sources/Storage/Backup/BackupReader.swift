/// Reads a backup from its beginning to its end; what was not sealed by this key, or stood elsewhere, is refused.
final class BackupReader {
    let header: BackupHeader
    private let file: BackupFile
    private let path: String
    private var chunks: BackupChunks
    private var rest: UInt64

    init(_ path: String, _ key: BackupKey) throws(BackupRefusal) {
        self.path = path
        file = try BackupFile(reading: path)
        let length = try file.length()
        header = try BackupHeader(try file.read(BackupHeader.length), of: path, key: key)
        guard length >= header.fileLength else { throw .truncated(path: path, expected: header.fileLength, seen: length) }
        guard length == header.fileLength else { throw .damaged(path: path, chunk: nil) }
        chunks = BackupChunks(header, key)
        rest = header.fileLength - UInt64(BackupHeader.length)
    }

    /// nil behind the last.
    func next() throws(BackupRefusal) -> [UInt8]? {
        guard rest > 0 else { return nil }
        let count = min(rest, UInt64(BackupChunks.size + BackupChunks.tagLength))
        let sealed = try file.read(Int(count))
        // It was longer a moment ago.
        guard sealed.count == count else { throw .truncated(path: path, expected: header.fileLength, seen: header.fileLength - rest) }
        rest -= count
        do { return try chunks.open(sealed, isLast: rest == 0) } catch { throw .damaged(path: path, chunk: chunks.number) }
    }
}
