import Gateway
import HTTPTypes
import Hummingbird
import UserPools
import WireFormats

/// How a page looks: the language of who reads it, and the pool that it belongs to.
struct PageContext: Sendable {
    private(set) var language: Language
    /// The language that the person has just chosen, to be kept.
    private(set) var chosenLanguage: Language?
    /// What a form that asks for the same page in another language repeats; nil where that cannot be asked for.
    private(set) var languageFields: [(name: String, value: String)]?
    /// What the paths of the pool's endpoints are appended to; empty where the page belongs to no pool.
    let base: String
    private let pool: UserPool?
    /// Whether the language is the person's own choice, now or before.
    private var isKept = false

    /// Countersign's own, where no pool is known.
    init(language: Language) {
        (self.language, base, pool) = (language, "", nil)
    }

    init(_ site: Site, language: Language) {
        (self.language, base, pool) = (language, site.address.base, site.pool)
    }

    /// - Parameter parameters: of the request, which may name languages in `ui_locales`.
    init(_ site: Site?, for request: Request, _ parameters: [(name: String, value: String)] = []) {
        let query = request.method == .get ? FormCoding.decode(request.uri.query ?? "") : nil
        // Where there is no pool there is no menu, and what was chosen elsewhere still counts.
        let chosen = site == nil ? nil : query?.first { $0.name == Language.parameter }.flatMap { Language(code: $0.value) }
        let addresses = site.map { [$0.address.base] } ?? ["https://", "http://"]
        let kept = chosen ?? addresses.lazy.compactMap { CookieJar(publicURL: $0).language(request.headers) }.first
        let language =
            kept
            ?? Language.choose(
                uiLocales: parameters.first { $0.name == "ui_locales" }?.value, acceptLanguage: request.headers[.acceptLanguage])
        if let site { self.init(site, language: language) } else { self.init(language: language) }
        (chosenLanguage, isKept) = (chosen, kept != nil)
        if site != nil { languageFields = query?.filter { $0.name != Language.parameter } }
    }

    /// The same in the language that the request asked for: the address of one that was pushed does not say it.
    func speaking(_ uiLocales: [String], to request: Request) -> PageContext {
        guard !uiLocales.isEmpty, !isKept else { return self }
        var context = self
        context.language = Language.choose(uiLocales: uiLocales.joined(separator: " "), acceptLanguage: request.headers[.acceptLanguage])
        return context
    }

    /// What the frame of every page is filled with.
    var values: Values {
        guard let pool else { return [.icon: .items([[.iconSource: .text(Assets.icon.path)]])] }
        let (branding, pages) = (pool.branding, pool.settings.pages ?? PageSettings())
        let name = branding.displayName ?? pool.name
        let hidesName = branding.logo != nil && pages.hidesName == true
        var values: Values = [.banner: .shown(true), .pool: .text(name), .poolName: .shown(!hidesName)]
        if let logo = branding.logo {
            var shown: Values = [.logoSource: .text(address(of: logo)), .logoName: .text(hidesName ? name : "")]
            if let dark = pages.darkLogo { shown[.darkSource] = .text(address(of: dark)) }
            values[pages.darkLogo == nil ? .logo : .themedLogo] = .items([shown])
        }
        // A name in letters is no picture of sixteen pixels.
        let icon = branding.logo.flatMap { hidesName ? nil : address(of: $0) } ?? Assets.icon.path
        values[.icon] = .items([[.iconSource: .text(icon)]])
        if let support = supportAddress(pages.supportURL) { values[.support] = .items([[.supportURL: .text(support)]]) }
        if let sheet = AccentSheet(branding) { values[.accent] = .items([[.accentSheet: .text(sheet.path)]]) }
        let (privacy, terms) = (webAddress(branding.privacyURL), webAddress(branding.termsURL))
        if privacy != nil || terms != nil {
            values[.links] = .shown(true)
            if let privacy { values[.privacy] = .items([[.privacyURL: .text(privacy)]]) }
            if let terms { values[.terms] = .items([[.termsURL: .text(terms)]]) }
        }
        return values
    }

    /// Without scheme and host: a page takes images from the host that it came from, and from no other.
    func address(of image: ImageReference) -> String {
        let path = base.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(3).first.map { "/" + $0 } ?? ""
        return path + "/assets/images/" + image.hash
    }

    private func supportAddress(_ url: String?) -> String? {
        guard let url, url.utf8.starts(with: "mailto:".utf8) else { return webAddress(url) }
        return url
    }

    /// A link never runs script, whatever got into the store.
    private func webAddress(_ url: String?) -> String? {
        guard let url, url.hasPrefix("https://") || url.hasPrefix("http://") else { return nil }
        return url
    }
}
