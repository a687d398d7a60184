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
        case .cannotRead: "Check the name of the file and its permissions, or give '-' to read standard input."
        case .tooLarge: "Give the file that is meant; no document of that kind is so large."
        }
    }
}
