import Administration
import UserPools

/// `GET /console/{pool}/clients`: the apps of a pool.
struct ClientsEndpoint: ConsoleEndpoint {
    private static let perPage = 100

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let after = request.parameter("after").flatMap { AppClient.ID($0) }
        let clients = try await console.questions.listClients(pool: pool.id.text).sorted { $0.id < $1.id }
            .filter { client in after.map { $0 < client.id } ?? true }
        var section = ConsoleSection()
        var table = ConsoleTable([words[.client], words[.clientId], words[.state]])
        for client in clients.prefix(Self.perPage) {
            table.append(
                .init(client.name, link: .of(pool.id, "clients", client.id.text)), .init(client.id.text),
                client.enabled ? .init(words[.enabled], .good) : .init(words[.disabled], .bad))
        }
        if clients.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        if after != nil { section.links.append(request.link(.firstPage, .of(pool.id, "clients"))) }
        if clients.count > Self.perPage {
            section.links.append(request.link(.nextPage, .of(pool.id, "clients", query: [("after", clients[Self.perPage - 1].id.text)])))
        }
        var page = ConsolePage(words[.clients], of: pool, tab: .clients)
        page.sections = [section]
        return .page(page)
    }
}
