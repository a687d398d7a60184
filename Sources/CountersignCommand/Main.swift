import ArgumentParser
import FoundationEssentials
import Glibc
import WireFormats

/// `countersign`: the server, and everything an admin or a developer does with it from a shell.
@main
struct Countersign: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "countersign",
        abstract: "A federated identity gateway: SAML sign-ins in, OpenID Connect tokens out.",
        discussion: """
            To see it at work: countersign demo

            From nothing to a first sign-in:

              countersign serve
              countersign pool create staff
              countersign idp create saml corp --pool POOL --map email=mail \\
                  --metadata-url https://idp.example.com/metadata
              countersign client create my-app --pool POOL \\
                  --redirect-uri https://app.example.com/callback

            'countersign COMMAND --help' has examples of its own. Commands take --database
            and --output json.
            Exit status: 0 done, 1 refused or a negative verdict, 64 wrong usage.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, HealthCommand.self, DoctorCommand.self, PoolCommand.self, ProviderCommand.self,
            FederationCommand.self,
            ClientCommand.self,
            RegistrationCommand.self,
            WorkloadCommand.self,
            UserCommand.self,
            SignInCommand.self, LogoutCommand.self, KeyCommand.self,
            AuditCommand.self, ConfigCommand.self, DatabaseCommand.self, BackupCommand.self, RestoreCommand.self, TokenCommand.self, SAMLCommand.self,
        ])

    /// When the process began, for the log line that says how long the start took.
    static let start = ContinuousClock.now

    static func main() async {
        _ = start
        requireWords()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            ProcessEnd.leave(0)
        } catch let failure as CommandFailure {
            Output.report(failure, as: OutputFormat.asked(in: arguments))
            ProcessEnd.leave(failure.status)
        } catch {
            if exitCode(for: error) == .validationFailure { usage(error, arguments) }
            // Help and version, which were asked for; or nothing is left to be said.
            let (text, status) = (UsageLine.wrapped(in: fullMessage(for: error), width: Terminal.width ?? 80), exitCode(for: error).rawValue)
            if !text.isEmpty { Output.write(text + "\n", to: status == 0 ? STDOUT_FILENO : STDERR_FILENO) }
            ProcessEnd.leave(status)
        }
    }

    /// Swift reads what was typed in /proc, and has no word where that is not mounted, not even the program's name: a server that is away would
    /// be well for who asks by `health`, and a backup made for who asked for one, after a page of help.
    private static func requireWords() {
        guard CommandLine.arguments.isEmpty else { return }
        Output.write("error: what was typed cannot be read: /proc is not mounted here. Mount it: mount -t proc proc /proc\n", to: STDERR_FILENO)
        ProcessEnd.leave(CommandFailure.usage)
    }

    /// What ArgumentParser refused: its own text for people, one JSON document for programs, and the command that was meant for both.
    private static func usage(_ error: any Error, _ arguments: [String]) -> Never {
        let (path, hint) = commandPath(arguments)
        switch OutputFormat.asked(in: arguments) {
        case .table:
            Output.write(
                UsageLine.wrapped(in: fullMessage(for: error), width: Terminal.width ?? 80) + (hint.map { "\n  \($0)" } ?? "") + "\n",
                to: STDERR_FILENO)
            ProcessEnd.leave(CommandFailure.usage)
        case .json:
            let failure = CommandFailure.wrongUsage(message(for: error), of: path, hint: hint)
            Output.report(failure, as: .json)
            ProcessEnd.leave(failure.status)
        }
    }

    /// The command that the first words name, and what the first word that names none was meant to be.
    static func commandPath(_ arguments: [String]) -> (path: String, hint: String?) {
        var path = "countersign"
        var commands = configuration.subcommands
        for (index, word) in arguments.prefix(while: { !$0.hasPrefix("-") }).enumerated() {
            guard !commands.isEmpty else { break }
            guard let next = commands.first(where: { $0._commandName == word }) else {
                // With everything that was given: it must act where this one was meant to.
                let rest = shown(arguments.dropFirst(index + 1)).map { " " + Shell.quoted(Printable.line($0)) }.joined()
                return (path, Suggestion.nearest(to: word, in: commands.map { $0._commandName }).map { "Did you mean: \(path) \($0)\(rest)" })
            }
            path += " " + word
            commands = next.configuration.subcommands
        }
        return (path, nil)
    }

    /// Words that were typed, but for a database's password.
    private static func shown(_ words: ArraySlice<String>) -> [String] {
        let flag = Setting.database.flag
        return words.indices.map { index in
            if words[index].utf8.starts(with: (flag + "=").utf8) {
                return flag + "=" + (DatabaseLocation.shown(ProtocolText(words[index]).dropFirst(flag.utf8.count + 1).string) ?? "URL")
            }
            guard index > words.startIndex, words[index - 1].hasSameBytes(as: flag) else { return words[index] }
            return DatabaseLocation.shown(words[index]) ?? "URL"
        }
    }
}
