import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import UserPools
import WireFormats

extension SignInCommand {
    struct Statistics: PoolCommanding {
        static let configuration = CommandConfiguration(
            commandName: "stats", abstract: "How many sign-ins were accepted and refused, by provider.",
            discussion: """
                countersign signin stats --pool POOL
                countersign signin stats --pool POOL --provider corp --since 24h --by hour
                countersign signin stats --pool POOL --since 31d --output json

                All sign-ins are counted, also those that there is no record of; a session that
                answers by itself is none. Without a provider are those that were refused
                before one was known. Counts are kept for 31 days, by the hour, in UTC, or
                for less where a pool has very many providers; it says from when on there
                are any. The newest seconds may be missing.

                Of the bar '#' is accepted and 'x' is refused.
                """)
        @Option(help: ArgumentHelp("Of one identity provider only.", valueName: "NAME")) var provider: String?
        @Option(help: ArgumentHelp("From then on: 24h, or a time as 2026-11-29T12:00:00Z. (default: 7d)", valueName: "SPAN|TIME")) var since: Since?
        @Option(help: ArgumentHelp("A row for each.", valueName: "hour|day")) var by = SignInStatistics.Step.day
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool.id, provider: provider) }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                try await composition.administration.signInStatistics(pool: pool.id, provider: provider, since: since?.date, by: by).answer(by: by)
            }
        }
    }
}

extension SignInStatistics.Step: ExpressibleByArgument {}

extension SignInStatistics {
    fileprivate func answer(by step: Step) -> Answer {
        var table = Table([
            .init(title: step == .day ? "DAY" : "HOUR", isWhole: true), .init(title: "PROVIDER"), .init(title: "ACCEPTED", isWhole: true),
            .init(title: "REFUSED", isWhole: true), .init(title: "", isWhole: true), .init(title: "MOST FREQUENT"),
        ])
        let most = rows.map { $0.accepted + $0.refused }.max() ?? 0
        for row in rows {
            table.append(
                row.time(step), row.provider?.text ?? "(none yet)", "\(row.accepted)", "\(row.refused)", row.bar(of: most),
                row.codes.first.map { "\($0.code) \($0.count)" } ?? "")
        }
        return Answer(
            document: [
                "by": .string(step.rawValue), "counts": .array(rows.map { .object($0.document) }),
                "counted_from": begins.map { .string(SAMLInstant.format($0)) } ?? .null,
            ],
            text: table.text(orIfEmpty: "There was no such sign-in, or none was counted."),
            notes: begins.map { ["this pool has numbers from \(SAMLInstant.format($0)) on, and none of what was before"] } ?? [])
    }
}

extension SignInStatistics.Row {
    fileprivate func time(_ step: SignInStatistics.Step) -> String {
        // `2026-11-29T12:00:00Z`: the day, and the hour with its minutes.
        let text = SAMLInstant.format(begins)
        return String(decoding: text.utf8.prefix(step == .day ? 10 : 16), as: UTF8.self) + (step == .day ? "" : "Z")
    }

    /// Of the longest one's width; what there is has a sign at least.
    fileprivate func bar(of most: Int) -> String {
        func signs(_ count: Int) -> Int { count == 0 ? 0 : max(1, Int((Double(count) / Double(most) * 10).rounded())) }
        return String(repeating: "#", count: signs(accepted)) + String(repeating: "x", count: signs(refused))
    }

    fileprivate var document: JSONObject {
        [
            "begins": .string(SAMLInstant.format(begins)), "provider": provider.map { .string($0.text) } ?? .null,
            "accepted": .integer(accepted), "refused": .integer(refused),
            "codes": .array(codes.map { ["code": .string($0.code), "count": .integer($0.count)] }),
        ]
    }
}
