import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import UserPools
import WireFormats

struct SignInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signin", abstract: "What happened to sign-ins, and why somebody was refused.",
        discussion: """
            countersign signin show 7KQ2M4XW9ABC --pool POOL
            countersign signin list --pool POOL --since 24h
            countersign signin stats --pool POOL
            countersign signin debug corp --pool POOL --for 10m
            """,
        subcommands: [List.self, Show.self, Statistics.self, Debug.self])

    /// A time, or how long ago it was.
    struct Since: ExpressibleByArgument, Sendable {
        let date: Date

        init?(argument: String) {
            if let span = try? Span(argument) {
                date = Date(timeIntervalSinceNow: -TimeInterval(span.seconds))
            } else if let moment = Moment(argument: argument) {
                date = moment.date
            } else {
                return nil
            }
        }
    }

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Sign-ins of which there is a record, the newest first.",
            discussion: """
                countersign signin list --pool POOL
                countersign signin list --pool POOL --since 24h --code saml.audience
                countersign signin list --pool POOL --user corp_ada@example.com
                countersign signin list --pool POOL --provider corp --limit 5

                Refused sign-ins are kept for 30 days, a maximum of 10,000 of a pool. Accepted
                ones are kept where the pool wants it: 'pool update --keep-accepted-signins'.
                """)
        @Option(help: ArgumentHelp("Of one person only.", valueName: "sub-or-username")) var user: String?
        @Option(help: ArgumentHelp("Of one identity provider only.", valueName: "NAME")) var provider: String?
        @Option(help: ArgumentHelp("Of one app only.", valueName: "CLIENT_ID")) var client: String?
        @Option(help: ArgumentHelp("Refused with that code only, as 'saml.audience'.", valueName: "CODE")) var code: String?
        @Option(help: ArgumentHelp("Not older than that: 24h, or a time as 2026-11-29T12:00:00Z.", valueName: "SPAN|TIME")) var since: Since?
        @Option(help: ArgumentHelp("Only those.", valueName: "refused|accepted")) var outcome: SignInRecord.Outcome?
        @Option(help: ArgumentHelp("Maximum number of rows, 1 to 1000.", valueName: "COUNT")) var limit = 50
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool.id, client: client, provider: provider) }

        func validate() throws {
            guard (1...1000).contains(limit) else { throw ValidationError("--limit is not between 1 and 1000.") }
        }

        func answer() async throws -> Answer {
            var wanted = SignInQuestion(limit: limit)
            (wanted.user, wanted.provider, wanted.client, wanted.code) = (user, provider, client, code)
            (wanted.since, wanted.outcome) = (since?.date, outcome)
            let asked = wanted
            return try await Composition.with(shared) { composition in
                try await composition.administration.listSignIns(asked, pool: pool.id).answer
            }
        }
    }

    struct Show: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "One sign-in, by the reference on the person's page and in the log.",
            discussion: """
                countersign signin show 7KQ2M4XW9ABC --pool POOL
                countersign signin show 7KQ2M4XW9ABC --pool POOL --message

                Each check with what was expected and what was there, and what to do. Of the
                mapping it says which sources came, and how many values; no value is stored.
                A refused sign-in is kept for 30 days.

                With --message also what the provider sent, redacted, where that was kept:
                'countersign signin debug' has it kept for a while.
                """)
        @Argument(help: ArgumentHelp("The reference, as the page, the app and the log have it.", valueName: "reference")) var reference: String
        @Flag(help: "What the provider sent, redacted, where that was kept.") var message = false
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let administration = composition.administration
                let record = try await administration.signIn(reference, pool: pool.id)
                var answer = record.answer(of: composition.installation)
                guard message else { return answer }
                let kept = try await administration.message(of: record)
                answer.add(kept)
                if kept == nil {
                    let again = composition.installation.command(
                        "signin", "debug", record.provider?.text ?? "NAME", "--pool", pool.id, "--for", "10m")
                    answer.notes.append("what the provider sent was not kept, or not any more; this keeps it from now on: \(again)")
                }
                return answer
            }
        }
    }

    struct Debug: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Keep what a provider sends for a while, redacted, beside the records.",
            discussion: """
                countersign signin debug corp --pool POOL --for 10m
                countersign signin debug corp --pool POOL --stop
                countersign signin show 7KQ2M4XW9ABC --pool POOL --message

                Kept are the fields of the message; of attributes, names and session indexes
                only how long they are, and never a token or a signature. It is sealed with the
                master key and kept for 24 hours, the newest 100 of a provider. Accepted
                sign-ins of the provider have records meanwhile, too. It ends by itself.
                """)
        @Argument(help: "The provider's name.") var name: String
        @Option(
            name: .customLong("for"), help: ArgumentHelp("How long, as 10m or 2h; a maximum of 24h.", valueName: "SPAN"),
            transform: { try Span($0) })
        var span: Span?
        @Flag(help: "End it now.") var stop = false
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool.id, provider: name) }

        func validate() throws {
            guard (span == nil) == stop else { throw ValidationError("Give either --for, as in --for 10m, or --stop.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let until = try await composition.administration.perform(DebugProvider(name, pool: pool.id, seconds: span?.seconds))
                return Answer(
                    document: ["provider": .string(name), "until": until.map { .string(SAMLInstant.format($0)) } ?? .null],
                    text: until.map { "What \(name) sends is kept until \(SAMLInstant.format($0)).\n" } ?? "What \(name) sends is kept no more.\n")
            }
        }
    }
}

extension SignInRecord.Outcome: ExpressibleByArgument {}

extension ListedSignIns {
    fileprivate var answer: Answer {
        var table = Table([
            .init(title: "AT", isWhole: true), .init(title: "REFERENCE", isWhole: true), .init(title: "RESULT"), .init(title: "PROVIDER"),
            .init(title: "USER"),
        ])
        for record in records {
            table.append(
                SAMLInstant.format(record.at), record.reference.text, record.code ?? record.outcome.rawValue, record.provider?.text ?? "",
                record.username ?? "")
        }
        var notes: [String] = []
        func note(_ count: Int, _ outcome: SignInRecord.Outcome) {
            guard count > 0 else { return }
            notes.append("of \(count) more \(outcome.rawValue) sign-ins of that time there is no record: more came than are kept")
        }
        note(refusedLeftOut, .refused)
        note(acceptedLeftOut, .accepted)
        if records.isEmpty {
            notes.append("accepted sign-ins have records only where the pool keeps them: 'pool update ID --keep-accepted-signins 30'")
        }
        return Answer(
            document: [
                "sign_ins": .array(records.map { .object($0.summary) }),
                "left_out": ["refused": .integer(refusedLeftOut), "accepted": .integer(acceptedLeftOut)],
            ],
            text: table.text(orIfEmpty: "There is no record of such a sign-in."), notes: notes)
    }
}
