import OpenIDConnect
import UserPools
import WireFormats

extension ConfigPlanner {
    /// What a list of the document does not have, last: clients and workloads first, since they may name a provider or a resource. Of what the
    /// document has no list, and where nothing may be deleted, it is told.
    mutating func planAbsent() {
        for workload in known?.settings.workloads ?? [] where !has(document.workloads, { $0.name.hasSameBytes(as: workload.name) }) {
            absent(.workload, workload.name, document.workloads != nil, workload.facts, .removeWorkload(workload)) {
                (planner) throws(AdministrationError) in
                try RemoveWorkload(workload.name, from: "").apply(to: &planner.pool)
            }
        }
        for client in clients where !has(document.clients, { isIt($0, client) }) {
            let facts = client.facts
            absent(
                .client, client.name, id: client.id, document.clients != nil, facts + [.init("client_id", client.id.text)],
                .deleteClient(client.id.text, isAsPlanned: { $0.facts == facts })
            ) { (planner) throws(AdministrationError) in planner.futures[ConfigClientName.known(client.id.text).key] = nil }
        }
        for provider in providers where !has(document.providers, { $0.item.shownName.hasSameBytes(as: provider.name.text) }) {
            let isDeletable = document.providers != nil
            // Of many that stay nobody asks what they are.
            let facts = deletes && isDeletable ? provider.facts : []
            absent(.provider, provider.name.text, isDeletable, facts, .deleteProvider(provider.name.text, isAsPlanned: { $0.facts == facts }))
        }
        for resource in known?.resources ?? [] where !has(document.resources, { $0.uri.hasSameBytes(as: resource.uri) }) {
            let act = RemovePoolResource(resource.uri, from: "")
            absent(
                .resource, resource.uri, document.resources != nil, [.init("scopes", resource.scopes.joined(separator: " "))],
                .removeResource(resource.uri, insteadOf: resource.scopes)
            ) { (planner) throws(AdministrationError) in
                try act.requireUnused(by: planner.allFutures)
                try act.apply(to: &planner.pool)
            }
        }
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

    private func has<Item>(_ list: [Item]?, _ isIt: (Item) -> Bool) -> Bool { list?.contains(where: isIt) ?? false }

    private func isIt(_ wanted: ConfigDocument.Client, _ client: AppClient) -> Bool {
        wanted.item.id.map(client.id.text.hasSameBytes(as:)) ?? wanted.item.shownName.hasSameBytes(as: client.name)
    }

    /// In one order, so that the same one of several is named.
    private var allFutures: [AppClient] { futures.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value) }

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
            refuse(error, document.item.place, "\(kind.rawValue) '\(what)' of \(document.item.words)")
            return
        }
        add(.delete, kind, what, id: id?.text, needsID: id.map { hasNamesake(what, $0) } ?? false, [], facts: facts(), act)
    }
}
