import Administration
import Gateway
import UserPools
import WireFormats

/// `GET /console/{pool}/clients/CLIENT_ID`: how an app is registered, and what it has to be told.
struct ClientEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let client = try await console.questions.client(request.part("client"), pool: pool.id.text)
        var page = ConsolePage(client.name, of: pool, tab: .clients)
        page.sections = [facts(client, words), ready(client, in: pool, words, console), links(client, request)]
        return .page(page)
    }

    private func facts(_ client: AppClient, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection()
        func add(_ word: ConsoleWord, _ values: [String], isCode: Bool = true) {
            if !values.isEmpty { section.facts.append(ConsoleFact(words[word], values, isCode: isCode)) }
        }
        add(.clientId, [client.id.text])
        add(.state, [words[client.enabled ? .enabled : .disabled]], isCode: false)
        add(.redirectUris, client.redirectURIs)
        add(.logoutUris, client.postLogoutRedirectURIs)
        add(.webOrigins, client.effectiveWebOrigins)
        add(.grants, client.grantTypes)
        add(.scopes, [client.scopes.joined(separator: " ")])
        add(.clientAuthentication, [client.authenticationMethod])
        add(.providers, client.identityProviders.map(\.text))
        add(.requiredGroups, client.requiredGroups)
        // Of a secret there is the day alone.
        add(.secretsSince, client.secrets.map { Pages.moment($0.createdAt) }, isCode: false)
        add(.created, [Pages.moment(client.createdAt)], isCode: false)
        return section
    }

    /// As libraries call it.
    private func ready(_ client: AppClient, in pool: UserPool, _ words: ConsoleWords, _ console: Console) -> ConsoleSection {
        var section = ConsoleSection(words[.appSide])
        section.notes = [words[.appSideHint]]
        section.facts = client.settings(issuer: PoolAddress(publicURL: console.publicURL, pool: pool).issuer).members.map { member in
            ConsoleFact(member.name, member.value.strings ?? [member.value.string ?? ""], isCode: true)
        }
        return section
    }

    private func links(_ client: AppClient, _ request: ConsoleRequest) -> ConsoleSection {
        var section = ConsoleSection()
        section.links = [
            request.link(
                client.enabled ? .disable : .enable, .of(client.poolID, "clients", client.id.text, client.enabled ? "disable" : "enable"), .act),
            request.link(.delete, .of(client.poolID, "clients", client.id.text, "delete"), .danger),
            request.link(.signins, .of(client.poolID, "signins", query: [("client", client.id.text), ("outcome", "all")])),
        ]
        if !client.secrets.isEmpty {
            section.links.insert(request.link(.rotateSecret, .of(client.poolID, "clients", client.id.text, "rotate-secret"), .act), at: 1)
        }
        return section
    }
}
