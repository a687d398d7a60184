import ArgumentParser
import FoundationEssentials
import Storage
import UserPools

/// `Benchmarks federation-search`: what a person's search among the members of a federation costs the database.
struct FederationSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "federation-search", abstract: "Imports members of a federation, then measures searches among them.")

    @Option(help: "An empty database; a temporary SQLite file where none is given.") var database: String?
    @Option(help: "Members of the federation.") var members = 10_000
    @Option(help: "Searches of each kind; the median counts.") var searches = 200

    struct Figure: Encodable {
        let name: String
        let microseconds: Double
    }

    func run() async throws {
        let storage: Storage
        if let database { storage = try await Storage.open(url: database) } else { storage = try await Storage.temporary() }
        let stores = storage.stores
        guard let pool = UserPool.ID("local_Bench1"), let name = UserPools.IdentityProvider.Name("edu"), let signers = FederationSigners(["c2lnbmVy"])
        else {
            throw Failure("a name is none")
        }
        let now = Date()
        try await stores.pools.insert(
            UserPool(id: pool, name: "Bench", domain: nil, signingAlgorithm: "ES256", createdAt: now), recorded: event(.poolCreate, .pool, pool))
        let connection = FederationConnection(metadataURL: "https://federation.example/all.xml", source: .aggregate, signers: signers)
        let provider = UserPools.IdentityProvider(
            poolID: pool, name: name, kind: .federation(connection), attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now)
        try await stores.providers.insert(provider, image: nil, recorded: event(.providerCreate, .provider, pool))
        let began = Clock.now()
        try await importMembers(stores, name, pool, connection, now)
        var figures = [Figure(name: "import of a member, staged by the hundred", microseconds: (Clock.now() - began) * 1e6 / Double(members))]
        // Words that nearly all have, that a few have, and that one has; a domain; nothing.
        let searches = ["univ", "university of", "univ 77", "town1234 university", "u1234.example.edu", "zzz", "university zzz"]
        for text in searches {
            let terms = FederationWords.terms(of: text)
            var times: [Double] = []
            for _ in 0..<self.searches {
                let began = Clock.now()
                _ = try await stores.federations.search(terms, of: name, in: pool, at: now, limit: 21)
                times.append((Clock.now() - began) * 1e6)
            }
            figures.append(Figure(name: "search among \(members) members, '\(text)'", microseconds: times.median))
        }
        await storage.close()
        try printJSON(figures)
    }

    private func importMembers(
        _ stores: Stores, _ name: UserPools.IdentityProvider.Name, _ pool: UserPool.ID, _ settings: FederationConnection, _ now: Date
    ) async throws {
        let lease = now.addingTimeInterval(3600)
        guard let generation = FederationImport.Generation("generation-of-the-bench"),
            let staged = try await stores.federations.begin(generation, of: name, in: pool, at: now, lease: lease)
        else { throw Failure("an import is going on") }
        // As large as one with two keys and some endpoints.
        let metadata = String(repeating: "<md:KeyDescriptor/>", count: 500)
        for start in stride(from: 0, to: members, by: 100) {
            let batch = (start..<min(start + 100, members)).map { number in
                FederationMember(
                    entityID: "https://idp.u\(number).example.edu/idp/shibboleth", metadata: metadata,
                    displayNames: ["en": "University of Town\(number), Faculty \(number % 100)", "de": "Universität Stadt\(number)"],
                    keywords: ["en": ["science", "research"]], scopes: [FederationScope(value: "u\(number).example.edu")])
            }
            guard try await stores.federations.stage(batch, staged, lease: lease) else { throw Failure("another import came") }
        }
        _ = try await stores.federations.complete(staged, read: settings, validUntil: nil, acceptsOlder: false, at: now) { _, _ in nil }
    }

    private func event(_ action: AuditEvent.Action, _ kind: AuditEvent.Target.Kind, _ pool: UserPool.ID) -> AuditEvent {
        AuditEvent(
            id: "bench-\(action)", poolID: pool, at: Date(), actor: .system, action: action, target: AuditEvent.Target(kind, pool.text))
    }
}
