import Administration
import FoundationEssentials
import Gateway
import GatewayServer
import Glibc
import NIOCore
import OpenIDConnect
import OutgoingHTTP
import PKCS11
import Storage
import Tracing
import UserPools
import WireFormats

extension StorageError: Diagnosable {}

/// The one place where concrete types meet: database, master key, clock and network.
struct Composition: Sendable {
    private(set) var configuration: GatewayConfiguration
    /// That of the server that began to listen last, when the database was opened.
    private let storedPublicURL: String?
    let storage: Storage
    let sealer: Sealer
    let environment: Gateway.Environment
    /// nil where none is configured.
    let hsm: PKCS11Module?
    let administration: Administration
    /// What an admin should know beside the answer: that the database is new, or not the one in this folder.
    private(set) var notes: [String]
    /// Those with which a command that is printed acts here.
    private(set) var installation: InstallationOptions

    /// Whether a SQLite database that is not there is made, or refused.
    enum Absence { case make, refuse }

    static func open(
        _ configuration: GatewayConfiguration, of options: InstallationOptions = InstallationOptions(), whereAbsent absence: Absence,
        connections: ConnectionPool? = nil, hsmChanged: @escaping @Sendable (SecurityModuleError?) -> Void = { _ in }
    ) async throws -> Composition {
        let isNew = !configuration.database.exists
        if isNew {
            guard absence == .make else { throw configuration.database.missing() }
            try configuration.database.requireNothingLeftBehind()
            try configuration.database.makeFolders()
        }
        let outgoing = OutgoingClient(
            development: configuration.development, connections: connections, userAgent: "countersign/\(Countersign.version)")
        let hsm = configuration.hsm?.open(changed: hsmChanged)
        let environment = Gateway.Environment.system(documents: outgoing, transport: outgoing, securityModule: hsm)
        let storage = try await Storage.open(url: configuration.database.url)
        do {
            let path = configuration.masterKeyFile
            let installation = try await storage.stores.installation.find()
            guard !installation.isUnfinishedCopy else { throw StorageError.unfinishedCopy(location: configuration.database.name) }
            let known = installation.masterKeyID
            let sealer = try Sealer(
                masterKey: try await masterKey(path, isKnown: known != nil || absence == .refuse, storage: storage, environment: environment))
            let keyRing = KeyRing(store: storage.stores.keys, sealer: sealer, environment: environment)
            // Under another master key a new pool's keys would be sealed that the server cannot open.
            try requireMasterKey(known, sealer, path)
            try await openKeys(storage.stores, keyRing)
            if known == nil, absence == .make {
                try requireMasterKey(try await storage.stores.installation.recordMasterKey(sealer.masterKeyID, at: environment.now()), sealer, path)
            }
            return Composition(
                configuration: configuration, storedPublicURL: installation.publicURL, storage: storage, sealer: sealer, environment: environment,
                hsm: hsm,
                administration: Administration(stores: storage.stores, keyRing: keyRing, sealer: sealer, environment: environment, actor: .current),
                notes: [isNew ? "made a new database at \(configuration.database.name)" : nil, configuration.database.note()].compactMap(\.self),
                installation: options)
        } catch {
            await storage.close()
            throw error
        }
    }

    /// Opens, runs, closes, and says of a name that is not there which one is near.
    static func with<Value: Sendable>(
        _ shared: SharedOptions, publicURL: PublicURLOption? = nil, development: DevelopmentOption? = nil, hsm: HSMOptions? = nil,
        whereAbsent absence: Absence = .refuse,
        _ body: (Composition) async throws -> Value
    ) async throws -> Value {
        let flags = shared.flags(
            (hsm?.flags ?? [:]).merging([.publicURL: publicURL?.value, .development: development?.flag]) { _, new in new })
        var composition = try await open(
            try GatewayConfiguration(flags: flags, file: shared.config), of: InstallationOptions(flags: flags, file: shared.config),
            whereAbsent: absence)
        let result: Result<Value, any Error>
        do {
            composition.adoptStoredPublicURL()
            result = .success(try await body(composition))
        } catch let error as AdministrationError {
            result = .failure(CommandFailure(error, hint: await composition.hint(for: error)))
        } catch { result = .failure(error is any Diagnosable ? CommandFailure(any: error) : error) }
        await composition.close()
        switch result {
        case .success(let value):
            for note in composition.notes { Output.note(note) }
            return value
        case .failure(var failure as CommandFailure):
            failure.notes += composition.notes
            failure.installation = composition.installation
            throw failure
        case .failure(let error): throw error
        }
    }

