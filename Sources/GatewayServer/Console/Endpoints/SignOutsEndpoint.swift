import Administration
import UserPools

/// `GET /console/{pool}/logouts`: one sign-out, by its reference; the newest ones that an admin ordered stand in the audit trail.
struct SignOutsEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        if let reference = request.parameter("reference") { return .elsewhere(.of(pool.id, "logouts", reference)) }
        var section = ConsoleSection()
        section.notes = [words[.logoutsHint]]
        section.search = ConsoleSearch(
            page: .of(pool.id, "logouts"), boxes: [.init(name: "reference", label: words[.reference], value: "")], button: words[.find])
        var page = ConsolePage(words[.logouts], of: pool, tab: .logouts)
        page.sections = [section]
        return .page(page)
    }
}

/// `GET /console/{pool}/logouts/REFERENCE`: what `logout show` tells, line by line.
struct SignOutEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let logout = try await console.questions.logout(request.part("reference"), pool: pool.id.text)
        var section = ConsoleSection()
        section.facts = LogoutExplanation(logout).lines.map { ConsoleFact($0.label.text(words), [$0.value], isEnglish: true) }
        if let user = logout.record.userID { section.links.append(ConsoleLink(words[.user], .of(pool.id, "users", user.text))) }
        var page = ConsolePage(logout.record.reference.text, of: pool, tab: .logouts)
        page.sections = [section]
        return .page(page)
    }
}

extension LogoutExplanation.Label {
    fileprivate func text(_ words: ConsoleWords) -> String {
        switch self {
        case .reference: words[.reference]
        case .user: words[.user]
        case .begunBy: words[.begunBy]
        case .at: words[.when]
        case .everywhere: words[.everywhere]
        case .keptUntil: words[.keptUntil]
        case .party(let name): name
        case .app(let id): words[.client] + " " + id
        }
    }
}
