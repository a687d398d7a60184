import Administration
import WireFormats

extension ConfigStep {
    /// In one line.
    var line: String { "\(verb.rawValue) \(kind.rawValue) \(name)" + (kind == .pool ? "" : " of \(pool)") }

    fileprivate var mark: String {
        switch verb {
        case .create: "+"
        case .change: "~"
        case .delete: "-"
        }
    }

    fileprivate var lines: [String] {
        [mark + " " + line]
            + differences.map { difference in
                let before = verb == .create ? "" : difference.before.shown + " -> "
                return "    \(difference.name): \(before)\(difference.after.shown)"
            }
    }

    fileprivate var document: JSONValue {
        [
            "action": .string(verb.rawValue), "kind": .string(kind.rawValue), "pool": .string(pool), "name": .string(name),
            "fields": .array(
                differences.map {
                    ["name": .string($0.name), "before": .string($0.before.shown), "after": .string($0.after.shown)]
                }),
        ]
    }
}

extension ConfigPlan {
    /// - Parameter isDone: whether it was applied.
    func answer(isDone: Bool = false) -> Answer {
        let counts = ConfigStep.Verb.allCases.map { verb in (verb, steps.count { $0.verb == verb }) }
        let summary = counts.map { verb, count in "\(count) \(isDone ? "\(verb.rawValue)d" : "to \(verb.rawValue)")" }.joined(separator: ", ")
        let text = steps.isEmpty ? "nothing to do\n" : (steps.flatMap(\.lines) + [summary]).map { Printable.line($0) + "\n" }.joined()
        return Answer(
            document: [
                "changes": .array(steps.map(\.document)), "applied": .bool(isDone),
                "summary": .object(JSONObject(counts.map { verb, count in (verb.rawValue, .integer(count)) })),
            ], text: text)
    }
}
