import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import GatewayServer
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
                countersign idp test edugain --pool POOL --entity-id https://idp.example.edu/idp

                First what needs no person: the findings of 'idp lint', whether the provider's
                documents are still there, whether our own keys open. Then an address, for one
                browser and ten minutes. Whoever opens it signs in at the provider, which may be
                disabled, and sees what it sent, every check, the user and the tokens as they
                would be, and what to change. Nobody is signed in by it; an audit record says
                that the address was made.

                Exit status: 0 nothing stands in the way, 1 a check failed already.
                """)
        @Argument(help: "The provider's name.") var name: String
        @Option(name: .customLong("entity-id"), help: ArgumentHelp("Of a federation the member that is tried.", valueName: "URI")) var entityID:
            String?
        @Option(help: ArgumentHelp("The app for which the tokens are shown; default: one that asks for everything.", valueName: "CLIENT_ID"))
        var client: String?
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
                return answer
            }
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
