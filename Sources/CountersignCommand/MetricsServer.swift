import Gateway
import GatewayServer
import Hummingbird
import HummingbirdCore
import Logging
import ServiceLifecycle

/// Serves `/metrics` beside the gateway. Where nobody named an address, metrics that cannot be served are no reason not to sign anybody in.
struct MetricsServer: Service, CustomStringConvertible {
    var description: String { "metrics" }

    let registry: PrometheusRegistry
    let listener: GatewayConfiguration.MetricsListener
    let gauges: ServerGauges
    let logger: Logger

    private let decisions: AsyncStream<Void>
    private let decision: AsyncStream<Void>.Continuation

    init(registry: PrometheusRegistry, listener: GatewayConfiguration.MetricsListener, gauges: ServerGauges, logger: Logger) {
        (self.registry, self.listener, self.gauges, self.logger) = (registry, listener, gauges, logger)
        (decisions, decision) = AsyncStream.makeStream()
    }

    /// Returns as soon as metrics are served, or it is clear that they will not be; throws where that is a reason not to begin.
    func settled() async throws {
        for await _ in decisions { return }
        throw CancellationError()
    }

    /// A few collectors, each with one connection.
    private static let maximumConnections = 32

    func run() async throws {
        guard let address = listener.address else { return await wait() }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        var http = HTTP1Channel.Configuration(additionalChannelHandlers: [RequestDeadline.Placement()], idleTimeout: .seconds(60))
        http.httpDecoder = .init(maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 50)
        let application = Application(
            responder: MetricsSurface.router(registry, refresh: gauges.refresh).buildResponder(), server: .http1(configuration: http),
            configuration: .init(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: quiet)),
            onServerRunning: { [logger, decision] channel in
                decision.yield()
                logger.info("metrics are served", metadata: ["address": "\(channel.localAddress.map(Server.text) ?? address.text)"])
            },
            logger: quiet)
        do { try await application.run() } catch {
            guard let failure = ListenError(error, address: address, setting: .metricsListen) else { throw error }
            guard case .standard = listener else { throw failure }
            logger.warning("metrics are not served: \(failure.message)", metadata: ["code": "\(failure.code)", "remedy": "\(failure.remedy)"])
            await wait()
        }
    }

    /// A service that ended would end the server.
    private func wait() async {
        decision.yield()
        try? await gracefulShutdown()
    }
}
