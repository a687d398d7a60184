import FoundationEssentials
import Gateway
import Glibc
import Logging
import SAML
import Synchronization
import TokenVerifier
import WireFormats

/// Log lines on standard error, each written at once: text for people, or one JSON object a line.
struct StandardErrorLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let format: GatewayConfiguration.LogFormat
    private let isColoured: Bool

    /// More of a value is never needed to understand a line.
    private static let longestValue = 1_000

    init(level: Logger.Level, format: GatewayConfiguration.LogFormat) {
        logLevel = level
        self.format = format
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
        let sorted = fields.sorted { $0.key < $1.key }.map { (name: Self.name($0.key), value: Self.shortened(Self.text($0.value))) }
        LogSink.shared.write(line(event.level, Self.shortened("\(event.message)"), sorted, at: Date()) + "\n")
    }

    func line(_ level: Logger.Level, _ message: String, _ fields: [(name: String, value: String)], at now: Date) -> String {
        switch format {
        case .json:
            var object: JSONObject = ["time": .string(Self.time(now)), "level": .string(level.rawValue), "message": .string(message)]
            for field in fields where !object.append(field.name, .string(field.value)) { object.append(field.name + "_", .string(field.value)) }
            return JSONWriter.line(object)
        case .text:
            let word = level.rawValue + String(repeating: " ", count: max(0, 8 - level.rawValue.count))
            let pairs = fields.map { " \($0.name)=\(Self.needsQuotes($0.value) ? JSONWriter.quoted($0.value) : $0.value)" }.joined()
            return "\(Self.time(now)) \(isColoured ? Self.colour(level) + word + "\u{1B}[0m" : word) \(Printable.line(message))\(pairs)"
        }
    }

    /// Acts are commands here.
    private static func text(_ value: Logger.Metadata.Value) -> String {
        if case .stringConvertible(let value) = value, let placed = value as? PlacedRemedies {
            return placed.acts.map { $0.command(at: placed.place) }.joined(separator: "; ")
        }
        return "\(value)"
    }

    /// Hummingbird's own name for the number of a request.
    private static func name(_ key: String) -> String { key == "hb.request.id" ? "request" : key }

    private static func needsQuotes(_ value: String) -> Bool {
        value.isEmpty || value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" || !Printable.isHarmless($0) }
    }

    private static func shortened(_ text: String) -> String { text.utf8.count <= longestValue ? text : text.prefix(longestValue) + "…" }

    private static func time(_ now: Date) -> String {
        let milliseconds = String(Int(now.timeIntervalSince1970 * 1000) % 1000)
        return String(SAMLInstant.format(now).dropLast()) + "." + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds + "Z"
    }

    private static func colour(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info, .notice: "\u{1B}[32m"
        case .warning: "\u{1B}[33m"
        case .error, .critical: "\u{1B}[31m"
        }
    }
}

/// Standard error, one line at a time. A reader that stands still must not stop the server: then lines are dropped, and counted.
final class LogSink: Sendable {
    static let shared = LogSink(file: STDERR_FILENO)

    private let file: Int32
    private let dropped = Mutex(0)

    init(file: Int32) { self.file = file }

    func write(_ line: String) {
        dropped.withLock { dropped in
            // Once somebody has stood still, nobody waits for him again until he reads on.
            guard canWrite(within: dropped == 0 ? 100 : 0) else {
                dropped += 1
                return
            }
            if dropped > 0 { Output.write("{\"level\":\"warning\",\"message\":\"log lines were dropped\",\"count\":\"\(dropped)\"}\n", to: file) }
            dropped = 0
            Output.write(line, to: file)
        }
    }

    private func canWrite(within milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) > 0 && poll.revents & Int16(POLLOUT) != 0
    }
}
