import Gateway
import UserPools

@testable import GatewayServer

/// Pages of the console in every shape that a page of it can have.
enum ConsoleSamples {
    private static let evil = PageSamples.odd[2].displayName

    static func all(_ pageContext: PageContext) -> [(name: String, page: Page)] {
        let words = ConsoleWords(language: pageContext.language)
        func refused(_ error: ConsoleError) -> Page {
            ConsolePage.refused(ConsoleFailure(error), reference: "7KQ2M4XW9ABC", at: "/console/local_1/users?name=\"><b>", pageContext)
        }
        return [
            ("console-table", table(words).page(for: "alice@example.com", pageContext)), ("console-act", act(words).page(for: evil, pageContext)),
            ("console-drawing", drawing(words).page(for: "alice@example.com", pageContext)),
            ("console-refused", refused(.notMember(group: "admins"))), ("console-missing", refused(.unknownPool(evil))),
        ]
    }

    /// A search, facts, a table with every kind of cell, links.
    private static func table(_ words: ConsoleWords) -> ConsolePage {
        var page = ConsolePage(words[.signins], of: PageSamples.site().pool, tab: .signins)
        page.notice = words[.nothing]
        var search = ConsoleSection()
        search.search = ConsoleSearch(
            page: .of("signins"), boxes: [.init(name: "reference", label: words[.reference], value: evil)], button: words[.find],
            kept: [("outcome", "all")])
        var facts = ConsoleSection(words[.checks])
        facts.notes = [words[.leftOut, "count", "17"]]
        facts.facts = [
            ConsoleFact(words[.remedy], ["Do this.", evil], isEnglish: true),
            ConsoleFact(words[.commands], ["countersign idp show corp"], isCode: true),
        ]
        var table = ConsoleTable([words[.reference], words[.outcome], words[.user]])
        table.append(.init("7KQ2M4XW9ABC", link: .of("signins")), .init(words[.accepted], .good), .init(evil))
        table.append(.init("", link: .of("signins")), .init("saml.audience", .bad), .init(""))
        table.append(.init("7KQ2M4XW9ABD"), .init(words[.soon], .soon), .init(PageSamples.odd[1].displayName))
        facts.table = table
        facts.links = [ConsoleLink(words[.nextPage], .of("signins", query: [("after", evil)]))]
        page.sections = [search, facts]
        return page
    }

    private static func act(_ words: ConsoleWords) -> ConsolePage {
        var page = ConsolePage(words[.signOut])
        var section = ConsoleSection()
        section.notes = [words[.signOutText, "name", evil]]
        section.form = ConsoleForm(page: .overview, csrf: "c5rf-T0ken_", button: words[.signOut], cancel: ConsoleLink(words[.cancel], .overview))
        section.form?.typed = words[.typeName, "name", evil]
        page.sections = [section]
        return page
    }

    private static func drawing(_ words: ConsoleWords) -> ConsolePage {
        var page = ConsolePage(words[.overview])
        var section = ConsoleSection(words[.lastDays])
        var numbers = ConsoleTable([words[.day], words[.accepted], words[.refused]])
        numbers.append(.init("2026-11-29"), .init("5"), .init("1"))
        section.drawings = [
            ConsoleDrawing(
                title: "Contoso AG", accepted: words[.accepted] + ": 5", refused: words[.refused] + ": 1", from: "2026-11-23",
                until: "2026-11-30 10:05 UTC", bars: [.init(accepted: 5, refused: 1), .init(accepted: 0, refused: 0)],
                numbers: numbers),
            ConsoleDrawing(title: evil, accepted: evil, refused: "", from: "", until: "", bars: [.init(accepted: 100_000, refused: 3)]),
        ]
        page.sections = [section]
        return page
    }
}
