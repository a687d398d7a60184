import FoundationEssentials
import Gateway
import Glibc
import WireFormats

/// A file that the command line names, `-` being standard input; read whole, within a limit.
enum InputFile {
    /// The same file, wherever the name is used.
    static func absolute(_ path: String, folder: String = FileManager.default.currentDirectoryPath) -> String {
        let (path, folder) = (ProtocolText(path), ProtocolText(folder))
        guard !path.hasPrefix("/") else { return path.string }
        return folder.string + (folder.hasSuffix("/") ? "" : "/") + (path.hasPrefix("./") ? path.dropFirst(2) : path).string
    }

    static func read(_ path: String, limit: Int) throws(InputError) -> [UInt8] {
        if path == "-" { return try read(STDIN_FILENO, named: "standard input", limit: limit) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotRead(name: path, reason: SystemError.text(errno)) }
        defer { close(file) }
        return try read(file, named: path, limit: limit)
    }

    /// The same of what has to be a file: a pipe, on which nobody may ever write, and a device are refused.
    static func readRegular(_ path: String, limit: Int) throws(InputError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .cannotRead(name: path, reason: SystemError.text(errno)) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .cannotRead(name: path, reason: SystemError.text(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotRead(name: path, reason: "it is no regular file") }
        return try read(file, named: path, limit: limit)
    }

    /// Where a path leads once all links are followed.
    static func resolved(_ path: String) throws(InputError) -> String {
        guard let found = realpath(path, nil) else { throw .cannotRead(name: path, reason: SystemError.text(errno)) }
        defer { free(found) }
        guard let text = String(validating: UnsafeRawBufferPointer(start: found, count: strlen(found)), as: UTF8.self) else {
            throw .cannotRead(name: path, reason: "its name is not UTF-8")
        }
        return text
    }

    static func read(_ file: Int32, named name: String, limit: Int) throws(InputError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .cannotRead(name: name, reason: SystemError.text(errno))
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw .tooLarge(name: name, limit: limit) }
        }
    }
}

enum SystemError {
    static func text(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0).lowercased() } ?? "error \(code)"
    }
}

/// Why a file was not read.
enum InputError: Diagnosable, Equatable {
    case cannotRead(name: String, reason: String)
    case tooLarge(name: String, limit: Int)

    var code: String {
        switch self {
        case .cannotRead: "file.cannot_read"
        case .tooLarge: "file.too_large"
        }
    }

    var message: String {
        switch self {
        case .cannotRead(let name, let reason): "\(name.prefix(200)) cannot be read: \(reason)."
        case .tooLarge(let name, let limit): "\(name.prefix(200)) is larger than \(limit) bytes."
        }
    }

    var remedy: String {
        switch self {
        case .cannotRead: "Check the name of the file, and that this user may read it."
        case .tooLarge: "Give the file that is meant; no document of that kind is so large."
        }
    }
}
