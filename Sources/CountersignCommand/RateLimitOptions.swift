import Administration
import ArgumentParser

/// What a pool answers within a minute, at most.
struct RateLimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Requests a minute from one address; 'none': no limit.", valueName: "NUMBER|none")) var limitPerAddress: NumberOrNone?
    @Option(help: ArgumentHelp("Tokens a minute for one client; 'none': no limit.", valueName: "NUMBER|none")) var limitPerClient: NumberOrNone?
    @Option(help: ArgumentHelp("Codes and tokens a minute for one user; 'none': no limit.", valueName: "NUMBER|none")) var limitPerUser: NumberOrNone?

    var isEmpty: Bool { limitPerAddress == nil && limitPerClient == nil && limitPerUser == nil }

    var given: RateLimitChanges {
        var changes = RateLimitChanges()
        changes.perAddress = change(limitPerAddress)
        changes.perClient = change(limitPerClient)
        changes.perUser = change(limitPerUser)
        return changes
    }
}
