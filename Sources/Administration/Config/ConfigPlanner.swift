import FoundationEssentials
import Gateway
import UserPools
import WireFormats

extension Administration {
    /// What would have to be done; nothing is changed, and nothing fetched. What is there is read in one list of each kind.
    /// - Parameter deletes: whether clients, providers, resources, workloads and algorithms go that a list of the document does not have.
    package func plan(_ document: ConfigDocument, deletes: Bool) async throws(ConfigError) -> ConfigPlan {
        var known: [UserPool]
        do throws(AdministrationError) { known = try await listPools() } catch { throw ConfigError([ConfigProblem(at: nil, .refused(error))]) }
        var (problems, pools, left): (ConfigProblems, [ConfigPlan.Pool], [ConfigLeft]) = (ConfigProblems(), [], [])
        var places: [UserPool.ID: ConfigDocument.Item] = [:]
        var domains = Dictionary(known.compactMap { pool in pool.domain.map { (Array($0.utf8), pool.id) } }, uniquingKeysWith: { first, _ in first })
        for pool in document.pools {
            do throws(ConfigError) {
                var planner = try await ConfigPlanner(self, pool, among: known, deletes: deletes)
                if let id = planner.known?.id, let other = places.updateValue(pool.item, forKey: id) { throw pool.item.same(as: other) }
                let planned = planner.plan()
                if let before = planner.known?.domain { domains[Array(before.utf8)] = nil }
                if let domain = planner.pool.domain {
                    // One that is planned already has what it has.
                    let owner = domains[Array(domain.utf8)]
                    let index = known.firstIndex { $0.id == owner && places[$0.id] == nil }
                    if let index, let release = try ConfigPlanner.release(domain, by: known[index], of: document, among: known) {
                        pools.append(release)
                        known[index].domain = nil
                        domains[Array(domain.utf8)] = planner.pool.id
                    } else if let owner {
                        planner.refuse(.store(.conflict(what: "domain \(domain) of pool \(owner)")), pool.item.places, at: "domain")
                    } else {
                        domains[Array(domain.utf8)] = planner.pool.id
                    }
                }
                pools.append(planned)
                left += planner.left
                for problem in planner.problems.list { problems.add(problem) }
            } catch { for problem in error.problems { problems.add(problem) } }
        }
        try problems.refuse()
        let planned = Set(pools.compactMap(\.id))
        left += known.filter { !planned.contains($0.id.text) }.map { ConfigLeft(kind: .pool, name: $0.name, pool: nil, isDeletable: false) }
        return ConfigPlan(pools: pools, left: left)
    }
}

/// Plans one pool with all that is in it.
struct ConfigPlanner {
    let desk: Administration
    let document: ConfigDocument.Pool
    let deletes: Bool
    /// nil of a pool that is made.
    let known: UserPool?
    private let shownName: ConfigName
    let providers: [IdentityProvider]
    /// Those of admins, as they are after the steps so far: what registered itself is its own.
    var clients: [AppClient]
    let registered: [AppClient]
    /// As it will be.
    var pool: UserPool
    /// The clients of the document, by `client_name`: there may be several of one.
    var named: [[UInt8]: [ConfigClientName]] = [:]
    /// Their `client_id`s, given or found.
    var identified: Set<[UInt8]> = []
    /// All clients as they will be, by the key of their names.
    var futures: [[UInt8]: AppClient] = [:]
    var owners: ConfigOwners
    /// As they are after the steps so far, by the bytes of their names.
    var foundProviders: [[UInt8]: IdentityProvider] = [:]
    /// Those of the document that are not planned yet.
    var openProviders: Set<[UInt8]> = []
    /// Whether what was refused may do once another provider is planned.
    var isWaiting = false
    var deletedFirst: Set<IdentityProvider.Name> = []
    var problems = ConfigProblems()
    var steps: [ConfigStep] = []
    var left: [ConfigLeft] = []
    var name: String { document.item.shownName }

    fileprivate init(
        _ desk: Administration, _ document: ConfigDocument.Pool, among pools: [UserPool], deletes: Bool
    ) async throws(ConfigError) {
        (self.desk, self.document, self.deletes) = (desk, document, deletes)
        let found = try Self.find(document.item, among: pools)
        known = found
        shownName = Self.name(of: document.item, found, among: pools)
        do throws(AdministrationError) {
            if let id = known?.id {
                providers = try await desk.storing { () async throws(StoreError) in try await desk.stores.providers.list(in: id) }
                let all = try await desk.listClients(pool: id.text)
                clients = all.filter { $0.metadata.registration == nil }
                registered = all.filter { $0.metadata.registration != nil }
            } else {
                (providers, clients, registered) = ([], [], [])
            }
            owners = ConfigOwners(providers)
        } catch { throw ConfigError([ConfigProblem(at: document.item.place, of: document.item.words, .refused(error))]) }
        guard let pool = known ?? Self.made(document, at: desk.environment.now()) else {
            throw ConfigError([ConfigProblem(at: document.item.place, of: document.item.words, .missing(field: "name"))])
        }
        self.pool = pool
        for client in clients + registered { futures[ConfigClientName.known(client.id.text).key] = client }
    }

    /// By its id, else by its name. One of another id is made, where it has a name as well.
    static func find(_ item: ConfigDocument.Item, among pools: [UserPool]) throws(ConfigError) -> UserPool? {
        if let id = item.id {
            let pool = pools.first { $0.id.text.hasSameBytes(as: id) }
            guard pool != nil || item.name != nil && UserPool.ID(id) != nil else {
                throw item.refusal(.notFound(.pool, name: id, pool: nil), at: "id")
            }
            return pool
        }
        let named = pools.filter { $0.name.hasSameBytes(as: item.shownName) }
        guard named.count < 2 else { throw ConfigError([ConfigProblem(at: item.place, of: item.words, .ambiguous("id"))]) }
        return named.first
    }

