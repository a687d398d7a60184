import Foundation
@testable import GatewayServer
import Testing
import UserPools

@Suite("WCAG 2.2 AA, as far as a page's text and its style sheet show it")
struct PageAccessibilityTests {
    @Test("1.3.1, 2.4.6: landmarks, one h1, no heading skipped, a title of its own", arguments: Language.allCases)
    func structure(language: Language) {
        for (name, page) in PageSamples.all(PageSamples.pageContext(language)) {
            let read = PageReader(page.text)
            #expect(read.problems == [], "\(name)")
            for landmark in ["main", "header", "footer", "h1", "title"] { #expect(read.all(landmark).count == 1, "\(name) \(landmark)") }
            #expect(read.all("h1").first?.path == ["html", "body", "main"])
            let headings = read.elements.filter { ["h1", "h2", "h3"].contains($0.name) }.map(\.name)
            #expect(headings.first == "h1" && headings.dropFirst().allSatisfy { $0 == "h2" })
            let heading = read.all("h1").first?.text ?? ""
            #expect(!heading.isEmpty && read.all("title").first?.text.filter { !"\u{2068}\u{2069}".contains($0) } == heading + " · Northwind Traders")
        }
    }

    @Test("1.3.1, 4.1.2: every box has its label, every reference an element, every id is one, every link and button a name")
    func names() {
        for (name, page) in PageSamples.all(PageSamples.pageContext()) {
            let read = PageReader(page.text)
            let ids = read.elements.compactMap { $0["id"] }
            #expect(Set(ids).count == ids.count, "\(name)")
            for element in read.elements {
                let described = (element["aria-describedby"] ?? "").split(separator: " ").map { String($0) }
                #expect(described.allSatisfy { read.first(id: $0)?.text.isEmpty == false }, "\(name) \(described)")
                if let box = element["for"] { #expect(read.first(id: box)?.name == "input", "\(name)") }
                switch element.name {
                case "input" where element["type"] != "hidden":
                    #expect(read.all("label").contains { $0["for"] == element["id"] && !$0.text.isEmpty }, "\(name)")
                case "a", "button": #expect(element.text.contains { $0.isLetter }, "\(name)")
                case "img": #expect(element["alt"] == "")
                case "svg": #expect(element["aria-hidden"] == "true" && element["focusable"] == "false")
                case "ul":
                    #expect(element["role"] == "list")
                    let heading = element["aria-labelledby"].flatMap { read.first(id: $0) }
                    #expect(heading?.name == "h2" || ["Ways to sign in", "What the app may do"].contains(element["aria-label"] ?? ""))
                default: break
                }
            }
            // 2.4.3: the order of the text is the order of the keyboard.
            #expect(!read.elements.contains { $0["tabindex"] != nil || $0["accesskey"] != nil })
            // Where a box is what the page is for, typing may begin at once.
            let focused = read.elements.filter { $0["autofocus"] != nil }
            #expect(focused.count <= 1 && focused.allSatisfy { ["email", "search"].contains($0["id"]) }, "\(name)")
        }
    }

    @Test("1.3.5: the e-mail box says what it wants, so that browsers and password managers fill it in")
    func email() throws {
        let read = PageReader(PageSamples.choose(PageSamples.choice()).text)
        let box = try #require(read.first(id: "email"))
        #expect(box["type"] == "email" && box["autocomplete"] == "username" && box["inputmode"] == "email" && box["name"] == "email")
        let search = PageReader(PageSamples.choose(PageSamples.choice([], isSearchable: true)).text)
        #expect(search.all("form").last?["role"] == "search" && search.first(id: "search")?["dir"] == "auto")
    }

    @Test("1.4.3, 1.4.11: every pair of colours that touch, light and dark")
    func contrast() throws {
        let css = String(decoding: Assets.styleSheet.bytes, as: UTF8.self)
        let blocks = css.split(separator: ":root {").dropFirst().prefix(2).map { block in
            Dictionary(
                block.prefix { $0 != "}" }.matches(of: /--([a-z-]+): (#[0-9a-f]{6});/).map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $1 })
        }
        #expect(blocks.count == 2 && blocks[0].keys == blocks[1].keys)
        let text = 4.5
        let shape = 3.0
        let pairs: [(String, String, Double)] = [
            ("ink", "card", text), ("ink", "page", text), ("ink", "hover", text), ("ink", "line", text), ("ink", "monogram", text),
            ("soft", "card", text), ("soft", "page", text), ("danger", "card", text), ("good", "card", shape), ("on-accent", "accent", text),
            ("edge", "card", shape), ("accent-edge", "card", shape), ("ring", "card", shape), ("ring", "page", shape),
        ]
        var table: [String] = []
        for (scheme, colors) in zip(["light", "dark"], blocks) {
            for (one, two, least) in pairs {
                let first = try #require(colors[one].flatMap { AccentColor($0) }, "\(one)")
                let second = try #require(colors[two].flatMap { AccentColor($0) }, "\(two)")
                let ratio = first.contrast(with: second)
                #expect(ratio >= least, "\(scheme): \(one) on \(two)")
                table.append("\(scheme): \(one) on \(two) \(String(format: "%.2f", ratio)) (at least \(least))")
            }
        }
        print(table.joined(separator: "\n"))
        // The colours that the server reckons with are those of the sheet.
        #expect(blocks[0]["card"].flatMap { AccentColor($0) } == .lightSurface && blocks[1]["card"].flatMap { AccentColor($0) } == .darkSurface)
    }

    @Test("the console's own sheet: logical directions, no motion, sizes that grow with the letters")
    func consoleSheet() {
        let css = String(decoding: Assets.consoleSheet.bytes, as: UTF8.self)
        #expect(!css.contains(/(margin|padding|border)-(left|right|top|bottom)|text-align:\s*(left|right)|[{;\s](left|right|width|height):/))
        #expect(
            !css.contains("outline") && !css.contains("animation") && !css.contains("transition") && !css.contains("url(") && !css.contains("@import")
        )
        #expect(css.matches(of: /(\d+)px/).allSatisfy { (Int($0.1) ?? 0) <= 3 })
    }

    @Test("2.4.7, 2.5.8, 1.4.10, 2.3.3: focus is seen, targets are large, lines wrap, nothing moves for those who want rest")
    func styles() {
        let css = String(decoding: Assets.styleSheet.bytes, as: UTF8.self)
        for rule in [
            ":focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; }", "overflow-wrap: anywhere;", "min-block-size: 3rem;",
            "min-block-size: 2.75rem", "@media (prefers-color-scheme: dark)", "@media (forced-colors: active)", "@media (prefers-contrast: more)",
        ] {
            #expect(css.contains(rule), "\(rule)")
        }
        #expect(!css.contains("outline: none") && !css.contains("outline: 0") && !css.contains("animation"))
        // Nothing moves but where the person has not asked for less.
        let moving = css.ranges(of: "transition")
        #expect(moving.count == 1 && css[..<moving[0].lowerBound].hasSuffix("no-preference) {\n    .button, .box { "))
        // 1.4.4: sizes grow with the reader's letters; only hairlines, rings and shadows do not.
        #expect(css.matches(of: /(\d+)px/).allSatisfy { (Int($0.1) ?? 0) <= 3 || ["8", "12", "32"].contains($0.1) })
    }
}
