import FoundationEssentials
import Gateway
package import UserPools
package import WireFormats

/// Makes a client. The secret of a confidential one is in the answer and nowhere else.
package struct CreateClient: AdminAct {
    let name: String
    let pool: String
    let confidential: Bool
    let settings: ClientSettings

    package init(name: String, pool: String, confidential: Bool, settings: ClientSettings) {
        (self.name, self.pool, self.confidential, self.settings) = (name, pool, confidential, settings)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (client: AppClient, secret: SecretBytes?) {
        let pool = try await desk.pool(pool)
        let providers = try await desk.providers(settings, in: pool)
        let (client, secret) = try foreseen(in: pool, providers: providers, at: desk)
        let made = client
        try made.requireSector(try await desk.sectorDocument(of: made, since: nil), since: nil)
        let event = desk.event(.clientCreate, .client, made.id.text, in: pool.id, made.facts)
        let logo = try settings.page.image()
        try await desk.storing { () async throws(StoreError) in try await desk.stores.clients.insert(made, logo: logo, recorded: event) }
        return (made, secret)
    }

    /// What would be made.
    /// - Parameter providers: those that are named, found.
    func foreseen(
        in pool: UserPool, providers: [IdentityProvider.Name], at desk: Administration
    ) throws(AdministrationError) -> (client: AppClient, secret: SecretBytes?) {
        guard let id = AppClient.ID(desk.makeIdentifier(26).lowercased()) else { throw .store(.corrupt(what: "a new identifier")) }
        // Who has a key needs no secret.
        let (secret, now) = (confidential && settings.keys == nil && settings.certificates == nil ? desk.makeSecret() : nil, desk.environment.now())
        let secrets = secret.map { [ClientSecret(hash: SecretHash(of: $0.reveal()), createdAt: now)] } ?? []
        var client = AppClient(id: id, poolID: pool.id, name: name, secrets: secrets, redirectURIs: [], createdAt: now)
        var settings = settings
        settings.name = name
        if settings.redirectURIs == nil { settings.redirectURIs = [] }
        try settings.apply(to: &client, in: pool, providers: providers, isNew: true)
        return (client, secret)
    }
}

package struct UpdateClient: AdminAct {
    let client: String
    let pool: String
    let settings: ClientSettings

    package init(_ client: String, pool: String, settings: ClientSettings) {
        (self.client, self.pool, self.settings) = (client, pool, settings)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> Changed<AppClient> {
        let pool = try await desk.pool(pool)
        let client = try await desk.client(client, pool: pool.id.text)
        let providers = try await desk.providers(settings, in: pool)
        let now = desk.environment.now()
        @Sendable func apply(_ client: inout AppClient) throws(AdministrationError) {
            do throws(AdministrationError) { try settings.apply(to: &client, in: pool, providers: providers) } catch { throw error.ofChange }
        }
        // What is fetched is fetched before, and the change made of what the client is then.
        var foreseen = client
        try apply(&foreseen)
        let document = try await desk.sectorDocument(of: foreseen, since: client)
        return try await desk.changeClient(client, .clientUpdate, logo: try settings.page.image()) { (client) throws(AdministrationError) in
            let before = client
            try apply(&client)
            try client.requireSector(document, since: before)
            client.noteSubjects(since: before, at: now)
        }
    }
}

/// Gives a confidential client another secret, which is in the answer and nowhere else. The one it had stays good for a while, so that the app
/// can be given the new one before the old one ends.
package struct RotateClientSecret: AdminAct {
    let client: String
    let pool: String
    let oldValidFor: Int
    let mayEndOthers: Bool

    /// - Parameters:
    ///   - oldValidFor: seconds, at most 90 days.
    ///   - mayEndOthers: whether a secret that is good beside the newest one may end now. Two are good at once, and no more.
    package init(of client: String, pool: String, oldValidFor: Int, mayEndOthers: Bool = false) {
        (self.client, self.pool, self.oldValidFor, self.mayEndOthers) = (client, pool, oldValidFor, mayEndOthers)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (client: Changed<AppClient>, secret: SecretBytes) {
        let client = try await desk.client(client, pool: pool)
        guard (0...(90 * 24 * 3600)).contains(oldValidFor) else {
            throw .invalid(.oldValidFor, "\(oldValidFor) s", "is not between 0 and 90 days", example: .give(.oldValidFor, "24h"))
        }
        let (secret, now) = (desk.makeSecret(), desk.environment.now())
        let hash = SecretHash(of: secret.reveal())
        let changed = try await desk.changeClient(client, .clientRotateSecret, [.init("old_valid_for", "\(oldValidFor) s")]) {
            (client) throws(AdministrationError) in
            guard client.isConfidential else {
                throw .invalid(
                    .name, client.id.text, "is a public client, which has no secret",
                    example: .words("make a confidential client for an app that runs on a server"))
            }
            guard client.authentication != .privateKey, client.authentication?.isByCertificate != true else {
                throw .invalid(
                    .name, client.id.text, "proves itself by its key, and has no secret", example: .words("change the keys of the client instead"))
            }
            guard mayEndOthers || client.liveSecrets(at: now).count < ClientSecret.maximumLive else {
                throw .store(.conflict(what: "third secret of client \(client.id)"))
            }
            client.rotateSecret(to: hash, oldValidFor: TimeInterval(oldValidFor), at: now)
        }
        return (changed, secret)
    }
}

package struct DeleteClient: AdminAct {
    let client: String
    let pool: String

    package init(_ client: String, pool: String) { (self.client, self.pool) = (client, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) {
        let client = try await desk.client(client, pool: pool)
        let event = desk.event(.clientDelete, .client, client.id.text, in: client.poolID)
        _ = try await desk.storing { () async throws(StoreError) in
            try await desk.stores.clients.delete(client.id, in: client.poolID) { event.telling($0.facts) }
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

    fileprivate func changeClient(
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

    fileprivate func makeSecret() -> SecretBytes { SecretBytes(environment.random(32).base64URLText) }
}
