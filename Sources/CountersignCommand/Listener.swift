import GatewayServer
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Takes connections, at an address or at a socket that listened before this process began.
///
/// Hummingbird's own server knows no socket but one that it made. And asked to stop, it closes connections whose request is on its way: here who has come
/// within the last second is heard first.
struct Listener<Connection: ServerChildChannel>: Service, CustomStringConvertible {
    var description: String { "listener" }

    let address: GatewayConfiguration.ListenAddress
    /// The socket, where somebody else made it.
    let inherited: Int32?
    let connections: Connection
    let backlog: Int
    let maximumConnections: Int
    let listens: @Sendable (any Channel) async -> Void
    let logger: Logger

    func run() async throws {
        let open = OpenConnections()
        let server = try await bind(open)
        try await withGracefulShutdownHandler {
            await listens(server.channel)
            try await withThrowingDiscardingTaskGroup { group in
                try await server.executeThenClose { inbound in
                    for try await connection in inbound {
                        group.addTask { [connections, logger] in await connections.handle(value: connection, logger: logger) }
                    }
                }
            }
        } onGracefulShutdown: {
            Task {
                // What is taken already is set up before the socket closes; what is not waits in the socket's queue, which may be another process's soon.
                try? await server.channel.setOption(.autoRead, value: false).get()
                try? await Task.sleep(for: .milliseconds(50))
                try? await server.channel.close()
                open.quiesce()
            }
        }
    }

    private func bind(_ open: OpenConnections) async throws -> NIOAsyncChannel<Connection.Value, Never> {
        let limit = MaximumAvailableConnections(maximumConnections, logger: logger)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: Int32(backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([AvailableConnectionsChannelHandler(delegate: limit), open])
                }
            }
        let setUp: @Sendable (any Channel) -> EventLoopFuture<Connection.Value> = { [connections, logger] in
            connections.setup(channel: $0, logger: logger)
        }
        if let inherited { return try await bootstrap.bind(inherited, childChannelInitializer: setUp) }
        return try await bootstrap.bind(host: address.host, port: address.port, childChannelInitializer: setUp)
    }
}

/// The connections of a listener that are open: when it stops they end, each as soon as it is answered.
private final class OpenConnections: ChannelInboundHandler, Sendable {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    /// For so long a request may be on its way to us.
    private static let youth = TimeAmount.seconds(1)

    private let open = Mutex<[ObjectIdentifier: (connection: any Channel, since: NIODeadline)]>([:])

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let key = ObjectIdentifier(connection)
        open.withLock { $0[key] = (connection, .now()) }
        connection.closeFuture.whenComplete { _ in self.open.withLock { $0[key] = nil } }
        context.fireChannelRead(data)
    }

    func quiesce() {
        for (connection, since) in open.withLock({ Array($0.values) }) {
            connection.eventLoop.scheduleTask(deadline: since + Self.youth) {
                connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        }
    }
}
