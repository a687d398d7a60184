import UserPools
import WireFormats

// A pool has so many resources and so many workloads. One that is full gives one up, which goes anyway, before it takes another.

extension ConfigPlanner {
    mutating func makeRoomForWorkload() {
        guard deletes, document.workloads != nil, (pool.settings.workloads ?? []).count >= AddWorkload.maximum, let workload = absentWorkloads.first
        else { return }
        removeAbsent(workload)
    }

    /// The first that no client has; else the first that the document's clients have and do not keep.
    mutating func makeRoomForResource() throws(ConfigError) {
        guard deletes, document.resources != nil, pool.resources.count >= AddPoolResource.maximum else { return }
        let absent = absentResources
        if let free = absent.first(where: { resource in !allFutures.contains { $0.has(resource.uri) } }) { return removeAbsent(free) }
        let (byName, named) = (clientsByName, document.clients ?? [])
        // What is wrong with one is said in its place.
        let known = named.compactMap { client in (try? find(client.item, byName)).map { (client: client, found: $0) } }
        for resource in absent {
            if try release(resource.uri, by: known) { return removeAbsent(resource) }
        }
    }

    /// A step for each client that has it, in which that gives it up; the rest of its change stays in its place.
    /// - Returns: false where one of them keeps it, or the document does not say that it does not.
    private mutating func release(
        _ uri: String, by clients: [(client: ConfigDocument.Client, found: AppClient)]
    ) throws(ConfigError) -> Bool {
        let known = clients.filter { $0.found.has(uri) }
        guard known.count == allFutures.count(where: { $0.has(uri) }) else { return false }
        let steps = known.compactMap { client, found in client.givingUp(uri, found).map { (client: $0, found: found) } }
        guard steps.count == known.count else { return false }
        for (client, found) in steps {
            guard let foreseen = try plan(client, found) else { continue }
            self.clients = self.clients.map { $0.id == found.id ? foreseen : $0 }
            futures[ConfigClientName.known(found.id.text).key] = foreseen
        }
        return true
    }
}

extension AppClient {
    fileprivate func has(_ uri: String) -> Bool { (resources + serves).contains(where: uri.hasSameBytes) }
}

extension ConfigDocument.Client {
    /// The same, of which alone is said that it has this resource no more; nil where it has it afterwards as well.
    fileprivate func givingUp(_ uri: String, _ found: AppClient) -> ConfigDocument.Client? {
        var entries: [ConfigEntry] = []
        for (name, known) in [("resources", found.resources), ("serves", found.serves)] where known.contains(where: uri.hasSameBytes) {
            guard let entry = item.entry(name), !entry.setting.list.contains(where: uri.hasSameBytes) else { return nil }
            entries.append(ConfigEntry(name: name, place: entry.place, setting: .list(known.filter { !$0.hasSameBytes(as: uri) })))
        }
        let scopes = found.metadata.resourceScopes ?? []
        let kept = scopes.filter { !(ResourceScope($0)?.uri.hasSameBytes(as: uri) ?? false) }
        if kept.count < scopes.count { entries.append(ConfigEntry(name: "resource_scopes", place: item.place, setting: .list(kept))) }
        let alone = ConfigDocument.Item(name: item.name, id: item.id, places: item.places, words: item.words, entries: entries)
        return ConfigDocument.Client(item: alone, isConfidential: isConfidential, secret: nil)
    }
}
