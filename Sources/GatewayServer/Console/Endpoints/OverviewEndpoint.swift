import Administration
import FoundationEssentials
import Gateway
import UserPools

/// `GET /console`: the pools, how sign-ins went in the last days, and what ends soon.
struct OverviewEndpoint: ConsoleEndpoint {
    /// A page has no more pools; of the others one knows the address.
    private static let maximumPools = 200
    private static let (maximumDrawn, maximumDrawings, maximumEnds) = (10, 5, 100)
    /// How many are looked at for those that anybody signed in to.
    private static let maximumAsked = 50

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        var page = ConsolePage(words[.overview])
        let pools = try await console.questions.listPools()
        page.sections = [Self.find(words)] + (try await drawn(pools, words, console)) + [list(pools, words), try await ends(pools, words, console)]
        return .page(page)
    }

    /// Of the first pools that anybody signed in to.
    private func drawn(_ pools: [UserPool], _ words: ConsoleWords, _ console: Console) async throws -> [ConsoleSection] {
        var sections: [ConsoleSection] = []
        for pool in pools.prefix(Self.maximumAsked) where sections.count < Self.maximumDrawn {
            let drawings = try await ConsoleDrawing.all(of: pool, words, console, maximum: Self.maximumDrawings)
            guard !drawings.isEmpty else { continue }
            var section = ConsoleSection(pool.name)
            section.notes = [words[.lastDays]]
            section.drawings = drawings
            section.links = [ConsoleLink(words[.signins], .of(pool.id, ConsolePage.Tab.signins.rawValue))]
            sections.append(section)
        }
        return sections
    }

    /// By the reference alone: nobody on the telephone knows the pool.
    static func find(_ words: ConsoleWords, reference: String = "") -> ConsoleSection {
        var section = ConsoleSection(words[.findSignin])
        section.notes = [words[.referenceHint]]
        section.search = ConsoleSearch(
            page: .of("signins"), boxes: [.init(name: "reference", label: words[.reference], value: reference)], button: words[.find])
        return section
    }

    private func list(_ pools: [UserPool], _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection(words[.pools])
        var table = ConsoleTable([words[.pool], words[.identifier]])
        for pool in pools.prefix(Self.maximumPools) {
            table.append(.init(pool.name, link: .of(pool.id, ConsolePage.Tab.signins.rawValue)), .init(pool.id.text))
        }
        section.table = table
        return section
    }

    private func ends(_ pools: [UserPool], _ words: ConsoleWords, _ console: Console) async throws -> ConsoleSection {
        var section = ConsoleSection(words[.ends])
        let now = console.now()
        var ends = try await ConsoleEnd.ofProviders(words, console, limit: Self.maximumEnds)
        if let until = console.certificateEnd() { ends.append(ConsoleEnd(what: words[.serverCertificate], until: until)) }
        ends += try await ConsoleEnd.ofKeys(of: Array(pools.prefix(Self.maximumPools)), words, console)
        var table = ConsoleTable([words[.endsWhat], words[.provider], words[.pool], words[.endsAt], words[.daysLeft], words[.state]])
        for end in ends.sorted(by: { ($0.until, $0.what) < ($1.until, $1.what) }).prefix(Self.maximumEnds) {
            table.append(
                .init(end.what, link: end.page), end.provider, end.pool, .init(Pages.moment(end.until)),
                .init(String(Int((end.until.timeIntervalSince(now) / 86_400).rounded(.down)))), .end(end.until, words, at: now))
        }
        if table.rows.isEmpty { section.notes = [words[.noEnds]] } else { section.table = table }
        return section
    }
}
