import Gateway
@testable import GatewayServer
import HTTPTypes
import TestSupport
import Testing
import UserPools

@Suite("The branding of a pool's pages: name, logo, colours, links")
struct PageBrandingTests {
    @Test("the display name stands for the pool's name, on the page and in its title")
    func name() {
        let named = Pages.signedOut(pageContext: PageSamples.pageContext()).text
        #expect(named.contains("<p class=\"pool\">Northwind Traders</p>") && named.contains("<title>You are signed out · Northwind Traders</title>"))
        let unnamed = Pages.signedOut(pageContext: PageSamples.pageContext(.english, Branding())).text
        #expect(unnamed.contains("<p class=\"pool\">Customers</p>") && !unnamed.contains("<img") && !unnamed.contains("/assets/accent/"))
        let nobody = Pages.signedOut(pageContext: PageContext(language: .english)).text
        #expect(!nobody.contains("<header>") && nobody.contains("<title>You are signed out</title>"))
    }

    @Test("a logo comes from the host of the page, in a box of fixed size, beside a text that says what it would")
    func logo() throws {
        let branding = PageSamples.branding { $0.logo = ImageReference(hash: PageSamples.imageHash, mediaType: "image/png") }
        for (domain, path) in [(nil, "/local_4fGh2kQ9x/assets/images/"), ("login.northwind.example", "/assets/images/")] {
            let page = PageReader(Pages.signedIn(pageContext: PageContext(PageSamples.site(branding, domain: domain), language: .english)).text)
            let image = try #require(page.all("img").first)
            #expect(image["src"] == path + PageSamples.imageHash)
            #expect(image["alt"] == "" && image["width"] != nil && image["height"] != nil)
        }
    }

    @Test("a name in letters is not there twice: the logo says it to who sees and to who listens; a dark one stands in on dark pages")
    func wordmark() throws {
        let branding = PageSamples.branding { $0.logo = ImageReference(hash: PageSamples.imageHash, mediaType: "image/png") }
        var site = PageSamples.site(branding)
        func page() -> PageReader { PageReader(Pages.signedIn(pageContext: PageContext(site, language: .english)).text) }
        #expect(page().all("link").first?["href"] == "/local_4fGh2kQ9x/assets/images/" + PageSamples.imageHash)
        site = PageSamples.site(branding, pages: { $0.hidesName = true })
        #expect(page().all("img").first?["alt"] == "Northwind Traders" && !page().elements.contains { $0["class"] == "pool" })
        #expect(page().all("link").first?["href"] == "/assets/icon.svg")
        let dark = String(PageSamples.imageHash.reversed())
        site = PageSamples.site(branding, pages: { $0.darkLogo = ImageReference(hash: dark, mediaType: "image/png") })
        let source = try #require(page().all("source").first)
        #expect(source["srcset"] == "/local_4fGh2kQ9x/assets/images/" + dark && source["media"] == "(prefers-color-scheme: dark)")
        #expect(page().all("img").map { $0["class"] } == ["logo themed"])
    }

