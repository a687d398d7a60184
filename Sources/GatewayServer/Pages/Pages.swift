import Gateway
import HTTPTypes
import UserPools

/// Every page of the gateway.
enum Pages {
    /// A fixed sentence, what the person can do, and the reference under which the admin finds the rest.
    static func refused(status: Int, reference: Reference) -> Page {
        let (title, advice) =
            switch status {
            case 403: ("You cannot sign in here", "Your account or the way you sign in is switched off. Ask the people who run the app.")
            case 404: ("There is nothing here", "Check the address, or go back to the app and begin again.")
            case 503: ("Signing in is not possible right now", "Please try again in a few minutes.")
            default: ("The sign-in did not work", "Go back to the app and try again. If it happens again, tell the people who run the app.")
            }
        return Page(
            status: HTTPResponse.Status(code: status), title: title,
            body: "<p>\(advice)</p><p class=\"soft\">Reference: <code>\(reference)</code></p>")
    }

    /// The app's providers as links: the same request with the choice added.
    static func choose(_ names: [IdentityProvider.Name], app: String, query: String) -> Page {
        let items = names.map { name in
            "<li><a class=\"button\" href=\"?\(escapeHTML(query))&amp;identity_provider=\(escapeHTML(percentEncode(name.text)))\">"
                + "Continue with \(escapeHTML(name.text))</a></li>"
        }
        return Page(status: .ok, title: "Sign in to \(app)", body: "<ul>\(items.joined())</ul>")
    }

    static func signedIn() -> Page {
        Page(status: .ok, title: "You are signed in", body: "<p>Open the app that you want to use; it will not ask you again.</p>")
    }

    static func signedOut() -> Page {
        Page(status: .ok, title: "You are signed out", body: "<p>You can close this window.</p>")
    }

    /// Asked where nothing proves that an app, and not some other site, wants the person signed out.
    static func confirmSignOut(fields: [(name: String, value: String)], action: String, target: String?) -> Page {
        Page(
            status: .ok, title: "Sign out?",
            body: form(action: action, fields: fields + [("confirm", "yes")], button: "Sign out"),
            // Browsers hold the redirect that answers a form to the same list.
            formTargets: target.map { [origin(of: $0)] } ?? [])
    }

    /// `response_mode=form_post` (OAuth 2.0 Form Post Response Mode §2): posts itself, or by its button where no script runs.
    static func formPost(action: String, fields: [(name: String, value: String)]) -> Page {
        Page(
            status: .ok, title: "Back to the app", body: form(action: action, fields: fields, button: "Continue"),
            formTargets: [origin(of: action)], submitsItself: true)
    }

    /// Scheme, host and port for a content security policy, in which quotation marks and the like cannot stand.
    private static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return (parts.first.map { $0.prefix { $0 != ":" } }).map { $0 + ":" } ?? "'none'" }
        return parts[0] + "//" + parts[2].prefix { !"?#;,'\" ".contains($0) }
    }

    private static func form(action: String, fields: [(name: String, value: String)], button: String) -> String {
        let hidden = fields.map { "<input type=\"hidden\" name=\"\(escapeHTML($0.name))\" value=\"\(escapeHTML($0.value))\">" }.joined()
        return
            "<form method=\"post\" action=\"\(escapeHTML(action))\">\(hidden)<button class=\"button primary\">\(escapeHTML(button))</button></form>"
    }

    private static func percentEncode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { encoded, byte in
            if IdentifierAlphabet.accepts(String(UnicodeScalar(byte)), length: 1...1, others: "-._~") {
                encoded.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
