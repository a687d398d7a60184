import ArgumentParser
import FoundationEssentials
import Gateway
import SAML

/// What every command takes.
struct SharedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database: sqlite:PATH, or postgresql://USER@HOST/DATABASE (COUNTERSIGN_DATABASE; default: a file in your data folder).",
            valueName: "URL"))
    var database: String?

    @Option(help: ArgumentHelp("The master key (COUNTERSIGN_MASTER_KEY_FILE; default: next to the SQLite file).", valueName: "FILE"))
    var masterKeyFile: String?

    @Option(help: ArgumentHelp("A configuration file in JSON (COUNTERSIGN_CONFIG).", valueName: "FILE"))
    var config: String?

    @Option(help: ArgumentHelp("A table for people, or one JSON document for programs.", valueName: "table|json"))
    var output: OutputFormat = .table

    var installation: InstallationOptions { InstallationOptions(flags: flags(), file: config) }

    /// The settings that were given as flags.
    func flags(_ others: [Setting: String?] = [:]) -> [Setting: String] {
        var flags = others.compactMapValues(\.self)
        flags[.database] = database
        flags[.masterKeyFile] = masterKeyFile
        return flags
    }
}

/// Where the pool is.
struct PoolOption: ParsableArguments {
    @Option(name: .customLong("pool"), help: ArgumentHelp("The user pool's id; 'countersign pool list' shows it.", valueName: "POOL"))
    var id: String
}

/// A command about one pool, or something in it.
protocol PoolCommanding: AnsweringCommand {
    var pool: PoolOption { get }
}

extension PoolCommanding {
    var place: Place { Place(pool: pool.id) }
}

struct PublicURLOption: ParsableArguments {
    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp("Where apps and browsers reach the server (COUNTERSIGN_PUBLIC_URL; default: the server's own).", valueName: "URL"))
    var value: String?
}

struct DevelopmentOption: ParsableArguments {
    @Flag(
        name: .customLong("development"),
        help: "Allow fetching over http and from loopback addresses (COUNTERSIGN_DEVELOPMENT=1). Never for production.")
    var isOn = false

    var flag: String? { isOn ? "true" : nil }
}

/// `--enable`, `--disable`.
enum Switch: String, EnumerableFlag {
    case enable, disable

    static func help(for value: Switch) -> ArgumentHelp? {
        switch value {
        case .enable: "Let it be used again."
        case .disable: "Let it be used no more, without deleting it."
        }
    }
}

/// A point in time from the command line: `2026-12-31`, or `2026-12-31T23:59:59Z`.
struct Moment: ExpressibleByArgument, Sendable {
    let date: Date

    init?(argument: String) {
        guard let date = SAMLInstant.parse(argument.utf8.count == 10 ? argument + "T00:00:00Z" : argument) else { return nil }
        self.date = date
    }
}
