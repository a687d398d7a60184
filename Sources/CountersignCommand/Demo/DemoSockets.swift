import GatewayServer
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Three ports of loopback, one behind the other. They listen before anything is made: nobody takes them meanwhile, and whoever asks early waits.
struct DemoSockets {
    struct Socket {
        let file: Int32
        let address: GatewayConfiguration.ListenAddress

        var text: String { address.text }
        /// As people and cookies know it.
        var url: String { "http://localhost:\(address.port)" }

        /// Serves there.
        func listener(_ router: Router<GatewayContext>, logger: Logger) -> any Service {
            var http = HTTP1Channel.Configuration(idleTimeout: .seconds(60))
            http.httpDecoder = .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
            var quiet = logger
            quiet.logLevel = .error
            return Listener(
                address: address, inherited: file,
                connections: HTTP1Channel(responder: router.buildResponder().answer(logger: quiet), configuration: http), backlog: 128,
                maximumConnections: 100, listens: { _ in }, logger: quiet)
        }
    }

    let gateway, providers, app: Socket

    /// - Parameter first: the first port; nil: from 8080 on, in steps of ten, as far as somebody listens there already.
    init(from first: Int?) throws(CommandFailure) {
        for port in first.map({ [$0] }) ?? Array(stride(from: 8080, to: 9080, by: 10)) {
            if let sockets = Self.listen(from: port) {
                (gateway, providers, app) = (sockets[0], sockets[1], sockets[2])
                return
            }
        }
        throw .demoPortTaken(first ?? 8080)
    }

    private static func listen(from first: Int) -> [Socket]? {
        var sockets: [Socket] = []
        for port in first..<first + 3 {
            // A browser's localhost is either.
            guard isFree(port), let file = listen(port) else {
                for socket in sockets { close(socket.file) }
                return nil
            }
            sockets.append(Socket(file: file, address: .loopback(port)))
        }
        return sockets
    }

    private static func listen(_ port: Int) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return bound(AF_INET, &address) { file in Glibc.listen(file, 128) == 0 }
    }

    /// Whether nobody has it at the other family's loopback; where there is none, nobody has.
    private static func isFree(_ port: Int) -> Bool {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(port).bigEndian
        address.sin6_addr = in6addr_loopback
        guard let file = bound(AF_INET6, &address, then: { _ in true }) else { return errno != EADDRINUSE }
        close(file)
        return true
    }

    private static func bound<Address>(_ family: Int32, _ address: inout Address, then isReady: (Int32) -> Bool) -> Int32? {
        let file = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return nil }
        var yes: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, socklen_t(MemoryLayout<Address>.size)) == 0 }
        }
        guard isBound, isReady(file) else {
            let reason = errno
            close(file)
            errno = reason
            return nil
        }
        return file
    }
}
