import FoundationEssentials
import Gateway
import GatewayServer
import Logging
import WireFormats

/// The configuration of the server and of the commands beside it, read once. `init` tells all problems together.
struct GatewayConfiguration: Sendable {
    struct ListenAddress: Sendable, Equatable {
        let host: String
        let port: Int
        let isLoopback: Bool

        var text: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

        static func loopback(_ port: Int) -> ListenAddress { ListenAddress(host: "127.0.0.1", port: port, isLoopback: true) }
    }

    enum PublicURLSource: Sendable, Equatable {
        case given
        /// By the server of the same database, when it was last started.
        case stored
        /// Nobody said, and no server has been started.
        case assumed
    }

    /// Where `/metrics` is read. Not where browsers come: the names of pools and providers are nobody's business but the admin's.
    enum MetricsListener: Sendable, Equatable {
        case none
        /// Another server of this machine may have the address already: that is no reason not to begin.
        case standard(ListenAddress)
        case named(ListenAddress)

        var address: ListenAddress? {
            switch self {
            case .none: nil
            case .standard(let address), .named(let address): address
            }
        }
    }

    struct TLSFiles: Sendable, Equatable {
        let certificate: String
        let key: String
    }

    enum LogFormat: String, CaseIterable, Sendable { case text, json }

    private(set) var listen: ListenAddress
    private(set) var metrics: MetricsListener
    /// Without a slash at its end.
    private(set) var publicURL: String
    private(set) var publicURLSource: PublicURLSource
    private(set) var database: DatabaseLocation
    /// Next to a SQLite file unless it was named.
    private(set) var masterKeyFile: String
    private(set) var tls: TLSFiles?
    private(set) var trustedProxies: [AddressRange]
    /// nil: we learn of no client's certificate.
    private(set) var clientCertificates: ClientCertificateSettings?
    /// The file of those who issue them.
    private(set) var clientCertificateAuthorities: String?
    /// Where we ask clients for their certificates ourselves.
    private(set) var mtlsListen: ListenAddress?
    /// An https address without TLS of our own is a proxy's; unless it is named, nobody can be told from anybody else.
    var isBehindUnnamedProxy: Bool { publicURL.hasPrefix("https://") && tls == nil && trustedProxies.isEmpty }
    /// nil: every signing key is in the database.
    private(set) var hsm: HSMSettings?
    /// nil: there is no console.
    private(set) var console: ConsoleSettings?
    private(set) var verifiesTwice: Bool
    /// nil: nobody traces.
    private(set) var tracing: TracingSettings?
    private(set) var development: Bool
    private(set) var logLevel: Logger.Level
    /// nil: text on a terminal, else JSON.
    private(set) var logFormat: LogFormat?

    /// - Parameters:
    ///   - file: of `--config`; else COUNTERSIGN_CONFIG is asked.
    ///   - needingMasterKey: false leaves it without a name where it has no default place.
    ///   - serving: what only a server must have right is looked at, too.
    ///   - inherited: where a service manager listens for the server.
    init(
        flags: [Setting: String], file: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        needingMasterKey: Bool = true, serving: Bool = false, inherited: [ListenAddress] = []
    ) throws(CommandFailure) {
        let file = file ?? environment["COUNTERSIGN_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let read = file.map(ConfigurationFile.read)
        let given = GivenSettings(flags: flags, environment: environment, file: file.map { ($0, read?.values ?? [:]) })
        var reading = SettingReading(given: given, problems: read?.problems ?? [])

        listen = Self.listen(reading.value(.listen, Self.listenAddress), inherited: inherited, &reading) ?? .loopback(8080)
        metrics = reading.value(.metricsListen, Self.metricsListener) ?? .standard(.loopback(9464))
        let (named, standard) = (reading.value(.database, Self.database), DatabaseLocation.standard(environment: environment))
        if named == nil, standard == nil {
            reading.add(
                .database, "This user has no home folder, so there is no default place for the database.",
                remedy: "For example: \(Setting.database.usage)")
        }
        database = named ?? standard ?? DatabaseLocation(url: Setting.database.example)
        let masterKey = reading.value(.masterKeyFile, Self.path).map { InputFile.absolute($0) } ?? database.masterKeyFile
        if masterKey == nil, needingMasterKey {
            reading.add(
                .masterKeyFile, "With PostgreSQL the master key has no default place: every server of the database needs the same one.",
                remedy: "The first command makes it; copy it to every server, with mode 600. "
                    + "For example: \(Setting.masterKeyFile.usage)")
        }
        masterKeyFile = masterKey ?? (needingMasterKey ? Setting.masterKeyFile.example : "")
        trustedProxies = reading.value(.trustedProxy, Self.ranges) ?? []
        hsm = HSMSettings(&reading, given: given, environment: environment)
        tracing = TracingSettings(&reading, given: given, environment: environment, trustsProxy: !trustedProxies.isEmpty, serving: serving)
        console = reading.console()
        verifiesTwice = reading.value(.verifyTwice, Self.flag) ?? false
        development = reading.value(.development, Self.flag) ?? false
        logLevel =
            reading.value(.logLevel) {
                Logger.Level(rawValue: $0).map(Reading.success) ?? .failure("is not trace, debug, info, notice, warning, error or critical")
            } ?? .info
        logFormat = reading.value(.logFormat) { LogFormat(rawValue: $0).map(Reading.success) ?? .failure("is not text or json") }

        let (certificate, key) = (reading.value(.tlsCertificate, Self.path), reading.value(.tlsKey, Self.path))
        tls = certificate.flatMap { certificate in key.map { TLSFiles(certificate: certificate, key: $0) } }
        if let alone = certificate == nil ? key.map({ _ in Setting.tlsKey }) : (key == nil ? .tlsCertificate : nil) {
            let other = alone == .tlsKey ? Setting.tlsCertificate : .tlsKey
            reading.add(
                alone, "\(given.origin(of: alone)) is given without \(other.flag).",
                remedy: "Give both or none, for example: \(other.usage)")
        }

        let publicURL = reading.value(.publicURL, Self.publicURL)
        publicURLSource = publicURL == nil ? .assumed : .given
        self.publicURL = publicURL ?? (tls == nil ? "http" : "https") + "://localhost:\(listen.port)"
        let mutual = reading.mutualTLS(trustsProxy: !trustedProxies.isEmpty, hasTLS: tls != nil, publicURL: self.publicURL, serving: serving)
        (clientCertificates, mtlsListen, clientCertificateAuthorities) = (mutual.certificates, mutual.listen, mutual.authorities)
        if serving {
            if listen.port == 0, publicURL == nil {
                reading.add(
                    .publicURL, "With port 0 the system chooses the port, so the public URL cannot be guessed.",
                    remedy: "For example: --public-url http://localhost:8080")
            }
            if !listen.isLoopback, tls == nil, trustedProxies.isEmpty {
                reading.add(
                    .listen,
                    "\(listen.text) can be reached from other machines, and without TLS everybody between could read and change the sign-ins.",
                    remedy:
                        "Give --tls-certificate and --tls-key, or listen on 127.0.0.1, or behind a proxy that does TLS: --trusted-proxy 10.0.0.0/8"
                )
            }
        }
        if let first = reading.problems.first { throw CommandFailure(first, Array(reading.problems.dropFirst()), status: CommandFailure.usage) }
    }
}

extension GatewayConfiguration {
    /// Commands print the addresses that the server answers at, whoever runs them wherever; what was given for one command counts before that.
    mutating func adopt(publicURL stored: String) {
        guard publicURLSource != .given else { return }
        publicURL = stored
        publicURLSource = .stored
    }
}

/// A value that reads, or what is wrong with it (behind "'VALUE' ").
enum Reading<Value> {
    case success(Value)
    case failure(String)
}

/// Reads one setting after the other and gathers what is wrong.
struct SettingReading {
    let given: GivenSettings
    private(set) var problems: [CommandFailure.Problem]

