import Foundation
@testable import GatewayServer
import HTTPTypes
import Hummingbird
import TestSupport
import Testing
import WireFormats

@Suite("The language of a page (OIDC Core §3.1.2.1 ui_locales, RFC 9110 §12.5.4 Accept-Language)")
struct PageLanguageTests {
    @Test(
        "the browser's languages, by their weight and then their order",
        arguments: [
            ("de", Language.german), ("de-AT,en;q=0.5", .german), ("en-GB,en;q=0.9,de;q=0.8", .english), ("en;q=0.1, fr ;q=0.9", .french),
            ("it,pt;q=0.9,es;q=0.2", .spanish), ("JA-jp", .japanese), ("ar-EG-u-nu-latn", .arabic), ("de;q=0.5,fr;q=0.5", .german),
            ("fr;Q=0.300 , ja;q=1.0", .japanese), ("zh,*;q=0.5", .english), ("*", .english), ("en;q=0,*", .german),
            ("en;q=0, de;q=0, *;q=0.1", .french),
            ("de;q=0", .english), ("*;q=0", .english), ("de;q=0,es;q=0.001", .spanish), ("fr\t;\tq=1", .french),
        ])
    func acceptLanguage(header: String, expected: Language) {
        #expect(Language.choose(uiLocales: nil, acceptLanguage: header) == expected)
    }

    @Test(
        "what is not written as the standard says counts for nothing, and the rest still does",
        arguments: [
            "", ",", ";", "deutsch", "de;q=2", "de;q=1.001", "de;q=0.5555", "de;q=", "de;q=x", "de;q=-1", "de;q= 1", "de;;q=1", "de;level=1",
            "de;q=1;q=1", "d", "de_DE", "de\u{301}", "dé", "۱", "de-\u{0}", "d e", "q=0.5", "*-de", "-de", "\u{FF44}\u{FF45}",
        ])
    func garbage(header: String) {
        #expect(Language.choose(uiLocales: nil, acceptLanguage: header) == .english)
        #expect(Language.choose(uiLocales: nil, acceptLanguage: header + ",fr;q=0.1") == .french)
    }

    @Test("a header of 10 kB and one of a thousand ranges are looked at no longer than they deserve")
    func long() {
        #expect(Language.choose(uiLocales: nil, acceptLanguage: "fr," + String(repeating: "x", count: 10_000)) == .english)
        #expect(Language.choose(uiLocales: nil, acceptLanguage: String(repeating: "it,", count: 300) + "fr") == .english)
        #expect(Language.choose(uiLocales: String(repeating: "it ", count: 10_000) + "fr", acceptLanguage: nil) == .english)
    }

    @Test("ui_locales comes first, the first that we speak; then the browser; then English")
    func uiLocales() {
        #expect(Language.choose(uiLocales: "it fr-CA de", acceptLanguage: "ja") == .french)
        #expect(Language.choose(uiLocales: "it pt", acceptLanguage: "ja") == .japanese)
        #expect(Language.choose(uiLocales: "\"><b>", acceptLanguage: nil) == .english)
        #expect(Language.choose(uiLocales: "", acceptLanguage: "") == .english)
        #expect(Language.choose(uiLocales: nil, acceptLanguage: nil) == .english)
    }

    @Test("every language has the sentences of English, no others, each once and with the same placeholders", arguments: Language.allCases)
    func complete(language: Language) throws {
        let (english, texts) = (Messages.of(.english).texts, Messages.of(language).texts)
        #expect(Set(texts.keys).symmetricDifference(english.keys) == [])
        let source = String(decoding: Messages.source(language), as: UTF8.self)
        #expect(source.matches(of: #/\n +"[a-z_]+": /#).count == texts.count)
        for (key, text) in texts {
            func placeholders(_ text: String?) -> [Messages.Piece] {
                Messages.pieces(of: text ?? "").filter { if case .placeholder = $0 { true } else { false } }
            }
            #expect(placeholders(text).map { "\($0)" }.sorted() == placeholders(english[key]).map { "\($0)" }.sorted(), "\(key)")
            #expect(text == text.trimmingCharacters(in: .whitespacesAndNewlines) && !text.isEmpty, "\(key)")
            // Where a sentence would only be English once more, somebody forgot it.
            #expect(language == .english || text != english[key], "\(key)")
            #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .privateUse && $0.properties.generalCategory != .control })
        }
    }