    /// For the end of the process.
    func close() async {
        await storage.close()
        await hsm?.closeAndWait()
    }

    private mutating func adoptStoredPublicURL() {
        guard let stored = storedPublicURL else { return }
        configuration.adopt(publicURL: stored)
        if configuration.publicURL != stored {
            notes.append("the addresses are for \(configuration.publicURL), which was given; the server was last started with \(stored)")
        }
    }

    /// Where the server itself does what no admin has to.
    var ownDesk: Administration {
        let keyRing = KeyRing(store: storage.stores.keys, sealer: sealer, environment: environment)
        return Administration(stores: storage.stores, keyRing: keyRing, sealer: sealer, environment: environment, actor: .system)
    }

    func application(
        following: FollowingWhileServing, certificate: ServerCertificate? = nil, tracer: (any Tracer)? = nil
    ) -> GatewayApplication {
        let readiness = Readiness { await isReady() }
        let query = FederationQuery(ownDesk)
        return GatewayApplication(
            publicURL: configuration.publicURL, verifiesTwice: configuration.verifiesTwice, stores: storage.stores, sealer: sealer,
            environment: environment, clientCertificates: configuration.clientCertificates, findNewKeys: following.findNewKeys(of:),
            fetchMember: { await query.fetch($1, of: $0) },
            console: configuration.console, command: { [installation] in $0.command(at: $1, of: installation) },
            advise: TrialWords(installation: installation).advice,
            trusts: { [proxies = configuration.trustedProxies] context in
                guard let peer = context.remoteAddress.flatMap({ $0.withSockAddr { address, _ in IPAddress(address) } })?.unmapped else {
                    return false
                }
                return proxies.contains { $0.contains(peer) }
            }, certificateEnd: { certificate?.validUntil }, tracer: tracer, ready: { await readiness.isReady() })
    }

    static func requireMasterKey(_ known: String?, _ sealer: Sealer, _ path: String) throws(MasterKeyError) {
        guard let known, known != sealer.masterKeyID else { return }
        throw .other(path: path, expected: known, seen: sealer.masterKeyID)
    }

    /// - Parameter isKnown: whether there must be one: the database names it, or a command only asks.
    private static func masterKey(
        _ path: String, isKnown: Bool, storage: Storage, environment: Gateway.Environment
    ) async throws -> SecretBytes {
        if let key = try MasterKeyFile.read(path) { return key }
        // A new key would open nothing of what is there.
        guard !isKnown, try await !hasKeys(storage.stores) else {
            // Another process that began at the same time made the key after we looked: it is there before anything is sealed with it.
            if let key = try MasterKeyFile.read(path) { return key }
            throw MasterKeyError.missing(path: path)
        }
        return try MasterKeyFile.make(path, random: environment.random)
    }

    private static func hasKeys(_ stores: Stores) async throws(StoreError) -> Bool {
        for pool in try await stores.pools.list() where try await !stores.keys.list(in: pool.id).isEmpty { return true }
        return false
    }

    /// "Did you mean …?" for a pool, a provider or a client that does not exist.
    private func hint(for error: AdministrationError) async -> String? {
        guard case .notFound(let what, let name, let poolID) = error else { return nil }
        if what == .pool {
            let pools = (try? await storage.stores.pools.list()) ?? []
            if let pool = pools.first(where: { $0.name == name }) { return "'\(name)' is the name of the pool with the id \(pool.id): give that." }
            return Suggestion.nearest(to: name, in: pools.map(\.id.text) + pools.map(\.name)).map { near in
                "Did you mean \(pools.first { $0.id.text == near || $0.name == near }?.id.text ?? near)?"
            }
        }
        guard let poolID else { return nil }
        switch what {
        case .provider:
            let names = (try? await storage.stores.providers.names(in: poolID, limit: 1_000)) ?? []
            return Suggestion.nearest(to: name, in: names.map(\.text)).map { "Did you mean '\($0)'?" }
        case .client:
            let clients = (try? await storage.stores.clients.list(in: poolID)) ?? []
            if let client = clients.first(where: { $0.name == name }) {
                return "'\(name)' is the name of the client with the id \(client.id): give that."
            }
            return Suggestion.nearest(to: name, in: clients.map(\.id.text)).map { "Did you mean \($0)?" }
        case .pool, .user, .identity, .key, .resource, .algorithm, .workload, .logout, .signIn, .registrationToken: return nil
        }
    }
}
