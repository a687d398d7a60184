import Gateway
import HTTPTypes
import Hummingbird
import UserPools
import WireFormats

extension Pages {
    /// Asks whether an app of somebody else may have what it asks for.
    static func consent(_ question: ConsentQuestion, csrf: String, pageContext: PageContext) -> Page {
        let fields = [(name: "consent", value: question.id.text), (name: "csrf", value: csrf)]
        var values: Values = [
            .action: .text(pageContext.base + "/consent"), .fields: hidden(fields), .app: .text(question.app), .host: .text(question.host),
            .person: .text(question.person), .scopes: scopes(question.scopes),
        ]
        if let logo = question.logo { values[.plate] = .items([[.imageSource: .text(pageContext.address(of: logo))]]) }
        values[.ownWord] = .shown(question.isOwnWord)
        // Where a link leads is said beside it: what an app calls its own terms may be anybody's.
        func link(_ uri: String?, _ url: Placeholder, _ host: Placeholder) -> Value? {
            uri.flatMap { uri in WebAddress(uri, allowsFragment: true).map { .items([[url: .text(uri), host: .text($0.host)]]) } }
        }
        let (policy, terms) = (link(question.policyURI, .policyURL, .policyHost), link(question.termsURI, .appTermsURL, .termsHost))
        if let policy { values[.policy] = policy }
        if let terms { values[.appTerms] = terms }
        values[.appLinks] = .shown(policy != nil || terms != nil)
        // The answer to the form is a redirect to the app, which browsers hold to the same list.
        return Page(kind: .consent, pageContext: pageContext, values: values, formTargets: [origin(of: question.redirectURI)])
    }

    /// Scopes in plain words: what everybody knows has a sentence, the others their names.
    static func scopes(_ names: [String]) -> Value {
        .items(
            names.map { name -> Values in
                switch name {
                case "openid": [.scopeID: .shown(true)]
                case "profile": [.scopeProfile: .shown(true)]
                case "email": [.scopeEmail: .shown(true)]
                case "phone": [.scopePhone: .shown(true)]
                case "address": [.scopeAddress: .shown(true)]
                case "groups": [.scopeGroups: .shown(true)]
                default: [.scopeOther: .items([[.scopeName: .text(name)]])]
                }
            })
    }
}
