import FoundationEssentials
import Gateway
package import UserPools
package import WireFormats

/// Makes a client. The secret of a confidential one is in the answer and nowhere else.
package struct CreateClient: AdminAct {
    let name: String
    var pool: String
    let confidential: Bool
    let settings: ClientSettings
    let id: String?
    var secret: SecretBytes?
    /// Whether there was none of its name when that was decided, so that one that is there now is somebody else's.
    var isNew = false

    /// - Parameters:
    ///   - id: its `client_id`; nil: one that is made up.
    ///   - secret: the same.
    package init(name: String, pool: String, confidential: Bool, settings: ClientSettings, id: String? = nil, secret: SecretBytes? = nil) {
        (self.name, self.pool, self.confidential, self.settings, self.id, self.secret) = (name, pool, confidential, settings, id, secret)
    }

    /// - Returns: the secret, where it was made up here.
    package func perform(at desk: Administration) async throws(AdministrationError) -> (client: AppClient, secret: SecretBytes?) {
        let pool = try await desk.pool(pool)
        let providers = try await desk.providers(settings, in: pool)
        let (client, secret) = try foreseen(in: pool, providers: providers, at: desk)
        let made = client
        try made.requireSector(try await desk.sectorDocument(of: made, since: nil), since: nil)
        let event = desk.event(.clientCreate, .client, made.id.text, in: pool.id, made.facts)
        let logo = try settings.page.image()
        guard isNew else {
            try await desk.storing { () async throws(StoreError) in try await desk.stores.clients.insert(made, logo: logo, recorded: event) }
            return (made, secret)
        }
        try await desk.changing { () async throws(ChangeError<AdministrationError>) in
            try await desk.stores.clients.insert(
                made, logo: logo, recorded: event,
                unless: { (named: [AppClient]) throws(AdministrationError) in
                    // What registered itself is its own.
                    guard named.allSatisfy({ $0.metadata.registration != nil }) else { throw .changedMeanwhile("client '\(made.name)'") }
                })
        }
        return (made, secret)
    }

    /// What would be made.
    /// - Parameter providers: those that are named, found.
    func foreseen(
        in pool: UserPool, providers: [IdentityProvider.Name], at desk: Administration
    ) throws(AdministrationError) -> (client: AppClient, secret: SecretBytes?) {
        let id = try newID(desk)
        // Who has a key needs no secret.
        let hasSecret = confidential && settings.keys == nil && settings.certificates == nil
        if let given = self.secret {
            guard hasSecret else { throw Self.needsNoSecret }
            try Self.require(given)
        }
        let (secret, now) = (self.secret ?? (hasSecret ? desk.makeSecret() : nil), desk.environment.now())
        let secrets = secret.map { [ClientSecret(hash: SecretHash(of: $0.reveal()), createdAt: now)] } ?? []
        var client = AppClient(id: id, poolID: pool.id, name: name, secrets: secrets, redirectURIs: [], createdAt: now)
        var settings = settings
        settings.name = name
        if settings.redirectURIs == nil { settings.redirectURIs = [] }
        try settings.apply(to: &client, in: pool, providers: providers, isNew: true)
        return (client, self.secret == nil ? secret : nil)
    }

    private func newID(_ desk: Administration) throws(AdministrationError) -> AppClient.ID {
        // An address is that of a document in which a client describes itself.
        guard let id = AppClient.ID(id ?? desk.makeIdentifier(26).lowercased()), !id.isDocumentAddress else {
            throw .invalid(.clientID, id ?? "", "is not 1 to 128 letters, digits, '-', '_', '+' and '.'", example: .give(.clientID, "order-desk"))
        }
        // Those of the person's page and of the console, which no pool has stored.
        guard !AppClient.isOurs(id) else {
            throw .invalid(.clientID, id.text, "is an app of Countersign's own", example: .give(.clientID, "order-desk"))
        }
        return id
    }

    static let needsNoSecret = AdministrationError.invalid(
        .clientSecret, "", "is for a confidential client without a key or certificate of its own", example: .words("leave it out"))

    /// Nobody guesses one of 32 characters that were made up by chance; we keep its hash alone.
    static func require(_ secret: SecretBytes) throws(AdministrationError) {
        let bytes = secret.reveal()
        guard (32...1024).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalid(
                .clientSecret, "", "is not 32 to 1024 printable ASCII characters without blanks",
                example: .words("openssl rand -base64 32 makes one"))
        }
    }
}

