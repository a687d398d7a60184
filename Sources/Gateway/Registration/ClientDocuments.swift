import FoundationEssentials
import OpenIDConnect
import Synchronization
package import UserPools
import WireFormats

/// Clients whose identifier is the https address of their metadata (draft-ietf-oauth-client-id-metadata-document): fetched when somebody comes with
/// one, and kept as a client like any other.
///
/// The fetch comes before any proof, so that nobody has us fetch without limit (THREATS case 185): by address, by host, and in all at once.
package final class ClientDocuments: Sendable {
    private struct Key: Hashable, Sendable { let pool: UserPool.ID, client: AppClient.ID }

    /// Until when a document counts as it was fetched, and until when it is not asked for again though it could not be had.
    private enum State { case fresh(until: Duration), failed(until: Duration, OAuthError) }

    private let stores: Stores
    private let keyRing: KeyRing
    private let environment: Environment
    private let states = Mutex<[Key: State]>([:])
    private let underWay = Mutex<[Key: Task<Result<AppClient, OAuthError>, Never>]>([:])
    private let addresses: TokenBuckets<ClientNetwork>
    private let hosts: TokenBuckets<String>

    /// What the draft recommends.
    static let maximumLength = 5 << 10
    static let maximumAtOnce = 16
    static let maximumOfAddress = 20
    static let maximumOfHost = 60
    static let comeBack = Duration.seconds(600)
    private static let maximumStates = 5_000
    private static let freshness: ClosedRange<TimeInterval> = 300...86_400
    private static let usualFreshness: TimeInterval = 3_600
    private static let failureRemembered = Duration.seconds(30)
    /// Until somebody got a token by it: a stranger's is gone soon.
    private static let unprovenLifetime: TimeInterval = 3_600

    package init(stores: Stores, keyRing: KeyRing, environment: Environment) {
        (self.stores, self.keyRing, self.environment) = (stores, keyRing, environment)
        addresses = TokenBuckets(maximum: Self.maximumOfAddress, refill: Self.comeBack, maximumKeys: 10_000, uptime: environment.uptime)
        hosts = TokenBuckets(maximum: Self.maximumOfHost, refill: Self.comeBack, maximumKeys: 10_000, uptime: environment.uptime)
    }

    package func shareLimits(among servers: Int) {
        addresses.share(among: servers)
        hosts.share(among: servers)
    }

    /// The client whose metadata are at that address, as they are there now or were a short while ago.
    /// - Parameters:
    ///   - known: as the database has it.
    ///   - address: of whoever brought the identifier.
    /// - Returns: nil where the pool takes no such client.
    func client(_ id: AppClient.ID, known: AppClient?, in pool: UserPool, from address: String?) async throws(OAuthError) -> AppClient? {
        guard let url = WebAddress(id.text), pool.takes(documentOf: url) else { return nil }
        let (key, now) = (Key(pool: pool.id, client: id), environment.uptime())
        switch states.withLock({ $0[key] }) {
        case .fresh(let until)? where now < until:
            // Who asked at the same moment as the first knows it from the database.
            if let known { return known }
            if let client = try await find(id, in: pool) { return client }
        case .failed(let until, let error)? where now < until:
            guard let known, error.isOutage else { throw error }
            return known
        default: break
        }
        let task: Task<Result<AppClient, OAuthError>, Never>? = try underWay.withLock { underWay throws(OAuthError) in
            if let task = underWay[key] { return task }
            // It may have ended since.
            if case .fresh(let until)? = states.withLock({ $0[key] }), now < until { return nil }
            guard underWay.count < Self.maximumAtOnce else { throw Self.busy }
            guard address.flatMap({ ClientNetwork($0) }).map(addresses.take) ?? true, hosts.take(url.host) else { throw Self.busy }
            // Not a child of whoever came first: its end must not be the others'.
            let task = Task { await self.load(id, in: pool) }
            underWay[key] = task
            return task
        }
        guard let task else { return try await find(id, in: pool) }
        let outcome = await task.value
        underWay.withLock { $0[key] = nil }
        do { return try outcome.get() } catch {
            // A host that is away takes no app with it that was known; one that says something else does.
            guard let known, error.isOutage else { throw error }
            return known
        }
    }

    private func find(_ id: AppClient.ID, in pool: UserPool) async throws(OAuthError) -> AppClient? {
        do { return try await stores.clients.find(id, in: pool.id) } catch { throw OAuthError(refusing: error as any Error) }
    }

    private static let busy = OAuthError(.temporarilyUnavailable, "Too many apps were looked up from here; try again in some minutes.")

    private func load(_ id: AppClient.ID, in pool: UserPool) async -> Result<AppClient, OAuthError> {
        let key = Key(pool: pool.id, client: id)
        do throws(OAuthError) {
            let (bytes, freshFor) = try await fetch(id.text)
            let client = try await keep(id, try Self.object(bytes, of: id), digest: SecretHash(of: bytes).base64URLText, in: pool)
            let seconds = min(max(freshFor ?? Self.usualFreshness, Self.freshness.lowerBound), Self.freshness.upperBound)
            remember(key, .fresh(until: environment.uptime() + .seconds(seconds)))
            return .success(client)
        } catch {
            // No answer is kept, only that there was none: whoever asks again at once has us ask nobody (§ Metadata Discovery Errors).
            remember(key, .failed(until: environment.uptime() + Self.failureRemembered, error))
            return .failure(error)
        }
    }

    private func remember(_ key: Key, _ state: State) {
        states.withLock { states in
            if states.count >= Self.maximumStates { states.removeAll(keepingCapacity: true) }
            states[key] = state
        }
    }

    private func fetch(_ url: String) async throws(OAuthError) -> (bytes: [UInt8], freshFor: TimeInterval?) {
        do throws(FetchError) {
            switch try await environment.documents.fetch(url, limit: Self.maximumLength, unless: DocumentVersion()) {
            case .document(let bytes, let version): return (bytes, version.freshFor)
            case .unchanged: throw .status(304)
            }
        } catch {
            switch error {
            case .unreachable, .untrustedCertificate, .status(500...):
                throw OAuthError(
                    .temporarilyUnavailable, "The metadata document of the app could not be fetched.", parameter: "client_id", seen: "\(error)")
            case .refusedURL, .status, .tooLarge:
                throw OAuthError(
                    .invalidClientMetadata, "There is no metadata document of the app at its client_id, or it is too large.", parameter: "client_id",
                    expected: "status 200 at a public https address, at most \(Self.maximumLength) bytes", seen: "\(error)")
            }
        }
    }

    private static func object(_ bytes: [UInt8], of id: AppClient.ID) throws(OAuthError) -> JSONObject {
        let object: JSONObject
        do { object = try JSONParser.parseObject(bytes) } catch {
            throw OAuthError(
                .invalidClientMetadata, "The metadata document of the app is no JSON object.", parameter: "client_id", seen: error.reason)
        }
        // As simple strings (RFC 3986 §6.2.1): a document of somebody else, or of an older address, makes no client of this one.
        guard let named = object["client_id"]?.string, named.hasSameBytes(as: id.text) else {
            throw OAuthError(
                .invalidClientMetadata, "client_id: The document is of another client_id than its own address.", parameter: "client_id",
                expected: id.text, seen: object["client_id"]?.string)
        }
        for member in ["client_secret", "client_secret_expires_at"] where object[member] != nil {
            throw OAuthError(.invalidClientMetadata, "\(member): A document that everybody can read has no secret.", parameter: member)
        }
        return object
    }

    /// The client as the document says, stored where it is not the same already.
    private func keep(_ id: AppClient.ID, _ object: JSONObject, digest: String, in pool: UserPool) async throws(OAuthError) -> AppClient {
        do {
            if let known = try await stores.clients.find(id, in: pool.id) {
                // What an admin changed of it stays until the app says something else.
                if known.metadata.registration?.documentDigest == digest { return known }
                return try await change(known, object, digest, in: pool)
            }
            let (now, settings) = (environment.now(), pool.settings.registration ?? RegistrationSettings())
            var client = AppClient(id: id, poolID: pool.id, name: "", redirectURIs: [], createdAt: now)
            client.metadata.registration = SelfRegistration(.document)
            try await adopt(object, digest, by: &client, in: pool)
            let event = AuditEvent(registrationOf: client, .clientRegister, details: client.registrationFacts, in: environment)
            let outcome = try await stores.registrations.register(
                client, with: nil, unusedUntil: now.addingTimeInterval(Self.unprovenLifetime), maximum: settings.maximumClients, recorded: event)
            guard outcome == .registered else {
                throw OAuthError(
                    .temporarilyUnavailable, "As many apps have come by themselves as may.", expected: "at most \(settings.maximumClients)")
            }
            return client
        } catch StoreError.conflict {
            // Another server was first.
            guard let client = try? await stores.clients.find(id, in: pool.id) else { throw Self.busy }
            return client
        } catch { throw OAuthError(refusing: error) }
    }

    private func change(_ known: AppClient, _ object: JSONObject, _ digest: String, in pool: UserPool) async throws -> AppClient {
        var changed = known
        try await adopt(object, digest, by: &changed, in: pool)
        let (now, after, event) = (environment.now(), changed, AuditEvent(registrationOf: known, .clientUpdate, details: [], in: environment))
        let stored = try await stores.clients.change(
            known.id, in: pool.id, recorded: { event.with($0.registrationChanges(to: $1)) },
            { (client: inout AppClient) throws(Never) in
                let before = client
                client.takeDocument(of: after)
                client.noteSubjects(since: before, at: now)
            })
        return stored?.after ?? changed
    }

    private func adopt(_ object: JSONObject, _ digest: String, by client: inout AppClient, in pool: UserPool) async throws {
        let algorithms = try await keyRing.keys(of: pool).algorithms
        let metadata = try RequestedMetadata(
            object, offer: .init(algorithms: algorithms, redirectHosts: nil, allowsSecrets: false, readsSectors: false))
        try client.adopt(metadata, in: pool)
        _ = client.takeSecret(SecretBytes(""), by: metadata.authentication, at: environment.now())
        client.metadata.registration?.documentDigest = digest
    }
}

