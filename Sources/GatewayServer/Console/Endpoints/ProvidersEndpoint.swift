import Administration
import UserPools

/// `GET /console/{pool}/providers`: which there are.
struct ProvidersEndpoint: ConsoleEndpoint {
    private static let maximum = 200

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        if let name = request.parameter("name") { return .elsewhere(.of(pool.id, "providers", name)) }
        let found = try await console.questions.providers(pool: pool.id.text, limit: Self.maximum)
        var section = ConsoleSection()
        var table = ConsoleTable([words[.provider], words[.shownName], words[.kind], words[.state]])
        for provider in found.shown {
            table.append(
                .init(provider.name.text, link: .of(pool.id, "providers", provider.name.text)), .init(provider.displayName ?? ""),
                .init(provider.kindWord), provider.enabled ? .init(words[.enabled], .good) : .init(words[.disabled], .bad))
        }
        if found.shown.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        if !found.isWhole {
            section.search = ConsoleSearch(
                page: .of(pool.id, "providers"), boxes: [.init(name: "name", label: words[.provider], value: "")], button: words[.find])
        }
        var page = ConsolePage(words[.providers], of: pool, tab: .providers)
        page.sections = [section]
        return .page(page)
    }
}

extension IdentityProvider {
    /// The protocol's own name.
    var kindWord: String {
        switch kind {
        case .saml: "SAML 2.0"
        case .oidc(let connection): connection.dialect.isOpenID ? "OpenID Connect" : "OAuth 2.0"
        case .federation: "SAML 2.0 federation"
        }
    }
}
