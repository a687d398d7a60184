import Gateway
import UserPools
import WireFormats

extension ConfigPlanner {
    mutating func planClients() {
        let byName = clientsByName
        var items: [AppClient.ID: ConfigDocument.Item] = [:]
        for client in document.clients ?? [] {
            collect { (planner) throws(ConfigError) in
                let found = try planner.find(client.item, byName)
                if let id = found?.id, let other = items.updateValue(client.item, forKey: id) { throw client.item.same(as: other) }
                let named = planner.note(client.item, found)
                if let foreseen = try planner.plan(client, found) { planner.futures[named.key] = foreseen }
            }
        }
    }

    var clientsByName: [[UInt8]: [AppClient]] { Dictionary(grouping: clients) { Array($0.name.utf8) } }

    /// By its client_id, else by its name. One of another client_id is made, where it has a name as well.
    func find(_ item: ConfigDocument.Item, _ byName: [[UInt8]: [AppClient]]) throws(ConfigError) -> AppClient? {
        if let id = item.id {
            let client = clients.first { $0.id.text.hasSameBytes(as: id) }
            guard client != nil || item.name != nil && AppClient.ID(id) != nil else {
                throw item.refusal(.notFound(.client, name: id, pool: known?.id), at: "client_id")
            }
            return client
        }
        let named = byName[Array(item.shownName.utf8)] ?? []
        guard named.count < 2 else { throw ConfigError([ConfigProblem(at: item.place, of: item.words, .ambiguous("client_id"))]) }
        return named.first
    }

    /// - Returns: what it becomes; nil where it stays.
    mutating func plan(_ client: ConfigDocument.Client, _ found: AppClient?) throws(ConfigError) -> AppClient? {
        let (fields, item) = (ConfigFields.client, client.item)
        try requireOneProof(item)
        let providers = try offered(item, found)
        let pool = pool
        let hidden = client.secret.map { Self.difference($0, before: .text(found == nil ? "(none)" : "another")) }
        guard let found else {
            let create = CreateClient(
                name: item.shownName, pool: "", confidential: client.isConfidential, settings: fields.settings(item.entries, from: ClientSettings()),
                id: item.id, secret: client.secret?.bytes)
            var foretold = create
            foretold.secret = client.secret?.foreseen
            let foreseen: AppClient
            do throws(AdministrationError) { foreseen = try foretold.foreseen(in: pool, providers: providers, at: desk).client } catch {
                throw item.refusal(error)
            }
            add(.create, .client, item.shownName, id: item.id, needsID: true, item.given + [hidden].compactMap(\.self), .createClient(create))
            return foreseen
        }
        let other = try otherSecret(client, than: found)
        let change = try fields.change(found, to: item.entries, of: item, from: ClientSettings()) {
            (client, settings) throws(AdministrationError) in
            do throws(AdministrationError) { try settings.apply(to: &client, in: pool, providers: providers) } catch { throw error.ofChange }
        }
        guard change != nil || other != nil else { return nil }
        var foreseen = change?.foreseen ?? found
        try requireUse(of: client, in: foreseen)
        if let other {
            do throws(AdministrationError) { try UpdateClient.foresee(other, of: &foreseen, at: desk.environment.now()) } catch {
                throw ConfigError([ConfigProblem(at: client.secret?.place ?? item.place, of: item.words, .refused(error))])
            }
        }
        var update = UpdateClient(found.id.text, pool: "", settings: change?.settings ?? ClientSettings())
        update.secret = other
        update.isAsPlanned = { [secrets = found.secrets] now in
            (change?.isAsPlanned(now) ?? true) && (other == nil || now.secrets == secrets)
        }
        let differences = (change?.differences ?? []) + (other == nil ? [] : [hidden].compactMap(\.self))
        let needsID = hasNamesake(item.shownName, found.id)
        add(.change, .client, item.shownName, id: found.id.text, needsID: needsID, differences, .updateClient(update))
        return foreseen
    }

