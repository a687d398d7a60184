import Logging
import OpenTelemetry
import Tracing
import WireFormats

/// The traces of a server, from the request to the collector.
struct Traces: Sendable {
    let tracer: any Tracer
    private let exporter: SpanExporter
    private let collector: OTLPCollector

    init(_ settings: TracingSettings, headers: [(name: String, value: SecretBytes)], logger: Logger) {
        let collector = OTLPCollector(endpoint: settings.endpoint, headers: headers, userAgent: "countersign/\(Countersign.version)")
        let instance = (0..<8).map { _ in UInt8.random(in: .min ... .max) }.hexText
        exporter = SpanExporter(
            service: TracedService(name: settings.serviceName, version: Countersign.version, instance: instance),
            send: { document throws(CollectorError) in try await collector.send(document) },
            complain: { Self.complain($0, settings.endpoint.origin, logger) })
        self.collector = collector
        tracer = RequestTracer(ratio: settings.ratio, isBegunByProxy: settings.isBegunByProxy, exporter: exporter)
    }

    /// What waits is sent, for a second.
    func close() async {
        await exporter.finish()
        await collector.close()
    }

    private static func complain(_ error: CollectorError, _ endpoint: String, _ logger: Logger) {
        let (reason, remedy) =
            switch error {
            case .unreachable(let reason): (reason, "Look whether the collector runs, and whether that is its address for OTLP over HTTP.")
            case .status(let status):
                ("it answered \(status)", "It must take OTLP over HTTP in JSON at /v1/traces; 401 and 403 ask for \(Setting.otlpHeadersFile.flag).")
            case .tooMany: ("they came faster than it takes them", "Keep fewer, for example: \(Setting.traceSample.flag) 0.1")
            }
        logger.warning(
            "traces were dropped; sign-ins go on, and nothing of this is said again for a minute",
            metadata: ["event": "traces_dropped", "collector": "\(endpoint)", "reason": "\(reason)", "remedy": "\(remedy)"])
    }
}
