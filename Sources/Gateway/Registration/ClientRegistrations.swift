import FoundationEssentials
package import OpenIDConnect
package import UserPools
package import WireFormats

/// Apps that register themselves (RFC 7591), and see to their registrations (RFC 7592).
package struct ClientRegistrations: Sendable {
    let keyRing: KeyRing
    let stores: Stores
    let environment: Environment
    /// Requests from one address: each looks for a token.
    private let attempts: TokenBuckets<ClientNetwork>
    package static let maximumAttempts = 300
    static let attemptsComeBack = Duration.seconds(600)

    package init(keyRing: KeyRing, stores: Stores, environment: Environment) {
        (self.keyRing, self.stores, self.environment) = (keyRing, stores, environment)
        attempts = TokenBuckets(
            maximum: Self.maximumAttempts, refill: Self.attemptsComeBack, maximumKeys: 10_000, uptime: environment.uptime)
    }

    /// What is limited is limited for all servers of the database together: each gives its share.
    package func shareLimits(among servers: Int) { attempts.share(among: servers) }

    /// RFC 7591 §3: makes a client of what the app says of itself.
    /// - Parameter token: the initial access token of the request; a `body` that is refused does not use it up.
    package func register(
        _ body: [UInt8], token: SecretBytes?, pool: UserPool, address: PoolAddress, from network: String?
    ) async throws(OAuthError) -> JSONObject {
        try limit(network)
        guard let token else {
            throw OAuthError(.invalidToken, "Whoever registers an app needs an initial access token. Ask an administrator for one.")
        }
        let (hash, now) = (SecretHash(of: token.reveal()), environment.now())
        let leave = try await storing { () async throws(StoreError) in try await stores.registrations.find(hash, in: pool.id, at: now) }
        guard let leave, let id = AppClient.ID(environment.makeClientID()) else { throw Self.refusedToken }
        let metadata = try await metadata(of: try Self.object(body), in: pool, redirectHosts: leave.redirectHosts)
        var client = AppClient(id: id, poolID: pool.id, name: "", redirectURIs: [], createdAt: now)
        var registration = SelfRegistration(.token)
        registration.initialToken = leave.id.text
        registration.redirectHosts = leave.redirectHosts
        client.metadata.registration = registration
        try client.adopt(metadata, in: pool)
        let (secret, accessToken) = (environment.makeSecret(), environment.makeSecret())
        let hasSecret = client.takeSecret(secret, by: metadata.authentication, at: now)
        client.metadata.registration?.accessToken = SecretHash(of: accessToken.reveal()).base64URLText
        let logo = await FetchedLogo.image(at: metadata.logoURI, from: environment.documents)
        client.metadata.logo = logo?.reference
        let (made, settings) = (client, pool.settings.registration ?? RegistrationSettings())
        let event = event(.clientRegister, made, details: [.init("initial_access_token", leave.id.text)] + made.registrationFacts)
        let outcome = try await storing { () async throws(StoreError) in
            try await stores.registrations.register(
                made, logo: logo, with: hash, unusedUntil: now.addingTimeInterval(settings.unusedLifetime), maximum: settings.maximumClients,
                recorded: event)
        }
        switch outcome {
        case .registered: return made.registrationAnswer(secret: hasSecret ? secret : nil, accessToken: accessToken, pool: pool, address: address)
        case .refused: throw Self.refusedToken
        case .full:
            throw OAuthError(
                .temporarilyUnavailable, "As many apps have registered themselves as may. Ask an administrator to delete some, or to allow more.",
                expected: "at most \(settings.maximumClients)")
        }
    }

    /// RFC 7592 §2.1.
    package func read(
        _ id: String, token: SecretBytes?, pool: UserPool, address: PoolAddress, from network: String?
    ) async throws(OAuthError) -> JSONObject {
        let (client, token) = try await prove(id, token, in: pool, from: network)
        return client.registrationAnswer(secret: nil, accessToken: token, pool: pool, address: address)
    }

    /// RFC 7592 §2.2: what is not said any more is not registered any more. The token is another one from then on.
    package func update(
        _ id: String, _ body: [UInt8], token: SecretBytes?, pool: UserPool, address: PoolAddress, from network: String?
    ) async throws(OAuthError) -> JSONObject {
        let (client, token) = try await prove(id, token, in: pool, from: network)
        let (object, now) = (try Self.object(body), environment.now())
        try Self.requireOwn(object, of: client, at: now)
        let metadata = try await metadata(of: object, in: pool, redirectHosts: client.metadata.registration?.redirectHosts)
        let (presented, secret, accessToken) = (SecretHash(of: token.reveal()), environment.makeSecret(), environment.makeSecret())
        let logo = await FetchedLogo.image(at: metadata.logoURI, from: environment.documents)
        let event = event(.clientUpdate, client, details: [])
        let changed: Changed<AppClient>?
        do throws(ChangeError<OAuthError>) {
            changed = try await stores.clients.change(
                client.id, in: pool.id, logo: logo, recorded: { event.with($0.registrationChanges(to: $1)) },
                { (client: inout AppClient) throws(OAuthError) in
                    // Of two that come at once with one token one is the first.
                    guard client.enabled, client.metadata.registration?.accessTokenHash?.matches(presented) == true else { throw Self.refusedToken }
                    let before = client
                    try client.adopt(metadata, in: pool)
                    client.noteSubjects(since: before, at: now)
                    // What an admin looked at was another app.
                    client.metadata.isThirdParty = nil
                    // What cannot be had at the moment is what it was.
                    let isSame = metadata.logoURI.map { before.metadata.registration?.logoURI?.hasSameBytes(as: $0) == true } ?? false
                    client.metadata.logo = logo?.reference ?? (isSame ? before.metadata.logo : nil)
                    _ = client.takeSecret(secret, by: metadata.authentication, at: now)
                    client.metadata.registration?.accessToken = SecretHash(of: accessToken.reveal()).base64URLText
                })
        } catch {
            switch error {
            case .refused(let error): throw error
            case .store(let error): throw OAuthError(refusing: error as any Error)
            }
        }
        guard let after = changed?.after else { throw Self.refusedToken }
        let isNew = after.secrets.contains { $0.hash == SecretHash(of: secret.reveal()) }
        return after.registrationAnswer(secret: isNew ? secret : nil, accessToken: accessToken, pool: pool, address: address)
    }

    /// RFC 7592 §2.3: the app takes itself away, with everything that was granted to it.
    package func delete(_ id: String, token: SecretBytes?, pool: UserPool, from network: String?) async throws(OAuthError) {
        let (client, _) = try await prove(id, token, in: pool, from: network)
        let event = event(.clientDelete, client, details: client.registrationFacts)
        _ = try await storing { () async throws(StoreError) in try await stores.clients.delete(client.id, in: pool.id) { _ in event } }
    }

    /// The same answer for a token that is wrong and for a client that is not there (RFC 7592 §2.1).
    private static let refusedToken = OAuthError(.invalidToken, "The token is unknown, used up or over. Ask an administrator for another one.")

    /// The client of that name as the database has it now, where the token is its own.
    private func prove(
        _ id: String, _ token: SecretBytes?, in pool: UserPool, from network: String?
    ) async throws(OAuthError) -> (AppClient, SecretBytes) {
        try limit(network)
        guard let token else { throw OAuthError(.invalidToken, "The registration access token is missing.") }
        guard let id = AppClient.ID(id) else { throw Self.refusedToken }
        let client = try await storing { () async throws(StoreError) in try await stores.clients.find(id, in: pool.id) }
        guard let client, client.enabled, let hash = client.metadata.registration?.accessTokenHash,
            hash.matches(SecretHash(of: token.reveal()))
        else { throw Self.refusedToken }
        return (client, token)
    }

    private func limit(_ network: String?) throws(OAuthError) {
        guard network.flatMap({ ClientNetwork($0) }).map(attempts.take) ?? true else {
            throw OAuthError(.temporarilyUnavailable, "Too many registrations came from this address; try again in some minutes.")
        }
    }

    private static func object(_ body: [UInt8]) throws(OAuthError) -> JSONObject {
        do { return try JSONParser.parseObject(body) } catch {
            throw OAuthError(
                .invalidClientMetadata, "The body of the request is no JSON object. Send the client metadata as one.", seen: error.reason)
        }
    }

    private func metadata(of object: JSONObject, in pool: UserPool, redirectHosts: [String]?) async throws(OAuthError) -> RequestedMetadata {
        let algorithms: [SigningAlgorithm]
        do { algorithms = try await keyRing.keys(of: pool).algorithms } catch { throw OAuthError(refusing: error as any Error) }
        let metadata = try RequestedMetadata(
            object, offer: .init(algorithms: algorithms, redirectHosts: redirectHosts, allowsSecrets: true))
        try await requireSector(of: metadata)
        return metadata
    }

    /// OpenID Connect Core §8.1: whoever says to be of a sector is named there with every redirect URI.
    private func requireSector(of metadata: RequestedMetadata) async throws(OAuthError) {
        guard let url = metadata.sectorIdentifierURI else { return }
        func refused(_ sentence: String, seen: String? = nil) -> OAuthError {
            OAuthError(.invalidClientMetadata, "sector_identifier_uri: \(sentence)", parameter: "sector_identifier_uri", seen: seen)
        }
        let document: SectorDocument
        do { document = try await SectorDocument(at: url, from: environment.documents) } catch {
            switch error {
            case .fetch(let error): throw refused("The document could not be fetched. Publish it there, at a public https address.", seen: "\(error)")
            case .noArray: throw refused("The document is no JSON array of URIs.")
            }
        }
        guard document.missing(of: metadata.redirectURIs) == nil else {
            throw refused("The document does not name every redirect URI of the request. Add the missing one there.")
        }
    }

    /// RFC 7592 §2.2: the request names its client, and nothing that only we may set.
    private static func requireOwn(_ object: JSONObject, of client: AppClient, at now: Date) throws(OAuthError) {
        guard object["client_id"]?.string?.hasSameBytes(as: client.id.text) == true else {
            throw OAuthError(.invalidClientMetadata, "client_id: Send the one that was registered.", parameter: "client_id")
        }
        for member in ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"]
        where object[member] != nil {
            throw OAuthError(.invalidRequest, "\(member): Leave it out, it is not for the app to say.", parameter: member)
        }
        guard let value = object["client_secret"] else { return }
        let presented = SecretBytes(value.string ?? "")
        guard client.liveSecrets(at: now).contains(where: { presented.matches(sha256: $0.hash.bytes) }) else {
            throw OAuthError(.invalidClientMetadata, "client_secret: Send the one that was registered, or leave it out.", parameter: "client_secret")
        }
    }

    private func storing<Value: Sendable>(_ body: () async throws(StoreError) -> Value) async throws(OAuthError) -> Value {
        do { return try await body() } catch { throw OAuthError(refusing: error as any Error) }
    }

    private func event(_ action: AuditEvent.Action, _ client: AppClient, details: [AuditEvent.Detail]) -> AuditEvent {
        AuditEvent(registrationOf: client, action, details: details, in: environment)
    }
}

extension AuditEvent {
    /// By nobody at a command line: the app itself, which the details name.
    init(registrationOf client: AppClient, _ action: Action, details: [Detail], in environment: Environment) {
        self.init(
            id: environment.uuidText(), poolID: client.poolID, at: environment.now(), actor: .system, action: action,
            target: Target(.client, client.id.text), details: [Detail("by", "the app itself")] + details)
    }

    func with(_ more: [Detail]) -> AuditEvent {
        AuditEvent(id: id, poolID: poolID, at: at, actor: actor, action: action, target: target, details: details + more)
    }
}

extension Environment {
    fileprivate func makeSecret() -> SecretBytes { SecretBytes(random(32).base64URLText) }

    /// 130 bits, in letters and digits that no one mixes up at a glance.
    fileprivate func makeClientID() -> String {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        return String(decoding: random(26).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}
