import FoundationEssentials
import Gateway
import Logging
import ServiceLifecycle
import Storage
import UserPools

/// Makes this server known to the others of its database, and its public URL to the commands, which print by it what providers and apps
/// must be told.
struct ServerPresence: Service, CustomStringConvertible {
    var description: String { "presence" }

    let stores: Stores
    let server: RunningServer
    let masterKey: (id: String, file: String)
    let now: @Sendable () -> Date
    let logger: Logger
    /// Told of how many servers there are.
    var shareLimits: @Sendable (Int) -> Void = { _ in }

    /// Refused where another server runs on the database under another public URL: a token, a cookie or a registered address of the one would be
    /// nothing to the other.
    static func announce(_ composition: Composition, logger: Logger) async throws -> ServerPresence {
        let environment = composition.environment
        let (now, url) = (environment.now(), composition.configuration.publicURL)
        let server = RunningServer(id: environment.random(16).map { String($0, radix: 16) }.joined(), publicURL: url, startedAt: now, seenAt: now)
        let presence = ServerPresence(
            stores: composition.storage.stores, server: server, masterKey: (composition.sealer.masterKeyID, composition.configuration.masterKeyFile),
            now: environment.now, logger: logger)
        if let refusal = try await presence.announce(server) { throw refusal }
        return presence
    }

    /// From now on it answers: what commands print is made from its public URL. Before, another server may hold the port, and the URL would be nobody's.
    func listens() async {
        do {
            guard let before = try await stores.installation.adopt(publicURL: server.publicURL, at: now()) else { return }
            try await PublicURLChange(before: before, now: server.publicURL, stores: stores).warn(logger)
        } catch {
            logger.error(
                "the public URL could not be stored, so commands print another one",
                metadata: ["code": "\(error.code)", "remedy": "Start the server again when the database takes writes."])
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await sayWeAreHere() } while (try? await Task.sleep(for: .seconds(RunningServer.heartbeat))) != nil
        }
    }

    /// So that another one may begin at once.
    func leave() async { try? await stores.installation.leave(server.id) }

    /// What cannot be written now is written the next time: a database that is away for a moment is no reason to stop.
    private func sayWeAreHere() async {
        let moment = now()
        let servers: Int?
        do { servers = try await stores.installation.heartbeat(server.id, at: moment) } catch { return }
        if let servers { return shareLimits(servers) }
        // This process stood still, or its clock did, for so long that it counted as gone.
        let again = RunningServer(id: server.id, publicURL: server.publicURL, startedAt: server.startedAt, seenAt: moment)
        guard let refusal = try? await announce(again) else { return }
        logger.error("\(refusal.problems[0].message)", metadata: ["code": "\(refusal.problems[0].code)", "remedy": "\(refusal.problems[0].remedy)"])
    }

    /// - Returns: why it may not run.
    private func announce(_ server: RunningServer) async throws(StoreError) -> CommandFailure? {
        switch try await stores.installation.announce(server, masterKeyID: masterKey.id) {
        case .announced: nil
        case .refused(let other): refusal(other)
        // It was sealed anew meanwhile.
        case .otherMasterKey(let expected): CommandFailure(MasterKeyError.other(path: masterKey.file, expected: expected, seen: masterKey.id))
        }
    }

    private func refusal(_ other: RunningServer) -> CommandFailure {
        let silence = max(0, Int(now().timeIntervalSince(other.seenAt)))
        return .otherPublicURL(
            other.publicURL, than: server.publicURL, seenSecondsAgo: silence, goneAfter: Int(RunningServer.presumedGoneAfter))
    }
}

/// Under another public URL every address that somebody was told is another one. Says which, and to whom.
struct PublicURLChange {
    let before: String
    let now: String
    let stores: Stores

    /// Of more than this many nobody reads the lines; the commands list them all.
    private static let maximum = 50

    func warn(_ logger: Logger) async throws(StoreError) {
        logger.warning(
            "the public URL has changed: apps have another issuer, and identity providers must be told other addresses",
            metadata: ["before": "\(before)", "public_url": "\(now)"])
        var lines = 0
        for pool in try await stores.pools.list() {
            let address = PoolAddress(publicURL: now, pool: pool)
            guard lines < Self.maximum else { break }
            lines += 1
            logger.warning(
                "register anew at every app of this pool", metadata: ["pool": "\(pool.id)", "name": "\(pool.name)", "issuer": "\(address.issuer)"])
            for name in try await stores.providers.names(in: pool.id, limit: Self.maximum) {
                guard lines < Self.maximum, let provider = try await stores.providers.find(name, in: pool.id) else { break }
                lines += 1
                logger.warning("register anew at this identity provider", metadata: metadata(provider, pool, address))
            }
        }
        if lines >= Self.maximum {
            logger.warning("there are more; see them all", metadata: ["try": .stringConvertible(PlacedRemedies([.listPools], at: Place()))])
        }
    }

    private func metadata(_ provider: IdentityProvider, _ pool: UserPool, _ address: PoolAddress) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["pool": "\(pool.id)", "provider": "\(provider.name)"]
        switch provider.kind {
        case .saml, .federation:
            metadata["sp_entity_id"] = "\(address.serviceProviderEntityID)"
            metadata["acs_url"] = "\(address.assertionConsumerService)"
        case .oidc(let oidc): metadata["redirect_uri"] = "\(address.redirectURI(of: oidc.sharesRedirectURI ? nil : provider.name.text))"
        }
        return metadata
    }
}
