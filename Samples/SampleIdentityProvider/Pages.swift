import HTTPTypes
import SAML
import SampleServer

/// Every page of the identity provider.
enum Pages {
    private static let site = "Sample identity provider"

    static func welcome(_ provider: IdentityProvider) -> Page {
        let people: [HTML] = Person.all.map {
            "<tr><th>\($0.username)</th><td>\($0.displayName)</td><td>\($0.groups.joined(separator: ", "))</td></tr>"
        }
        return Page(
            "Who signs in here", of: site, .violet,
            body: """
                <table><tr><th>Name and password</th><th>Person</th><th>Groups</th></tr>\(people)</table>
                <p class="soft">Register this identity provider from its metadata, <a href="/metadata">\(provider.metadataURL)</a>.
                A sign-in begins at an app.</p>
                """)
    }

    /// The sign-in form. Where an attempt failed it says so, and not whether name or password was wrong.
    static func signIn(_ request: SignInRequest, failedAs username: String? = nil) -> Page {
        let problem: HTML =
            username == nil
            ? "" : "<p class=\"problem\" role=\"alert\">Wrong username or password. Try alice, bob or carol, each with the name as password.</p>"
        return Page(
            "Sign in", of: site, .violet, status: username == nil ? .ok : .unauthorized,
            body: """
                <p>to continue to <strong>\(request.serviceProvider)</strong></p>
                \(problem)
                <form method="post" action="/sso">
                \(hidden("SAMLRequest", request.samlRequest))\(request.relayState.map { hidden("RelayState", $0) } ?? "")
                <label for="username">Username</label>
                <input id="username" name="username" value="\(username ?? "")" autocomplete="username" autocapitalize="none" required autofocus>
                <label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required>
                <button>Sign in</button>
                </form>
                """)
    }

    /// The answer, in a form that sends itself to the service provider (SAML Bindings §3.5.4).
    static func answer(_ response: [UInt8], to request: SignInRequest) -> Page {
        let fields = HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: request.relayState)
        return Page(
            "You are signed in", of: site, .violet, submitsItself: true,
            body: """
                <p>Your browser goes back by itself. If nothing happens, use the button.</p>
                <form method="post" action="\(request.assertionConsumerService)">
                \(fields.map { hidden($0.name, $0.value) })
                <button>Continue</button>
                </form>
                """)
    }

    static func refused(_ refusal: Refusal) -> Page {
        Page(
            "This does not work", of: site, .violet, status: .badRequest, body: "<p class=\"problem\">\(refusal.message)</p><p>\(refusal.remedy)</p>")
    }

    private static func hidden(_ name: String, _ value: String) -> HTML { "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">" }
}
