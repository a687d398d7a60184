import Administration
import UserPools

/// `GET /console/{pool}/clients`: the apps of a pool, all of them or those whose name or ID has a part.
struct ClientsEndpoint: ConsoleEndpoint {
    private static let perPage = 100

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let (name, after) = (request.parameter("name"), request.parameter("after").flatMap { AppClient.ID($0) })
        // One more than shown tells whether there are more.
        let clients = try await console.questions.listClients(of: pool, containing: name, after: after, limit: Self.perPage + 1)
        var search = ConsoleSection()
        search.notes = [words[.clientHint]]
        search.search = ConsoleSearch(
            page: .of(pool.id, "clients"), boxes: [.init(name: "name", label: words[.client], value: name ?? "")], button: words[.find])
        var section = ConsoleSection(words[.clients])
        var table = ConsoleTable([words[.client], words[.clientId], words[.state]])
        for client in clients.prefix(Self.perPage) {
            table.append(
                .init(client.name, link: .of(pool.id, "clients", client.id.text)), .init(client.id.text),
                client.enabled ? .init(words[.enabled], .good) : .init(words[.disabled], .bad))
        }
        if clients.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        if after != nil || name != nil { section.links.append(request.link(.firstPage, .of(pool.id, "clients"))) }
        if clients.count > Self.perPage {
            let query = (name.map { [("name", $0)] } ?? []) + [("after", clients[Self.perPage - 1].id.text)]
            section.links.append(request.link(.nextPage, .of(pool.id, "clients", query: query)))
        }
        var page = ConsolePage(words[.clients], of: pool, tab: .clients)
        page.sections = [search, section]
        return .page(page)
    }
}
