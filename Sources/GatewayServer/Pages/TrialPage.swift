import Gateway
import HTTPTypes
import Hummingbird
import SAML
import TokenVerifier
import UserPools
import WireFormats

/// What an admin can type because of a dry sign-in, in the words of the surface that they sit at.
package struct TrialAdvice: Sendable {
    /// What mends the refusal.
    package var commands: [String]
    /// What came and is not mapped, and the option that maps it.
    package var mappings: [(name: String, option: String)]

    package init(commands: [String] = [], mappings: [(name: String, option: String)] = []) {
        (self.commands, self.mappings) = (commands, mappings)
    }
}

/// The page of a dry sign-in. It is an admin's: its frame is in the browser's language, and what stands in it in that of the command line.
struct TrialPage {
    private struct Fact {
        var label: String
        var details: [String] = []
        var outcome: SignInCheck.Outcome?
    }

    private let report: TrialReport
    private let advice: TrialAdvice
    private var sections: [Values] = []

    /// More than anybody reads; an answer may have thousands.
    private static let maximumFacts = 200
    private static let maximumDetails = 50
    private static let longestDetail = 2_000

    static func make(_ report: TrialReport, advice: TrialAdvice, pageContext: PageContext) -> Page {
        var page = TrialPage(report, advice)
        page.fill()
        var values: Values = [.verdict: .text(page.verdict), .sections: .items(page.sections)]
        if report.error != nil { values[.refusal] = .shown(true) }
        return Page(kind: .trial, pageContext: pageContext, values: values)
    }

    private init(_ report: TrialReport, _ advice: TrialAdvice) { (self.report, self.advice) = (report, advice) }

    private var verdict: String {
        let name = report.provider.name.text
        let dry = " This was a dry sign-in at '\(name)': nothing was stored, nobody is signed in."
        let disabled = report.provider.enabled ? "" : " The provider is disabled: no real sign-in begins there before it is enabled."
        return (report.error.map { "Refused: \($0.code)." } ?? "Accepted.") + dry + disabled
    }

    private mutating func fill() {
        if let error = report.error {
            add(
                "What to do",
                [
                    Fact(
                        label: error.message,
                        details: [error.expected.map { "expected: " + $0 }, error.seen.map { "seen: " + $0 }, error.remedy].compactMap(\.self))
                ],
                commands: advice.commands)
        }
        add(
            "Checks",
            report.checks.map { check in
                let details = [check.section, check.expected.map { "expected: " + $0 }, check.seen.map { "seen: " + $0 }].compactMap(\.self)
                return Fact(label: check.name, details: details.filter { !$0.isEmpty }, outcome: check.outcome)
            })
        addArrived()
        if let outcome = report.outcome { add(outcome) }
    }

    private mutating func addArrived() {
        if !report.arrived.isEmpty {
            add(
                report.isProven ? "What the provider said" : "What the answer says",
                report.arrived.map { Fact(label: $0.name, details: $0.values.isEmpty ? ["(no value)"] : $0.values) },
                notes: report.isProven ? [] : [MessageDescription.notice])
        }
        if !report.message.isEmpty {
            add(
                "What the message says",
                report.message.map { Fact(label: String(repeating: "\u{2003}", count: min(8, $0.depth)) + $0.label, details: [$0.value]) },
                notes: [MessageDescription.notice])
        }
        if !advice.mappings.isEmpty {
            add(
                "Not mapped", advice.mappings.map { Fact(label: $0.name, details: [$0.option]) },
                notes: ["What came and no rule of the mapping reads. The option goes to an update of the provider."])
        }
    }

    private mutating func add(_ outcome: TrialReport.Outcome) {
        let who =
            switch outcome.who {
            case .new: "a new user: nobody is known by this identity"
            case .known: "a user who is known by this identity"
            case .linkedByEmail: "a user who is there already, to whom this identity would be linked by the verified e-mail address"
            }
        var facts = [Fact(label: "who", details: [who])]
        if outcome.who == .new { facts.append(Fact(label: "username", details: [outcome.user.username])) }
        if let identity = report.identity {
            facts.append(Fact(label: "identity", details: [identity.subject, identity.format, identity.issuer].filter { !$0.isEmpty }))
        }
        for (name, value) in outcome.user.attributes.sorted(by: { $0.key < $1.key }) { facts.append(Fact(label: name, details: value.texts)) }
        facts.append(Fact(label: "groups", details: outcome.groups.isEmpty ? ["(none)"] : outcome.groups))
        for name in outcome.unfilled { facts.append(Fact(label: name, details: ["(mapped, and nothing came for it)"])) }
        if outcome.who != .new {
            facts.append(Fact(label: "would change", details: outcome.changed.isEmpty ? ["(nothing)"] : outcome.changed))
            if !outcome.kept.isEmpty { facts.append(Fact(label: "would stay as stored", details: outcome.kept)) }
        }
        add(
            "The user", facts,
            notes: outcome.who == .new ? [] : ["As this answer says it. Of what is stored names alone are shown: 'user show' has the rest."])
        let whose =
            report.client.map { "As the client \($0) would get them, asking for all of its scopes." }
            ?? "As a client would get them that asks for openid, email, profile, phone and address; 'any' stands for its id."
        add(
            "The tokens",
            [
                Fact(label: "ID token", details: TrialPage.lines(outcome.idToken)),
                Fact(label: "access token", details: TrialPage.lines(outcome.accessToken)),
            ],
            notes: [whose]
                + (outcome.who == .new ? [] : ["Of this answer alone: the user's own sub, username and what is stored of them come to it."]))
    }

    private static func lines(_ claims: JSONObject) -> [String] {
        claims.members.map { "\($0.name): " + String(decoding: JSONWriter.encode(value: $0.value), as: UTF8.self) }
    }

    private mutating func add(_ heading: String, _ facts: [Fact], notes: [String] = [], commands: [String] = []) {
        guard !facts.isEmpty || !commands.isEmpty else { return }
        var section: Values = [.heading: .text(heading)]
        var notes = notes
        if facts.count > Self.maximumFacts { notes.append("\(facts.count - Self.maximumFacts) more are left out.") }
        section[.notes] = .items(notes.map { [.note: .text($0)] })
        section[.facts] = .items([[.fact: .items(facts.prefix(Self.maximumFacts).map(Self.values))]])
        section[.commands] = .items(commands.map { [.command: .text($0)] })
        sections.append(section)
    }

    private static func values(_ fact: Fact) -> Values {
        var details = fact.details.prefix(maximumDetails).map { shortened($0) }
        if fact.details.count > maximumDetails { details.append("… and \(fact.details.count - maximumDetails) more") }
        var values: Values = [.label: .text(shortened(fact.label)), .details: .items(details.map { [.detail: .text($0)] })]
        values[.failing] = .shown(fact.outcome == .failed)
        values[.mark] = .items(fact.outcome.map { [[.outcome: .text(word($0))]] } ?? [])
        return values
    }

    private static func word(_ outcome: SignInCheck.Outcome) -> String {
        switch outcome {
        case .ok: "ok"
        case .failed: "FAILED"
        case .notReached: "not reached"
        }
    }

    private static func shortened(_ text: String) -> String {
        text.utf8.count <= longestDetail ? text : ProtocolText(text).prefix(longestDetail).string + "…"
    }
}

extension AttributeValue {
    /// Each of its values as it is read.
    var texts: [String] {
        switch self {
        case .text(let text): [text]
        case .number(let number): ["\(number)"]
        case .boolean(let flag): [flag ? "true" : "false"]
        case .list(let values): values.flatMap(\.texts)
        }
    }
}
