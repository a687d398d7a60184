/// Writes a backup, sealed, from the first byte to the last.
final class BackupWriter {
    private let file: BackupFile
    private let path: String
    private let header: BackupHeader
    private var chunks: BackupChunks
    private var waiting: [UInt8] = []
    private var taken: UInt64 = 0

    init(_ path: String, _ header: BackupHeader, _ key: BackupKey) throws(BackupRefusal) {
        file = try BackupFile(making: path)
        (self.path, self.header, chunks) = (path, header, BackupChunks(header, key))
        try file.write(header.bytes)
    }

    func write(_ bytes: [UInt8]) throws(BackupRefusal) {
        taken += UInt64(bytes.count)
        waiting += bytes
        // What could be the last waits.
        while waiting.count > BackupChunks.size {
            try seal(Array(waiting.prefix(BackupChunks.size)), isLast: false)
            waiting.removeFirst(BackupChunks.size)
        }
    }

    /// All of it is on the disk then.
    func finish() throws(BackupRefusal) {
        guard taken == header.plainLength else { throw .differs(path: path, "its length") }
        try seal(waiting, isLast: true)
        try file.synchronize()
    }

    private func seal(_ plain: [UInt8], isLast: Bool) throws(BackupRefusal) {
        let sealed: [UInt8]
        do { sealed = try chunks.seal(plain, isLast: isLast) } catch { throw .cannotWrite(path: path, reason: "a chunk was not sealed") }
        try file.write(sealed)
    }
}
