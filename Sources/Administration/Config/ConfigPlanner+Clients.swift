import Gateway
import UserPools
import WireFormats

extension ConfigPlanner {
    mutating func planClients() {
        let byName = Dictionary(grouping: clients) { Array($0.name.utf8) }
        for client in document.clients ?? [] {
            collect { (planner) throws(ConfigError) in
                try planner.plan(client, try planner.find(client.item, byName))
            }
        }
    }

    /// By its client_id, else by its name.
    private func find(_ item: ConfigDocument.Item, _ byName: [[UInt8]: [AppClient]]) throws(ConfigError) -> AppClient? {
        if let id = item.id {
            guard let client = clients.first(where: { $0.id.text.hasSameBytes(as: id) }) else {
                throw ConfigError([ConfigProblem(at: item.place, of: item.words, .refused(.notFound(.client, name: id, pool: known?.id)))])
            }
            return client
        }
        let named = byName[Array(item.shownName.utf8)] ?? []
        guard named.count < 2 else { throw ConfigError([ConfigProblem(at: item.place, of: item.words, .ambiguous("client_id"))]) }
        return named.first
    }

    private mutating func plan(_ client: ConfigDocument.Client, _ found: AppClient?) throws(ConfigError) {
        let (fields, item) = (ConfigFields.client, client.item)
        let providers = try offered(item)
        let pool = pool
        guard let found else {
            let settings = fields.settings(item.entries, from: ClientSettings())
            let confidential = client.isConfidential
            do throws(AdministrationError) {
                _ = try CreateClient(name: item.shownName, pool: "", confidential: confidential, settings: settings)
                    .foreseen(in: pool, providers: providers, at: desk)
            } catch { throw ConfigError([ConfigProblem(at: item.place, of: item.words, .refused(error))]) }
            add(.create, .client, item.shownName, item.given, .createClient(item.shownName, confidential: confidential, settings))
            return
        }
        let change = try fields.change(found, to: item.entries, of: item.words, from: ClientSettings()) {
            (client, settings) throws(AdministrationError) in
            do throws(AdministrationError) { try settings.apply(to: &client, in: pool, providers: providers) } catch { throw error.ofChange }
        }
        guard let change else { return }
        add(.change, .client, item.shownName, change.differences, .updateClient(found.id.text, change.settings))
    }

    /// The providers that it names: those that are there, or will be.
    private func offered(_ item: ConfigDocument.Item) throws(ConfigError) -> [IdentityProvider.Name] {
        guard let entry = item.entry("identity_providers") else { return [] }
        var names: [IdentityProvider.Name] = []
        for name in entry.setting.list {
            let isThere =
                providers.contains { $0.name.text.hasSameBytes(as: name) }
                || (document.providers ?? []).contains { $0.item.shownName.hasSameBytes(as: name) }
            guard isThere, let checked = IdentityProvider.Name(name) else {
                throw ConfigError([ConfigProblem(at: entry.place, of: item.words, .refused(.notFound(.provider, name: name, pool: known?.id)))])
            }
            names.append(checked)
        }
        return names
    }

    /// What a list of the document does not have, last: clients first, since they may offer a provider or ask for a resource.
    mutating func planDeletions() {
        guard deletes else { return }
        if let wanted = document.clients {
            for client in clients
            where !wanted.contains(where: { $0.item.id.map(client.id.text.hasSameBytes(as:)) ?? $0.item.shownName.hasSameBytes(as: client.name) }) {
                add(.delete, .client, client.name, [], .deleteClient(client.id.text))
            }
        }
        if let wanted = document.providers {
            for provider in providers
            where provider.kind.word == "oidc" && !wanted.contains(where: { $0.item.shownName.hasSameBytes(as: provider.name.text) }) {
                add(.delete, .provider, provider.name.text, [], .deleteProvider(provider.name.text))
            }
        }
        if let wanted = document.resources, let known {
            for resource in known.resources where !wanted.contains(where: { $0.uri.hasSameBytes(as: resource.uri) }) {
                add(.delete, .resource, resource.uri, [], .removeResource(resource.uri))
            }
        }
    }
}
