import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import WireFormats

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Pools, identity providers and clients as one file.",
        discussion: """
            countersign config export > countersign.yaml
            countersign config plan countersign.yaml
            countersign config apply countersign.yaml
            countersign config drift countersign.yaml    status 1 where it differs

            The file is YAML or JSON. What it does not mention stays as it is. A secret
            never stands in it: file:PATH (beside the file) or env:NAME says where it is.
            """,
        subcommands: [Export.self, Plan.self, Apply.self, Drift.self])

    enum Format: String, ExpressibleByArgument, CaseIterable { case yaml, json }

    struct Export: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what there is.",
            discussion: """
                countersign config export > countersign.yaml
                countersign config export --pool local_4fGh2kQ9x --format json
                countersign config export --all > countersign.yaml

                What is as usual is left out, and 'drift' does not look at it: --all writes it.
                In place of a provider's secret stands a variable to be set; it is said which.
                Secrets of apps and apps that registered themselves are left out.
                """)
        @Option(help: ArgumentHelp("One pool, by its id; else all.", valueName: "POOL")) var pool: String?
        @Option(help: ArgumentHelp("How it is written.", valueName: "yaml|json")) var format: Format = .yaml
        @Flag(help: "Write what is as usual, too, so that 'drift' looks at it.") var all = false
        @Flag(help: "Write identifiers too: what is made elsewhere by it has the same.") var ids = false
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let export = try await composition.administration.exportConfig(pool: pool, hasIDs: ids, isWhole: all)
                let value = export.value
                var answer = Answer(document: value.json, text: format == .yaml ? ConfigText.yaml(value) : JSONWriter.pretty(value.json) + "\n")
                answer.notes = export.secrets.map { "to be set where the file is used: \($0.variable), the \($0.what)" }
                return answer
            }
        }
    }

    struct Plan: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what 'config apply' would do; nothing is changed.",
            discussion: """
                countersign config plan countersign.yaml
                countersign config plan countersign.yaml --prune
                countersign config plan countersign.yaml --without-secrets

                + is created, ~ is changed, - is deleted. The status is 0 either way: that of
                'config drift' says whether there is a difference. The digest at the end is
                for 'config apply --plan', which does this and nothing else.
                """)
        @OptionGroup var look: ConfigLook
        var shared: SharedOptions { look.shared }

        func answer() async throws -> Answer { try await look.plan().answer() }
    }

    struct Apply: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make everything as the file says.",
            discussion: """
                countersign config apply countersign.yaml
                countersign config apply countersign.yaml --prune --yes
                countersign config apply countersign.yaml --plan "$digest"

                Each change is made whole or not at all, and only where nobody else changed
                the same meanwhile. It plans anew: what was changed since somebody looked at a
                plan is put back, or refused with --plan. Where one is refused the rest is
                left, and the same command again goes on. A secret that is made up for a new
                client is not printed: give one by client_secret, or 'client rotate-secret'
                makes one.
                """)
        @OptionGroup var document: ConfigFile
        @Option(help: ArgumentHelp("Only what 'config plan' showed, which told this digest.", valueName: "DIGEST")) var plan: String?
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            let wanted = try document.read()
            return try await Composition.with(shared, development: development, whereAbsent: .make) { composition in
                let planned = try await document.plan(wanted, composition)
                if let plan, !plan.hasSameBytes(as: planned.digest) { throw CommandFailure.otherPlan(planned.digest, than: plan) }
                let deleted = planned.steps.filter { $0.verb == .delete }
                if !deleted.isEmpty {
                    try confirmation.require(
                        "delete", "Deleted for good: \(deleted.map { "\($0.kind.rawValue) \($0.target.shown)" }.joined(separator: ", ")).")
                }
                let outcomes: [ConfigOutcome]
                do throws(ConfigStopped) { outcomes = try await planned.apply(at: composition.administration) } catch { throw CommandFailure(error) }
                var answer = planned.answer(isDone: true)
                for outcome in outcomes {
                    if let pool = outcome.poolOfEmptyFederation {
                        answer.notes.append(
                            "the federation \(outcome.step.target.shown) has no members until you give its metadata: countersign federation refresh "
                                + "\(Shell.quoted(outcome.step.target.name)) --metadata-file FILE --pool \(pool)")
                    }
                    guard let unseen = outcome.unseenSecretOf else { continue }
                    answer.notes.append(
                        "the client \(outcome.step.target.shown) has a secret that nobody has seen; this makes one that is shown: countersign client "
                            + "rotate-secret \(unseen.client) --pool \(unseen.pool)")
                }
                return answer
            }
        }
    }

    struct Drift: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether anything is not as the file says; then the status is 1.",
            discussion: """
                countersign config drift countersign.yaml
                countersign config drift countersign.yaml --prune
                """)
        @OptionGroup var look: ConfigLook
        var shared: SharedOptions { look.shared }

        func answer() async throws -> Answer {
            let plan = try await look.plan()
            var answer = plan.answer()
            answer.status = plan.steps.isEmpty ? 0 : CommandFailure.refused
            return answer
        }
    }
}
