/// Swift compares and hashes strings by their canonical form, which takes time in the square of a run of combining marks: a name of
/// 100,000 of them would cost minutes before anything is verified. Unicode's stream-safe text has at most 30 in a row (UAX #15 §13).
package struct StreamSafeText: Sendable {
    package static let longestRun = 30
    private var run = 0

    package init() {}

    /// Goes on with `text`, for what came before may have ended in marks; `false` once a run is too long.
    package mutating func accepts(_ text: String) -> Bool {
        for scalar in text.unicodeScalars {
            if scalar.value < 0x300 || scalar.properties.canonicalCombiningClass == .notReordered {
                run = 0
            } else {
                run += 1
                guard run <= Self.longestRun else { return false }
            }
        }
        return true
    }

    /// A text without marks came.
    package mutating func endRun() { run = 0 }

    /// The bytes as text; nil where they are not UTF-8 or not stream-safe.
    package static func string(_ bytes: some Collection<UInt8>) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        // U+0300 begins with the byte 0xCC.
        guard let greatest = bytes.extremes?.greatest, greatest >= 0xCC else { return text }
        var checker = StreamSafeText()
        return checker.accepts(text) ? text : nil
    }
}