    static func name(of item: ConfigDocument.Item, _ found: UserPool?, among pools: [UserPool]) -> ConfigName {
        ConfigName(
            name: item.shownName, id: found?.id.text ?? item.id,
            needsID: pools.contains { $0.id != found?.id && $0.name.hasSameBytes(as: item.shownName) })
    }

    /// What one has that is new. Its id, where none is given, is none that a pool could be given.
    private static func made(_ document: ConfigDocument.Pool, at now: Date) -> UserPool? {
        guard let name = document.item.name, let id = document.item.id.flatMap(UserPool.ID.init) ?? UserPool.ID("new_pool") else { return nil }
        return UserPool(id: id, name: name, domain: nil, signingAlgorithm: document.signingAlgorithm ?? "RS256", createdAt: now)
    }

    fileprivate mutating func plan() -> ConfigPlan.Pool {
        planPool()
        planAttributes()
        planAlgorithms()
        planResources()
        completePool()
        planProviders()
        planClients()
        planInitiated()
        planWorkloads()
        planAbsent()
        return ConfigPlan.Pool(id: known?.id.text, name: name, steps: steps)
    }

    private mutating func planPool() {
        let (fields, item) = (ConfigFields.pool, document.item)
        let early = item.entries.filter { !ConfigFields.lastOfPool.contains($0.name) }
        collect {
            (planner) throws(ConfigError) in
            guard planner.known != nil else {
                // What is fixed is given as it is made.
                let later = early.filter { fields[$0.name]?.isFixed == false }
                var create = CreatePool(
                    name: item.shownName, domain: nil, signingAlgorithm: planner.document.signingAlgorithm ?? "RS256",
                    region: planner.document.region ?? "local", id: item.id)
                create.update = fields.settings(later, from: UpdatePool(""))
                do throws(AdministrationError) { planner.pool = try create.made(at: planner.desk).pool } catch { throw item.refusal(error) }
                planner.add(.create, .pool, item.shownName, id: item.id, needsID: true, item.given(early), .createPool(create))
                return
            }
            let change = try fields.change(planner.pool, to: early, of: item, from: UpdatePool(planner.pool.id.text)) {
                (pool, act) throws(AdministrationError) in try CheckedPoolUpdate(act).apply(to: &pool)
            }
            guard let change else { return }
            planner.pool = change.foreseen
            var update = change.settings
            update.isAsPlanned = change.isAsPlanned
            planner.add(.change, planner.shownName, change.differences, .updatePool(update))
        }
    }

    /// What of the pool names something that is in it.
    private mutating func completePool() {
        let (fields, item) = (ConfigFields.pool, document.item)
        let last = item.entries.filter { ConfigFields.lastOfPool.contains($0.name) }
        collect { (planner) throws(ConfigError) in
            for entry in last { try planner.requireKept(resources: entry.setting.list, at: entry.place, item.words) }
            let change = try fields.change(planner.pool, to: last, of: item, from: UpdatePool(planner.pool.id.text)) {
                (pool, act) throws(AdministrationError) in try CheckedPoolUpdate(act).apply(to: &pool)
            }
            guard let change else { return }
            planner.add(.change, planner.shownName, change.differences, .completePool(change.settings, isAsPlanned: change.isAsPlanned))
        }
    }

    /// - Parameters:
    ///   - id: its identifier, where one is given or found.
    ///   - needsID: whether the name does not say which one it is.
    mutating func add(
        _ verb: ConfigStep.Verb, _ kind: ConfigStep.Kind, _ what: String, id: String? = nil, needsID: Bool = false,
        _ differences: [ConfigDifference] = [], facts: [AuditEvent.Detail] = [], _ act: ConfigAct
    ) {
        let target = ConfigName(name: what, id: id, needsID: needsID)
        steps.append(ConfigStep(verb: verb, kind: kind, target: target, pool: shownName, differences: differences, facts: facts, act: act))
    }

    /// Of the pool itself.
    private mutating func add(_ verb: ConfigStep.Verb, _ pool: ConfigName, _ differences: [ConfigDifference], _ act: ConfigAct) {
        add(verb, .pool, pool.name, id: pool.id, needsID: pool.needsID, differences, act)
    }

    /// Keeps what is wrong with one thing, and goes on with the next.
    mutating func collect(_ body: (inout ConfigPlanner) throws(ConfigError) -> Void) {
        do throws(ConfigError) { try body(&self) } catch { for problem in error.problems { problems.add(problem) } }
    }

    /// - Parameter names: the fields that are to blame where the reason names none.
    mutating func refuse(_ error: AdministrationError, _ places: ConfigPlaces, of words: String? = nil, at names: String...) {
        for problem in places.refusal(error, of: words ?? document.item.words, at: names).problems { problems.add(problem) }
    }
}

extension ConfigDocument.Item {
    func same(as other: ConfigDocument.Item) -> ConfigError { ConfigError([ConfigProblem(at: place, of: words, .same(as: other.place))]) }

    /// What a new one is given.
    var given: [ConfigDifference] { given(entries) }

    func given(_ entries: [ConfigEntry]) -> [ConfigDifference] {
        entries.map { ConfigDifference(name: $0.name, before: .absent, after: $0.setting) }
    }
}
