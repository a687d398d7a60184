import Administration
import FoundationEssentials
import Gateway
import GatewayServer
import HTTPTypes
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Storage
import UnixSignals
import UserPools

/// The server as it runs: HTTP/1.1 with or without TLS, housekeeping beside it, and an orderly end.
struct Server {
    let composition: Composition
    let presence: ServerPresence
    let certificate: ServerCertificate?
    let inherited: InheritedSockets
    let manager: ServiceManager
    let metrics: PrometheusRegistry
    let logger: Logger
    /// nil: nobody traces.
    var traces: Traces?
    /// What runs beside it. Where one of them ends, the server ends in order.
    var companions: [any Service] = []
    var endsOn: [UnixSignal] = [.sigterm, .sigint]

    /// How long requests in flight may take to finish once the server is asked to stop.
    private static let grace = Duration.seconds(10)
    private static let maximumConnections = 10_000

    func run() async throws {
        let configuration = composition.configuration
        var http = HTTP1Channel.Configuration(additionalChannelHandlers: [RequestDeadline.Placement()], idleTimeout: .seconds(60))
        http.httpDecoder = .init(maxHeaderFieldSize: 32 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
        var renewed: [any RenewedFiles] = certificate.map { [$0] } ?? []
        if let path = configuration.clientCertificateAuthorities, let authorities = configuration.clientCertificates?.authorities {
            renewed.append(ClientAuthorities(path: path, authorities: authorities))
        }
        var renewal: CertificateRenewal?
        // Who closes the terminal of a server ends it; a service manager asks with the same signal.
        if !renewed.isEmpty || manager.isThere {
            renewal = CertificateRenewal(
                files: renewed, signals: await UnixSignalsSequence(trapping: .sighup), logger: logger, manager: manager,
                publicURL: configuration.publicURL)
        }
        // Hummingbird tells of its own start and stop at level info; ours says more.
        var quiet = logger
        quiet.logLevel = max(configuration.logLevel, .notice)
        let following = FollowingWhileServing(follower: DocumentFollower(composition.ownDesk), logger: logger)
        let gateway = composition.application(following: following, certificate: certificate, tracer: traces?.tracer)
        var presence = presence
        presence.shareLimits = {
            gateway.signIn.shareLimits(among: $0)
            gateway.tokens.shareLimits(among: $0)
            gateway.registrations.shareLimits(among: $0)
            gateway.devices.shareLimits(among: $0)
        }
        let connections = Self.connectionLimit()
        var mutual: MutualTLSServer<RequestLog<RouterResponder<GatewayContext>>>?
        if let certificate, let address = configuration.mtlsListen {
            mutual = MutualTLSServer(
                responder: requestLog(gateway.certificateRouter(), certificates: .connection), http: http, certificate: certificate, address: address,
                inherited: inherited.file(at: address), url: configuration.clientCertificates?.url ?? "",
                maximumConnections: min(1_000, connections / 8), logger: logger)
        }
        let header = configuration.clientCertificates?.header.flatMap { HTTPField.Name($0) }
        let plain = HTTP1Channel(
            responder: requestLog(gateway.router(), certificates: header.map { .header($0) } ?? .none).answer(logger: quiet), configuration: http)
        let channel: any ServerChildChannel = certificate.map { TLSChannel(certificate: $0, base: plain) } ?? plain
        let listener = listener(channel, maximumConnections: connections - (mutual?.maximumConnections ?? 0), presence: presence, quiet: quiet)
        let services: [any Service] = [
            HousekeepingWhileServing(composition: composition, logger: logger), presence, following,
            NoticesWhileServing(logout: gateway.backChannelLogout, logger: logger),
            EndWatchWhileServing(
                watch: EndWatch(composition.ownDesk), installation: composition.storage.stores.installation, now: composition.environment.now,
                logger: logger),
            KeysWhileServing(
                SigningKeySchedule(stores: composition.storage.stores, ring: gateway.keyRing, environment: composition.environment),
                logger: logger),
            KeysWhileServing(
                SAMLKeySchedule(stores: composition.storage.stores, ring: gateway.signIn.samlKeys), logger: logger),
            ConfigurationWatch(changes: composition.storage.configurationChanges, expire: gateway.expireConfiguration),
            WatchdogWhileServing(
                manager: manager, publicURL: configuration.publicURL, loops: MultiThreadedEventLoopGroup.singleton, isReady: composition.isReady),
        ]
        // They end one after the other, the last one first.
        let gatewayGroup = ServiceGroup(configuration: .init(services: services + (renewal.map { [$0] } ?? []) + [listener], logger: quiet))
        let metricsServer = MetricsServer(
            registry: metrics, listener: configuration.metrics,
            gauges: ServerGauges(gateway: gateway, certificate: certificate, now: composition.environment.now), logger: logger)
        let listeners: [any Service] =
            [
                ShutdownWatchdog(
                    server: gatewayGroup,
                    others: { [mutual] in
                        try await metricsServer.settled()
                        try await mutual?.settled()
                    }, presence: presence, manager: manager, logger: logger), metricsServer,
            ] + (mutual.map { [$0] } ?? [])
        var lifecycle = ServiceGroupConfiguration(
            services: listeners.map { .init(service: $0) }
                + companions.map {
                    .init(
                        service: $0, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup)
                },
            gracefulShutdownSignals: endsOn, logger: quiet)
        lifecycle.maximumGracefulShutdownDuration = Self.grace
        let result: Result<Void, any Error>
        do { result = .success(try await ServiceGroup(configuration: lifecycle).run()) } catch { result = .failure(error) }
        // Nobody is answered any more; what is to be told of them is written before the database closes.
        await gateway.signIn.records.finish()
        do { try result.get() } catch let error as ListenError { throw error } catch {
            throw ListenError(error, address: configuration.listen) ?? error
        }
    }

    private func listener(
        _ connections: some ServerChildChannel, maximumConnections: Int, presence: ServerPresence, quiet: Logger
    ) -> any Service {
        let configuration = composition.configuration
        return Listener(
            address: configuration.listen, inherited: inherited.file(at: configuration.listen), connections: connections, backlog: 1024,
            maximumConnections: maximumConnections,
            listens: { [logger, manager] channel in
                await presence.listens()
                logger.notice(
                    "countersign is ready",
                    metadata: [
                        "address": "\(channel.localAddress.map(Self.text) ?? configuration.listen.text)", "public_url": "\(configuration.publicURL)",
                        "database": "\(configuration.database.name)",
                        "tls": "\(configuration.tls != nil)", "version": "\(Countersign.version)",
                        "start_ms": "\((ContinuousClock.now - Countersign.start).wholeMilliseconds)",
                    ])
                await manager.isReady(WatchdogWhileServing.status(configuration.publicURL))
                Task.detached { GatewayApplication.compilePages() }
            },
            logger: quiet)
    }

    private func requestLog(
        _ router: Router<GatewayContext>, certificates: CertificateSource
    ) -> RequestLog<RouterResponder<GatewayContext>> {
        let configuration = composition.configuration
        return RequestLog(
            inner: router.buildResponder(), level: configuration.logLevel, trustedProxies: configuration.trustedProxies, certificates: certificates,
            isBehindUnnamedProxy: configuration.isBehindUnnamedProxy)
    }

    /// As many as the system lets this process have open, with room for the database and the way out.
    private static func connectionLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 500 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 500 }
        return max(16, min(maximumConnections, Int(clamping: limit.rlim_cur) - 128))
    }

    static func text(_ address: SocketAddress) -> String {
        let host = address.ipAddress ?? "unknown"
        return (host.contains(":") ? "[\(host)]" : host) + ":\(address.port ?? 0)"
    }
}

