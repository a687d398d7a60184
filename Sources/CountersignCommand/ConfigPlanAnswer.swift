import Administration
import WireFormats

extension ConfigStep {
    /// In one line.
    var line: String { "\(verb.rawValue) \(kind.rawValue) \(target.shown)" + (kind == .pool ? "" : " of \(pool.shown)") }

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
            "action": .string(verb.rawValue), "kind": .string(kind.rawValue), "name": .string(target.name),
            "id": target.id.map(JSONValue.string) ?? .null, "pool": .string(pool.name), "pool_id": pool.id.map(JSONValue.string) ?? .null,
            "fields": .array(
                differences.map {
                    ["name": .string($0.name), "before": .string($0.before.shown), "after": .string($0.after.shown)]
                }),
        ]
    }
}

extension ConfigPlan {
    /// - Parameter isDone: whether it was applied; else it is told by which digest it can be.
    func answer(isDone: Bool = false) -> Answer {
        let counts = ConfigStep.Verb.allCases.map { verb in (verb, steps.count { $0.verb == verb }) }
        let summary = counts.map { verb, count in "\(count) \(isDone ? "\(verb.rawValue)d" : "to \(verb.rawValue)")" }.joined(separator: ", ")
        let lines = steps.flatMap(\.lines) + [summary] + (isDone ? [] : ["digest \(digest)"])
        let text = steps.isEmpty ? "nothing to do\n" : lines.map { Printable.line($0) + "\n" }.joined()
        return Answer(
            document: [
                "changes": .array(steps.map(\.document)), "applied": .bool(isDone), "digest": .string(digest),
                "summary": .object(JSONObject(counts.map { verb, count in (verb.rawValue, .integer(count)) })),
                "left_alone": .array(
                    left.map {
                        ["kind": .string($0.kind.rawValue), "name": .string($0.name), "pool": $0.pool.map(JSONValue.string) ?? .null]
                    }),
            ], text: text, notes: isDone ? [] : leftNotes)
    }

    /// The first few of each kind in each pool.
    private var leftNotes: [String] {
        let limit = 5
        var groups: [(kind: ConfigStep.Kind, pool: String?, names: [String], isDeletable: Bool)] = []
        for thing in left {
            if let index = groups.firstIndex(where: { $0.kind == thing.kind && $0.pool == thing.pool }) {
                groups[index].names.append(thing.name)
                groups[index].isDeletable = groups[index].isDeletable || thing.isDeletable
            } else {
                groups.append((thing.kind, thing.pool, [thing.name], thing.isDeletable))
            }
        }
        return groups.map { group in
            let more = group.names.count - limit
            return "not in the file, left alone: \(group.kind.rawValue) \(group.names.prefix(limit).joined(separator: ", "))"
                + (more > 0 ? " and \(more) more" : "") + (group.pool.map { " of \($0)" } ?? "")
                + (group.isDeletable ? " (--prune would delete)" : "")
        }
    }
}
