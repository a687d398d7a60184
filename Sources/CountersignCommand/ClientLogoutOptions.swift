import Administration
import ArgumentParser

/// How a client is told that a session is over.
struct ClientLogoutOptions: ParsableArguments {
    @Option(
        name: .customLong("backchannel-logout-uri"),
        help: ArgumentHelp("Where it takes logout tokens; 'none' takes it away.", valueName: "URL"))
    var backchannelURI: String?
    @Flag(name: .customLong("backchannel-logout-session-required"), help: "It needs sid in them; they always have it.")
    var backchannelSessionRequired = false
    @Option(
        name: .customLong("frontchannel-logout-uri"),
        help: ArgumentHelp("What signed-out browsers open in a frame; 'none' takes it away.", valueName: "URL"))
    var frontchannelURI: String?
    @Flag(name: .customLong("frontchannel-logout-session-required"), help: "It needs iss and sid there; they are always given.")
    var frontchannelSessionRequired = false

    var given: ClientLogoutSettings {
        var settings = ClientLogoutSettings()
        (settings.backchannelURI, settings.frontchannelURI) = (change(backchannelURI), change(frontchannelURI))
        // It goes with the address.
        settings.backchannelSessionRequired = backchannelSessionRequired ? true : nil
        settings.frontchannelSessionRequired = frontchannelSessionRequired ? true : nil
        return settings
    }

    var isEmpty: Bool {
        backchannelURI == nil && frontchannelURI == nil && !backchannelSessionRequired && !frontchannelSessionRequired
    }
}