    @Test("a sentence that a language lacks is the English one")
    func fallback() {
        let german = Messages(language: .german, texts: ["or": "oder"])
        #expect(german.pieces("or") == [.words("oder")])
        #expect(german.pieces("last_time") == [.words("You chose this last time")])
        #expect(german.pieces("no_such_key") == nil)
        #expect(Messages.pieces(of: "a {{b}}{{c}} d") == [.words("a "), .placeholder("b"), .placeholder("c"), .words(" d")])
        #expect(Messages.pieces(of: "{{ unfinished") == [.words("{{ unfinished")])
    }

    @Test("every page is there in every language, says which, and goes from right to left in Arabic alone", arguments: Language.allCases)
    func pages(language: Language) throws {
        let english = PageSamples.all(PageSamples.pageContext())
        for ((name, page), (_, original)) in zip(PageSamples.all(PageSamples.pageContext(language)), english) {
            let read = PageReader(page.text)
            #expect(read.problems == [], "\(name)")
            let html = try #require(read.all("html").first)
            #expect(html["lang"] == language.rawValue && html["dir"] == (language == .arabic ? "rtl" : "ltr"))
            #expect(page.response().headers[.contentLanguage] == language.rawValue)
            #expect(
                read.elements.filter { $0.name != "bdi" }.map(\.name) == PageReader(original.text).elements.filter { $0.name != "bdi" }.map(\.name))
            #expect(!page.text.contains("{{") && !page.text.contains("}}"))
            #expect(!page.text.unicodeScalars.contains { $0.properties.generalCategory == .privateUse })
        }
        let choice = PageSamples.choose(PageSamples.choice(last: "google"), PageSamples.pageContext(language)).text
        #expect(choice.contains(language == .arabic ? "<bdi>Google</bdi>" : "Google</span>") || language == .japanese)
    }

    @Test("who chooses a language keeps it: before what the app and the browser ask for, on this page and on those that follow")
    func chosen() async throws {
        try await TestServer.run { server in
            try await server.fixture.addProvider("partner", FakeIdentityProvider(entityID: "https://partner.example", key: .second))
            let browser = Browser(server)
            let page = PageReader(try await browser.get(server.app.authorizeURL(server, ["ui_locales": "fr"])).body)
            #expect(page.all("html").first?["lang"] == "fr")
            let form = try #require(page.fields().last)
            #expect(form.contains { $0.name == "ui_locales" && $0.value == "fr" } && !form.contains { $0.name == "csrf" })
            #expect(page.all("button").filter { $0["name"] == "lang" }.map { $0["value"] } == Language.allCases.map(\.rawValue))

            let german = try await browser.get(FormCoding.append(form + [("lang", "de")], to: server.fixture.issuer + "/oauth2/authorize"))
            #expect(german.status == 200 && german.headers[.contentLanguage] == "de")
            #expect(german.setCookies.contains { $0.hasPrefix("__Host-countersign-language=de; ") && $0.contains("SameSite=Lax") })
            #expect(!german.body.contains("lang=de"))
            #expect(try await browser.get(server.app.authorizeURL(server, ["ui_locales": "fr"])).headers[.contentLanguage] == "de")
            #expect(try await browser.get(server.fixture.issuer + "/oauth2/authorize?client_id=nobody").headers[.contentLanguage] == "de")
            let device = try await Browser(server).get(server.fixture.issuer + "/device?lang=ja")
            #expect(device.headers[.contentLanguage] == "ja" && device.setCookies.contains { $0.hasPrefix("__Host-countersign-language=ja; ") })
            // Where there is no pool nothing can be chosen, and what was chosen counts.
            let nowhere = try await browser.get("/nowhere/at/all?lang=ja")
            #expect(nowhere.headers[.contentLanguage] == "de" && !nowhere.body.contains("name=\"lang\""))
            // What is no language of ours is none.
            let odd = try await browser.get(server.app.authorizeURL(server, ["lang": "xx"]))
            #expect(odd.headers[.contentLanguage] == "de" && odd.setCookies.allSatisfy { !$0.contains("language") })
        }
    }

    @Test("one direction serves both: the style sheet says start and end, never left and right")
    func logical() {
        let css = String(decoding: Assets.styleSheet.bytes, as: UTF8.self)
        #expect(!css.contains(/(margin|padding|border)-(left|right|top|bottom)|text-align:\s*(left|right)|[{;\s](left|right|width|height):/))
        // Letters come from our own host, and nothing else does by an address.
        #expect(css.matches(of: /url\(/).count == 2 && css.matches(of: #/url\("/assets/fonts/inter-[a-z]+\.woff2\?[0-9a-z]+"\)/#).count == 2)
        #expect(!css.contains("@import"))
    }
}
