import Gateway
import TestSupport
import Testing
import UserPools

@testable import Administration

@Suite("Branding: what an admin may give, validated when it is set")
struct BrandingTests {
    private func update(_ fixture: GatewayFixture, _ change: (inout BrandingSettings) -> Void) async throws(AdministrationError) -> Branding {
        var settings = BrandingSettings()
        change(&settings)
        return try await fixture.administration.perform(UpdatePool(fixture.pool.id.text, branding: settings)).after.branding
    }

    private func refusal(_ fixture: GatewayFixture, _ change: (inout BrandingSettings) -> Void) async -> AdministrationError? {
        do {
            _ = try await update(fixture, change)
            return nil
        } catch { return error }
    }

    private func expectRefusal(
        _ fixture: GatewayFixture, _ field: Field, sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout BrandingSettings) -> Void
    ) async {
        guard case .problems(let problems)? = await refusal(fixture, change), let problem = problems.first, problem.field == field else {
            Issue.record("it was not refused, or for another reason", sourceLocation: sourceLocation)
            return
        }
        #expect(!problem.reason.text().isEmpty && !problem.remedy().isEmpty, sourceLocation: sourceLocation)
    }

    @Test("what is given changes, what is not stays, and each can be taken away")
    func changes() async throws {
        try await GatewayFixture.run { fixture in
            let all = try await update(fixture) {
                $0.displayName = .set("Acme Søn")
                $0.logo = .set(TestImage.svg)
                $0.accent = .set("#0B57D0")
                $0.darkAccent = .set("#8ab4f8")
                $0.privacyURL = .set("https://example.com/privacy?lang=en#top")
                $0.termsURL = .set("https://example.com")
            }
            #expect(all.displayName == "Acme Søn" && all.accent == "#0b57d0" && all.darkAccent == "#8ab4f8")
            #expect(all.privacyURL == "https://example.com/privacy?lang=en#top" && all.termsURL == "https://example.com")
            let logo = try #require(all.logo)
            #expect(logo.mediaType == "image/svg+xml")
            #expect(try await fixture.directory.image(logo.hash, in: fixture.pool.id)?.bytes == TestImage.svg)

            let replaced = try await update(fixture) { $0.logo = .set(TestImage.png) }
            #expect(replaced.logo?.mediaType == "image/png" && replaced.displayName == "Acme Søn")
            #expect(try await fixture.directory.image(logo.hash, in: fixture.pool.id) == nil)
            let none = try await update(fixture) {
                ($0.displayName, $0.logo, $0.accent, $0.darkAccent, $0.privacyURL, $0.termsURL) = (
                    .remove, .remove, .remove, .remove, .remove, .remove
                )
            }
            #expect(none == Branding())
        }
    }

    private func pages(_ fixture: GatewayFixture, _ change: (inout BrandingSettings) -> Void) async throws(AdministrationError) -> PageSettings? {
        var settings = BrandingSettings()
        change(&settings)
        return try await fixture.administration.perform(UpdatePool(fixture.pool.id.text, branding: settings)).after.settings.pages
    }

    @Test("a logo twice as wide as high says the name, unless an admin knows better; another one is looked at anew")
    func wordmarks() async throws {
        func svg(_ box: String) -> [UInt8] { Array("<svg xmlns='http://www.w3.org/2000/svg' \(box)><path d='M0 0h1v1z'/></svg>".utf8) }
        try await GatewayFixture.run { fixture in
            for wide in ["viewBox='0 0 120 32'", "viewBox='0,0,64,32'", "width='64' height='32'"] {
                let made = try await pages(fixture) { $0.logo = .set(svg(wide)) }
                #expect(made?.hidesName == true, "\(wide)")
            }
            for square in ["viewBox='0 0 63 32'", "viewBox='0 0 wide'", "width='100%' height='32'", ""] {
                let made = try await pages(fixture) { $0.logo = .set(svg(square)) }
                #expect(made == nil, "\(square)")
            }
            let made = try await pages(fixture) { ($0.logo, $0.pages.showsName) = (.set(svg("viewBox='0 0 9 1'")), true) }
            #expect(made?.hidesName == false)
            let none = try await pages(fixture) { $0.logo = .remove }
            #expect(none == nil)
        }
    }

    @Test("a dark logo is kept beside the other, and goes with the last that refers to it")
    func darkLogo() async throws {
        try await GatewayFixture.run { fixture in
            func isStored(_ logo: ImageReference) async throws -> Bool {
                try await fixture.stores.images.find(hash: logo.hash, in: fixture.pool.id) != nil
            }
            let set = try await pages(fixture) { ($0.logo, $0.pages.darkLogo) = (.set(TestImage.png), .set(TestImage.svg)) }
            let dark = try #require(set?.darkLogo)
            #expect(try await isStored(dark))
            // A provider that had the same picture leaves it to the pool.
            try await fixture.updateProvider { $0.logo = .set(TestImage.svg) }
            try await fixture.updateProvider { $0.logo = .remove }
            #expect(try await isStored(dark))
            let made = try await pages(fixture) { $0.pages.darkLogo = .remove }
            #expect(made?.darkLogo == nil)
            let isLeft = try await isStored(dark)
            #expect(!isLeft)
            await expectRefusal(fixture, .darkLogo) { $0.pages.darkLogo = .set([1, 2, 3]) }
        }
    }

    @Test("where people get help is an https address or one to write to; who stands first are names, as many as have a button")
    func helpAndOrder() async throws {
        try await GatewayFixture.run { fixture in
            for url in ["https://help.example.com/?a=b", "mailto:help@example.com"] {
                let made = try await pages(fixture) { $0.pages.supportURL = .set(url) }
                #expect(made?.supportURL == url)
            }
            for url in ["http://help.example.com", "mailto:", "mailto:help", "mailto:a@b.example?subject=x", "javascript:alert(1)", "tel:1"] {
                await expectRefusal(fixture, .supportURL) { $0.pages.supportURL = .set(url) }
            }
            let made = try await pages(fixture) { $0.pages.providerOrder = ["b", "a", "b"] }
            #expect(made?.providerOrder == ["b", "a"])
            await expectRefusal(fixture, .providerOrder) { $0.pages.providerOrder = ["no name"] }
            await expectRefusal(fixture, .providerOrder) { $0.pages.providerOrder = ListChange((1...13).map { "p\($0)" }) }
            let none = try await pages(fixture) { ($0.pages.providerOrder, $0.pages.supportURL) = ([], .remove) }
            #expect(none == nil)
        }
    }

    @Test("one wrong value, and nothing of the command is done")
    func allOrNothing() async throws {
        try await GatewayFixture.run { fixture in
            await expectRefusal(fixture, .logo) {
                $0.displayName = .set("Acme")
                $0.logo = .set([1, 2, 3])
            }
            let pool = try await fixture.administration.pool(fixture.pool.id.text)
            #expect(pool.branding == Branding())
        }
    }

    @Test("WCAG 2.2, 1.4.11: an accent that cannot be told from the page is refused with the measured ratio and one that can")
    func contrast() async throws {
        try await GatewayFixture.run { fixture in
            guard case .problems(let problems)? = await refusal(fixture, { $0.accent = .set("#ffd700") }), let problem = problems.first,
                problem.field == .accent
            else {
                Issue.record("gold on white was not refused")
                return
            }
            let reason = problem.reason.text()
            #expect(problem.value == "#ffd700" && reason.contains("1.40:1") && reason.contains("3:1"))
            let proposed = String(try #require(problem.remedy().firstMatch(of: /#[0-9a-f]{6}/)).output)
            #expect(try await update(fixture) { $0.accent = .set(proposed) }.accent == proposed)
            for accent in ["#ffffff", "#eeeeee", "#00ff00", "blue", "#12345", "#1234567", "0b57d0", "#0b57dg", "rgb(0,0,0)", "#0b57d0;x", ""] {
                await expectRefusal(fixture, .accent) { $0.accent = .set(accent) }
            }
            for accent in ["#000000", "#0b57d0", "#15181c", "#400000"] {
                await expectRefusal(fixture, .darkAccent) { $0.darkAccent = .set(accent) }
            }
            for accent in ["#000000", "#0b57d0", "#d32f2f", "#767676"] {
                #expect(try await update(fixture) { $0.accent = .set(accent) }.accent == accent)
            }
        }
    }

    @Test("WCAG 2.2, 1.4.3: black or white can be read on every colour, so nothing is left to check")
    func text() {
        for red in stride(from: 0, through: 255, by: 15) {
            for green in stride(from: 0, through: 255, by: 15) {
                for blue in stride(from: 0, through: 255, by: 15) {
                    let color = AccentColor(red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
                    #expect(color.contrast(with: color.ink) >= 4.5)
                }
            }
        }
    }

    @Test(
        "links are https addresses",
        arguments: [
            "http://example.com/", "https://", "https:///privacy", "https://user@example.com/", "https://:443/", "javascript:alert(1)",
            "HTTPS://example.com",
            "https://example.com/ privacy", "https://example.com/\"><script>", "https://exa\u{202E}mple.com/", "/privacy", "//example.com", "",
            "https://example.com/\u{0}", "https://bücher.example/", "https://example.com/" + String(repeating: "x", count: 2048),
        ])
    func links(_ url: String) async throws {
        try await GatewayFixture.run { fixture in
            await expectRefusal(fixture, .privacyURL) { $0.privacyURL = .set(url) }
            await expectRefusal(fixture, .termsURL) { $0.termsURL = .set(url) }
        }
    }

    @Test("names can be seen", arguments: ["", "   ", "a\nb", "a\u{0}", "a\u{202E}b", "a\u{2028}b", String(repeating: "x", count: 65)])
    func names(_ name: String) async throws {
        try await GatewayFixture.run { fixture in
            await expectRefusal(fixture, .displayName) { $0.displayName = .set(name) }
            let error = await #expect(throws: AdministrationError.self) { try await fixture.updateProvider { $0.displayName = .set(name) } }
            guard case .problems(let problems)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problems.map(\.field) == [.displayName])
        }
    }
}

