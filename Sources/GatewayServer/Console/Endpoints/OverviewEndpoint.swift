import Administration
import FoundationEssentials
import Gateway
import UserPools

/// `GET /console`: the pools, some at a time, with how sign-ins went there in the last days; and what ends soon.
struct OverviewEndpoint: ConsoleEndpoint {
    private static let poolsPerPage = 10
    private static let (maximumDrawings, maximumEnds) = (5, 100)
    /// Of so many pools the ends of their own keys are read.
    private static let maximumPools = 200

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pools = try await console.questions.listPools()
        var page = ConsolePage(words[.overview])
        page.sections = [Self.find(words)] + (try await list(pools, request, console)) + [try await ends(pools, words, console)]
        return .page(page)
    }

    /// The pools of the page, with their numbers, and a drawing of each to which anybody signed in.
    private func list(_ pools: [UserPool], _ request: ConsoleRequest, _ console: Console) async throws -> [ConsoleSection] {
        let (words, name) = (request.words, request.parameter("name"))
        let listed = ListedPools(
            pools, containing: name, behind: request.parameter("after").flatMap { UserPool.ID($0) },
            limit: ConsoleListPage<UserPool>.limit(Self.poolsPerPage))
        let page = ConsoleListPage(
            listed.shown, size: Self.poolsPerPage, request, at: { .overview(query: $0) }, kept: name.map { [(name: "name", value: $0)] } ?? []
        ) { $0.id.text }
        var section = ConsoleSection(words[.pools])
        if listed.count > Self.poolsPerPage || name != nil {
            section.search = ConsoleSearch(
                page: .overview, boxes: [.init(name: "name", label: words[.pool], value: name ?? "")], button: words[.find])
        }
        var (table, drawn) = (ConsoleTable([words[.pool], words[.identifier], words[.accepted], words[.refused]]), [ConsoleSection]())
        for pool in page.rows {
            let statistics = try await ConsoleDrawing.all(of: pool, words, console)
            let place = ConsolePath.of(pool.id, ConsolePage.Tab.signins.rawValue)
            table.append(
                .init(pool.name, link: place), .init(pool.id.text), .init(String(statistics.accepted)), .init(String(statistics.refused)))
            if let section = drawing(statistics, of: pool, at: place, words) { drawn.append(section) }
        }
        if !page.rows.isEmpty {
            let (first, last) = (listed.before + 1, listed.before + page.rows.count)
            section.notes = [words[.poolsShown, ["first": String(first), "last": String(last), "count": String(listed.count)]]]
        }
        if name != nil { section.links = [request.link(.all, .overview)] }
        section.show(page, as: table, words)
        return [section] + drawn
    }

    private func drawing(
        _ statistics: ConsoleStatistics, of pool: UserPool, at place: ConsolePath, _ words: ConsoleWords
    ) -> ConsoleSection? {
        guard !statistics.drawings.isEmpty else { return nil }
        var section = ConsoleSection(pool.name)
        section.notes = [words[.lastDays]]
        section.draw(statistics, atMost: Self.maximumDrawings, words)
        section.links = [ConsoleLink(words[.signins], place)]
        return section
    }

    /// By the reference alone: nobody on the telephone knows the pool.
    static func find(_ words: ConsoleWords, reference: String = "") -> ConsoleSection {
        var section = ConsoleSection(words[.findSignin])
        section.notes = [words[.referenceHint]]
        section.search = ConsoleSearch(
            page: .of("signins"), boxes: [.init(name: "reference", label: words[.reference], value: reference)], button: words[.find])
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
        if pools.count > Self.maximumPools { section.notes.append(words[.keyEndsShown, "count", String(Self.maximumPools)]) }
        return section
    }
}
