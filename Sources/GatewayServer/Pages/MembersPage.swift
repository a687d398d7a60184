import Gateway
import OpenIDConnect
import UserPools
import WireFormats

extension Pages {
    /// The page on which a person looks for their organisation among the members of a federation. It works without a script: a form that is
    /// sent by GET, and links. Logos are those of ten thousand other servers, from which a page takes nothing: an initial stands for each.
    ///
    /// - Parameter fields: the request's parameters, which the form and every link repeat; without `identity_provider`, `entityID` and `search`.
    static func find(_ choice: MemberChoice, fields: [(name: String, value: String)], pageContext: PageContext) -> Page {
        let fields = fields + [("identity_provider", choice.federation.name.text)]
        let languages = [pageContext.language.rawValue]
        func offered(_ member: FederationOffer) -> Values {
            let name = member.displayName(in: languages)
            // Each has the name that it gave itself: whoever has the same, or one that looks like it, is told apart by where they are.
            return [
                .monogram: .items([[.initial: .text(ShownName(name).initial)]]), .choice: .text(PercentCoding.encode(member.entityID)),
                .provider: .text(name), .host: .text(WebAddress(member.entityID)?.host ?? member.entityID),
            ]
        }
        var values: Values = [
            .app: .text(choice.app), .federation: .text(choice.federation.displayName), .fields: hidden(fields),
            .query: .escaped(EscapedText(FormCoding.append(fields, to: "") + "&entityID=")), .search: .text(choice.search ?? ""),
            .otherWays: .shown(choice.last != nil), .leads: .shown(choice.last == nil),
            .focused: .shown(choice.last == nil && choice.found.isEmpty),
            .nothing: .shown(choice.search != nil && choice.found.isEmpty), .more: .shown(choice.hasMore),
        ]
        if let last = choice.last { values[.last] = .items([offered(last)]) }
        if !choice.found.isEmpty {
            values[.offerList] = .items([[.offers: .items(choice.found.map(offered))]])
        }
        return Page(kind: .members, pageContext: pageContext, values: values, formTargets: wayBack(fields))
    }
}
