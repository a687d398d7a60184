import FoundationEssentials

/// The options with which a command that is printed acts on the installation on which this process acts: without them, whoever pastes it would
/// change the default database.
struct InstallationOptions: Sendable, Equatable {
    /// Words of a shell, quoted.
    private var words: [String] = []
    /// Whether what fetches may do so as in development.
    private var isInDevelopment = false

    /// For which nothing needs to be said.
    init() {}

    /// As they were given to a command. What the environment and the defaults say they say to the next command of that shell, too.
    /// - Parameters:
    ///   - file: of `--config`.
    ///   - folder: the next command may be run in another one.
    init(flags: [Setting: String], file: String?, folder: String = FileManager.default.currentDirectoryPath) {
        if let file { append("--config", file == "-" ? file : InputFile.absolute(file, folder: folder)) }
        if let url = flags[.database] { append(DatabaseLocation(url: url, folder: folder)) }
        if let key = flags[.masterKeyFile] { append(Setting.masterKeyFile.flag, InputFile.absolute(key, folder: folder)) }
        isInDevelopment = flags[.development] == "true"
    }

    /// Those of a server, for whoever reads its log: that shell has neither the server's flags nor its environment.
    init(server: GatewayConfiguration) {
        if server.database.url != DatabaseLocation.standard(environment: [:])?.url { append(server.database) }
        if server.masterKeyFile != server.database.masterKeyFile { append(Setting.masterKeyFile.flag, server.masterKeyFile) }
        isInDevelopment = server.development
    }

    private mutating func append(_ option: String, _ value: String) { words += [option, Shell.quoted(value)] }

    private mutating func append(_ database: DatabaseLocation) {
        // Another URL may hold a password, which no log and no terminal shows. Where the variable is not set, the command is refused.
        words += [Setting.database.flag, database.path == nil ? "\"$\(Setting.database.variable)\"" : Shell.quoted(database.url)]
    }

    /// A command as it is typed, from its words after `countersign`; capitals stand for what is left open.
    func command(_ arguments: String...) -> String { command(quoted: arguments.map(Shell.quoted)) }

    /// - Parameter arguments: words of a shell.
    func command(quoted arguments: [String]) -> String {
        let fetches = arguments.first == "idp" && ["create", "update", "refresh"].contains(arguments.dropFirst().first)
        return (["countersign"] + arguments + words + (isInDevelopment && fetches ? [Setting.development.flag] : [])).joined(separator: " ")
    }
}
