import ArgumentParser
import FoundationEssentials
import Gateway
import GatewayServer
import Glibc
import Logging
import Metrics
import OpenIDConnect
import OutgoingHTTP
import PKCS11
import Storage
import XMLSecurity

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            countersign serve
            countersign serve --listen 0.0.0.0:443 --public-url https://id.example.com \\
                --tls-certificate chain.pem --tls-key key.pem
            countersign serve --listen 10.0.0.5:8080 --trusted-proxy 10.0.0.0/8 \\
                --public-url https://id.example.com
            countersign serve --config countersign.json

            Without options: http://localhost:8080, and SQLite in your data folder
            (~/.local/share/countersign; for root /var/lib/countersign).
            A flag counts before the environment, the environment before the file, the
            file before the default. The file is JSON:
              {"public_url": "https://id.example.com", "log_format": "json"}
            Its keys: \(Setting.allCases.map(\.rawValue).joined(separator: ", ")).
            A relative name of a file in it counts from the folder of that file.
            SIGTERM and Ctrl-C let requests in flight finish, for at most 10 seconds.
            A new certificate is read when its files change, and on SIGHUP.
            As a unit of systemd it is Type=notify, and may have a .socket unit.
            """)

    @Option(help: ArgumentHelp("Where to listen (COUNTERSIGN_LISTEN; default: 127.0.0.1:8080).", valueName: "HOST:PORT")) var listen: String?
    @Option(
        help: ArgumentHelp(
            "Where /metrics is read, or 'none' (COUNTERSIGN_METRICS_LISTEN; default: 127.0.0.1:9464).", valueName: "HOST:PORT"))
    var metricsListen: String?
    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp("Where apps and browsers reach it (COUNTERSIGN_PUBLIC_URL; default: http://localhost:PORT).", valueName: "URL"))
    var publicURL: String?
    @Option(name: .customLong("tls-certificate"), help: ArgumentHelp("Certificate chain in PEM (COUNTERSIGN_TLS_CERTIFICATE).", valueName: "FILE"))
    var tlsCertificate: String?
    @Option(name: .customLong("tls-key"), help: ArgumentHelp("Its private key in PEM (COUNTERSIGN_TLS_KEY).", valueName: "FILE")) var tlsKey: String?
    @Option(help: ArgumentHelp("Proxies whose X-Forwarded-For names the client in the log (COUNTERSIGN_TRUSTED_PROXY).", valueName: "CIDR,…"))
    var trustedProxy: String?
    @Option(
        help: ArgumentHelp(
            "In which those proxies say which certificate a client showed (COUNTERSIGN_CLIENT_CERTIFICATE_HEADER).", valueName: "NAME"))
    var clientCertificateHeader: String?
    @Option(
        help: ArgumentHelp(
            "Who issues clients' certificates, in PEM (COUNTERSIGN_CLIENT_CERTIFICATE_AUTHORITIES).", valueName: "FILE"))
    var clientCertificateAuthorities: String?
    @Option(
        help: ArgumentHelp(
            "Where clients show certificates, by TLS of its own; no browser comes there (COUNTERSIGN_MTLS_LISTEN).", valueName: "HOST:PORT"))
    var mtlsListen: String?
    @Option(
        name: .customLong("mtls-url"),
        help: ArgumentHelp("Where clients reach that (COUNTERSIGN_MTLS_URL; default: the public URL with its port).", valueName: "URL"))
    var mtlsURL: String?
    @OptionGroup var console: ConsoleOptions
    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical (COUNTERSIGN_LOG_LEVEL; default: info).", valueName: "LEVEL"))
    var logLevel: String?
    @Option(help: ArgumentHelp("Default: text on a terminal, else json (COUNTERSIGN_LOG_FORMAT).", valueName: "text|json")) var logFormat: String?
    @Flag(help: "Two verifiers judge every SAML response, and both must agree (COUNTERSIGN_VERIFY_TWICE=1).") var verifyTwice = false
    @OptionGroup var tracing: TracingOptions
    @OptionGroup var hsm: HSMOptions
    @OptionGroup var development: DevelopmentOption
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        do { try await serve() } catch { throw CommandFailure(any: error, of: shared.installation) }
    }

    private func serve() async throws {
        defer { LogSink.shared.writeWaiting() }
        // A browser that goes away in the middle of an answer must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let flags = shared.flags([
            .listen: listen, .metricsListen: metricsListen, .publicURL: publicURL, .tlsCertificate: tlsCertificate, .tlsKey: tlsKey,
            .trustedProxy: trustedProxy, .clientCertificateHeader: clientCertificateHeader,
            .clientCertificateAuthorities: clientCertificateAuthorities, .mtlsListen: mtlsListen, .mtlsURL: mtlsURL,
            .consolePool: console.consolePool, .consoleGroup: console.consoleGroup, .consoleACR: console.consoleACR,
            .verifyTwice: verifyTwice ? "true" : nil,
            .logLevel: logLevel, .logFormat: logFormat, .development: development.flag, .pkcs11Module: hsm.module, .pkcs11Token: hsm.token,
            .pkcs11PINFile: hsm.pinFile, .otlpEndpoint: tracing.endpoint, .otlpHeadersFile: tracing.headersFile, .traceSample: tracing.sample,
            .traceFromProxy: tracing.traceFromProxy ? "true" : nil,
        ])
        let variables = ProcessInfo.processInfo.environment
        let inherited = try InheritedSockets(environment: variables)
        let configuration = try GatewayConfiguration(
            flags: flags, file: shared.config, environment: variables, serving: true, inherited: inherited.addresses)
        let format = configuration.logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        let installation = InstallationOptions(server: configuration)
        LoggingSystem.bootstrap { _ in StandardErrorLog(level: configuration.logLevel, format: format, installation: installation) }
        let logger = Logger(label: "countersign")
        // Before anything is made that counts.
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        if configuration.development {
            logger.warning("--development is on: upstream metadata, discovery, keys and tokens may be fetched over http and from loopback addresses")
        }
        if configuration.isBehindUnnamedProxy {
            logger.warning(
                "the proxy in front is not named, so every request seems to come from it: the log has no client addresses, and nothing is limited by address; for example: --trusted-proxy 127.0.0.1/32"
            )
        }
        let headers = try configuration.tracing?.readHeaders() ?? []
        do { try XMLSecurityLibrary.start() } catch { throw CommandFailure.xmlLibrary(error) }
        let certificate = try configuration.tls.map(ServerCertificate.init)
        ServerCertificate.warning(of: certificate?.validUntil, at: Date()).map { logger.warning("\($0)") }
        let connections = ConnectionPool()
        let composition = try await Composition.open(
            configuration, of: installation, whereAbsent: .make, connections: connections, hsmChanged: HSMNews(logger: logger).tell)
        for note in composition.notes { logger.notice("\(note)") }
        do { try await Self.greet(composition.hsm) } catch {
            await composition.close()
            throw error
        }
        let presence: ServerPresence
        do { presence = try await ServerPresence.announce(composition, logger: logger) } catch {
            await composition.close()
            throw error
        }
        let traces = configuration.tracing.map { Traces($0, headers: headers, logger: logger) }
        let server = Server(
            composition: composition, presence: presence, certificate: certificate, inherited: inherited,
            manager: ServiceManager(environment: variables), metrics: metrics, logger: logger,
            traces: traces)
        let result: Result<Void, any Error>
        do { result = .success(try await server.run()) } catch { result = .failure(error) }
        // Last of all, when nobody asks it any more.
        await presence.leave()
        await traces?.close()
        await connections.close()
        await composition.close()
        try result.get()
        logger.info("countersign has stopped")
    }

    /// What somebody has to mend first is no way to begin; an HSM that is away comes back by itself.
    private static func greet(_ hsm: PKCS11Module?) async throws {
        do throws(SecurityModuleError) { try await hsm?.connect() } catch {
            guard error.isOutage else { throw error }
        }
    }
}