    /// The secret of the document, where that of the client is another.
    private func otherSecret(_ client: ConfigDocument.Client, than found: AppClient) throws(ConfigError) -> SecretBytes? {
        try requireUse(of: client, in: found)
        guard let bytes = client.secret?.bytes else { return nil }
        let hash = SecretHash(of: bytes.reveal())
        guard !found.secrets.contains(where: { $0.expiresAt == nil && $0.hash.matches(hash) }) else { return nil }
        return bytes
    }

    /// A secret is for a client that proves itself by one.
    private func requireUse(of client: ConfigDocument.Client, in found: AppClient) throws(ConfigError) {
        guard let secret = client.secret, found.secrets.isEmpty else { return }
        throw ConfigError([ConfigProblem(at: secret.place, of: client.item.words, .refused(CreateClient.needsNoSecret))])
    }

    /// Two of these would be in each other's place at each apply. Who proves itself by one is confidential.
    private func requireOneProof(_ item: ConfigDocument.Item) throws(ConfigError) {
        let isPublic = item.entry("confidential")?.setting.flag == false
        let given = (isPublic ? ["confidential"] : []) + ConfigFields.proofsOfClient.filter { item.entry($0) != nil }
        guard given.count > 1 else { return }
        throw ConfigError([ConfigProblem(at: item.places[given[1]], of: item.words, .several(given))])
    }

    /// The providers that it names: those that are there, or will be.
    private func offered(_ item: ConfigDocument.Item, _ found: AppClient?) throws(ConfigError) -> [IdentityProvider.Name] {
        guard let entry = item.entry("identity_providers") else { return [] }
        try requireKept(providers: entry.setting.list, at: entry.place, item.words)
        // One that is gone stays where it stands.
        if let found, entry.setting.isSame(as: .list(found.identityProviders.map(\.text))) { return [] }
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
}

extension ConfigPlanner {
    /// Where sign-ins go on that a SAML provider begins: after the clients, for they are clients.
    mutating func planInitiated() {
        for provider in document.providers ?? [] {
            guard let initiated = provider.initiated else { continue }
            let subject = providers.first { $0.name.text.hasSameBytes(as: provider.item.shownName) }.flatMap(SAMLSubject.init)
            collect { (planner) throws(ConfigError) in try planner.plan(initiated, of: provider.item, subject) }
        }
    }

    private mutating func plan(_ initiated: ConfigDocument.Initiated, of item: ConfigDocument.Item, _ subject: SAMLSubject?) throws(ConfigError) {
        let before = subject?.connection
        var wanted: ConfigClientName?
        if let text = initiated.client {
            wanted = try client(text, at: initiated.place, item.words, known: before?.initiated?.clientID)
        }
        let client = wanted
        var (settings, differences) = (SAMLProviderSettings(), [ConfigDifference]())
        if let isAllowed = initiated.isAllowed, isAllowed != before?.allowsIDPInitiated ?? false {
            settings.allowsIDPInitiated = isAllowed
            differences.append(ConfigDifference(name: "allow_idp_initiated", before: .flag(!isAllowed), after: .flag(isAllowed)))
        }
        let clientBefore = before?.initiated?.clientID
        let other = client.flatMap { difference("idp_initiated_client", from: clientBefore, to: $0, as: initiated.client ?? "") }
        let isSame = other == nil
        differences += [other].compactMap(\.self)
        guard !differences.isEmpty else { return }
        guard settings.allowsIDPInitiated != true || client != nil || clientBefore != nil else {
            throw ConfigError([ConfigProblem(at: initiated.place, of: item.words, .refused(SAMLProviderSettings.noInitiatedClient))])
        }
        if !isSame, let client {
            do throws(AdministrationError) {
                guard let beginning = futures[client.key] else { throw .notFound(.client, name: initiated.client ?? "", pool: known?.id) }
                try SAMLProviderSettings.requireInitiable(beginning)
            } catch { throw ConfigError([ConfigProblem(at: initiated.place, of: item.words, .refused(error))]) }
        }
        let (wasAllowed, wasClient) = (before?.allowsIDPInitiated ?? false, clientBefore)
        add(
            .change, .provider, item.shownName, differences,
            .setInitiated(item.shownName, settings, client: isSame ? nil : client) { now in
                now.connection.allowsIDPInitiated == wasAllowed && now.connection.initiated?.clientID == wasClient
            })
    }
}