package struct UpdateClient: AdminAct {
    let client: String
    var pool: String
    let settings: ClientSettings
    /// Another secret, in the same transaction; the one that it has stays good for a day.
    var secret: SecretBytes?
    /// Whether what is to change is as it was when that was decided; nil: whatever it is.
    var isAsPlanned: (@Sendable (AppClient) -> Bool)?

    package init(_ client: String, pool: String, settings: ClientSettings) {
        (self.client, self.pool, self.settings) = (client, pool, settings)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> Changed<AppClient> {
        let pool = try await desk.pool(pool)
        let client = try await desk.client(client, pool: pool.id.text)
        let providers = try await desk.providers(settings, in: pool)
        let (now, secret) = (desk.environment.now(), secret)
        @Sendable func apply(_ client: inout AppClient) throws(AdministrationError) {
            do throws(AdministrationError) { try settings.apply(to: &client, in: pool, providers: providers) } catch { throw error.ofChange }
            if let secret { try client.take(secret, oldValidFor: Self.overlap, at: now) }
        }
        // What is fetched is fetched before, and the change made of what the client is then.
        var foreseen = client
        try apply(&foreseen)
        let document = try await desk.sectorDocument(of: foreseen, since: client)
        let (action, details): (AuditEvent.Action, [AuditEvent.Detail]) =
            secret == nil ? (.clientUpdate, []) : (.clientRotateSecret, [.init("old_valid_for", "\(Self.overlap) s")])
        return try await desk.changeClient(client, action, details, logo: try settings.page.image()) { (client) throws(AdministrationError) in
            guard isAsPlanned?(client) ?? true else { throw .changedMeanwhile("client '\(client.name)'") }
            let before = client
            try apply(&client)
            try client.requireSector(document, since: before)
            client.noteSubjects(since: before, at: now)
        }
    }

    /// Seconds for which a secret is good beside one that takes its place.
    private static let overlap = 24 * 3600

    /// What a secret makes of it.
    static func foresee(_ secret: SecretBytes, of client: inout AppClient, at now: Date) throws(AdministrationError) {
        try client.take(secret, oldValidFor: overlap, at: now)
    }
}

package struct DeleteClient: AdminAct {
    let client: String
    let pool: String
    /// Whether what goes is as it was when that was decided; nil: whatever it is.
    var isAsPlanned: (@Sendable (AppClient) -> Bool)?

    package init(_ client: String, pool: String) { (self.client, self.pool) = (client, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) {
        let client = try await desk.client(client, pool: pool)
        let event = desk.event(.clientDelete, .client, client.id.text, in: client.poolID)
        _ = try await desk.changing { () async throws(ChangeError<AdministrationError>) in
            try await desk.stores.clients.delete(
                client.id, in: client.poolID, recorded: { event.telling($0.facts) },
                unless: { (client: AppClient) throws(AdministrationError) in
                    guard isAsPlanned?(client) ?? true else { throw .changedMeanwhile("client '\(client.name)'") }
                })
        }
    }
}

extension Administration {
    package func client(_ clientID: String, pool id: String) async throws(AdministrationError) -> AppClient {
        let pool = try await pool(id)
        guard let identifier = AppClient.ID(clientID),
            let found = try await storing({ () async throws(StoreError) in try await stores.clients.find(identifier, in: pool.id) })
        else { throw .notFound(.client, name: clientID, pool: pool.id) }
        return found
    }

    package func listClients(pool id: String) async throws(AdministrationError) -> [AppClient] {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) in try await stores.clients.list(in: pool.id) }
    }

    /// A page of them, in the order of their IDs.
    /// - Parameter part: of the name or the ID.
    package func listClients(
        of pool: UserPool, containing part: String?, after: AppClient.ID?, limit: Int
    ) async throws(AdministrationError) -> [ListedClient] {
        try await storing { () async throws(StoreError) in
            try await stores.clients.list(in: pool.id, containing: part, after: after, limit: limit)
        }
    }

    func changeClient(
        _ client: AppClient, _ action: AuditEvent.Action, _ details: [AuditEvent.Detail] = [], logo: Image? = nil,
        _ mutate: @escaping @Sendable (inout AppClient) throws(AdministrationError) -> Void
    ) async throws(AdministrationError) -> Changed<AppClient> {
        let event = event(action, .client, client.id.text, in: client.poolID, details)
        return try await changing(.client, client.id.text, in: client.poolID) { () async throws(ChangeError<AdministrationError>) in
            try await stores.clients.change(client.id, in: client.poolID, logo: logo, recorded: { event.telling($0.facts, $1.facts) }, mutate)
        }
    }

    /// The providers that the settings name, which must be there.
    fileprivate func providers(_ settings: ClientSettings, in pool: UserPool) async throws(AdministrationError) -> [IdentityProvider.Name] {
        var providers: [IdentityProvider.Name] = []
        for name in settings.identityProviders?.given ?? [] { providers.append(try await provider(name, pool: pool.id.text).settings.name) }
        return providers
    }

    func makeSecret() -> SecretBytes { SecretBytes(environment.random(32).base64URLText) }
}
