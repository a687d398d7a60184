import ArgumentParser
import FoundationEssentials
import GatewayServer
import Glibc
import Logging
import Metrics
import ServiceLifecycle
import Storage
import UnixSignals
import WireFormats
import XMLSecurity

/// A first sign-in with nothing but this binary: a gateway as `serve` runs it, and beside it in the same process those whom it needs for that.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "A first sign-in on this machine, with nothing else installed.",
        discussion: """
            countersign demo
            countersign demo --once
            countersign demo --port 9000 --keep demo-data

            Runs the gateway with a database of its own, two sample identity providers and
            a sample app, and prints which address to open. Ctrl-C ends it; its data are
            gone then, unless --keep names a folder for them.
            It is a demonstration: its providers let in whoever comes. It listens on
            loopback alone, and knows nothing of other databases of yours.
            """)

    @Option(help: ArgumentHelp("The first of three ports (default: the first three free ones from 8080 on).", valueName: "PORT")) var port: Int?
    @Option(help: ArgumentHelp("Keep the data in a new folder of this name.", valueName: "FOLDER")) var keep: String?
    @Flag(help: "Sign in without a browser, print the verified claims, exit.") var once = false

    func validate() throws {
        if let port, !(1...65_533).contains(port) { throw ValidationError("--port is not between 1 and 65533.") }
    }

    func run() async throws {
        do { try await demonstrate() } catch let error as ValidationError { throw error } catch { throw CommandFailure(any: error) }
    }

    private func demonstrate() async throws {
        defer { LogSink.shared.writeWaiting() }
        signal(SIGPIPE, SIG_IGN)
        let sockets = try DemoSockets(from: port)
        let folder = try DemoFolder(keptAs: keep)
        defer { folder.remove() }
        // As of no person's own server: neither the environment nor a file says anything.
        let configuration = try GatewayConfiguration(
            flags: [
                .listen: sockets.gateway.text, .publicURL: sockets.gateway.url, .metricsListen: "none", .development: "true",
                .database: "sqlite:" + folder.path + "/countersign.db", .logLevel: once ? "error" : "notice",
            ], file: nil, environment: [:], serving: true)
        let installation = InstallationOptions(server: configuration)
        LoggingSystem.bootstrap { _ in StandardErrorLog(level: configuration.logLevel, format: .text, installation: installation) }
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "countersign")
        do { try XMLSecurityLibrary.start() } catch { throw CommandFailure.xmlLibrary(error) }
        let composition = try await Composition.open(configuration, of: installation, whereAbsent: .make)
        let result: Result<Void, any Error>
        do { result = .success(try await serve(composition, sockets, folder, metrics, logger)) } catch { result = .failure(error) }
        await composition.close()
        try result.get()
    }

    private func serve(
        _ composition: Composition, _ sockets: DemoSockets, _ folder: DemoFolder, _ metrics: PrometheusRegistry, _ logger: Logger
    ) async throws {
        let presence = try await ServerPresence.announce(composition, logger: logger)
        let providers = try [("staff", "Sample staff"), ("partner", "Partner company")].map { name, title in
            try DemoProvider(name, title: title, at: sockets.providers.url + "/" + name, environment: composition.environment)
        }
        let app = DemoApp(at: sockets.app.url, environment: composition.environment)
        let script = DemoScript(composition, providers: providers, app: app, isOnce: once, isKept: keep != nil, folder: folder.path)
        var server = Server(
            composition: composition, presence: presence, certificate: nil,
            inherited: InheritedSockets(sockets.gateway.file, at: sockets.gateway.address),
            manager: ServiceManager(environment: [:]), metrics: metrics, logger: logger)
        server.companions = [
            sockets.providers.listener(DemoProvider.router(providers), logger: logger), sockets.app.listener(app.router(), logger: logger), script,
        ]
        // Who closes the terminal ends it as well: the data must go.
        server.endsOn.append(.sighup)
        let result: Result<Void, any Error>
        do { result = .success(try await server.run()) } catch { result = .failure(error) }
        await presence.leave()
        try script.outcome()
        try result.get()
    }
}