// The group of services prints each service when it is made: without a `description` that is everything in it, by reflection, in milliseconds.

/// Says when the server is asked to stop, and sees to it that it does.
private struct ShutdownWatchdog: Service, CustomStringConvertible {
    let server: ServiceGroup
    /// Returns once the other listeners are there.
    let others: @Sendable () async throws -> Void
    let presence: ServerPresence
    let manager: ServiceManager
    let logger: Logger

    var description: String { "server" }

    /// A little longer than requests have to finish.
    private static var last: Duration { .seconds(15) }

    func run() async throws {
        try await withGracefulShutdownHandler {
            // Who is told "ready" has all addresses, or the start has ended.
            try await others()
            try await server.run()
        } onGracefulShutdown: {
            logger.notice("countersign is stopping; requests in flight may finish")
            // Whatever hangs, the process ends: what was answered is on disk already.
            Task.detached {
                await manager.isStopping()
                try? await Task.sleep(for: Self.last)
                logger.error("some requests did not end in time")
                // So that another one may begin at once; a database that hangs as well is no reason to stay.
                Task.detached { await presence.leave() }
                try? await Task.sleep(for: .seconds(1))
                ProcessEnd.leave(CommandFailure.refused)
            }
        }
    }
}

/// Cleans the database until the server is asked to stop.
private struct HousekeepingWhileServing: Service, CustomStringConvertible {
    var description: String { "housekeeping" }

    let composition: Composition
    let logger: Logger

    func run() async throws {
        let keyRing = KeyRing(store: composition.storage.stores.keys, sealer: composition.sealer, environment: composition.environment)
        let housekeeping = Housekeeping(stores: composition.storage.stores, environment: composition.environment, logger: logger, keyRing: keyRing)
        await cancelWhenGracefulShutdown { await housekeeping.run() }
    }
}

/// Follows what admins change, through whichever server or command, at once where the database tells of it.
private struct ConfigurationWatch: Service, CustomStringConvertible {
    var description: String { "configuration" }

    let changes: @Sendable () -> AsyncStream<Void>
    let expire: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in changes() {
                expire()
                // However many changes an admin's script makes, requests go on finding most of what they need in memory.
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        // The end of one service would be the end of all.
        try? await gracefulShutdown()
    }
}
