package import Gateway
import SAML
package import UserPools

/// What is told of one sign-in, line by line. The command line and the console show the same lines, each in its own form.
package struct SignInExplanation: Sendable {
    /// What a line is about; as the command line calls it.
    package enum Label: String, Sendable, CaseIterable {
        case reference, at, outcome, provider, member
        case client = "client_id"
        case user, what, expected, seen, remedy
        case commands = "try"
        case took
        case keptUntil = "kept until"
    }

    package struct Line: Sendable, Equatable {
        package let label: Label
        package let values: [String]
    }

    /// Those that there is something to say of.
    package private(set) var lines: [Line] = []
    package let checks: [SignInCheck]
    package let mapping: [SignInRecord.MappingStep]
    /// What mends it here, as it is typed.
    package let commands: [String]

    /// - Parameter command: how an act is typed.
    package init(_ record: SignInRecord, command: (Remedy, Place) -> String) {
        let (report, place) = (record.report, Place(pool: record.poolID, client: record.client, provider: record.provider))
        (checks, mapping) = (report.checks, report.mapping)
        commands = report.acts.compactMap { Remedy(stored: $0) }.map { command($0, place) }.filter { !$0.isEmpty }
        let user = [record.username, record.userID?.text].compactMap(\.self).joined(separator: ", ")
        append(.reference, record.reference.text)
        append(.at, SAMLInstant.format(record.at))
        append(.outcome, record.outcome == .accepted ? "accepted" : "refused: " + (record.code ?? ""))
        append(.provider, record.provider?.text)
        append(.member, record.member)
        append(.client, record.client?.text)
        append(.user, user.isEmpty ? nil : user)
        append(.what, report.message)
        append(.expected, report.expected)
        append(.seen, report.seen)
        append(.remedy, report.remedy)
        if !commands.isEmpty { lines.append(Line(label: .commands, values: commands)) }
        append(.took, report.milliseconds.map { "\($0) ms" })
        append(.keptUntil, SAMLInstant.format(record.expiresAt))
    }

    private mutating func append(_ label: Label, _ value: String?) {
        if let value { lines.append(Line(label: label, values: [value])) }
    }
}
