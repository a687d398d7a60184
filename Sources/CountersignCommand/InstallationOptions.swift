import FoundationEssentials
import WireFormats

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
    ///   - environment: a relative name in it means another file in another folder, so it counts as given.
    init(
        flags: [Setting: String], file: String?, folder: String = FileManager.default.currentDirectoryPath,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        func given(_ setting: Setting, _ absolute: (String) -> String) -> String? {
            if let flag = flags[setting] { return absolute(flag) }
            guard let value = environment[setting.variable], !value.isEmpty, !absolute(value).hasSameBytes(as: value) else { return nil }
            return absolute(value)
        }
        if let file { append("--config", file == "-" ? file : InputFile.absolute(file, folder: folder)) }
        if let url = given(.database, { DatabaseLocation(url: $0, folder: folder).url }) { append(database: url) }
        if let key = given(.masterKeyFile, { InputFile.absolute($0, folder: folder) }) { append(Setting.masterKeyFile.flag, key) }
        isInDevelopment = flags[.development] == "true"
    }

    /// Those of a server, for whoever reads its log: that shell has neither the server's flags, nor its environment, nor its user.
    init(server: GatewayConfiguration) {
        append(database: server.database.url)
        if server.masterKeyFile != server.database.masterKeyFile { append(Setting.masterKeyFile.flag, server.masterKeyFile) }
        isInDevelopment = server.development
    }

    private mutating func append(_ option: String, _ value: String) { words += [option, Shell.quoted(value)] }

    private mutating func append(database url: String) { words += [Setting.database.flag, DatabaseLocation.shown(url).map(Shell.quoted) ?? "URL"] }

    /// A command as it is typed, from its words after `countersign`; capitals stand for what is left open.
    func command(_ arguments: String...) -> String { command(quoted: arguments.map(Shell.quoted)) }

    /// - Parameter arguments: words of a shell.
    func command(quoted arguments: [String]) -> String {
        let fetches =
            arguments.first == "idp" && ["create", "update", "refresh"].contains(arguments.dropFirst().first)
            || arguments.starts(with: ["idp", "secret", "test"])
        return (["countersign"] + arguments + words + (isInDevelopment && fetches ? [Setting.development.flag] : [])).joined(separator: " ")
    }
}
