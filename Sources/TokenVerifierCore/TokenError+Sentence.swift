public import protocol FoundationEssentials.LocalizedError
public import struct FoundationEssentials.Date
internal import WireFormats

extension TokenError: CustomStringConvertible, LocalizedError {
    /// What happened, what was expected and seen, what to do, and the code: what `print` and a log show. One line, whatever the token has in it.
    public var description: String {
        Printable.line([message, comparison, remedy].compactMap(\.self).joined(separator: " ") + " [\(code)]")
    }

    /// The same.
    public var errorDescription: String? { description }
    /// The message alone.
    public var failureReason: String? { Printable.line(message) }
    /// The remedy alone.
    public var recoverySuggestion: String? { remedy }

    private var comparison: String? {
        switch self {
        case .expired(let date, let now): return "It expired \(Self.apart(date, now)) ago."
        case .notYetValid(let date, let now): return "It begins in \(Self.apart(now, date))."
        case .authenticationTooOld: return nil
        default: break
        }
        switch (expected, seen) {
        case (let expected?, let seen?): return "Expected \"\(expected)\", seen \"\(seen)\"."
        case (let expected?, nil): return "Expected \"\(expected)\", seen nothing."
        case (nil, let seen?): return "Seen \"\(seen)\"."
        case (nil, nil): return nil
        }
    }

    private static func apart(_ first: Date, _ second: Date) -> String {
        Int(exactly: second.timeIntervalSince(first).rounded()).map { "\($0) second\($0 == 1 ? "" : "s")" } ?? "a long time"
    }
}

extension HTTPTransportError: CustomStringConvertible, LocalizedError {
    /// What happened, what to do, and the code.
    public var description: String { "\(message). \(remedy) [\(code)]" }
    /// The same.
    public var errorDescription: String? { description }
    /// The remedy alone.
    public var recoverySuggestion: String? { remedy }
}
