import ArgumentParser
import Gateway
import HTTPTypes
import OpenTelemetry
import WireFormats

/// Where traces go, how many of them, and what the collector wants to be shown.
struct TracingSettings: Sendable, Equatable {
    /// What OpenTelemetry's own variables are called; ours count before them.
    private static let (endpointVariable, nameVariable) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME")

    let endpoint: WebAddress
    let headersFile: String?
    let ratio: Double
    /// A proxy in front may begin the trace.
    let isBegunByProxy: Bool
    let serviceName: String

    /// nil where no collector is named, or what is given does not do, and then that is told.
    init?(_ reading: inout SettingReading, given: GivenSettings, environment: [String: String], trustsProxy: Bool, serving: Bool) {
        let named = reading.value(.otlpEndpoint, Self.endpoint)
        let file = reading.value(.otlpHeadersFile, GatewayConfiguration.path)
        let ratio = reading.value(.traceSample, Self.ratio)
        let isBegunByProxy = reading.value(.traceFromProxy, GatewayConfiguration.flag) ?? false
        // Other commands have the same settings, and trace nothing.
        if serving, isBegunByProxy, !trustsProxy {
            reading.add(
                .traceFromProxy, "\(given.origin(of: .traceFromProxy)) is given, and no proxy is named: a stranger would write into your traces.",
                remedy: "For example: \(Setting.trustedProxy.usage)")
        }
        var standard: WebAddress?
        if serving, given[.otlpEndpoint] == nil, let text = environment[Self.endpointVariable], !text.isEmpty {
            switch Self.endpoint(text) {
            case .success(let address): standard = address
            case .failure(let reason):
                reading.add(
                    .otlpEndpoint, "\(Self.endpointVariable) '\(text.prefix(200))' \(reason).",
                    remedy: "For example: \(Setting.otlpEndpoint.usage)")
                return nil
            }
        }
        guard let endpoint = named ?? standard else {
            for (setting, isGiven) in [(Setting.otlpHeadersFile, file != nil), (.traceSample, ratio != nil), (.traceFromProxy, isBegunByProxy)]
            where serving && isGiven && given[.otlpEndpoint] == nil {
                reading.add(
                    setting, "\(given.origin(of: setting)) is given, and no collector.",
                    remedy: "For example: \(Setting.otlpEndpoint.usage)")
            }
            return nil
        }
        if file != nil, !endpoint.isHTTPS, !endpoint.isThisMachine {
            reading.add(
                .otlpHeadersFile, "The headers are a secret, and \(endpoint.origin) would get them in the clear.",
                remedy: "Give the collector's https address: \(Setting.otlpEndpoint.flag) https://otlp.example.com")
            return nil
        }
        (self.endpoint, headersFile, self.ratio, self.isBegunByProxy) = (endpoint, file.map { InputFile.absolute($0) }, ratio ?? 1, isBegunByProxy)
        serviceName = environment[Self.nameVariable].flatMap { $0.isEmpty ? nil : ProtocolText($0).prefix(200).string } ?? "countersign"
    }

    private static func endpoint(_ text: String) -> Reading<WebAddress> {
        guard let address = WebAddress(text), address.port != 0, !address.path.utf8.contains(UInt8(ascii: "?")) else {
            return .failure("is not an address of the form http://HOST:PORT or https://HOST, without /v1/traces")
        }
        return .success(address)
    }

    private static func ratio(_ text: String) -> Reading<Double> {
        guard let ratio = Double(text), (0...1).contains(ratio) else { return .failure("is not a number from 0 to 1") }
        return .success(ratio)
    }

    func readHeaders() throws(CommandFailure) -> [(name: String, value: SecretBytes)] {
        guard let headersFile else { return [] }
        return try Self.headers(headersFile)
    }

    /// Lines of `Name: value`; empty ones and comments (`#`) count nothing.
    static func headers(_ path: String) throws(CommandFailure) -> [(name: String, value: SecretBytes)] {
        func refused(_ message: String, _ remedy: String) -> CommandFailure {
            CommandFailure(
                .init(code: "configuration." + Setting.otlpHeadersFile.rawValue, message: "\(path.prefix(200)) \(message).", remedy: remedy))
        }
        let bytes: [UInt8]
        do { bytes = try OwnersFile.read(path) } catch {
            switch error {
            case .absent: throw refused("is not there", "Make the file, with lines of 'Name: value', and mode 600.")
            case .unreadable(let reason): throw refused("cannot be read: \(reason)", "Check that it belongs to the user of the server.")
            case .readableByOthers: throw refused("can be read or changed by others than its owner", "Run: chmod 600 -- \(Shell.quoted(path))")
            case .tooLarge: throw refused("is larger than 4096 bytes", "Leave in it what the collector asks for.")
            }
        }
        var headers: [(name: String, value: SecretBytes)] = []
        for line in ProtocolText(String(decoding: bytes, as: UTF8.self)).split(at: "\n").map(\.trimmed) where !line.isEmpty && !line.hasPrefix("#") {
            guard let (name, value) = line.cut(at: ":"), let field = HTTPField.Name(name.trimmed.string), !value.trimmed.isEmpty,
                HTTPField.isValidValue(value.trimmed.string)
            else { throw refused("has a line that is no header", "Write each as 'Name: value', for example: Authorization: Bearer TOKEN") }
            headers.append((field.canonicalName, SecretBytes(value.trimmed.string)))
        }
        return headers
    }
}

/// Where traces go; without it there are none.
struct TracingOptions: ParsableArguments {
    @Option(
        name: .customLong("otlp-endpoint"),
        help: ArgumentHelp("The collector of traces, OTLP over HTTP (COUNTERSIGN_OTLP_ENDPOINT; default: none).", valueName: "URL"))
    var endpoint: String?
    @Option(
        name: .customLong("otlp-headers-file"),
        help: ArgumentHelp("Headers for it, a line each (COUNTERSIGN_OTLP_HEADERS_FILE).", valueName: "FILE"))
    var headersFile: String?
    @Option(
        name: .customLong("trace-sample"),
        help: ArgumentHelp(
            "Which part of the traces is kept; refused ones are always (COUNTERSIGN_TRACE_SAMPLE; default: 1).", valueName: "RATIO"))
    var sample: String?
    @Flag(help: "A trusted proxy begins traces, and takes a stranger's traceparent away (COUNTERSIGN_TRACE_FROM_PROXY=1).") var traceFromProxy = false
}
