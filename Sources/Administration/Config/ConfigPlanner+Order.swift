import Gateway
import UserPools
import WireFormats

// What one thing has alone is given up before another one takes it, in whichever order the document has them.

extension ConfigPlanner {
    mutating func planProviders() {
        foundProviders = Dictionary(providers.map { (Array($0.name.text.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        var open = document.providers ?? []
        openProviders = Set(open.map { Array($0.item.shownName.utf8) })
        while !open.isEmpty {
            var waiting: [(provider: ConfigDocument.Provider, problems: [ConfigProblem])] = []
            for provider in open {
                isWaiting = false
                do throws(ConfigError) { try plan(provider) } catch {
                    if isWaiting {
                        waiting.append((provider, error.problems))
                        continue
                    }
                    for problem in error.problems { problems.add(problem) }
                }
                openProviders.remove(Array(provider.item.shownName.utf8))
            }
            // Each of them waits for another one of them.
            if waiting.count == open.count {
                for problem in waiting.flatMap(\.problems) { problems.add(problem) }
                return
            }
            open = waiting.map(\.provider)
        }
    }

    /// Gives a provider what it has then. Who has it and goes, goes before; who gives it up, gives it up before.
    mutating func take(_ provider: IdentityProvider, _ item: ConfigDocument.Item) throws(ConfigError) {
        while let conflict = owners.conflict(of: provider) {
            if deleteFirst(conflict.owner) { continue }
            guard let domain = conflict.domain else {
                // An entity ID is another one's as a whole, or this one's.
                isWaiting = openProviders.contains(Array(conflict.owner.text.utf8))
                throw item.refusal(conflict.error, at: "entity_id", "metadata", "metadata_url")
            }
            guard try release(domain, by: conflict.owner) else { throw item.refusal(conflict.error, at: "domains") }
        }
        owners.give(provider)
        foundProviders[Array(provider.name.text.utf8)] = provider
    }

    /// One that the document does not have, where it is deleted.
    private mutating func deleteFirst(_ owner: IdentityProvider.Name) -> Bool {
        guard deletes, document.providers != nil, let provider = providers.first(where: { $0.name == owner }), !isThere(provider) else {
            return false
        }
        let facts = provider.facts
        add(.delete, .provider, owner.text, facts: facts, .deleteProvider(owner.text, isAsPlanned: { $0.facts == facts }))
        owners.remove(owner)
        deletedFirst.insert(owner)
        return true
    }

    /// A step in which a provider keeps of its domains what it has afterwards as well.
    private mutating func release(_ domain: [UInt8], by owner: IdentityProvider.Name) throws(ConfigError) -> Bool {
        let key = Array(owner.text.utf8)
        guard openProviders.contains(key), let before = foundProviders[key],
            let provider = document.providers?.first(where: { $0.item.shownName.hasSameBytes(as: owner.text) }),
            provider.kind.rawValue == before.kind.word, let entry = provider.item.entry("domains")
        else { return false }
        let wanted = Set(entry.setting.list.map(ConfigOwners.key))
        guard !wanted.contains(domain) else { return false }
        let kept = before.domains.filter { wanted.contains(ConfigOwners.key($0)) }
        try plan(provider.saying(ConfigEntry(name: entry.name, place: entry.place, setting: .list(kept))))
        return true
    }
}

extension ConfigPlanner {
    /// A step in which another pool of the document gives its domain up: afterwards it has another one, or none. nil where it keeps it.
    static func release(
        _ domain: String, by owner: UserPool, of document: ConfigDocument, among pools: [UserPool]
    ) throws(ConfigError) -> ConfigPlan.Pool? {
        for other in document.pools {
            guard let entry = other.item.entry("domain"), try find(other.item, among: pools)?.id == owner.id else { continue }
            let wanted = entry.setting.text.map { ProtocolText($0).lowercased.string }
            guard !(wanted?.hasSameBytes(as: domain) ?? false) else { return nil }
            let shown = Self.name(of: other.item, owner, among: pools)
            var update = UpdatePool(owner.id.text, domain: "")
            update.isAsPlanned = { $0.domain?.hasSameBytes(as: domain) ?? false }
            let difference = ConfigDifference(name: entry.name, before: .text(domain), after: .absent)
            let step = ConfigStep(verb: .change, kind: .pool, target: shown, pool: shown, differences: [difference], act: .updatePool(update))
            return ConfigPlan.Pool(id: owner.id.text, name: shown.name, steps: [step])
        }
        return nil
    }
}

extension ConfigDocument.Provider {
    /// The same, of which one field alone is said.
    fileprivate func saying(_ entry: ConfigEntry) -> ConfigDocument.Provider {
        let alone = ConfigDocument.Item(name: item.name, id: item.id, places: item.places, words: item.words, entries: [entry])
        return ConfigDocument.Provider(item: alone, kind: kind, secrets: [], initiated: nil)
    }
}
