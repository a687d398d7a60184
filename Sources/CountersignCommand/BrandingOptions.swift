import Administration
import ArgumentParser
import Gateway

/// How a pool's pages look.
struct BrandingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The pool's name on its pages; 'none' takes it away.", valueName: "TEXT")) var displayName: String?
    @Option(help: ArgumentHelp("PNG, JPEG, WebP or plain SVG, at most 64 KiB; 'none' takes it away.", valueName: "FILE|none")) var logo: String?
    @Option(help: ArgumentHelp("The same for people whose system is dark.", valueName: "FILE|none")) var darkLogo: String?
    @Flag(inversion: .prefixedNo, help: "Show the name below the logo; not, if the logo is twice as wide as high.") var showName: Bool?
    @Option(help: ArgumentHelp("The colour of buttons; its contrast is measured.", valueName: "#rrggbb|none")) var accent: String?
    @Option(help: ArgumentHelp("The same on dark pages.", valueName: "#rrggbb|none")) var darkAccent: String?
    @Option(name: .customLong("privacy-url"), help: ArgumentHelp("A link at the foot of every page.", valueName: "URL|none"))
    var privacyURL: String?
    @Option(name: .customLong("terms-url"), help: ArgumentHelp("A link at the foot of every page.", valueName: "URL|none")) var termsURL: String?
    @Option(
        name: .customLong("support-url"), help: ArgumentHelp("Where people get help; it stands on pages that refuse.", valueName: "URL|mailto:…|none")
    )
    var supportURL: String?
    @Option(help: ArgumentHelp("A provider that stands first on the page; several in their order. \"\": by name.", valueName: "NAME"))
    var providerOrder: [String] = []

    var isEmpty: Bool {
        [displayName, logo, darkLogo, accent, darkAccent, privacyURL, termsURL, supportURL].allSatisfy { $0 == nil } && showName == nil
            && providerOrder.isEmpty
    }

    func given() throws(InputError) -> BrandingSettings {
        var settings = BrandingSettings()
        settings.displayName = change(displayName)
        settings.logo = try imageChange(logo)
        settings.accent = change(accent)
        settings.darkAccent = change(darkAccent)
        settings.privacyURL = change(privacyURL)
        settings.termsURL = change(termsURL)
        settings.pages.darkLogo = try imageChange(darkLogo)
        settings.pages.showsName = showName
        settings.pages.supportURL = change(supportURL)
        settings.pages.providerOrder = listChange(providerOrder)
        return settings
    }
}

/// How a provider is offered on the sign-in page.
struct ProviderBrandingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What its button says instead of the name; 'none' takes it away.", valueName: "TEXT")) var displayName: String?
    @Option(help: ArgumentHelp("PNG, JPEG, WebP or plain SVG, at most 64 KiB; 'none' takes it away.", valueName: "FILE|none")) var logo: String?

    var isEmpty: Bool { displayName == nil && logo == nil }
}

/// Not given, nothing changes; `none`, or nothing at all, takes away what was there.
func change(_ text: String?) -> Change<String> {
    switch text {
    case nil: .keep
    case "none", "": .remove
    case let text?: .set(text)
    }
}

func imageChange(_ path: String?) throws(InputError) -> Change<[UInt8]> {
    switch change(path) {
    case .keep: .keep
    case .remove: .remove
    case .set(let path): .set(try InputFile.read(path, limit: 1 << 20))
    }
}
