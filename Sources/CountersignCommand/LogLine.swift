import FoundationEssentials
import Glibc
import Logging
import SAML
import WireFormats

/// One line of the log: text for people, or one JSON object.
///
/// What is logged about a refused request came from whoever sent it. So a field has at most 200 bytes and a line 4 kB, counted in bytes as
/// they are written, and what a terminal would obey or hide is escaped (THREATS case 133).
struct LogLine {
    /// Without the line end.
    static let longest = 4_096
    static let longestField = 200
    /// A remedy and its commands are made of our own words and must be safe to follow word for word: they are not cut where other fields are.
    static let longestRemedy = 1_000
    private static let remedies: Set<String> = ["remedy", "try"]
    private static let longestMessage = 500
    private static let longestName = 60
    /// For time, level, punctuation, and the number of fields that found no place.
    private static let reserve = 160

    let level: Logger.Level
    let message: String
    let fields: [(name: String, value: String)]

    init(_ level: Logger.Level, _ message: String, _ given: [(name: String, value: String)]) {
        self.level = level
        self.message = Printable.clipped(message, to: Self.longestMessage)
        var left = Self.longest - Self.reserve - Self.longestMessage
        var fields: [(name: String, value: String)] = []
        for field in given {
            let name = Printable.fitted(field.name, to: Self.longestName)
            let value = Printable.fitted(field.value, to: Self.remedies.contains(field.name) ? Self.longestRemedy : Self.longestField)
            let cost = name.cost + value.cost + 6
            guard cost <= left else { continue }
            left -= cost
            fields.append((name.text, value.text))
        }
        if fields.count < given.count { fields.append(("left_out", "\(given.count - fields.count)")) }
        self.fields = fields
    }

    /// As many as there is room for: one that was cut could name another file.
    static func commands(_ commands: [String]) -> String {
        commands.reduce(into: "") { text, command in
            let longer = text.isEmpty ? command : text + "; " + command
            if Printable.cost(longer) <= longestRemedy { text = longer }
        }
    }

    func json(at now: Date) -> String {
        var object: JSONObject = ["time": .string(Self.time(now)), "level": .string(level.rawValue), "message": .string(message)]
        for field in fields where !object.append(field.name, .string(field.value)) { object.append(field.name + "_", .string(field.value)) }
        return JSONWriter.line(object)
    }

    func text(at now: Date, isColoured: Bool) -> String {
        let word = level.rawValue + String(repeating: " ", count: max(0, 8 - level.rawValue.count))
        let pairs = fields.map { " \(Printable.line($0.name))=\(Self.needsQuotes($0.value) ? JSONWriter.quoted($0.value) : $0.value)" }.joined()
        return "\(Self.time(now)) \(isColoured ? Self.colour(level) + word + "\u{1B}[0m" : word) \(Printable.line(message))\(pairs)"
    }

    private static func needsQuotes(_ value: String) -> Bool {
        value.isEmpty || value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" || !Printable.isHarmless($0) }
    }

    private static func time(_ now: Date) -> String {
        let milliseconds = String(Int(now.timeIntervalSince1970 * 1000) % 1000)
        let seconds = Substring(SAMLInstant.format(now).utf8.dropLast())
        return "\(seconds).\(String(repeating: "0", count: 3 - milliseconds.utf8.count))\(milliseconds)Z"
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
