import Administration
import FoundationEssentials
import Gateway
import SAML
import UserPools
import WireFormats

// What is said of one sign-in: for programs, and for people.

extension SignInRecord {
    var summary: JSONObject {
        [
            "reference": .string(reference.text), "at": .string(SAMLInstant.format(at)), "outcome": .string(outcome.rawValue),
            "code": code.map(JSONValue.string) ?? .null, "provider": provider.map { .string($0.text) } ?? .null,
            "member": member.map(JSONValue.string) ?? .null, "client_id": client.map { .string($0.text) } ?? .null,
            "sub": userID.map { .string($0.text) } ?? .null, "username": username.map(JSONValue.string) ?? .null,
        ]
    }

    private func document(commands: [String]) -> JSONObject {
        var document = summary
        func append(_ name: String, _ text: String?) { document.append(name, text.map(JSONValue.string) ?? .null) }
        append("message", report.message)
        append("expected", report.expected)
        append("seen", report.seen)
        append("remedy", report.remedy)
        document.append("commands", .array(commands.map(JSONValue.string)))
        document.append("checks", .array(report.checks.map { .object($0.document) }))
        document.append(
            "mapping",
            .array(
                report.mapping.map {
                    [
                        "attribute": .string($0.attribute), "source": .string($0.source), "values": .integer($0.values),
                        "required": .bool($0.required),
                    ]
                }))
        document.append("milliseconds", report.milliseconds.map(JSONValue.integer) ?? .null)
        append("expires_at", SAMLInstant.format(expiresAt))
        return document
    }

    func answer(of installation: InstallationOptions) -> Answer {
        let explanation = SignInExplanation(self) { $0.command(at: $1, of: installation) }
        var fields = FieldList()
        for line in explanation.lines { fields.append(line.label.rawValue, line.values) }
        var text = fields.text()
        if !explanation.checks.isEmpty { text += "\n" + checks.text(orIfEmpty: "") }
        if !explanation.mapping.isEmpty { text += "\n" + mapping.text(orIfEmpty: "") }
        return Answer(document: .object(document(commands: explanation.commands)), text: text)
    }

    private var checks: Table {
        var table = Table([
            .init(title: "CHECK", isWhole: true), .init(title: "OUTCOME", isWhole: true), .init(title: "EXPECTED"), .init(title: "SEEN"),
        ])
        for check in report.checks { table.append(check.name, check.word, check.expected ?? "", check.seen ?? "") }
        return table
    }

    private var mapping: Table {
        var table = Table([.init(title: "ATTRIBUTE"), .init(title: "SOURCE"), .init(title: "CAME", isWhole: true)])
        for step in report.mapping {
            let values = step.values == 0 ? "nothing" : step.values == 1 ? "1 value" : "\(step.values) values"
            table.append(step.attribute, step.source, values + (step.required ? " (required)" : ""))
        }
        return table
    }
}

extension Answer {
    /// What the provider sent; nothing where that was not kept.
    mutating func add(_ message: RedactedMessage?) {
        var whole: JSONObject = [:]
        if case .object(let object) = document { whole = object }
        whole.append(
            "provider_message",
            message.map { message in
                .array(message.lines.map { ["label": .string($0.label), "value": .string($0.value), "depth": .integer($0.depth)] })
            } ?? .null)
        document = .object(whole)
        guard let message else { return }
        text += "\nWhat the provider sent, redacted; nothing of it is proven:\n"
        for line in message.lines { text += String(repeating: "  ", count: line.depth + 1) + Printable.line("\(line.label): \(line.value)") + "\n" }
    }
}

extension SignInCheck {
    fileprivate var document: JSONObject {
        [
            "name": .string(name), "section": section.map(JSONValue.string) ?? .null, "outcome": .string(outcome.rawValue),
            "expected": expected.map(JSONValue.string) ?? .null, "seen": seen.map(JSONValue.string) ?? .null,
        ]
    }

    fileprivate var word: String {
        switch outcome {
        case .ok: "ok"
        case .failed: "FAILED"
        case .notReached: "not reached"
        }
    }
}
