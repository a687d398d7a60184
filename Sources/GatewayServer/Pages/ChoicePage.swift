import Gateway
import HTTPTypes
import OpenIDConnect
import UserPools
import WireFormats

extension Pages {
    /// The page on which a person chooses where to sign in.
    ///
    /// - Parameters:
    ///   - fields: the request's parameters, which every link and form of the page repeats; without `identity_provider`, `idp_identifier`,
    ///     `email`, `search` and `csrf`.
    ///   - csrf: binds the e-mail form to this browser.
    static func choose(_ choice: SignInChoice, fields: [(name: String, value: String)], csrf: String, pageContext: PageContext) -> Page {
        func offered(_ offer: SignInChoice.Offer) -> Values {
            let (section, content) = mark(of: offer, pageContext: pageContext)
            return [section: content, .choice: .text(PercentCoding.encode(offer.name.text)), .provider: .text(offer.displayName)]
        }
        let last = choice.last.flatMap { last in choice.offers.first { $0.name == last } }
        let others = last == nil ? choice.offers : choice.offers.filter { $0.name != choice.last }
        // One text for the links of all providers, which differ in their last parameter only.
        let query = FormCoding.append(fields, to: "") + (fields.isEmpty ? "?" : "&") + "identity_provider="
        var values: Values = [.app: .text(choice.app), .fields: hidden(fields), .query: .escaped(EscapedText(query))]
        if let last { values[.last] = .items([offered(last)]) }
        var isFirst = last == nil
        func position() -> Values {
            defer { isFirst = false }
            return [.afterOthers: .shown(!isFirst), .leads: .shown(isFirst)]
        }
        if choice.asksForEmail {
            var form = position()
            form[.action] = .text(pageContext.base + "/login")
            form[.csrf] = .text(csrf)
            form[.email] = .text(choice.email ?? "")
            let isMalformed = choice.problem == .malformedEmail
            if isMalformed || choice.problem == .unknownDomain {
                form[.problem] = .items([[.malformed: .shown(isMalformed), .unknown: .shown(!isMalformed)]])
            }
            values[.emailForm] = .items([form])
        }
        if choice.isSearchable {
            var form = position()
            form[.search] = .text(choice.search ?? "")
            form[.nothing] = .shown(choice.problem == .nothingFound)
            values[.searchForm] = .items([form])
        }
        if !others.isEmpty {
            // What a search found stands below its own heading; otherwise the list is one more way beside those above.
            let isFound = choice.isSearchable && choice.search != nil
            values[.offerList] = .items([
                [
                    .results: .shown(isFound), .search: .text(choice.search ?? ""), .afterOthers: .shown(!isFirst && !isFound),
                    .offers: .items(others.map(offered)),
                ]
            ])
        }
        return Page(
            kind: .choice, pageContext: pageContext, values: values,
            formTargets: (choice.asksForEmail ? anyProvider(pageContext) : []) + wayBack(fields))
    }

    /// An e-mail address is answered by a redirect to the provider that owns its domain, which may be any, and browsers hold the redirect
    /// that answers a form to the policy's list.
    static func anyProvider(_ pageContext: PageContext) -> [String] {
        pageContext.base.hasPrefix("http://") ? ["https:", "http:"] : ["https:"]
    }

    /// The app, to which the answer to a form may lead at once: a browser with a session is asked nothing more.
    static func wayBack(_ fields: [(name: String, value: String)]) -> [String] {
        fields.first { $0.name == "redirect_uri" }.map { [origin(of: $0.value)] } ?? []
    }

    /// What stands for the provider's logo: a section of the page, and what is in it.
    private static func mark(of offer: SignInChoice.Offer, pageContext: PageContext) -> (section: Placeholder, content: Value) {
        switch offer.logo {
        case .image(let reference): return (.plate, .items([[.imageSource: .text(pageContext.address(of: reference))]]))
        case .preset(let name): if let logo = presetLogos[name] { return (.image, logo) }
        case nil: break
        }
        return (.monogram, .items([[.initial: .text(ShownName(offer.displayName).initial)]]))
    }

    private static let presetLogos = Assets.logos.mapValues { Value.items([[.imageSource: .text($0.address)]]) }
}