@Suite("Logos: what the file is says its content")
struct LogoTests {
    private func logo(_ bytes: [UInt8]) async throws -> ImageReference? {
        nonisolated(unsafe) var reference: ImageReference?
        try await GatewayFixture.run { fixture in
            try await fixture.updateProvider { $0.logo = .set(bytes) }
            reference = try await fixture.administration.provider("corp", pool: fixture.pool.id.text).settings.logo
        }
        return reference
    }

    private func isRefused(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try LogoFile.image(bytes)
            return false
        } catch {
            guard case .problems(let problems) = error, let problem = problems.first, problem.field == .logo else { return false }
            return true
        }
    }

    private func isRefused(_ text: String) -> Bool { isRefused(Array(text.utf8)) }

    @Test("PNG, JPEG, three kinds of WebP, and plain SVG")
    func kinds() async throws {
        #expect(try await logo(TestImage.png(width: 1024, height: 1))?.mediaType == "image/png")
        #expect(try await logo(TestImage.jpeg(width: 1, height: 1024))?.mediaType == "image/jpeg")
        for kind in TestImage.WebP.allCases { #expect(try await logo(TestImage.webP(kind, width: 1024, height: 3))?.mediaType == "image/webp") }
        #expect(try await logo(TestImage.svg)?.mediaType == "image/svg+xml")
        #expect(try await logo([0xEF, 0xBB, 0xBF] + TestImage.svg)?.mediaType == "image/svg+xml")
    }

    @Test("more than 1024 pixels a side, none at all, and more than 64 KiB are refused")
    func sizes() {
        for (width, height) in [(1025, 1), (1, 1025), (0, 5), (5, 0), (65_535, 65_535)] {
            #expect(isRefused(TestImage.png(width: width, height: height)))
            #expect(isRefused(TestImage.jpeg(width: width, height: height)))
        }
        #expect(isRefused(TestImage.png(width: Int(UInt32.max), height: 1)))
        for kind in TestImage.WebP.allCases {
            #expect(isRefused(TestImage.webP(kind, width: 1025, height: 1)) && isRefused(TestImage.webP(kind, width: 1, height: 1025)))
        }
        #expect(isRefused(TestImage.png + [UInt8](repeating: 0, count: 64 << 10)))
        #expect(isRefused(TestImage.svg + [UInt8](repeating: 0x20, count: 64 << 10)))
    }

    @Test("what is cut off anywhere is refused and stops nothing")
    func cut() {
        for image in [
            TestImage.png(width: 2000), TestImage.jpeg(width: 2000), TestImage.webP(.lossy, width: 2000), TestImage.webP(.extended, width: 2000),
        ] {
            for count in 0...image.count { #expect(isRefused(Array(image.prefix(count)))) }
        }
        let end = TestImage.svg.lastIndex(of: UInt8(ascii: ">")) ?? 0
        for count in 0...end { #expect(isRefused(Array(TestImage.svg.prefix(count)))) }
    }

    @Test(
        "other kinds are refused, whatever they contain",
        arguments: ["GIF89a", "BM", "%PDF-1.7", "<html></html>", "hello", "", "<", "<?xml version='1.0'?>"])
    func others(_ text: String) { #expect(isRefused(text)) }

    @Test(
        "SVG that acts, loads, embeds or hides is refused",
        arguments: [
            "<script>alert(1)</script>", "<g onload=\"alert(1)\"/>", "<foreignObject/>", "<image href=\"https://evil.example/x.png\"/>",
            "<image href=\"data:image/png;base64,AA\"/>", "<use href=\"#a\"/>", "<a href=\"https://evil.example\"><path/></a>", "<animate/>",
            "<set attributeName=\"onload\"/>", "<style>@import url(https://evil.example/x.css)</style>",
            "<style>*{fill:url(https://evil.example/)}</style>",
            "<style>*{fill:\\75rl(//evil.example)}</style>", "<style>*{fill:&#92;75rl(//evil.example)}</style>",
            "<path style=\"fill:url(//evil.example)\"/>", "<path fill=\"url(  &quot;http://evil.example)\"/>",
            "<path fill='URL(http://evil.example)'/>",
            "<path style=\"background:image-set('x')\"/>", "<linearGradient href=\"https://evil.example/#a\"/>",
            "<g xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "<g xmlns:x=\"http://www.w3.org/1999/xhtml\"><x:script/></g>", "<svg:script xmlns:svg=\"http://www.w3.org/2000/svg\"/>", "<SCRIPT/>",
            "<![CDATA[<script/>]]>", "<?xml-stylesheet href=\"x\"?>", "<!ENTITY x \"y\">", "<!-->-->", "text", "&evil;", "<title>&evil;</title>",
            "<title>&#60;script&#62;</title>", "<path d=\"a\" d=\"b\"/>", "<path d=a/>", "<path d=\"<\"/>", "<path d/>", "<path/", "<g>", "</g>",
            "<g></path>",
            "<title><path/></title>", "<path\u{0}/>", "<iframe src=\"x\"/>", "<path xml:base=\"https://evil.example\"/>", "<path d=\"a\"fill=\"b\"/>",
        ])
    func hostile(_ inside: String) {
        let frame = "<svg xmlns=\"http://www.w3.org/2000/svg\">"
        #expect(!isRefused(frame + "<path/></svg>"))
        #expect(isRefused(frame + inside + "</svg>"))
    }

    @Test(
        "around it: no document type, no other encoding, no second root",
        arguments: [
            "<!DOCTYPE svg><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<svg/>",
            "<svg xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "<g xmlns=\"http://www.w3.org/2000/svg\"/>", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>text", "<svg xmlns=\"http://www.w3.org/2000/svg\"/><!-- no end",
            "text<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        ])
    func frame(_ text: String) { #expect(isRefused(text)) }

    @Test("too deep, and bytes that are not UTF-8")
    func deep() {
        let frame = "<svg xmlns=\"http://www.w3.org/2000/svg\">"
        #expect(!isRefused(frame + String(repeating: "<g>", count: 60) + String(repeating: "</g>", count: 60) + "</svg>"))
        #expect(isRefused(frame + String(repeating: "<g>", count: 5_000) + String(repeating: "</g>", count: 5_000) + "</svg>"))
        #expect(isRefused(Array((frame + "<title>").utf8) + [0xC3, 0x28] + Array("</title></svg>".utf8)))
        #expect(isRefused([0xFF, 0xFE] + TestImage.svg.flatMap { [$0, 0] }))
    }
}
