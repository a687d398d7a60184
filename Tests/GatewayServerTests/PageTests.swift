import Gateway
@testable import GatewayServer
import HTTPTypes
import Hummingbird
import Testing
import UserPools
import WireFormats

@Suite("What a page lets in, and what it repeats (issue 3, \"The sign-in page\"; cases 114, 115)")
struct PageTests {
    @Test("names, addresses and parameters make no element and no attribute, whatever is in them")
    func hostile() {
        let hostile = [
            "\"><script>alert(1)</script>", "' onfocus='alert(1)", "\"\u{301} onfocus=alert(1) \"\u{200D}>", "<\u{301}img src=x>", "</title><b>",
            "{{app}} {{{app}}} {{#app}}", "\u{E000}csrf\u{E005}", "&lt;script&gt;", "]]><!--", "\u{202E}gro.live\u{2066}", "a\u{0}b\r\nc",
        ]
        func page(_ text: String, search: String? = nil) -> PageReader {
            let site = PageSamples.site(PageSamples.branding { $0.displayName = text })
            let choice = PageSamples.choice(
                [PageSamples.offer("corp", text), PageSamples.offer("other", text)], last: "corp", isSearchable: true, search: search, email: text,
                problem: search == nil ? .unknownDomain : .nothingFound, app: text)
            return PageReader(
                Pages.choose(choice, fields: [("state", text), (text, "1")], csrf: text, pageContext: PageContext(site, language: .english)).text)
        }
        func search(_ text: String) -> PageReader { page(text, search: text) }
        // Beside <bdi>, which only some names need.
        func shape(_ page: PageReader) -> [String] {
            page.elements.filter { $0.name != "bdi" }.map { "\($0.name) \($0.attributes.keys.sorted())" }
        }
        let harmless = page("Contoso")
        #expect(harmless.problems == [])
        for text in hostile {
            let page = page(text)
            #expect(page.problems == [], "\(text)")
            #expect(shape(page) == shape(harmless), "\(text)")
            // What goes along unseen goes along unchanged.
            #expect(page.fields()[0].contains { $0 == ("state", text) } && page.fields()[1].contains { $0 == ("state", text) })
            #expect(page.first(id: "email")?["value"] == text)
            let found = search(text)
            #expect(found.problems == [] && found.first(id: "search")?["value"] == text, "\(text)")
            #expect(found.fields()[0].contains { $0 == ("state", text) })
        }
    }

