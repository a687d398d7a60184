import Administration
import ArgumentParser

/// A span of time on the command line: `24h`, `30m`, `7d`, `90s`. A bare number is refused: nobody who types `5` means five seconds.
struct Span: Sendable, CustomStringConvertible {
    let seconds: Int
    let description: String

    private static let units: [(name: Character, seconds: Int)] = [("s", 1), ("m", 60), ("h", 3600), ("d", 24 * 3600)]

    init(_ text: String) throws(ValidationError) {
        guard let last = text.last, let unit = Self.units.first(where: { $0.name == last }), let number = Int(text.dropLast()), number >= 0 else {
            throw ValidationError("it is no number with a unit; for example 5h, 24h, 30m, 7d.")
        }
        let (seconds, isTooLong) = number.multipliedReportingOverflow(by: unit.seconds)
        guard !isTooLong else { throw ValidationError("it is too long; for example 24h.") }
        (self.seconds, description) = (seconds, text)
    }

    init(hours: Int) { (seconds, description) = (hours * 3600, "\(hours)h") }
}

/// What documents count in seconds (`expires_in`): seconds, or a number with a unit.
struct Seconds: ExpressibleByArgument, Sendable {
    let count: Int

    init?(argument: String) {
        guard let count = Int(argument) ?? (try? Span(argument))?.seconds else { return nil }
        self.count = count
    }
}

/// A time, or `none`.
struct SecondsOrNone: ExpressibleByArgument, Sendable {
    let change: Change<Int>

    init?(argument: String) {
        if argument.utf8.elementsEqual("none".utf8) {
            change = .remove
        } else {
            guard let seconds = Seconds(argument: argument) else { return nil }
            change = .set(seconds.count)
        }
    }
}
