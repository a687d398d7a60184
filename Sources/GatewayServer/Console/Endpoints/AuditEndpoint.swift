import Administration
import UserPools

/// `GET /console/{pool}/audit`, and `GET /console/audit` for what concerns no pool: what was done, and by whom, the newest first.
struct AuditEndpoint: ConsoleEndpoint {
    private static let maximum = 200

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        guard let id = request.path["pool"] else {
            var page = ConsolePage(words[.audit], tab: .audit)
            page.sections = [section(try await console.questions.auditEventsOfInstallation(limit: Self.maximum), words)]
            return .page(page)
        }
        let pool = try await console.questions.pool(id)
        let user = request.parameter("user")
        var search = ConsoleSection()
        search.search = ConsoleSearch(
            page: .of(pool.id, "audit"), boxes: [.init(name: "user", label: words[.user], value: user ?? "")], button: words[.filter])
        var page = ConsolePage(words[.audit], of: pool, tab: .audit)
        page.sections = [search, section(try await console.questions.auditEvents(pool: pool.id.text, user: user, limit: Self.maximum), words)]
        return .page(page)
    }

    private func section(_ events: [AuditEvent], _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection()
        var table = ConsoleTable([words[.when], words[.who], words[.action], words[.target], words[.details]])
        for event in events {
            table.append(
                .init(Pages.moment(event.at)), .init(event.actor.text), .init(event.action.text),
                .init("\(event.target.kind.rawValue) \(event.target.name)"),
                .init(event.details.map { "\($0.name): \($0.value)" }.joined(separator: "; ")))
        }
        if events.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        return section
    }
}