    @Test("a name is shown without what turns the writing around it, and never longer than a line can bear")
    func names() {
        #expect(ShownName("\u{202E}txt.exe\u{2069}\u{7}").text == "txt.exe")
        #expect(ShownName(String(repeating: "x", count: 5_000)).text.count == 201)
        #expect(ShownName("Contoso AG").isLeftToRight && ShownName("Søn & Ørsted").isLeftToRight && ShownName("ОАО").isLeftToRight)
        #expect(!ShownName("אב").isLeftToRight && !ShownName("(a)").isLeftToRight && !ShownName("aא1").isLeftToRight && !ShownName("").isLeftToRight)
        #expect(
            ["Contoso", "ørsted", "  \"x", "東京", "e\u{301}\u{301}\u{301}cole", "3com", "", "🙂"].map { ShownName($0).initial } == [
                "C", "Ø", "X", "東", "E", "3", "•", "•",
            ])
        #expect(PageSamples.choose(PageSamples.choice(app: "אב")).text.contains("<h1>Sign in to <bdi>אב</bdi></h1>"))
        #expect(PageSamples.choose(PageSamples.choice(app: "אב")).text.contains("<title>Sign in to \u{2068}אב\u{2069} · Northwind Traders</title>"))
        #expect(PageSamples.choose(PageSamples.choice()).text.contains("<title>Sign in to Orders · Northwind Traders</title>"))
    }

    @Test("every link and every form of the choice repeats every parameter of the request, and adds its own")
    func repeated() throws {
        let page = PageReader(
            PageSamples.choose(PageSamples.choice(last: "google", isSearchable: true, email: "alice@example.com")).text)
        let links = page.all("a").compactMap { $0["href"] }.filter { $0.hasPrefix("?") }
        #expect(links.count == 4)
        for (link, name) in zip(links, ["google", "contoso", "entra", "github"]) {
            let parameters = try #require(FormCoding.decode(String(link.dropFirst())))
            #expect(parameters.map(\.name) == PageSamples.fields.map(\.name) + ["identity_provider"])
            #expect(parameters.map(\.value) == PageSamples.fields.map(\.value) + [name])
        }
        let forms = page.fields()
        #expect(forms.count == 2)
        #expect(forms[0].map(\.name) == PageSamples.fields.map(\.name) + ["csrf", "email"])
        #expect(forms[0].map(\.value) == PageSamples.fields.map(\.value) + ["c5rf-T0ken_", "alice@example.com"])
        #expect(forms[1].map(\.name) == PageSamples.fields.map(\.name) + ["search"])
        #expect(forms[1].map(\.value) == PageSamples.fields.map(\.value) + [""])
        #expect(page.all("form").map { $0["method"] } == ["post", "get"])
        #expect(page.all("form").map { $0["action"] } == ["https://id.example/local_4fGh2kQ9x/login", nil])
    }

    @Test("what was searched for has a view of its own: the box, what was found, and the way back to the other choices")
    func found() throws {
        let page = PageReader(PageSamples.choose(PageSamples.choice(isSearchable: true, search: "Con", email: "alice@example.com")).text)
        let forms = page.fields()
        #expect(forms.count == 1 && forms[0].map(\.name) == PageSamples.fields.map(\.name) + ["search"])
        #expect(forms.first?.last?.value == "Con" && page.first(id: "email") == nil)
        let links = page.all("a").compactMap { $0["href"] }.filter { $0.hasPrefix("?") }
        #expect(links.count == 5)
        for link in links {
            let parameters = try #require(FormCoding.decode(String(link.dropFirst())))
            #expect(parameters.prefix(PageSamples.fields.count).map(\.value) == PageSamples.fields.map(\.value))
        }
        #expect(links.last.map { FormCoding.decode(String($0.dropFirst()))?.map(\.name) } == PageSamples.fields.map(\.name))
    }

    @Test("the last choice is first, is the one button that stands out, and says why")
    func last() throws {
        let page = PageReader(PageSamples.choose(PageSamples.choice(last: "entra")).text)
        let buttons = page.elements.filter { $0["class"]?.hasPrefix("button") == true }
        #expect(buttons.map { $0["class"] } == ["button primary", "button", "button", "button", "button"])
        #expect(buttons.map { $0.text.split(separator: "\n").joined() }.first == "Continue with Microsoft")
        #expect(page.first(id: try #require(buttons[0]["aria-describedby"]))?.text == "You chose this last time")
        // Without a last choice the form does; a button is there once.
        let first = PageReader(PageSamples.choose(PageSamples.choice()).text)
        #expect(first.elements.filter { $0["class"] == "button primary" }.map(\.name) == ["button"])
        #expect(first.all("a").filter { $0.text.contains("Continue with") }.count == 4)
    }

    @Test(
        "a problem stands at its box: an alert, and the box says that it is wrong and what describes it",
        arguments: [
            (SignInChoice.Problem.malformedEmail, "email", "Please enter a whole e-mail address, such as name@example.com."),
            (.unknownDomain, "email", "No organisation here uses the part after the @. Check the spelling, or choose another way to sign in."),
            (.nothingFound, "search", "Nothing was found for “Con”. Try another part of the name."),
        ])
    func problems(problem: SignInChoice.Problem, box: String, sentence: String) throws {
        let page = PageReader(
            PageSamples.choose(PageSamples.choice(isSearchable: true, search: "Con", email: "alice@", problem: problem)).text)
        let alerts = page.elements.filter { $0["role"] == "alert" }
        #expect(alerts.map(\.text) == [sentence])
        let input = try #require(page.first(id: box))
        #expect(input["aria-invalid"] == "true")
        #expect(input["aria-describedby"]?.split(separator: " ").contains(Substring(alerts[0]["id"] ?? "")) == true)
        #expect(page.elements.filter { $0["aria-invalid"] != nil }.count == 1)
        let fine = PageReader(PageSamples.choose(PageSamples.choice(isSearchable: true, search: "Con")).text)
        #expect(!fine.elements.contains { $0["aria-invalid"] != nil || $0["role"] == "alert" })
    }

    @Test("nothing of upstream is on a refusal but our own sentence and the reference; its status says what it is about")
    func refusals() {
        let reference = Reference()
        let titles = [
            400: "The sign-in did not work", 403: "You cannot sign in here", 404: "There is nothing here", 413: "The sign-in did not work",
            429: "Too many requests", 500: "Signing in is not possible right now", 503: "Signing in is not possible right now",
        ]
        for (status, title) in titles {
            let page = Pages.refused(status: status, reference: reference, pageContext: PageSamples.pageContext())
            #expect(page.status.code == status)
            #expect(page.text.contains("<h1>\(title)</h1>") && page.text.contains("Reference: <code>\(reference)</code>"))
        }
    }

    @Test("the policy of every page: our own style and images, script only where a form posts itself, frames of apps that are told")
    func policy() {
        for (name, page) in PageSamples.all(PageSamples.pageContext()) {
            let postsItself = ["form-post", "to-provider", "sign-out-form"].contains(name)
            let script = postsItself ? "'self'" : "'none'"
            let forms =
                switch name {
                case "form-post", "confirm": "'self' https://app.example"
                case "consent": "'self' https://app.example:8443"
                // Where these lead on to is the provider's to say.
                case "to-provider", "sign-out-form", "start-trial", "account", "account-no-apps": "'self' https:"
                // The sign-in follows on the code that was typed, and on an answer that came late.
                case "device", "device-filled", "device-unknown", "device-many", "device-gone", "device-confirm", "device-confirm-odd":
                    "'self' https:"
                // An answer to a form may lead to any provider, or back to the app at once.
                case _ where page.text.contains("id=\"email\""): "'self' https: https://app.example"
                case _ where page.text.contains("name=\"redirect_uri\"") || page.text.contains("redirect_uri="): "'self' https://app.example"
                default: "'self'"
                }
            let frames =
                switch name {
                case "signed-out-again": "frame-src https://app.example; "
                case "leaving": "frame-src https://b.example; "
                default: ""
                }
            #expect(page.text.contains("<iframe") == !frames.isEmpty)
            #expect(
                page.policy == "default-src 'none'; style-src 'self'; script-src \(script); img-src 'self'; font-src 'self'; form-action \(forms); "
                    + "\(frames)frame-ancestors 'none'; base-uri 'none'", "\(name)")
            let read = PageReader(page.text)
            #expect(read.all("script").compactMap { $0["src"] } == (postsItself ? ["/assets/submit.js"] : []))
            #expect(!read.elements.contains { $0.name == "style" || $0.attributes.keys.contains { $0 == "style" || $0.hasPrefix("on") } })
            #expect(read.all("img").allSatisfy { $0["src"]?.hasPrefix("/") == true && $0["src"]?.hasPrefix("//") == false })
            let headers = page.response().headers
            #expect(headers[.contentType] == "text/html; charset=utf-8" && headers[.contentLanguage] == "en" && headers[.vary] == "Accept-Language")
        }
    }

    @Test("templates leave escaping to no exception: no {{{ }}}, no {{& }}, no set delimiters, and every part that they include is there")
    func templates() {
        for (name, source) in Templates.sources {
            let text = String(decoding: source, as: UTF8.self)
            #expect(!text.contains("{{{") && !text.contains("{{&") && !text.contains("{{=") && !text.contains("{{^"), "\(name)")
            for part in text.matches(of: /\{\{>\s*([^}\s]+)\s*\}\}/) { #expect(part.1 == "page" || Templates.sources[String(part.1)] != nil) }
            // An attribute without quotation marks would be one that a space ends.
            #expect(!text.contains("={{"), "\(name)")
        }
    }

    @Test("form_post posts itself and has a button where no script runs")
    func formPost() {
        let page = Pages.formPost(action: "https://app.example/callback", fields: PageSamples.fields, pageContext: PageSamples.pageContext())
        let read = PageReader(page.text)
        #expect(page.text.contains("<form method=\"post\" action=\"https://app.example/callback\">"))
        #expect(read.fields().first?.map(\.value) == PageSamples.fields.map(\.value))
        #expect(read.all("button").count == 1)
    }
}
