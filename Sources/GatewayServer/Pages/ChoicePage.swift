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
    ///     `email`, `search`, `lang` and `csrf`.
    ///   - csrf: binds the e-mail form to this browser.
    static func choose(_ choice: SignInChoice, fields: [(name: String, value: String)], csrf: String, pageContext: PageContext) -> Page {
        if choice.isSearchable, choice.search != nil, choice.problem == nil || choice.problem == .nothingFound {
            return found(choice, fields: fields, pageContext: pageContext)
        }
        let last = choice.last.flatMap { last in choice.offers.first { $0.name == last } }
        let others = last == nil ? choice.offers : choice.offers.filter { $0.name != choice.last }
        var values = common(choice, fields)
        if let last { values[.last] = .items([offered(last, pageContext)]) }
        // What stands above: nothing, the last choice alone, or more.
        var above = last == nil ? 0 : 1
        func position() -> Values {
            defer { above = above == 0 ? 2 : above + 1 }
            return [.otherWays: .shown(above == 1), .afterOthers: .shown(above > 1), .leads: .shown(above == 0)]
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
            form[.search] = .text("")
            values[.searchForm] = .items([form])
        }
        if !others.isEmpty {
            var list = position()
            let isTiled = others.count >= tilesFrom
            list[.tiles] = .shown(isTiled)
            list[isTiled ? .tileOffers : .offers] = .items(others.map { offered($0, pageContext) })
            values[.offerList] = .items([list])
        }
        return Page(
            kind: .choice, pageContext: pageContext, values: values,
            formTargets: (choice.asksForEmail ? anyProvider(pageContext) : []) + wayBack(fields))
    }

    /// So many providers have a tile each, three in a row; fewer have a row each.
    static let tilesFrom = 5

    /// What a search found, and nothing beside it: on a phone the results are in sight.
    private static func found(_ choice: SignInChoice, fields: [(name: String, value: String)], pageContext: PageContext) -> Page {
        var values = common(choice, fields)
        let nothing = choice.problem == .nothingFound
        values[.searchForm] = .items([
            [.search: .text(choice.search ?? ""), .nothing: .shown(nothing), .focused: .shown(nothing), .leads: .shown(choice.offers.isEmpty)]
        ])
        if !choice.offers.isEmpty {
            values[.offerList] = .items([
                [.results: .shown(true), .search: .text(choice.search ?? ""), .offers: .items(choice.offers.map { offered($0, pageContext) })]
            ])
        }
        values[.allWays] = .items([[.allWaysURL: .text(fields.isEmpty ? "?" : FormCoding.append(fields, to: ""))]])
        return Page(kind: .choice, pageContext: pageContext, values: values, formTargets: wayBack(fields))
    }

    private static func common(_ choice: SignInChoice, _ fields: [(name: String, value: String)]) -> Values {
        // One text for the links of all providers, which differ in their last parameter only.
        let query = FormCoding.append(fields, to: "") + (fields.isEmpty ? "?" : "&") + "identity_provider="
        return [.app: .text(choice.app), .fields: hidden(fields), .query: .escaped(EscapedText(query))]
    }

    private static func offered(_ offer: SignInChoice.Offer, _ pageContext: PageContext) -> Values {
        let (section, content) = mark(of: offer, pageContext: pageContext)
        return [section: content, .choice: .text(PercentCoding.encode(offer.name.text)), .provider: .text(offer.displayName)]
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
