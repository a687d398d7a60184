import ArgumentParser
import FoundationEssentials
import Storage
import UserPools

/// `Benchmarks federation-search`: what a person's search among the members of a federation costs the database.
struct FederationSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "federation-search", abstract: "Imports members of a federation, then measures searches among them.")

    @Option(help: "An empty database; a temporary SQLite file where none is given.") var database: String?
    @Option(help: "Searches of each kind; the median counts. Without one members are imported, and that is all.") var searches = 200
    @Flag(help: "The members are in the database: only search.") var imported = false

    private static let members = 10_000
    private static let mostFound = 21
    /// Words that nearly all have, that a few have, and that one has; a domain; nothing; and words that half or a tenth of them have, which four have
    /// together. With each, how many of 10,000 members are found.
    private static let searched = [
        ("univ", mostFound), ("university of", mostFound), ("univ 77", mostFound), ("town1234 university", 1), ("u1234.example.edu", 1), ("zzz", 0),
        ("university zzz", 0), ("northern southern", 4), ("nor sou univ", 4), ("institute polytechnic", 4),
    ]

    struct Figure: Encodable {
        let name: String
        let microseconds: Double
        let fastest: Double
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
        var figures: [Figure] = []
        if !imported {
            let began = Clock.now()
            try await importMembers(stores, name, pool, now, signers)
            let each = (Clock.now() - began) * 1e6 / Double(Self.members)
            figures.append(Figure(name: "import of a member, staged by the hundred", microseconds: each, fastest: each))
        }
        for (text, expected) in searches > 0 ? Self.searched : [] {
            let terms = FederationWords.terms(of: text)
            var times: [Double] = []
            for _ in 0..<searches {
                let began = Clock.now()
                let found = try await stores.federations.search(terms, of: name, in: pool, at: now, limit: Self.mostFound)
                times.append((Clock.now() - began) * 1e6)
                guard found.count == expected else { throw Failure("'\(text)' finds \(found.count) members of \(expected)") }
            }
            figures.append(Figure(name: "search among \(Self.members) members, '\(text)'", microseconds: times.median, fastest: times.min() ?? 0))
        }
        await storage.close()
        try printJSON(figures)
    }

    private func importMembers(
        _ stores: Stores, _ name: UserPools.IdentityProvider.Name, _ pool: UserPool.ID, _ now: Date, _ signers: FederationSigners
    ) async throws {
        try await stores.pools.insert(
            UserPool(id: pool, name: "Bench", domain: nil, signingAlgorithm: "ES256", createdAt: now), recorded: event(.poolCreate, .pool, pool))
        let connection = FederationConnection(metadataURL: "https://federation.example/all.xml", source: .aggregate, signers: signers)
        let provider = UserPools.IdentityProvider(
            poolID: pool, name: name, kind: .federation(connection), attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now)
        try await stores.providers.insert(provider, image: nil, recorded: event(.providerCreate, .provider, pool))
        let lease = now.addingTimeInterval(3600)
        guard let generation = FederationImport.Generation("generation-of-the-bench"),
            let staged = try await stores.federations.begin(generation, of: name, in: pool, at: now, lease: lease)
        else { throw Failure("an import is going on") }
        // As large as one with two keys and some endpoints.
        let metadata = String(repeating: "<md:KeyDescriptor/>", count: 500)
        for start in stride(from: 0, to: Self.members, by: 100) {
            let batch = (start..<min(start + 100, Self.members)).map { number in
                FederationMember(
                    entityID: "https://idp.u\(number).example.edu/idp/shibboleth", metadata: metadata,
                    displayNames: [
                        "en": "University of Town\(number), Faculty \(number % 100)", "de": "Universität Stadt\(number)\(Self.further(number))",
                    ],
                    keywords: ["en": ["science", "research"]], scopes: [FederationScope(value: "u\(number).example.edu")])
            }
            guard try await stores.federations.stage(batch, staged, lease: lease) else { throw Failure("another import came") }
        }
        let status = try await stores.federations.complete(
            staged, read: connection, validUntil: nil, acceptsOlder: false, at: now
        ) { _, _ in nil }
        guard status?.members == Self.members else { throw Failure("of \(Self.members) members \(status?.members ?? 0) were imported") }
    }

    /// Words that many have, and hardly anybody two of them.
    private static func further(_ number: Int) -> String {
        let isBoth = number % 2_500 == 7
        let part = isBoth ? " Northern Southern" : number.isMultiple(of: 2) ? " Northern" : " Southern"
        return part + (isBoth ? " Institute Polytechnic" : number % 10 == 3 ? " Institute" : number % 10 == 6 ? " Polytechnic" : "")
    }

    private func event(_ action: AuditEvent.Action, _ kind: AuditEvent.Target.Kind, _ pool: UserPool.ID) -> AuditEvent {
        AuditEvent(
            id: "bench-\(action)", poolID: pool, at: Date(), actor: .system, action: action, target: AuditEvent.Target(kind, pool.text))
    }
}
