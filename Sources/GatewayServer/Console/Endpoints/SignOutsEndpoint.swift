import Administration
import UserPools

/// `GET /console/{pool}/logouts`: sign-outs, the newest first, and one by its reference.
struct SignOutsEndpoint: ConsoleEndpoint {
    private static let perPage = 50

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        if let reference = request.parameter("reference") { return .elsewhere(.of(pool.id, "logouts", reference)) }
        var search = ConsoleSection()
        search.notes = [words[.logoutsHint]]
        search.search = ConsoleSearch(
            page: .of(pool.id, "logouts"), boxes: [.init(name: "reference", label: words[.reference], value: "")], button: words[.find])
        let after = request.parameter("after").flatMap { ListCursor($0) }
        let found = try await console.questions.listLogouts(
            of: pool, behind: after, limit: ConsoleListPage<LoggedLogout>.limit(Self.perPage))
        let list = ConsoleListPage(found, size: Self.perPage, request, at: { .of(pool.id, "logouts", query: $0) }) {
            ListCursor(at: $0.record.createdAt, key: $0.record.reference.text).text
        }
        var section = ConsoleSection(words[.logouts])
        section.show(list, as: table(list.rows, words), words)
        var page = ConsolePage(words[.logouts], of: pool, tab: .logouts)
        page.sections = [search, section]
        return .page(page)
    }

    private func table(_ logouts: ArraySlice<LoggedLogout>, _ words: ConsoleWords) -> ConsoleTable {
        var table = ConsoleTable([words[.when], words[.reference], words[.begunBy], words[.user], words[.everywhere]])
        for logout in logouts {
            let record = logout.record
            table.append(
                .init(Pages.moment(record.createdAt)), .init(record.reference.text, link: .of(record.poolID, "logouts", record.reference.text)),
                .init(record.initiator.text(words)),
                .init(record.userID?.text ?? "", link: record.userID.map { .of(record.poolID, "users", $0.text) }),
                logout.isComplete ? .init(words[.yes], .good) : .init(words[.notKnown], .soon))
        }
        return table
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

extension LogoutRecord.Initiator {
    fileprivate func text(_ words: ConsoleWords) -> String {
        switch self {
        case .app(let id): words[.client] + (id.map { " \($0)" } ?? "")
        case .person: words[.thePerson]
        case .provider(let name): words[.provider] + " \(name)"
        case .administrator: words[.anAdmin]
        }
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
