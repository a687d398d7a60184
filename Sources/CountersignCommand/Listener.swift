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
                        open.isSetUp(connection.channel)
                        group.addTask { [connections, logger] in await connections.handle(value: connection, logger: logger) }
                    }
                }
            }
        } onGracefulShutdown: {
            Task {
                // What waits in the socket's queue may be another process's soon. What is taken already is set up before the socket closes: a connection
                // that came to nobody would end the process.
                open.takeNoMore()
                try? await server.channel.setOption(.autoRead, value: false).get()
                for _ in 0..<200 where open.isSettingUp { try? await Task.sleep(for: .milliseconds(10)) }
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
                    try channel.pipeline.syncOperations.addHandlers([open, AvailableConnectionsChannelHandler(delegate: limit)])
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
private final class OpenConnections: ChannelDuplexHandler, Sendable {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    private struct State {
        var connections: [ObjectIdentifier: (connection: any Channel, since: NIODeadline, isSetUp: Bool)] = [:]
        var takesMore = true
    }

    /// For so long a request may be on its way to us.
    private static let youth = TimeAmount.seconds(1)

    private let state = Mutex(State())

    var isSettingUp: Bool { state.withLock { $0.connections.values.contains { !$0.isSetUp } } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let key = ObjectIdentifier(connection)
        state.withLock { $0.connections[key] = (connection, .now(), false) }
        connection.closeFuture.whenComplete { _ in self.state.withLock { $0.connections[key] = nil } }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if state.withLock({ $0.takesMore }) { context.read() }
    }

    func takeNoMore() { state.withLock { $0.takesMore = false } }

    func isSetUp(_ connection: any Channel) { state.withLock { $0.connections[ObjectIdentifier(connection)]?.isSetUp = true } }

    func quiesce() {
        for (connection, since, _) in state.withLock({ Array($0.connections.values) }) {
            connection.eventLoop.scheduleTask(deadline: since + Self.youth) {
                connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        }
    }
}
