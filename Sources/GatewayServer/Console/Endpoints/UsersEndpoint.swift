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

        // One more than shown tells whether there are more.
        let (found, isWhole) =
            if let name {
                try await console.questions.findUsers(named: name, pool: pool.id.text, after: after, limit: Self.perPage + 1)
            } else {
                (try await console.questions.listUsers(pool: pool.id.text, after: after, limit: Self.perPage + 1), true)
            }
        var section = ConsoleSection(words[.users])
        if !isWhole { section.notes.append(words[.manyProviders]) }
        section.table = found.isEmpty ? nil : table(found.prefix(Self.perPage), words)
        if found.isEmpty { section.notes.append(words[.nothing]) }
        if after != nil || name != nil { section.links.append(request.link(.firstPage, .of(pool.id, "users"))) }
        if found.count > Self.perPage {
            let query = (name.map { [("name", $0)] } ?? []) + [("after", found[Self.perPage - 1].username)]
            section.links.append(request.link(.nextPage, .of(pool.id, "users", query: query)))
        }
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
