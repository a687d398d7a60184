import Administration
import UserPools

/// `GET /console/{pool}/clients`: the apps of a pool, all of them or those whose name or ID has a part.
struct ClientsEndpoint: ConsoleEndpoint {
    private static let perPage = 100

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let (name, after) = (request.parameter("name"), request.parameter("after").flatMap { AppClient.ID($0) })
        let found = try await console.questions.listClients(
            of: pool, containing: name, after: after, limit: ConsoleListPage<AppClient>.limit(Self.perPage))
        let list = ConsoleListPage(
            found, size: Self.perPage, request, at: { .of(pool.id, "clients", query: $0) }, kept: name.map { [(name: "name", value: $0)] } ?? []
        ) { $0.id.text }
        var search = ConsoleSection()
        search.notes = [words[.clientHint]]
        search.search = ConsoleSearch(
            page: .of(pool.id, "clients"), boxes: [.init(name: "name", label: words[.client], value: name ?? "")], button: words[.find])
        if name != nil { search.links = [request.link(.all, .of(pool.id, "clients"))] }
        var section = ConsoleSection(words[.clients])
        var table = ConsoleTable([words[.client], words[.clientId], words[.state]])
        for client in list.rows {
            table.append(
                .init(client.name, link: .of(pool.id, "clients", client.id.text)), .init(client.id.text),
                client.enabled ? .init(words[.enabled], .good) : .init(words[.disabled], .bad))
        }
        section.show(list, as: table, words)
        var page = ConsolePage(words[.clients], of: pool, tab: .clients)
        page.sections = [search, section]
        return .page(page)
    }
}
