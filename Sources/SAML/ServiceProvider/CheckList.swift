/// The record of one validation, which is one synchronous call. Empty and free of cost where nobody looks.
final class CheckList {
    private let recording: Bool
    private var noted: [Rule: Check] = [:]

    init(recording: Bool) { self.recording = recording }

    /// A rule noted twice keeps its first failure, else its last word.
    func note(
        _ rule: Rule, expected: @autoclosure () -> String?, seen: @autoclosure () -> String?, _ outcome: @autoclosure () -> Check.Outcome
    ) {
        guard recording else { return }
        if case .failed = noted[rule]?.outcome { return }
        noted[rule] = Check(
            name: rule.rawValue, section: rule.section, expected: expected()?.shortened, seen: seen()?.shortened, outcome: outcome())
    }

    /// All rules in their order, those that were never asked included.
    var all: [Check] {
        Rule.allCases.map { noted[$0] ?? Check(name: $0.rawValue, section: $0.section, expected: nil, seen: nil, outcome: .notReached) }
    }
}

extension ResponseValidator {
    func require(
        _ condition: Bool, _ rule: Rule, expected: @autoclosure () -> String? = nil, seen: @autoclosure () -> String? = nil,
        else error: @autoclosure () -> SAMLError
    ) throws(SAMLError) {
        guard condition else {
            let error = error()
            checks.note(rule, expected: expected(), seen: seen(), .failed(error))
            throw error
        }
        checks.note(rule, expected: expected(), seen: seen(), .ok)
    }

    func read<Value>(_ rule: Rule, _ value: @autoclosure () throws(SAMLError) -> Value) throws(SAMLError) -> Value {
        do {
            let value = try value()
            checks.note(rule, expected: nil, seen: nil, .ok)
            return value
        } catch {
            checks.note(rule, expected: error.expected, seen: error.seen, .failed(error))
            throw error
        }
    }
}
