import OpenIDConnect
import UserPools
import WireFormats

extension ConfigPlanner {
    /// What a list of the document does not have, last: clients and workloads first, since they may name a provider or a resource. Of what the
    /// document has no list, and where nothing may be deleted, it is told.
    mutating func planAbsent() {
        for workload in absentWorkloads { removeAbsent(workload) }
        for client in clients where !isThere(client) {
            let facts = client.facts
            absent(
                .client, client.name, id: client.id, document.clients != nil, facts + [.init("client_id", client.id.text)],
                .deleteClient(client.id.text, isAsPlanned: { $0.facts == facts })
            ) { (planner) throws(AdministrationError) in planner.futures[ConfigClientName.known(client.id.text).key] = nil }
        }
        for provider in providers where !isThere(provider) && !deletedFirst.contains(provider.name) {
            let isDeletable = document.providers != nil
            // Of many that stay nobody asks what they are.
            let facts = deletes && isDeletable ? provider.facts : []
            absent(.provider, provider.name.text, isDeletable, facts, .deleteProvider(provider.name.text, isAsPlanned: { $0.facts == facts }))
        }
        for resource in absentResources { removeAbsent(resource) }
        for name in known?.settings.signingAlgorithms ?? [] where name != known?.signingAlgorithm {
            guard let algorithm = SigningAlgorithm(rawValue: name), !has(document.signingAlgorithms, { $0.algorithm == algorithm }) else { continue }
            let act = RemoveSigningAlgorithm(algorithm, from: "")
            absent(.algorithm, name, document.signingAlgorithms != nil, [], .removeAlgorithm(algorithm)) { (planner) throws(AdministrationError) in
                try act.require(in: planner.pool, asked: planner.allFutures)
                act.apply(to: &planner.pool)
            }
        }
        for attribute in known?.customAttributes ?? [] where !has(document.attributes, { $0.name.hasSameBytes(as: attribute.name) }) {
            left.append(ConfigLeft(kind: .attribute, name: "custom:" + attribute.name, pool: name, isDeletable: false))
        }
    }

    /// Of those that are there still.
    var absentWorkloads: [Workload] {
        (pool.settings.workloads ?? []).filter { workload in !has(document.workloads) { $0.name.hasSameBytes(as: workload.name) } }
    }

    var absentResources: [ResourceServer] {
        pool.resources.filter { resource in !has(document.resources) { $0.uri.hasSameBytes(as: resource.uri) } }
    }

    private func has<Item>(_ list: [Item]?, _ isIt: (Item) -> Bool) -> Bool { list?.contains(where: isIt) ?? false }

    private func isThere(_ client: AppClient) -> Bool {
        has(document.clients) { $0.item.id.map(client.id.text.hasSameBytes(as:)) ?? $0.item.shownName.hasSameBytes(as: client.name) }
    }

    func isThere(_ provider: IdentityProvider) -> Bool {
        has(document.providers) { $0.item.shownName.hasSameBytes(as: provider.name.text) }
    }

    /// What the document names stays. What is to be deleted while it does is refused where it is named: afterwards nothing would have that name.
    func requireKept(client id: String, at place: ConfigPlace?, _ words: String) throws(ConfigError) {
        guard deletes, document.clients != nil, let client = clients.first(where: { $0.id.text.hasSameBytes(as: id) }), !isThere(client)
        else { return }
        throw ConfigError([ConfigProblem(at: place, of: words, .absent(.client, client.name))])
    }

    /// The same of providers.
    func requireKept(providers names: [String], at place: ConfigPlace?, _ words: String) throws(ConfigError) {
        guard deletes, document.providers != nil else { return }
        for provider in providers where !isThere(provider) && names.contains(where: provider.name.text.hasSameBytes) {
            throw ConfigError([ConfigProblem(at: place, of: words, .absent(.provider, provider.name.text))])
        }
    }

    /// The same of resources.
    func requireKept(resources uris: [String], at place: ConfigPlace?, _ words: String) throws(ConfigError) {
        guard deletes, document.resources != nil else { return }
        for uri in uris where !has(document.resources, { $0.uri.hasSameBytes(as: uri) }) {
            guard known?.resources.contains(where: { $0.uri.hasSameBytes(as: uri) }) ?? false else { continue }
            throw ConfigError([ConfigProblem(at: place, of: words, .absent(.resource, uri))])
        }
    }

    mutating func removeAbsent(_ workload: Workload) {
        absent(.workload, workload.name, document.workloads != nil, workload.facts, .removeWorkload(workload)) {
            (planner) throws(AdministrationError) in
            try RemoveWorkload(workload.name, from: "").apply(to: &planner.pool)
        }
    }

    mutating func removeAbsent(_ resource: ResourceServer) {
        let act = RemovePoolResource(resource.uri, from: "")
        absent(
            .resource, resource.uri, document.resources != nil, [.init("scopes", resource.scopes.joined(separator: " "))],
            .removeResource(resource.uri, insteadOf: resource.scopes)
        ) { (planner) throws(AdministrationError) in
            try act.requireUnused(by: planner.allFutures)
            try act.apply(to: &planner.pool)
        }
    }

    /// In one order, so that the same one of several is named.
    var allFutures: [AppClient] { futures.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value) }

    /// - Parameters:
    ///   - facts: what stands there now.
    ///   - foresee: what the act does, or why it is refused.
    private mutating func absent(
        _ kind: ConfigStep.Kind, _ what: String, id: AppClient.ID? = nil, _ isDeletable: Bool,
        _ facts: @autoclosure () -> [AuditEvent.Detail], _ act: ConfigAct,
        foresee: (inout ConfigPlanner) throws(AdministrationError) -> Void = { _ in }
    ) {
        guard deletes, isDeletable else {
            left.append(ConfigLeft(kind: kind, name: what, pool: name, isDeletable: isDeletable))
            return
        }
        do throws(AdministrationError) { try foresee(&self) } catch {
            refuse(error, document.item.places, of: "\(kind.rawValue) '\(what)' of \(document.item.words)", at: kind.list)
            return
        }
        add(.delete, kind, what, id: id?.text, needsID: id.map { hasNamesake(what, $0) } ?? false, [], facts: facts(), act)
    }
}
