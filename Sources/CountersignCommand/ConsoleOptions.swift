import ArgumentParser

/// Who may use the console of the server.
struct ConsoleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Whose people may use the console at /console; without it there is none (COUNTERSIGN_CONSOLE_POOL).", valueName: "POOL"))
    var consolePool: String?
    @Option(help: ArgumentHelp("Which group of that pool, of its users of now (COUNTERSIGN_CONSOLE_GROUP).", valueName: "GROUP"))
    var consoleGroup: String?
    @Option(
        name: .customLong("console-acr"),
        help: ArgumentHelp("How they must have proven who they are (COUNTERSIGN_CONSOLE_ACR).", valueName: "ACR"))
    var consoleACR: String?
}
