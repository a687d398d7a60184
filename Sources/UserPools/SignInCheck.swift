/// One check of a sign-in, dry or real, as far as it was asked.
package struct SignInCheck: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case ok, failed
        case notReached = "not_reached"
    }

    /// Stable: `signature`, `audience`, `id_token`, …
    package let name: String
    package let section: String?
    package var expected: String?
    package var seen: String?
    package var outcome: Outcome

    package init(_ name: String, section: String?, expected: String? = nil, seen: String? = nil, _ outcome: Outcome) {
        (self.name, self.section, self.expected, self.seen, self.outcome) = (name, section, expected, seen, outcome)
    }
}

extension [SignInCheck] {
    /// One more is asked; whatever was begun before is good then.
    package mutating func begin(_ name: String, section: String? = nil, expected: String? = nil, seen: String? = nil) {
        append(SignInCheck(name, section: section, expected: expected, seen: seen, .ok))
    }

    /// The check that was begun last is the one that failed.
    package mutating func fail(expected: String?, seen: String?) {
        guard var last = popLast() else { return }
        last.outcome = .failed
        (last.expected, last.seen) = (expected ?? last.expected, seen ?? last.seen)
        append(last)
    }
}
