import Glibc

/// A small file with a key, which nobody but its owner may read or change.
enum OwnersFile {
    /// Why it is not read.
    enum ReadRefusal: Error {
        case absent
        case unreadable(reason: String)
        case readableByOthers(mode: UInt32)
        case tooLarge(size: Int)
    }

    /// Why it is not made.
    struct WriteRefusal: Error {
        let reason: String
        var isThere = false
    }

    static func read(_ path: String) throws(ReadRefusal) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw errno == ENOENT ? .absent : .unreadable(reason: SystemError.text(errno)) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unreadable(reason: SystemError.text(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(reason: "it is not a file") }
        guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(mode: status.st_mode & 0o777) }
        // The size of the file would not tell of one that grows meanwhile.
        do { return try InputFile.read(file, named: path, limit: 4096) } catch {
            switch error {
            case .cannotRead(_, let reason): throw .unreadable(reason: reason)
            case .tooLarge: throw .tooLarge(size: Int(status.st_size))
            }
        }
    }

    /// Never in place of one that is there. It is whole and on the disk then, or not there.
    static func make(_ path: String, of bytes: [UInt8]) throws(WriteRefusal) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw WriteRefusal(reason: SystemError.text(errno), isThere: errno == EEXIST) }
        defer { close(file) }
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(file) == 0 else {
            let reason = count >= 0 && count < bytes.count ? "the disk is full" : SystemError.text(errno)
            unlink(path)
            throw WriteRefusal(reason: reason)
        }
    }
}
