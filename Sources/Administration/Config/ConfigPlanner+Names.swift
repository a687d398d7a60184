import Gateway
import UserPools
import WireFormats

// What a document calls a client, and which client that is.

extension ConfigPlanner {
    mutating func note(_ item: ConfigDocument.Item, _ found: AppClient?) -> ConfigClientName {
        let name = item.name ?? found?.name ?? item.shownName
        let client = (found?.id.text ?? item.id).map(ConfigClientName.known) ?? .new(name)
        named[Array(name.utf8), default: []].append(client)
        if case .known = client { identified.insert(client.key) }
        return client
    }

    /// One that the document has, or one that is there and stays: by its client_id, else by the name that it will have.
    /// - Parameter known: the `client_id` that stands there already.
    func client(_ text: String, at place: ConfigPlace?, _ words: String, known: String?) throws(ConfigError) -> ConfigClientName {
        let found = try find(text, at: place, words, known: known)
        if case .known(let id) = found { try requireKept(client: id, at: place, words) }
        return found
    }

    private func find(_ text: String, at place: ConfigPlace?, _ words: String, known: String?) throws(ConfigError) -> ConfigClientName {
        let key = Array(text.utf8)
        if identified.contains(key) || clients.contains(where: { $0.id.text.hasSameBytes(as: text) }) || known?.hasSameBytes(as: text) ?? false {
            return .known(text)
        }
        let beside = clients.filter { !identified.contains(Array($0.id.text.utf8)) && $0.name.hasSameBytes(as: text) }
        let found = named[key] ?? beside.map { .known($0.id.text) }
        guard found.count < 2 else { throw ConfigError([ConfigProblem(at: place, of: words, .ambiguous("its client_id in place of the name"))]) }
        if let client = found.first { return client }
        // After the names: it has an id that nobody chose.
        guard registered.contains(where: { $0.id.text.hasSameBytes(as: text) }) else {
            throw ConfigError([ConfigProblem(at: place, of: words, .refused(.notFound(.client, name: text, pool: self.known?.id)))])
        }
        return .known(text)
    }

    /// What names a client names another one then: by their names, where these say which is which. nil where it is the same one.
    /// - Parameter text: what the document calls it.
    func difference(_ name: String, from before: String?, to client: ConfigClientName, as text: String) -> ConfigDifference? {
        if case .known(let id) = client, before?.hasSameBytes(as: id) ?? false { return nil }
        let shownBefore = before.map { clients.shownName(of: $0) }
        let isAlike = shownBefore?.hasSameBytes(as: text) ?? false || futures.values.count { $0.name.hasSameBytes(as: text) } > 1
        return ConfigDifference(
            name: name, before: ConfigSetting(isAlike ? before : shownBefore), after: .text(isAlike ? client.text : text))
    }

    /// Whether another client has that name, or will have it.
    func hasNamesake(_ name: String, _ id: AppClient.ID) -> Bool {
        clients.contains { $0.id != id && $0.name.hasSameBytes(as: name) }
            || (document.clients ?? []).contains { client in
                guard let other = client.item.id, !other.hasSameBytes(as: id.text) else { return false }
                return client.item.shownName.hasSameBytes(as: name)
            }
    }
}

extension ConfigClientName {
    /// Its `client_id`; the name of one that has none yet.
    fileprivate var text: String {
        switch self {
        case .known(let id): id
        case .new(let name): name
        }
    }
}

extension [AppClient] {
    /// What a document calls the client: its name where no other has it, as its name or as its id.
    func shownName(of id: String) -> String {
        guard let client = first(where: { $0.id.text.hasSameBytes(as: id) }) else { return id }
        let isTaken = contains { other in
            other.id != client.id && (other.name.hasSameBytes(as: client.name) || other.id.text.hasSameBytes(as: client.name))
        }
        return isTaken ? id : client.name
    }
}
