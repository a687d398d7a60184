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

            The file is YAML or JSON. What it does not mention stays as it is.
            """,
        subcommands: [Export.self, Plan.self, Apply.self, Drift.self])

    enum Format: String, ExpressibleByArgument, CaseIterable { case yaml, json }

    struct Export: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what there is.",
            discussion: """
                countersign config export > countersign.yaml
                countersign config export --pool local_4fGh2kQ9x --format json

                Secrets, logos, SAML providers and apps that registered themselves are not in it.
                """)
        @Option(help: ArgumentHelp("One pool, by its id; else all.", valueName: "POOL")) var pool: String?
        @Option(help: ArgumentHelp("How it is written.", valueName: "yaml|json")) var format: Format = .yaml
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let value = try await composition.administration.exportConfig(pool: pool)
                return Answer(document: value.json, text: format == .yaml ? ConfigText.yaml(value) : JSONWriter.pretty(value.json) + "\n")
            }
        }
    }

    struct Plan: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what 'config apply' would do; nothing is changed.",
            discussion: """
                countersign config plan countersign.yaml
                countersign config plan countersign.yaml --prune

                + is created, ~ is changed, - is deleted.
                """)
        @OptionGroup var document: ConfigFile
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            let wanted = try document.read()
            return try await Composition.with(shared) { composition in
                try await document.plan(wanted, composition).answer()
            }
        }
    }

    struct Apply: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make everything as the file says.",
            discussion: """
                countersign config apply countersign.yaml
                countersign config apply countersign.yaml --prune --yes

                Each change is made whole or not at all. Where one is refused the rest is left,
                and the same command again goes on. Secrets of new clients are not printed:
                'client rotate-secret' makes one that is shown.
                """)
        @OptionGroup var document: ConfigFile
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            let wanted = try document.read()
            return try await Composition.with(shared, development: development, whereAbsent: .make) { composition in
                let plan = try await document.plan(wanted, composition)
                let deleted = plan.steps.filter { $0.verb == .delete }
                if !deleted.isEmpty {
                    try confirmation.require(
                        "delete", "Deleted for good: \(deleted.map { "\($0.kind.rawValue) \($0.name)" }.joined(separator: ", ")).")
                }
                let outcomes: [ConfigOutcome]
                do throws(ConfigStopped) { outcomes = try await plan.apply(at: composition.administration) } catch { throw CommandFailure(error) }
                var answer = plan.answer(isDone: true)
                for outcome in outcomes {
                    guard let unseen = outcome.unseenSecretOf else { continue }
                    answer.notes.append(
                        "the client \(outcome.step.name) has a secret that nobody has seen; this makes one that is shown: countersign client "
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
        @OptionGroup var document: ConfigFile
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            let wanted = try document.read()
            return try await Composition.with(shared) { composition in
                let plan = try await document.plan(wanted, composition)
                var answer = plan.answer()
                answer.status = plan.steps.isEmpty ? 0 : CommandFailure.refused
                return answer
            }
        }
    }
}

/// The file, and what of it counts.
struct ConfigFile: ParsableArguments {
    @Argument(help: "The file, in YAML or JSON; '-' is standard input.") var file: String
    @Flag(help: "Delete clients, identity providers and resources that a list of the file does not have.") var prune = false

    func read() throws -> ConfigDocument {
        do {
            return try ConfigDocument(try ConfigYAML.read(try InputFile.read(file, limit: ConfigYAML.limit)))
        } catch let error as ConfigError { throw CommandFailure(error) }
    }

    func plan(_ document: ConfigDocument, _ composition: Composition) async throws -> ConfigPlan {
        do throws(ConfigError) {
            return try await composition.administration.plan(document, deletes: prune) { [file] in try Self.resolve($0, from: file) }
        } catch { throw CommandFailure(error) }
    }

    /// A file is looked for beside the document.
    private static func resolve(_ reference: ConfigReference, from document: String) throws -> SecretBytes {
        var bytes: [UInt8]
        switch reference {
        case .file(let path): bytes = try InputFile.read(InputFile.absolute(path, folder: folder(of: document)), limit: 16_384)
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name] else { throw ConfigReferenceError.notSet(name) }
            bytes = Array(value.utf8)
        }
        // Editors end a file with a line break, which no secret has.
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw ConfigReferenceError.notText }
        return SecretBytes(bytes)
    }

    private static func folder(of document: String) -> String {
        guard document != "-" else { return FileManager.default.currentDirectoryPath }
        let path = InputFile.absolute(document)
        return String(decoding: path.utf8[..<(path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex)], as: UTF8.self)
    }
}
