import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import GatewayServer
import Glibc
import SAML
import UserPools
import WireFormats

extension ProviderCommand {
    struct Test: ProviderCommanding {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Look a provider over, then try it: a sign-in that stores nothing and shows all that would have come of it.",
            discussion: """
                countersign idp test corp --pool POOL
                countersign idp test corp --pool POOL --client CLIENT_ID
                countersign idp test edugain --pool POOL --entity-id https://idp.example/saml

                First what needs no person: the findings of 'idp lint', whether the provider's
                documents are still there, whether our own keys open. Then an address, for one
                browser and ten minutes. Whoever opens it signs in at the provider, which may
                be disabled, and sees what it sent, every check, the user and the tokens as
                they would be, and what to change. Nobody is signed in by it; an audit record
                says that the address was made.

                With --wait the command ends when the sign-in does, and says which checks it
                passed; what the provider said of the person the page alone has.

                Exit status: 0 nothing stands in the way, 1 a check failed.
                """)
        @Argument(help: "The provider's name.") var name: String
        @Option(name: .customLong("entity-id"), help: ArgumentHelp("Of a federation the member that is tried.", valueName: "URI")) var entityID:
            String?
        @Option(help: ArgumentHelp("The app for which the tokens are shown; default: one that asks for everything.", valueName: "CLIENT_ID"))
        var client: String?
        @Flag(help: "Wait until somebody has signed in, and say what came of it.") var wait = false
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                let trial = try await composition.administration.perform(TestProvider(name, pool: pool.id, member: entityID, client: client))
                let userPool = try await composition.administration.pool(pool.id)
                let address = PoolAddress(publicURL: composition.configuration.publicURL, pool: userPool)
                var answer = answer(trial, at: address, composition.installation)
                answer.notes += composition.configuration.addressNote
                if wait {
                    Output.write("open \(address.trial(ticket: trial.secret))\n", to: STDERR_FILENO)
                    answer.add(try await outcome(of: trial, composition.administration))
                }
                return answer
            }
        }

        /// nil where nobody came in time, or what came was lost.
        private func outcome(of trial: ProviderTrial, _ administration: Administration) async throws -> TrialOutcome? {
            // Between an answer and what came of it nothing is there for a moment.
            var missing = 0
            while missing < 30 {
                switch try await administration.progress(of: trial) {
                case .answered(let outcome): return outcome
                case .over: missing += 1
                case .waits, .begun: missing = 0
                }
                try await Task.sleep(for: .seconds(1))
            }
            return nil
        }

        private func answer(_ trial: ProviderTrial, at address: PoolAddress, _ installation: InstallationOptions) -> Answer {
            let url = address.trial(ticket: trial.secret)
            let place = place
            func commands(_ acts: [Remedy]) -> [String] { acts.map { $0.command(at: place, of: installation) } }
            var text = trial.findings.map { $0.text(commands: commands($0.acts)) }.joined(separator: "\n")
            if !text.isEmpty { text += "\n" }
            text += trial.probes.map { $0.text(commands: commands($0.error?.acts ?? [])) }.joined()
            var fields = FieldList()
            fields.append("open", url)
            fields.append("until", SAMLInstant.format(trial.expiresAt))
            if !trial.provider.settings.enabled { fields.append("provider", "disabled, which a dry sign-in does not mind") }
            return Answer(
                document: [
                    "name": .string(name), "enabled": .bool(trial.provider.settings.enabled), "address": .string(url),
                    "expires_at": .string(SAMLInstant.format(trial.expiresAt)),
                    "findings": .array(trial.findings.map { $0.document(commands: commands($0.acts)) }),
                    "probes": .array(trial.probes.map { $0.document(commands: commands($0.error?.acts ?? [])) }),
                ],
                text: text + "\n" + fields.text(), notes: ["whoever opens the address sees what the provider says of them; it is good once"],
                status: trial.isHopeless ? CommandFailure.refused : 0)
        }
    }
}

extension Answer {
    /// What a dry sign-in led to.
    mutating func add(_ outcome: TrialOutcome?) {
        var whole: JSONObject = [:]
        if case .object(let object) = document { whole = object }
        whole.append(
            "outcome",
            outcome.map { outcome in
                [
                    "error": outcome.error.map(JSONValue.string) ?? .null,
                    "checks": .array(outcome.checks.map { ["name": .string($0.name), "outcome": .string($0.outcome)] }),
                ]
            } ?? .null)
        document = .object(whole)
        var fields = FieldList()
        fields.append("outcome", outcome.map { $0.error.map { "refused: " + $0 } ?? "accepted" } ?? "nobody signed in")
        fields.append("checks", outcome?.checks.map { "\($0.outcome) \($0.name)" } ?? [])
        text += "\n" + fields.text()
        if outcome == nil || outcome?.error != nil { status = CommandFailure.refused }
    }
}

extension ProviderProbe {
    fileprivate func document(commands: [String]) -> JSONValue {
        [
            "name": .string(subject.rawValue), "ok": .bool(error == nil), "error": error.map { .string($0.code) } ?? .null,
            "message": error.map { .string($0.message) } ?? .null, "remedy": error.map { .string($0.remedy) } ?? .null,
            "commands": .array(commands.map(JSONValue.string)),
            "changes": .array(
                changes.map { ["fact": .string($0.fact), "before": .string($0.before), "after": .string($0.after)] }),
        ]
    }

    fileprivate func text(commands: [String]) -> String {
        var fields = FieldList()
        if let error {
            fields.append("        what", error.message)
            fields.append("        remedy", error.remedy)
            fields.append("        try", commands)
        }
        for change in changes { fields.append("        would change", "\(change.fact): \(change.before) → \(change.after)") }
        return (error == nil ? "ok      " : "FAILED  ") + subject.rawValue + "\n" + fields.text()
    }
}

/// What the page of a dry sign-in has of this surface: commands, and options that map what is not mapped.
struct TrialWords: Sendable {
    let installation: InstallationOptions

    func advice(_ report: TrialReport) -> TrialAdvice {
        let place = Place(pool: report.pool, client: report.client, provider: report.provider.name)
        let commands = report.error?.acts.map { $0.command(at: place, of: installation) } ?? []
        // What nobody has proven is nothing to be copied.
        guard report.isProven else { return TrialAdvice(commands: commands) }
        return TrialAdvice(
            commands: commands,
            mappings: report.unmapped.map { name in
                (name, "--add-map " + Shell.quoted(Printable.line("\(Self.attribute(for: name) ?? Remedy.Blank.attribute.rawValue)=\(name)")))
            })
    }

    /// Which attribute is commonly filled from one of that name: by the presets, or as OpenID Connect calls it.
    static func attribute(for source: String) -> String? {
        let rules = SAMLPreset.all.flatMap(\.map).compactMap { ProtocolText($0).cut(at: "=") }
        if let rule = rules.first(where: { $0.after.string.hasSameBytes(as: source) }) { return rule.before.string }
        guard let attribute = UserAttribute(source), case .standard = attribute else { return nil }
        return source
    }
}
