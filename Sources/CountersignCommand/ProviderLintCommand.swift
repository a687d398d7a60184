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
                countersign idp lint edugain.xml --pool POOL \\
                    --metadata-signer edugain.pem --entity-id https://idp.example.org/idp

                Nobody is asked and nothing is changed. What is 'blocking' refuses people, or
                is unsafe; the rest wants a look before its day comes. A file of more than 1
                MiB is a federation's: it must be signed by one of the signers.

                Exit status: 0 nothing blocking, 1 something is.
                """)
        @Argument(help: ArgumentHelp("The provider's name; or a file with metadata, where there is no such provider.", valueName: "NAME|FILE"))
        var name: String
        @Option(name: .customLong("entity-id"), help: ArgumentHelp("Which entity, where a file has several.", valueName: "URI")) var entityID: String?
        @Option(
            name: .customLong("metadata-signer"),
            help: ArgumentHelp("Who signs a federation's file, as certificate or public key in PEM; may be repeated.", valueName: "FILE"))
        var signers: [String] = []
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
                    findings = try await findingsOfFile(at: composition.environment.now())
                    isRegistered = false
                }
                return answer(findings) { finding in
                    isRegistered ? finding.acts.map { $0.command(at: place, of: composition.installation) } : []
                }
            }
        }

        private func findingsOfFile(at now: Date) async throws -> [ProviderFinding] {
            if signers.isEmpty {
                do throws(InputError) {
                    return ProviderLint.findings(of: try InputFile.read(name, limit: 1 << 20), entityID: entityID, at: now)
                } catch { guard case .tooLarge = error else { throw error } }
            }
            let signers = try signers.map { file throws(InputError) in try InputFile.read(file, limit: 65_536) }
            return try await ProviderLint.findings(
                ofAggregate: try FederationOptions.spooled(name), signers: signers, entityID: entityID, at: now)
        }

        private func answer(_ findings: [ProviderFinding], commands: (ProviderFinding) -> [String]) -> Answer {
            let sorted = findings.filter { $0.severity == .blocking } + findings.filter { $0.severity == .nonBlocking }
            let blocking = findings.count { $0.severity == .blocking }
            let entries = sorted.map { $0.document(commands: commands($0)) }
            var text = sorted.map { $0.text(commands: commands($0)) }.joined(separator: "\n")
            if findings.isEmpty { text = "Nothing found.\n" }
            return Answer(
                document: [
                    "name": .string(name), "blocking": .integer(blocking), "non_blocking": .integer(findings.count - blocking),
                    "findings": .array(entries),
                ],
                text: text, status: blocking == 0 ? 0 : CommandFailure.refused)
        }
    }
}

extension ProviderFinding {
    func document(commands: [String]) -> JSONValue {
        [
            "severity": .string(severity.rawValue), "code": .string(code), "message": .string(message),
            "seen": seen.map(JSONValue.string) ?? .null, "remedy": .string(remedy), "commands": .array(commands.map(JSONValue.string)),
        ]
    }

    func text(commands: [String]) -> String {
        var fields = FieldList()
        fields.append("what", message)
        fields.append("seen", seen)
        fields.append("remedy", remedy)
        fields.append("try", commands)
        return (severity == .blocking ? "BLOCKING  " : "") + code + "\n" + fields.text()
    }
}
