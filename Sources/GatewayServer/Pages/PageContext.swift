import Gateway
import HTTPTypes
import Hummingbird
import UserPools

/// How a page looks: the language of who reads it, and the pool that it belongs to.
struct PageContext: Sendable {
    private(set) var language: Language
    /// What the paths of the pool's endpoints are appended to; empty where the page belongs to no pool.
    let base: String
    private let pool: UserPool?

    /// Countersign's own, where no pool is known.
    init(language: Language) {
        (self.language, base, pool) = (language, "", nil)
    }

    init(_ site: Site, language: Language) {
        (self.language, base, pool) = (language, site.address.base, site.pool)
    }

    /// - Parameter parameters: of the request, which may name languages in `ui_locales`.
    init(_ site: Site?, for request: Request, _ parameters: [(name: String, value: String)] = []) {
        let language = Language.choose(
            uiLocales: parameters.first { $0.name == "ui_locales" }?.value, acceptLanguage: request.headers[.acceptLanguage])
        if let site { self.init(site, language: language) } else { self.init(language: language) }
    }

    /// The same in the language that the request asked for: the address of one that was pushed does not say it.
    func speaking(_ uiLocales: [String], to request: Request) -> PageContext {
        guard !uiLocales.isEmpty else { return self }
        var context = self
        context.language = Language.choose(uiLocales: uiLocales.joined(separator: " "), acceptLanguage: request.headers[.acceptLanguage])
        return context
    }

    /// What the frame of every page is filled with.
    var values: Values {
        guard let pool else { return [:] }
        let branding = pool.branding
        var values: Values = [.banner: .shown(true), .pool: .text(branding.displayName ?? pool.name)]
        if let logo = branding.logo { values[.logo] = .items([[.logoSource: .text(address(of: logo))]]) }
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

    /// A link never runs script, whatever got into the store.
    private func webAddress(_ url: String?) -> String? {
        guard let url, url.hasPrefix("https://") || url.hasPrefix("http://") else { return nil }
        return url
    }
}