    init(given: GivenSettings, problems: [CommandFailure.Problem]) {
        self.given = given
        self.problems = problems
    }

    mutating func value<Value>(_ setting: Setting, _ parse: (String) -> Reading<Value>) -> Value? {
        guard let text = given[setting] else { return nil }
        switch parse(text) {
        case .success(let value): return value
        case .failure(let reason):
            // A database URL may hold a password.
            let shown = setting == .database ? "" : " '\(text.prefix(200))'"
            add(setting, "\(given.origin(of: setting))\(shown) \(reason).", remedy: "For example: \(setting.usage)")
            return nil
        }
    }

    mutating func add(_ setting: Setting, _ message: String, remedy: String) {
        problems.append(.init(code: "configuration." + setting.rawValue, message: message, remedy: remedy))
    }
}

extension GatewayConfiguration {
    static func listenAddress(_ text: String) -> Reading<ListenAddress> {
        guard let parts = WebAddress.Authority(ProtocolText(text)), let port = parts.port else {
            return .failure("is not HOST:PORT with a port from 0 to 65535")
        }
        let isLoopback = parts.host == "localhost" || IPAddress(parts.host)?.isLoopback == true
        return .success(ListenAddress(host: parts.host, port: port, isLoopback: isLoopback))
    }

    private static func metricsListener(_ text: String) -> Reading<MetricsListener> {
        guard text != "none" else { return .success(.none) }
        switch listenAddress(text) {
        case .success(let address): return .success(.named(address))
        case .failure(let reason): return .failure(reason + ", and not 'none'")
        }
    }

    static func publicURL(_ text: String) -> Reading<String> {
        guard let address = WebAddress(text), address.port != 0 else {
            return .failure("is not an address of the form https://HOST or https://HOST:PORT")
        }
        guard address.path.isEmpty || address.path == "/" else { return .failure("has a path or a query; the server stands at the root of its host") }
        guard address.isHTTPS || address.isThisMachine else { return .failure("must be https; http is for localhost alone") }
        return .success(address.origin)
    }

    private static func database(_ text: String) -> Reading<DatabaseLocation> {
        for scheme in ["sqlite:", "postgresql:", "postgres:"] where text.lowercased().hasPrefix(scheme) && text.utf8.count > scheme.utf8.count {
            return .success(DatabaseLocation(url: text))
        }
        // A URL may hold a password, and is not repeated; a path holds none.
        guard text.utf8.contains(UInt8(ascii: ":")) || text.isEmpty else { return .failure("is a path, and has no 'sqlite:' before it") }
        return .failure("is neither sqlite:PATH nor postgresql://USER@HOST/DATABASE")
    }

    static func path(_ text: String) -> Reading<String> {
        text.isEmpty || text.utf8.contains(0) ? .failure("is not the name of a file") : .success(text)
    }

    static func ranges(_ text: String) -> Reading<[AddressRange]> {
        var ranges: [AddressRange] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = AddressRange(String(part.filter { $0 != " " })) else { return .failure("is not a list of addresses or CIDR blocks") }
            ranges.append(range.unmapped)
        }
        return .success(ranges)
    }

    static func flag(_ text: String) -> Reading<Bool> {
        switch text.lowercased() {
        case "true", "1", "yes", "on": .success(true)
        case "false", "0", "no", "off": .success(false)
        default: .failure("is not true or false")
        }
    }
}
