import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools

/// Every page of the gateway but the choice of a provider.
enum Pages {
    /// A fixed sentence, what the person can do, and the reference under which the admin finds the rest.
    /// - Parameters:
    ///   - mayRetry: whether the same request again may do better.
    ///   - app: where the person may begin once more.
    static func refused(status: Int, reference: Reference, mayRetry: Bool = false, app: AppAddress? = nil, pageContext: PageContext) -> Page {
        let kind: PageKind =
            switch status {
            case 403: .forbidden
            case 404: .missing
            case 429: .many
            case 500...: .unavailable
            default: .refused
            }
        // Nothing is broken where somebody said no, or where there is nothing.
        let isCalm = kind == .forbidden || kind == .missing || kind == .many
        var values: Values = [.reference: .text(reference.description), .calm: .shown(isCalm), .retry: .shown(mayRetry)]
        if let app { values[.back] = .items([[.backURL: .text(app.url), .app: .text(app.name), .leads: .shown(!mayRetry)]]) }
        return Page(kind: kind, status: HTTPResponse.Status(code: status), pageContext: pageContext, values: values)
    }

    /// What stands at the root, for whoever comes without an app.
    static func landing(pageContext: PageContext) -> Page { Page(kind: .landing, pageContext: pageContext) }

    static func signedIn(pageContext: PageContext) -> Page { Page(kind: .signedIn, pageContext: pageContext) }

    /// - Parameters:
    ///   - again: where the app begins a sign-in.
    ///   - frames: addresses of apps that sign the person out as well.
    static func signedOut(again: String? = nil, frames: [String] = [], pageContext: PageContext) -> Page {
        framed(.signedOut, [:], next: again, frames, pageContext)
    }

    /// Nobody was signed out: the person thought better of it.
    static func stillSignedIn(pageContext: PageContext) -> Page { Page(kind: .stillSignedIn, pageContext: pageContext) }

    /// The session here is over, and whether that is so at the provider nobody knows.
    /// - Parameter next: where the app wants the browser.
    static func partlySignedOut(reference: String, next: String?, frames: [String] = [], pageContext: PageContext) -> Page {
        framed(.partlySignedOut, [.reference: .text(reference)], next: next, frames, pageContext)
    }

    /// Signed out, and on the way back to the app; other apps have their frames meanwhile.
    static func leaving(for url: String, frames: [String], pageContext: PageContext) -> Page {
        framed(.leaving, [.nextURL: .text(url)], next: nil, frames, pageContext)
    }

    private static func framed(_ kind: PageKind, _ given: Values, next: String?, _ frames: [String], _ pageContext: PageContext) -> Page {
        var values = given
        if let next { values[.next] = .items([[.nextURL: .text(next)]]) }
        if !frames.isEmpty { values[.frames] = .items(frames.map { [.frameURL: .text($0)] }) }
        return Page(kind: kind, pageContext: pageContext, values: values, frameSources: frames.map(origin(of:)))
    }

    /// What a provider said of somebody's sign-out does not count.
    static func signOutRefused(status: Int, reference: Reference, pageContext: PageContext) -> Page {
        Page(
            kind: .signOutRefused, status: HTTPResponse.Status(code: status), pageContext: pageContext,
            values: [.reference: .text(reference.description)])
    }

    /// On the way to the provider: the browser goes on by itself, or by the link; apps have their frames meanwhile.
    static func onward(to url: String, frames: [String] = [], pageContext: PageContext) -> Page {
        framed(.upstreamSignOut, [.nextURL: .text(url)], next: nil, frames, pageContext)
    }

    /// The same with a message in a form.
    static func signOutForm(
        action: String, fields: [(name: String, value: String)], frames: [String] = [], pageContext: PageContext
    ) -> Page {
        var page = framed(.upstreamSignOutForm, form(action: action, fields: fields), next: nil, frames, pageContext)
        (page.formTargets, page.submitsItself) = ([scheme(of: action)], true)
        return page
    }

    /// Asked where nothing proves that an app, and not some other site, wants the person signed out.
    static func confirmSignOut(fields: [(name: String, value: String)], action: String, target: String?, pageContext: PageContext) -> Page {
        Page(
            kind: .confirmSignOut, pageContext: pageContext,
            values: form(action: action, fields: fields + [("confirm", "yes")], cancel: action + "?confirm=no"),
            // Browsers hold the redirect that answers a form to the same list.
            formTargets: target.map { [origin(of: $0)] } ?? [])
    }

    /// Before a dry sign-in: a link that some program looks at beforehand begins nothing.
    static func startTrial(at provider: String, ticket: String, pageContext: PageContext) -> Page {
        let action = pageContext.base + "/trial"
        var values = form(action: action, fields: [("ticket", ticket)])
        values[.provider] = .text(provider)
        return Page(kind: .startTrial, pageContext: pageContext, values: values, formTargets: [scheme(of: action)])
    }

    /// The answer to an app by way of the browser: a redirect that never repeats a POST, or a form that posts itself.
    static func toApp(_ answer: AuthorizationMessage, pageContext: PageContext) -> Response {
        guard answer.isForm else { return Response(status: .seeOther, headers: [.location: answer.location]) }
        return formPost(action: answer.redirectURI.value, fields: answer.fields, pageContext: pageContext).response()
    }

    /// `response_mode=form_post` (OAuth 2.0 Form Post Response Mode §2): posts itself, or by its button where no script runs.
    static func formPost(action: String, fields: [(name: String, value: String)], pageContext: PageContext) -> Page {
        Page(
            kind: .formPost, pageContext: pageContext, values: form(action: action, fields: fields), formTargets: [origin(of: action)],
            submitsItself: true)
    }

    /// A request to an identity provider by HTTP-POST (SAML Bindings §3.5): posts itself, or by its button.
    static func toProvider(action: String, fields: [(name: String, value: String)], pageContext: PageContext) -> Page {
        Page(
            kind: .toProvider, pageContext: pageContext, values: form(action: action, fields: fields), formTargets: [scheme(of: action)],
            submitsItself: true)
    }

    /// Where the form's address is ours to choose, and where it leads on to is the provider's: browsers hold redirects to the same list.
    private static func scheme(of url: String) -> String { url.utf8.starts(with: "http:".utf8) ? "http: https:" : "https:" }

    /// Scheme, host and port for a content security policy, in which quotation marks and the like cannot stand.
    static func origin(of url: String) -> String {
        let parts = url.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else {
            return parts.first.map { String(Substring($0.prefix { $0 != UInt8(ascii: ":") })) + ":" } ?? "'none'"
        }
        let scheme = String(Substring(parts[0]))
        // A source has no brackets (CSP 3 §2.3.1).
        if parts[2].first == UInt8(ascii: "[") { return scheme }
        return scheme + "//" + String(Substring(parts[2].prefix(while: mayStandInSource)))
    }

    private static func mayStandInSource(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: " "):
            false
        default: true
        }
    }

    /// - Parameter cancel: where whoever does not want it goes.
    private static func form(action: String, fields: [(name: String, value: String)], cancel: String? = nil) -> Values {
        var values: Values = [.action: .text(action), .fields: hidden(fields)]
        if let cancel { values[.cancel] = .items([[.cancelURL: .text(cancel)]]) }
        return values
    }

    static func hidden(_ fields: [(name: String, value: String)]) -> Value {
        .items(fields.map { [.fieldName: .text($0.name), .fieldValue: .text($0.value)] })
    }
}
