import FoundationEssentials
import Glibc
import WireFormats

/// Sockets on which the service manager listens for us, and goes on to while we are started again: who comes meanwhile waits, and is not refused
/// (sd_listen_fds(3)).
struct InheritedSockets: Sendable {
    /// Of a process that opens its own.
    static let none = InheritedSockets(sockets: [])

    private let sockets: [(file: Int32, address: GatewayConfiguration.ListenAddress)]

    var addresses: [GatewayConfiguration.ListenAddress] { sockets.map(\.address) }

    private init(sockets: [(Int32, GatewayConfiguration.ListenAddress)]) { self.sockets = sockets }

    /// One that this process opened before.
    init(_ file: Int32, at address: GatewayConfiguration.ListenAddress) { self.init(sockets: [(file, address)]) }

    /// - Parameter process: sockets that were meant for another process, one that started this one, are not ours.
    init(environment: [String: String], process: pid_t = getpid()) throws(CommandFailure) {
        guard environment["LISTEN_PID"].flatMap(pid_t.init) == process, let count = environment["LISTEN_FDS"].flatMap(Int32.init), count > 0 else {
            self = .none
            return
        }
        // 3 is the first (SD_LISTEN_FDS_START); more than a few nobody means.
        guard count <= 16 else { throw .inheritedSockets("\(count) were passed") }
        var sockets: [(Int32, GatewayConfiguration.ListenAddress)] = []
        for file in 3..<3 + count {
            guard let address = Self.address(ofListener: file) else {
                throw .inheritedSockets("descriptor \(file) is no TCP socket that listens")
            }
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            sockets.append((file, address))
        }
        self.init(sockets: sockets)
    }

    /// The descriptor of the one that listens there.
    func file(at address: GatewayConfiguration.ListenAddress) -> Int32? { sockets.first { $0.address.isSameSocket(as: address) }?.file }

    private static func address(ofListener file: Int32) -> GatewayConfiguration.ListenAddress? {
        guard option(SO_TYPE, of: file) == Int32(SOCK_STREAM.rawValue), option(SO_ACCEPTCONN, of: file) == 1 else { return nil }
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout.size(ofValue: storage))
        return withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(file, address, &size) == 0, let host = IPAddress(address) else { return nil }
                // The port is where it is in both families.
                let port = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
                return .init(host: host.description, port: Int(port), isLoopback: host.isLoopback)
            }
        }
    }

    private static func option(_ name: Int32, of file: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout.size(ofValue: value))
        return getsockopt(file, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }
}

extension GatewayConfiguration.ListenAddress {
    /// Whether who listens at the one listens at the other.
    func isSameSocket(as other: Self) -> Bool {
        guard port == other.port else { return false }
        guard let one = IPAddress(host), let two = IPAddress(other.host) else {
            return host.hasSameBytes(as: other.host) || (isLoopback && other.isLoopback)
        }
        return one == two
    }
}

extension GatewayConfiguration {
    /// Of sockets that were passed one is the server's: the one at `--listen`, or the one that is left. Another one may be that of `--mtls-listen`.
    static func listen(_ named: ListenAddress?, inherited: [ListenAddress], _ reading: inout SettingReading) -> ListenAddress? {
        guard !inherited.isEmpty else { return named }
        var others = inherited
        // What is wrong with it is told where it is read.
        if let text = reading.given[.mtlsListen], case .success(let mutual) = listenAddress(text) { others.removeAll { $0.isSameSocket(as: mutual) } }
        let passed = inherited.map(\.text).joined(separator: ", ")
        guard others.count == 1, let own = others.first else {
            reading.add(
                .listen, "The service manager passed \(inherited.count) sockets (\(passed)), and which one is the server's cannot be told.",
                remedy: "Keep one ListenStream= in the .socket unit, and another one only at the address of \(Setting.mtlsListen.flag).")
            return named
        }
        if let named, !named.isSameSocket(as: own) {
            reading.add(
                .listen, "\(reading.given.origin(of: .listen)) is \(named.text), and the service manager listens on \(own.text).",
                remedy: "Leave it out, or give ListenStream=\(named.text) in the .socket unit.")
        }
        return own
    }
}
