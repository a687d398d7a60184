import Administration
import ArgumentParser

/// When a pool's keys are followed by others.
struct KeyScheduleOptions: ParsableArguments {
    /// A number of days, or nothing of it.
    enum Interval: ExpressibleByArgument {
        case days(Int)
        case never

        init?(argument: String) {
            if argument == "none" {
                self = .never
            } else {
                guard let days = Int(argument) else { return nil }
                self = .days(days)
            }
        }

        fileprivate var change: Change<Int> {
            switch self {
            case .days(let days): .set(days)
            case .never: .remove
            }
        }
    }

    @Option(
        name: .customLong("rotate-keys-every"),
        help: ArgumentHelp(
            "Have the server rotate the keys that sign tokens after so many days, published ahead; 'none' ends it.", valueName: "DAYS"))
    var signing: Interval?
    @Option(
        name: .customLong("rotate-saml-keys-every"),
        help: ArgumentHelp(
            "Have the server follow each SAML key by another after so many days, published ahead; 'none' ends it.", valueName: "DAYS"))
    var saml: Interval?

    var isEmpty: Bool { signing == nil && saml == nil }

    var signingDays: Change<Int> { signing?.change ?? .keep }
    var samlDays: Change<Int> { saml?.change ?? .keep }
}