    @Test("a refusal: help where the pool has some, the way back to the app, and once more where nothing was used up")
    func help() throws {
        func page(_ status: Int, retry: Bool, _ support: String?) -> PageReader {
            let context = PageContext(PageSamples.site(Branding(), pages: { $0.supportURL = support }), language: .english)
            let app = AppAddress(name: "Orders", url: "https://app.example/login")
            return PageReader(Pages.refused(status: status, reference: Reference(), mayRetry: retry, app: app, pageContext: context).text)
        }
        #expect(
            page(503, retry: true, "https://help.example/").all("a").map { $0["href"] } == ["", "https://app.example/login", "https://help.example/"])
        #expect(
            page(403, retry: false, "mailto:help@example.com").all("a").map { $0["href"] } == [
                "https://app.example/login", "mailto:help@example.com",
            ])
        #expect(page(403, retry: false, "javascript:alert(1)").all("a").map(\.text) == ["Back to Orders"])
        #expect(
            page(403, retry: false, nil).all("svg").first?["class"] == "sign calm"
                && page(503, retry: false, nil).all("svg").first?["class"] == "sign")
    }

    @Test("up to four providers have a row each; from five on a tile each, whose name says what it does")
    func tiles() {
        for (count, isTiled) in [(4, false), (5, true)] {
            let list = PageReader(PageSamples.choose(PageSamples.choice(Array(PageSamples.many.prefix(count)), asksForEmail: false)).text)
            #expect(list.all("ul").first?["class"] == (isTiled ? "group tiles" : "group"))
            let links = list.all("a").filter { $0["href"]?.contains("identity_provider=") == true }
            #expect(links.count == count && links.allSatisfy { ($0["aria-label"] ?? $0.text).contains("Continue with ") })
        }
    }

    @Test("links to privacy and terms open as they are, and run nothing")
    func links() {
        let page = PageReader(Pages.signedIn(pageContext: PageSamples.pageContext()).text)
        #expect(page.all("a").map { $0["href"] } == ["https://northwind.example/privacy", "https://northwind.example/terms"])
        #expect(page.all("a").allSatisfy { $0["rel"] == "noopener" && $0["target"] == nil })
        let evil = PageSamples.branding { ($0.privacyURL, $0.termsURL) = ("javascript:alert(1)", " https://x.example") }
        #expect(PageReader(Pages.signedIn(pageContext: PageSamples.pageContext(.english, evil)).text).all("a").isEmpty)
    }

    @Test("a provider has its own image, the preset's drawing, or its first letter; nothing of them is read aloud")
    func marks() throws {
        let image = ImageReference(hash: PageSamples.imageHash, mediaType: "image/png")
        let offers = [
            PageSamples.offer("a", "Alpha", .image(image)), PageSamples.offer("b", "Beta", .preset("google")),
            PageSamples.offer("c", "Gamma", .preset("no-such")), PageSamples.offer("d", "delta"),
        ]
        let page = PageReader(PageSamples.choose(PageSamples.choice(offers, asksForEmail: false)).text)
        let images = page.all("img")
        #expect(
            images.map { $0["src"]?.split(separator: "?").first ?? "" } == [
                "/local_4fGh2kQ9x/assets/images/\(PageSamples.imageHash)", "/assets/logos/google.svg",
            ])
        #expect(images.allSatisfy { $0["alt"] == "" && $0["width"] == "24" && $0["height"] == "24" })
        let letters = page.elements.filter { $0["class"] == "mark monogram" }
        #expect(letters.map(\.text) == ["G", "D"] && letters.allSatisfy { $0["aria-hidden"] == "true" })
    }

    @Test("the drawings of the presets are small, and are drawings and nothing else", arguments: Assets.logos.keys.sorted())
    func drawings(name: String) throws {
        let logo = try #require(Assets.logos[name])
        #expect(logo.bytes.count < 1_500)
        let read = PageReader(String(decoding: logo.bytes, as: UTF8.self))
        #expect(read.problems == [])
        #expect(Set(read.elements.map(\.name)).isSubset(of: ["svg", "rect", "path", "circle", "g"]))
        #expect(read.elements.first?["viewBox"] == "0 0 24 24")
        #expect(!read.elements.contains { $0.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" || $0.hasSuffix("href") } })
    }

    @Test("a colour's sheet: the colour, black or white on it, and a ring that is seen; the dark one is made where none was chosen")
    func accent() throws {
        let sheet = try #require(AccentSheet(PageSamples.branding { $0.accent = "#ffee00" }))
        #expect(sheet.path == "/assets/accent/ffee00-ffee00.css")
        // Yellow on white is no edge and no ring.
        #expect(sheet.text.hasPrefix(":root { --accent: #ffee00; --on-accent: #000000; --accent-edge: var(--edge) }"))
        #expect(
            sheet.text.contains(
                "@media (prefers-color-scheme: dark) { :root { --accent: #ffee00; --on-accent: #000000; --accent-edge: #ffee00; --ring: #ffee00 }"))
        let navy = try #require(AccentSheet(PageSamples.branding { ($0.accent, $0.darkAccent) = ("#001a4d", "#8AB4F8") }))
        #expect(navy.path == "/assets/accent/001a4d-8ab4f8.css" && navy.text.contains("--on-accent: #ffffff"))
        #expect(AccentSheet(PageSamples.branding { $0.accent = "red;}" }) == nil && AccentSheet(Branding()) == nil)
        #expect(AccentSheet(file: "001a4d-8ab4f8.css") == navy)
        for file in ["", "001a4d-8ab4f8", "001a4d-8AB4F8.css", "001a4d_8ab4f8.css", "001a4d-8ab4f8.css/", "#01a4d-8ab4f8.css", "001a4d-8ab4fé.css"] {
            #expect(AccentSheet(file: file) == nil, "\(file)")
        }
    }

    @Test("a refusal wears the pageContext of its pool, in the language of its browser; a place that is no pool's wears none")
    func refusals() async throws {
        try await TestServer.run { server in
            let unknownClient = server.fixture.issuer + "/oauth2/authorize?client_id=nobody"
            let german = try await server.get(unknownClient, headers: [.acceptLanguage: "de-DE,en;q=0.5"])
            #expect(german.status == 400 && german.headers[.contentLanguage] == "de" && german.headers[.vary] == "Accept-Language")
            #expect(
                german.body.contains("<p class=\"pool\">\(server.fixture.pool.name)</p>") && german.body.contains("Die Anmeldung hat nicht geklappt"))
            let arabic = try await server.get(unknownClient + "&ui_locales=ar%20fr", headers: [.acceptLanguage: "de"])
            #expect(arabic.body.contains("<html lang=\"ar\" dir=\"rtl\">"))
            let nowhere = try await server.get("/nowhere/at/all", headers: [.acceptLanguage: "fr"])
            #expect(nowhere.status == 404 && !nowhere.body.contains("<header>") && nowhere.body.contains("Il n’y a rien ici"))
            for answer in [german, arabic, nowhere] { server.expectPage(answer) }
        }
    }

    @Test("assets: the marked address is kept for ever, the plain one for an hour; a colour's sheet for ever; what is not there is not")
    func assets() async throws {
        try await TestServer.run { server in
            for asset in Assets.all {
                let (marked, plain) = (try await server.get(asset.address), try await server.get(asset.path))
                #expect(marked.status == 200 && marked.body == plain.body && marked.headers[.contentType] == asset.type)
                #expect(marked.headers[.cacheControl] == "public, max-age=31536000, immutable")
                #expect(plain.headers[.cacheControl] == "public, max-age=3600")
                #expect(plain.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
            }
            let sheet = try await server.get("/assets/accent/0b57d0-8ab4f8.css")
            #expect(sheet.status == 200 && sheet.headers[.contentType] == "text/css; charset=utf-8")
            #expect(sheet.headers[.cacheControl] == "public, max-age=31536000, immutable" && sheet.body.contains("--accent: #0b57d0"))
            for path in ["/assets/accent/red.css", "/assets/accent/0b57d0-8ab4f8.css.css", "/assets/logos/none.svg"] {
                #expect(try await server.get(path).status == 404)
            }
        }
    }
}
