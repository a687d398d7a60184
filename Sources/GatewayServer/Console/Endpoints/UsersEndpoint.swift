import Administration
import UserPools

/// `GET /console/{pool}/users`: those whose name begins so; without a name all, in the order of their usernames.
struct UsersEndpoint: ConsoleEndpoint {
    private static let perPage = 50

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let (name, after) = (request.parameter("name"), request.parameter("after"))
        let pool = try await console.questions.pool(request.part("pool"))
        var search = ConsoleSection()
        search.notes = [words[.userHint]]
        search.search = ConsoleSearch(
            page: .of(pool.id, "users"), boxes: [.init(name: "name", label: words[.username], value: name ?? "")], button: words[.find])
        if name != nil { search.links = [request.link(.all, .of(pool.id, "users"))] }

        let limit = ConsoleListPage<User>.limit(Self.perPage)
        let (found, isWhole) =
            if let name {
                try await console.questions.findUsers(named: name, pool: pool.id.text, after: after, limit: limit)
            } else {
                (try await console.questions.listUsers(pool: pool.id.text, after: after, limit: limit), true)
            }
        let list = ConsoleListPage(
            found, size: Self.perPage, request, at: { .of(pool.id, "users", query: $0) }, kept: name.map { [(name: "name", value: $0)] } ?? []
        ) { $0.username }
        var section = ConsoleSection(words[.users])
        if !isWhole { section.notes.append(words[.manyProviders]) }
        section.show(list, as: table(list.rows, words), words)
        var page = ConsolePage(words[.users], of: pool, tab: .users)
        page.sections = [search, section]
        return .page(page)
    }

    private func table(_ users: ArraySlice<User>, _ words: ConsoleWords) -> ConsoleTable {
        var table = ConsoleTable([words[.username], words[.email], words[.state]])
        for user in users {
            table.append(
                .init(user.username, link: .of(user.poolID, "users", user.id.text)), .init(user.attributes["email"]?.texts.first ?? ""),
                user.enabled ? .init(words[.enabled], .good) : .init(words[.disabled], .bad))
        }
        return table
    }
}
