package import FoundationEssentials

/// xs:duration (XML Schema Part 2 §3.2.6) as metadata's cacheDuration has it: a hint of how long a document may be kept.
package enum SAMLDuration {
    /// Seconds of `P1DT2H30M`; a month counts 30 days and a year 365. nil for everything else, for a negative one, and beyond ten years.
    package static func parse(_ text: String) -> TimeInterval? {
        let bytes = Array(text.utf8.prefix(64))
        guard bytes.count >= 3, bytes.count < 64, bytes.first == UInt8(ascii: "P") else { return nil }
        var (seconds, rest, isTime) = (0.0, bytes.dropFirst(), false)
        var units: ArraySlice<(letter: Unicode.Scalar, seconds: Double)> = dateUnits[...]
        while let first = rest.first {
            if first == UInt8(ascii: "T"), !isTime, rest.count > 1 {
                (isTime, units, rest) = (true, timeUnits[...], rest.dropFirst())
                continue
            }
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest[digits.endIndex...]
            // Seconds may have a fraction, of which nobody's cache knows anything.
            if isTime, rest.first == UInt8(ascii: ".") {
                rest = rest.dropFirst().drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                guard rest.first == UInt8(ascii: "S") else { return nil }
            }
            guard (1...9).contains(digits.count), let letter = rest.popFirst(),
                let place = units.firstIndex(where: { UInt8(ascii: $0.letter) == letter })
            else { return nil }
            seconds += Double(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }) * units[place].seconds
            // Each unit once, and in this order.
            units = units[(place + 1)...]
        }
        return seconds <= longest ? seconds : nil
    }

    private static let dateUnits: [(letter: Unicode.Scalar, seconds: Double)] = [("Y", 365 * 86_400), ("M", 30 * 86_400), ("D", 86_400)]
    private static let timeUnits: [(letter: Unicode.Scalar, seconds: Double)] = [("H", 3600), ("M", 60), ("S", 1)]
    private static let longest: TimeInterval = 10 * 365 * 86_400
}
