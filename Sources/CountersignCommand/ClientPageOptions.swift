import Administration
import ArgumentParser

/// What people see of a client where they are asked for their consent.
struct ClientPageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("PNG, JPEG, WebP or plain SVG, at most 64 KiB; 'none' takes it away.", valueName: "FILE|none")) var logo: String?
    @Option(
        name: .customLong("policy-uri"),
        help: ArgumentHelp("What the app says about privacy; 'none' takes it away.", valueName: "URL"))
    var policyURI: String?
    @Option(
        name: .customLong("tos-uri"),
        help: ArgumentHelp("The terms of its use; 'none' takes it away.", valueName: "URL"))
    var termsURI: String?

    func given() throws -> ClientPageSettings {
        var settings = ClientPageSettings()
        settings.logo = try imageChange(logo)
        settings.policyURI = change(policyURI)
        settings.termsURI = change(termsURI)
        return settings
    }

    var isEmpty: Bool { [logo, policyURI, termsURI].allSatisfy { $0 == nil } }
}