extension OAuthError {
    /// Whether nobody knows what the document says now.
    fileprivate var isOutage: Bool { error == .temporarilyUnavailable }
}

extension AppClient {
    /// What the document says, as `other` has it; what admins alone say of a client stays.
    fileprivate mutating func takeDocument(of other: AppClient) {
        (name, redirectURIs, postLogoutRedirectURIs) = (other.name, other.redirectURIs, other.postLogoutRedirectURIs)
        (initiateLoginURI, grantTypes, scopes) = (other.initiateLoginURI, other.grantTypes, other.scopes)
        (authentication, keys, pkce) = (other.authentication, other.keys, other.pkce)
        (requiresPushedRequests, requiresDPoP) = (other.requiresPushedRequests, other.requiresDPoP)
        let said = other.metadata
        (metadata.defaultMaxAge, metadata.registration) = (said.defaultMaxAge, said.registration)
        (metadata.idTokenSignedResponseAlg, metadata.userInfoSignedResponseAlg) = (said.idTokenSignedResponseAlg, said.userInfoSignedResponseAlg)
        metadata.introspectionSignedResponseAlg = said.introspectionSignedResponseAlg
        metadata.authorizationSignedResponseAlg = said.authorizationSignedResponseAlg
        (metadata.backchannelLogoutURI, metadata.frontchannelLogoutURI) = (said.backchannelLogoutURI, said.frontchannelLogoutURI)
        (metadata.subjectType, metadata.sectorIdentifierURI) = (said.subjectType, said.sectorIdentifierURI)
        metadata.backchannelLogoutSessionRequired = said.backchannelLogoutSessionRequired
        metadata.frontchannelLogoutSessionRequired = said.frontchannelLogoutSessionRequired
    }

    /// Whether the pool has such clients still: one that came by its document only as long as the pool takes those.
    package func isTaken(by pool: UserPool) -> Bool {
        guard metadata.registration?.way == .document else { return true }
        return WebAddress(id.text).map(pool.takes(documentOf:)) ?? false
    }
}

extension UserPool {
    fileprivate func takes(documentOf url: WebAddress) -> Bool {
        guard let settings = settings.registration, settings.takesDocuments else { return false }
        return settings.documentHosts?.contains { $0.hasSameBytes(as: url.host) } ?? true
    }
}
