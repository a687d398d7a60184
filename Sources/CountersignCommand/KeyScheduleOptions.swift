import Administration
import ArgumentParser

/// When a pool's keys are followed by others.
struct KeyScheduleOptions: ParsableArguments {
    @Option(
        name: .customLong("rotate-keys-every"),
        help: ArgumentHelp(
            "Have the server rotate the keys that sign tokens after so many days, published ahead; 'none' ends it.", valueName: "DAYS"))
    var signing: NumberOrNone?
    @Option(
        name: .customLong("rotate-saml-keys-every"),
        help: ArgumentHelp(
            "Have the server follow each SAML key by another after so many days, published ahead; 'none' ends it.", valueName: "DAYS"))
    var saml: NumberOrNone?

    var isEmpty: Bool { signing == nil && saml == nil }

    var signingDays: Change<Int> { change(signing) }
    var samlDays: Change<Int> { change(saml) }
}
