import Glibc

/// A file that is read or written from its beginning to its end.
final class BackupFile {
    private let file: Int32
    private let path: String

    /// Nothing is there yet.
    init(making path: String) throws(BackupRefusal) {
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .cannotWrite(path: path, reason: Self.reason) }
    }

    init(reading path: String) throws(BackupRefusal) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotRead(path: path, reason: Self.reason) }
    }

    deinit { close(file) }

    func length() throws(BackupRefusal) -> UInt64 {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .cannotRead(path: path, reason: Self.reason) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotRead(path: path, reason: "it is not a file") }
        return UInt64(status.st_size)
    }

    /// As many as are asked for; fewer at the end alone.
    func read(_ count: Int) throws(BackupRefusal) -> [UInt8] {
        var (bytes, filled) = ([UInt8](repeating: 0, count: count), 0)
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + filled }, count - filled) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .cannotRead(path: path, reason: Self.reason) }
            if got == 0 { break }
            filled += got
        }
        return filled == count ? bytes : Array(bytes.prefix(filled))
    }

    func write(_ bytes: [UInt8]) throws(BackupRefusal) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(path: path, reason: count == 0 ? "the disk is full" : Self.reason) }
            written += count
        }
    }

    func synchronize() throws(BackupRefusal) {
        guard fsync(file) == 0 else { throw .cannotWrite(path: path, reason: Self.reason) }
    }

    /// Others see that somebody has it.
    func locked(_ body: () throws(BackupRefusal) -> Void) throws(BackupRefusal) {
        _ = flock(file, LOCK_EX | LOCK_NB)
        defer { flock(file, LOCK_UN) }
        try body()
    }

    /// Under another name, on the disk.
    static func move(_ path: String, to name: String, replacing: Bool) throws(BackupRefusal) {
        // Unlike rename, link never replaces a file.
        guard (replacing ? rename(path, name) : link(path, name)) == 0 else {
            throw errno == EEXIST ? .exists(path: name) : .cannotWrite(path: name, reason: reason)
        }
        if !replacing { unlink(path) }
        let folder = open(Self.folder(of: name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(folder) }
        guard folder >= 0, fsync(folder) == 0 else { throw .cannotWrite(path: name, reason: reason) }
    }

    static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
