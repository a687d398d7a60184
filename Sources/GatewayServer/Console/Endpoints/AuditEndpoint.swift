import Administration
import UserPools

/// `GET /console/{pool}/audit`, and `GET /console/audit` for what concerns no pool: what was done, and by whom, the newest first.
struct AuditEndpoint: ConsoleEndpoint {
    fileprivate static let perPage = 100

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let after = request.parameter("after").flatMap { ListCursor($0) }
        let limit = ConsoleListPage<AuditEvent>.limit(Self.perPage)
        guard let id = request.path["pool"] else {
            var page = ConsolePage(words[.audit], tab: .audit)
            let events = try await console.questions.auditEventsOfInstallation(behind: after, limit: limit)
            page.sections = [section(ConsoleListPage(events, request) { .of("audit", query: $0) }, words)]
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
        page.sections = [search, section(ConsoleListPage(events, request, kept: kept) { .of(pool.id, "audit", query: $0) }, words)]
        return .page(page)
    }

    private func section(_ list: ConsoleListPage<AuditEvent>, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection()
        var table = ConsoleTable([words[.when], words[.who], words[.action], words[.target], words[.details]])
        for event in list.rows {
            table.append(
                .init(Pages.moment(event.at)), .init(event.actor.text), .init(event.action.text),
                .init("\(event.target.kind.rawValue) \(event.target.name)"),
                .init(event.details.filter { !$0.value.isEmpty }.map { "\($0.name): \($0.value)" }.joined(separator: "; ")))
        }
        section.show(list, as: table, words)
        return section
    }
}

extension ConsoleListPage<AuditEvent> {
    fileprivate init(
        _ events: [AuditEvent], _ request: ConsoleRequest, kept: [(name: String, value: String)] = [],
        at place: ([(name: String, value: String)]) -> ConsolePath
    ) {
        self.init(events, size: AuditEndpoint.perPage, request, at: place, kept: kept) { ListCursor(at: $0.at, key: $0.id).text }
    }
}
