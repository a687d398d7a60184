import Administration
import ArgumentParser

/// When a pool's SAML keys are followed by others.
struct SAMLKeyScheduleOptions: ParsableArguments {
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
    }

    @Option(
        name: .customLong("rotate-saml-keys-every"),
        help: ArgumentHelp(
            "Have the server follow each SAML key by another after so many days, published ahead; 'none' ends it.", valueName: "DAYS"))
    var interval: Interval?

    var isEmpty: Bool { interval == nil }

    var given: Change<Int> {
        switch interval {
        case .days(let days): .set(days)
        case .never: .remove
        case nil: .keep
        }
    }
}
