import Administration
import UserPools

/// `GET /console/{pool}/audit`, and `GET /console/audit` for what concerns no pool: what was done, and by whom, the newest first.
struct AuditEndpoint: ConsoleEndpoint {
    private static let perPage = 100

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let after = request.parameter("after").flatMap { ListCursor($0) }
        // One more than shown tells whether there are more.
        let limit = Self.perPage + 1
        guard let id = request.path["pool"] else {
            var page = ConsolePage(words[.audit], tab: .audit)
            let events = try await console.questions.auditEventsOfInstallation(behind: after, limit: limit)
            page.sections = [section(events, request) { .of("audit", query: $0) }]
            return .page(page)
        }
        let pool = try await console.questions.pool(id)
        let user = request.parameter("user")
        var search = ConsoleSection()
        search.search = ConsoleSearch(
            page: .of(pool.id, "audit"), boxes: [.init(name: "user", label: words[.user], value: user ?? "")], button: words[.filter])
        var page = ConsolePage(words[.audit], of: pool, tab: .audit)
        let events = try await console.questions.auditEvents(pool: pool.id.text, user: user, behind: after, limit: limit)
        let kept = user.map { [(name: "user", value: $0)] } ?? []
        page.sections = [search, section(events, request) { .of(pool.id, "audit", query: kept + $0) }]
        return .page(page)
    }

    private func section(
        _ events: [AuditEvent], _ request: ConsoleRequest, path: ([(name: String, value: String)]) -> ConsolePath
    ) -> ConsoleSection {
        let words = request.words
        var section = ConsoleSection()
        var table = ConsoleTable([words[.when], words[.who], words[.action], words[.target], words[.details]])
        for event in events.prefix(Self.perPage) {
            table.append(
                .init(Pages.moment(event.at)), .init(event.actor.text), .init(event.action.text),
                .init("\(event.target.kind.rawValue) \(event.target.name)"),
                .init(event.details.map { "\($0.name): \($0.value)" }.joined(separator: "; ")))
        }
        if events.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        if request.parameter("after") != nil { section.links.append(request.link(.firstPage, path([]))) }
        if events.count > Self.perPage {
            let last = events[Self.perPage - 1]
            section.links.append(request.link(.nextPage, path([("after", ListCursor(at: last.at, key: last.id).text)])))
        }
        return section
    }
}
