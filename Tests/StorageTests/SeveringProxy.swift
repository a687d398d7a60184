import Foundation
import Glibc
import Synchronization

/// Stands between libpq and a server, on a socket of its own, and cuts a connection in the middle of a commit when it is told to.
final class SeveringProxy: Sendable {
    enum Cut: Sendable, CaseIterable {
        /// The server has committed, and its answer is lost.
        case answer
        /// The server never hears of it.
        case request
    }

    let folder: String
    private let server: String
    private let listener: Int32
    private let cut = Mutex<Cut?>(nil)

    /// - Parameter folder: in which the server has its socket.
    init(before folder: String) throws {
        self.folder = NSTemporaryDirectory() + "proxy-\(UInt32.random(in: 0...UInt32.max))"
        server = folder + Self.name
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.with(self.folder + Self.name, { bind(listener, $0, $1) }) == 0, listen(listener, 16) == 0 else { throw POSIXError(.EIO) }
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                let there = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
                guard Self.with(server, { connect(there, $0, $1) }) == 0 else { continue }
                Thread.detachNewThread { [self] in serve(client, there) }
            }
        }
    }

    /// The next commit is cut.
    func cutNextCommit(_ cut: Cut) { self.cut.withLock { $0 = cut } }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static let name = "/.s.PGSQL.5432"

    private func serve(_ client: Int32, _ server: Int32) {
        defer {
            _ = Glibc.close(client)
            _ = Glibc.close(server)
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var ready = [pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0)]
            guard poll(&ready, 2, -1) > 0 else { return }
            for (from, to) in [(client, server), (server, client)] where ready.contains(where: { $0.fd == from && $0.revents != 0 }) {
                let count = read(from, &buffer, buffer.count)
                guard count > 0 else { return }
                let isCommit = from == client && Data(buffer[..<count]).range(of: Data("COMMIT".utf8)) != nil
                let cut =
                    isCommit
                    ? cut.withLock { cut in
                        defer { cut = nil }; return cut
                    } : nil
                if cut == .request { return }
                // Whoever went away meanwhile is no reason for a signal.
                guard send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return }
                if cut == .answer {
                    _ = read(server, &buffer, buffer.count)
                    return
                }
            }
        }
    }

    private static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
