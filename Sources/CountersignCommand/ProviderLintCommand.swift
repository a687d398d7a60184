import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import WireFormats

extension ProviderCommand {
    struct Lint: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Look a provider over, or metadata that is to be registered: what is wrong, or will be before long.",
            discussion: """
                countersign idp lint corp --pool POOL
                countersign idp lint corp.xml --pool POOL
                countersign idp lint corp --pool POOL --output json

                Nobody is asked and nothing is changed. What is 'blocking' refuses people, or is
                unsafe; the rest wants a look before its day comes.

                Exit status: 0 nothing blocking, 1 something is.
                """)
        @Argument(help: ArgumentHelp("The provider's name; or a file with metadata, where there is no such provider.", valueName: "NAME|FILE"))
        var name: String
        @Option(name: .customLong("entity-id"), help: ArgumentHelp("Which entity, where a file has several.", valueName: "URI")) var entityID: String?
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let administration = composition.administration
                let findings: [ProviderFinding]
                var isRegistered = true
                do {
                    findings = try await administration.findings(ofProvider: name, pool: pool.id)
                } catch AdministrationError.notFound(.provider, _, _) where FileManager.default.fileExists(atPath: name) {
                    let document = try InputFile.read(name, limit: 1 << 20)
                    findings = ProviderLint.findings(of: document, entityID: entityID, at: composition.environment.now())
                    isRegistered = false
                }
                return answer(findings) { finding in
                    isRegistered ? finding.acts.map { $0.command(at: place, of: composition.installation) } : []
                }
            }
        }

        private func answer(_ findings: [ProviderFinding], commands: (ProviderFinding) -> [String]) -> Answer {
            let sorted = findings.filter { $0.severity == .blocking } + findings.filter { $0.severity == .nonBlocking }
            let blocking = findings.count { $0.severity == .blocking }
            let entries = sorted.map { finding -> JSONValue in
                [
                    "severity": .string(finding.severity.rawValue), "code": .string(finding.code), "message": .string(finding.message),
                    "seen": finding.seen.map(JSONValue.string) ?? .null, "remedy": .string(finding.remedy),
                    "commands": .array(commands(finding).map(JSONValue.string)),
                ]
            }
            var text = sorted.map { Self.text($0, commands: commands($0)) }.joined(separator: "\n")
            if findings.isEmpty { text = "Nothing found.\n" }
            return Answer(
                document: [
                    "name": .string(name), "blocking": .integer(blocking), "non_blocking": .integer(findings.count - blocking),
                    "findings": .array(entries),
                ],
                text: text, status: blocking == 0 ? 0 : CommandFailure.refused)
        }

        private static func text(_ finding: ProviderFinding, commands: [String]) -> String {
            var fields = FieldList()
            fields.append("what", finding.message)
            fields.append("seen", finding.seen)
            fields.append("remedy", finding.remedy)
            fields.append("try", commands)
            return (finding.severity == .blocking ? "BLOCKING  " : "") + finding.code + "\n" + fields.text()
        }
    }
}
