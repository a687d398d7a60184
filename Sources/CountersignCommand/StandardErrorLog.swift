import FoundationEssentials
import Gateway
import Glibc
import Logging
import TokenVerifier

/// Log lines on standard error: text for people, or one JSON object a line.
struct StandardErrorLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let format: GatewayConfiguration.LogFormat
    private let isColoured: Bool
    private let installation: InstallationOptions

    /// - Parameter installation: the server's own, on which a command that stands in the log must act.
    init(level: Logger.Level, format: GatewayConfiguration.LogFormat, installation: InstallationOptions) {
        logLevel = level
        (self.format, self.installation) = (format, installation)
        // https://no-color.org
        isColoured = isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let given = event.metadata { fields.merge(given) { _, new in new } }
        if let error = event.error { fields["error"] = "\(type(of: error))" }
        let sorted = fields.sorted { $0.key < $1.key }.map { (name: Self.name($0.key), value: text($0.value)) }
        let line = LogLine(event.level, event.message.description, sorted)
        LogSink.shared.write(
            format == .json ? line.json(at: Date()) : line.text(at: Date(), isColoured: isColoured), isUrgent: event.level >= .warning)
    }

    /// Acts are commands here.
    private func text(_ value: Logger.Metadata.Value) -> String {
        if case .stringConvertible(let value) = value, let placed = value as? PlacedRemedies {
            return LogLine.commands(placed.acts.map { $0.command(at: placed.place, of: installation) })
        }
        if case .string(let text) = value { return text }
        return "\(value)"
    }

    /// Hummingbird's own name for the number of a request.
    private static func name(_ key: String) -> String { key == "hb.request.id" ? "request" : key }
}
