import ArgumentParser
import FoundationEssentials
import Glibc

/// `countersign`: the server, and everything an admin or a developer does with it from a shell.
@main
struct Countersign: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "countersign",
        abstract: "A federated identity gateway: SAML sign-ins in, OpenID Connect tokens out.",
        discussion: """
            From nothing to a first sign-in:

              countersign serve
              countersign pool create staff
              countersign idp create saml corp --pool POOL --metadata-url https://idp.example.com/metadata --map email=mail
              countersign client create my-app --pool POOL --redirect-uri https://app.example.com/callback

            'countersign COMMAND --help' has examples of its own. Every command takes --database and --output json.
            Exit status: 0 done, 1 refused or a negative verdict, 64 wrong usage.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, PoolCommand.self, ProviderCommand.self, ClientCommand.self, UserCommand.self, KeyCommand.self,
            TokenCommand.self, SAMLCommand.self,
        ])

    /// When the process began, for the log line that says how long the start took.
    static let start = ContinuousClock.now

    static func main() async {
        _ = start
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Output.report(failure, as: OutputFormat.asked(in: arguments))
            Glibc.exit(failure.status)
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            usage(error, arguments)
        }
    }

    /// What ArgumentParser refused: its own text for people, one JSON document for programs.
    private static func usage(_ error: any Error, _ arguments: [String]) -> Never {
        guard OutputFormat.asked(in: arguments) == .json else { exit(withError: error) }
        let words = arguments.prefix { !$0.hasPrefix("-") }.prefix(3).joined(separator: " ")
        let failure = CommandFailure(
            code: "usage", message: message(for: error), remedy: "See 'countersign \(words.isEmpty ? "" : words + " ")--help'.", status: CommandFailure.usage)
        Output.report(failure, as: .json)
        Glibc.exit(failure.status)
    }
}
