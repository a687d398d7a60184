import Foundation
@testable import GatewayServer
import Testing
import UserPools

@Suite("Every page in every language")
struct PageGalleryTests {
    /// With `COUNTERSIGN_PAGE_GALLERY=FOLDER` the pages and their files are written there, for a browser to look at them.
    @Test("is there to be looked at", .enabled(if: ProcessInfo.processInfo.environment["COUNTERSIGN_PAGE_GALLERY"] != nil))
    func write() throws {
        let folder = URL(fileURLWithPath: try #require(ProcessInfo.processInfo.environment["COUNTERSIGN_PAGE_GALLERY"]))
        func put(_ path: String, _ bytes: [UInt8]) throws {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        for asset in Assets.all { try put(asset.path, asset.bytes) }
        let logo = ImageReference(hash: PageSamples.imageHash, mediaType: "image/svg+xml")
        try put("local_4fGh2kQ9x/assets/images/" + logo.hash, PackageResources.icon_svg)
        let branded = PageSamples.branding { $0.logo = logo }
        try put(try #require(AccentSheet(branded)).path, Array(try #require(AccentSheet(branded)).text.utf8))
        for language in Language.allCases {
            let pageContexts =
                [("", PageContext(PageSamples.site(), language: language)), ("logo-", PageContext(PageSamples.site(branded), language: language))]
                + [("plain-", PageContext(PageSamples.site(Branding()), language: language)), ("nobody-", PageContext(language: language))]
            for (kind, pageContext) in pageContexts {
                for (name, page) in PageSamples.all(pageContext) { try put("\(language.rawValue)/\(kind)\(name).html", page.html) }
            }
        }
    }

    @Test("no sentence of a page's own stands in the place of one of its frame's")
    func frames() throws {
        let english = Messages.of(.english)
        // The console's frame is of the console alone.
        for page in PageKind.allCases where page != .console {
            let frame = String(decoding: try #require(Templates.sources[page.layout]), as: UTF8.self)
            let said = frame.split(separator: "{{say.").dropFirst().map { $0.prefix { $0 != "}" } }
            #expect(!said.isEmpty)
            for name in said { #expect(english.pieces(page.messages + "_" + name) == nil, "\(page): \(name)") }
        }
    }

    @Test("every template makes a compiled template without a problem", arguments: Language.allCases)
    func compiledTemplates(language: Language) {
        for page in PageKind.allCases { #expect(Templates.compiledTemplate(page, in: language).problems == [], "\(page)") }
    }
}
