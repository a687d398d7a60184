import Administration
import ArgumentParser
import UserPools

/// What a pool answers within a minute, at most.
struct RateLimitOptions: ParsableArguments {
    /// A number, or no limit.
    enum Limit: ExpressibleByArgument {
        case number(Int)
        case none

        init?(argument: String) {
            if argument == "none" {
                self = .none
            } else {
                guard let number = Int(argument) else { return nil }
                self = .number(number)
            }
        }

        var change: Change<Int> {
            switch self {
            case .number(let number): .set(number)
            case .none: .remove
            }
        }
    }

    @Option(help: ArgumentHelp("Requests a minute from one address; 'none': no limit.", valueName: "NUMBER|none")) var limitPerAddress: Limit?
    @Option(help: ArgumentHelp("Tokens a minute for one client; 'none': no limit.", valueName: "NUMBER|none")) var limitPerClient: Limit?
    @Option(help: ArgumentHelp("Codes and tokens a minute for one user; 'none': no limit.", valueName: "NUMBER|none")) var limitPerUser: Limit?

    var isEmpty: Bool { limitPerAddress == nil && limitPerClient == nil && limitPerUser == nil }

    var given: RateLimitChanges {
        var changes = RateLimitChanges()
        changes.perAddress = limitPerAddress?.change ?? .keep
        changes.perClient = limitPerClient?.change ?? .keep
        changes.perUser = limitPerUser?.change ?? .keep
        return changes
    }
}
