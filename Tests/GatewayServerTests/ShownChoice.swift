import Testing
import WireFormats

/// A sign-in page as a person, or a test, reads it.
struct ShownChoice {
    let answer: Answer
    /// Names of the providers, in the order of their buttons.
    let offers: [String]
    /// The addresses behind the buttons.
    let links: [String]
    /// The e-mail box's form with what stands in the box; nil where there is none.
    let emailForm: [(name: String, value: String)]?
    let emailAction: String?
    let searchForm: [(name: String, value: String)]?
    let alerts: Int

    init(_ answer: Answer, sourceLocation: SourceLocation = #_sourceLocation) throws {
        self.answer = answer
        #expect(answer.status == 200, "\(answer.location ?? answer.body)", sourceLocation: sourceLocation)
        let body = answer.body
        links = body.matches(of: /href="(\?[^"]*identity_provider=[^"]*)"/).map { Self.text(String($0.1)) }
        offers = links.map { link in (FormCoding.decode(String(link.dropFirst())) ?? []).first { $0.name == "identity_provider" }?.value ?? "" }
        let forms = body.matches(of: /<form([^>]*)>(.*?)<\/form>/.dotMatchesNewlines()).map { (String($0.1), String($0.2)) }
        let post = forms.first { $0.0.contains("method=\"post\"") }
        emailForm = post.map { Self.fields($0.1) }
        emailAction = post.flatMap { $0.0.firstMatch(of: /action="([^"]*)"/).map { Self.text(String($0.1)) } }
        searchForm = forms.first { $0.0.contains("role=\"search\"") }.map { Self.fields($0.1) }
        alerts = body.matches(of: /role="alert"/).count
    }

    var email: String? { emailForm?.first { $0.name == "email" }?.value }
    var token: String? { emailForm?.first { $0.name == "csrf" }?.value }

    /// The e-mail form with this address typed.
    func typed(_ email: String) -> [(name: String, value: String)] { (emailForm ?? []).filter { $0.name != "email" } + [("email", email)] }

    private static func fields(_ form: String) -> [(name: String, value: String)] {
        form.matches(of: /<input([^>]*)>/).compactMap { input in
            guard let name = input.1.firstMatch(of: /\bname="([^"]*)"/)?.1 else { return nil }
            return (text(String(name)), text(input.1.firstMatch(of: /\bvalue="([^"]*)"/).map { String($0.1) } ?? ""))
        }
    }

    private static func text(_ html: String) -> String {
        html.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
            .replacing("&amp;", with: "&")
    }
}

extension Browser {
    func choice(_ app: TestApp, _ changes: [String: String?] = [:], sourceLocation: SourceLocation = #_sourceLocation) async throws -> ShownChoice {
        try ShownChoice(try await get(app.authorizeURL(server, changes)), sourceLocation: sourceLocation)
    }

    /// Types an address and sends the form.
    func type(_ email: String, on page: ShownChoice) async throws -> Answer {
        try await post(try #require(page.emailAction), page.typed(email))
    }
}
