import Gateway
import HTTPTypes
import Hummingbird
import UserPools

extension Pages {
    /// Asks whether an app of somebody else may have what it asks for.
    static func consent(_ question: ConsentQuestion, csrf: String, pageContext: PageContext) -> Page {
        let fields = [(name: "consent", value: question.id.text), (name: "csrf", value: csrf)]
        let values: Values = [
            .action: .text(pageContext.base + "/consent"), .fields: hidden(fields), .app: .text(question.app), .host: .text(question.host),
            .person: .text(question.person), .scopes: scopes(question.scopes),
        ]
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
