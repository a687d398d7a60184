import FoundationEssentials
import Gateway
import OpenIDConnect
package import UserPools
package import WireFormats

/// What an admin says of a client; nil leaves it as it is (at creation: the default).
package struct ClientSettings: Sendable {
    package var name: String?
    package var redirectURIs: ListChange?
    package var postLogoutRedirectURIs: ListChange?
    package var identityProviders: ListChange?
    package var scopes: ListChange?
    package var grantTypes: ListChange?
    /// Where its pages may be that call us; at first the origins of its redirect URIs.
    package var webOrigins: ListChange?
    /// Whether they are those of its redirect URIs again, whatever these become.
    package var usesDefaultWebOrigins = false
    /// Services of the pool, by their URIs, for which it may ask.
    package var resources: ListChange?
    package var pkce: PKCERequirement?
    /// Seconds.
    package var accessTokenLifetime: Int?
    package var idTokenLifetime: Int?
    package var refreshTokenLifetime: Int?
    package var refreshGrace: Int?
    package var enabled: Bool?

    package init() {}
}

extension AppClient {
    /// RFC 6749 §4.1, §6 and §4.4.
    static let grantTypesOffered = ["authorization_code", "refresh_token"]
}

extension Administration {
    /// Makes a client. The secret of a confidential one is in the answer and nowhere else.
    package func createClient(
        name: String, pool id: String, confidential: Bool, settings: ClientSettings
    ) async throws(AdministrationError) -> (client: AppClient, secret: SecretBytes?) {
        let pool = try await pool(id)
        guard let clientID = AppClient.ID(makeIdentifier(26).lowercased()) else { throw .store(.corrupt(what: "a new identifier")) }
        let secret = confidential ? SecretBytes(environment.random(32).base64URLText) : nil
        var client = AppClient(
            id: clientID, poolID: pool.id, name: name,
            secrets: secret.map { [ClientSecret(hash: SecretHash(of: $0.reveal()), createdAt: environment.now())] } ?? [], redirectURIs: [],
            createdAt: environment.now())
        var settings = settings
        settings.name = name
        if settings.redirectURIs == nil { settings.redirectURIs = [] }
        try Self.apply(settings, providers: try await providers(settings, of: client), to: &client, in: pool, isNew: true)
        let made = client
        let event = event(.clientCreate, .client, made.id.text, in: pool.id, made.facts)
        try await storing { () async throws(StoreError) in try await stores.clients.insert(made, recorded: event) }
        return (made, secret)
    }

    package func updateClient(_ clientID: String, pool id: String, settings: ClientSettings) async throws(AdministrationError) -> AppClient {
        let pool = try await pool(id)
        let client = try await client(clientID, pool: id)
        let providers = try await providers(settings, of: client)
        return try await changeClient(client, .clientUpdate) { (client) throws(AdministrationError) in
            do throws(AdministrationError) { try Self.apply(settings, providers: providers, to: &client, in: pool) } catch { throw error.ofChange }
        }
    }

    /// Gives a confidential client another secret, which is in the answer and nowhere else. The one it had stays good for a while, so that the app
    /// can be given the new one before the old one ends.
    /// - Parameter oldValidFor: seconds, at most 90 days.
    package func rotateSecret(
        of clientID: String, pool id: String, oldValidFor: Int
    ) async throws(AdministrationError) -> (client: AppClient, secret: SecretBytes) {
        let client = try await client(clientID, pool: id)
        guard (0...(90 * 24 * 3600)).contains(oldValidFor) else {
            throw .invalid(.oldValidFor, "\(oldValidFor) s", "is not between 0 and 90 days", example: .give(.oldValidFor, "24h"))
        }
        let secret = SecretBytes(environment.random(32).base64URLText)
        let (hash, now) = (SecretHash(of: secret.reveal()), environment.now())
        let changed = try await changeClient(client, .clientRotateSecret, [.init("old_valid_for", "\(oldValidFor) s")]) {
            (client) throws(AdministrationError) in
            guard client.isConfidential else {
                throw .invalid(
                    .name, client.id.text, "is a public client, which has no secret",
                    example: .words("make a confidential client for an app that runs on a server"))
            }
            client.rotateSecret(to: hash, oldValidFor: TimeInterval(oldValidFor), at: now)
        }
        return (changed, secret)
    }

    private func changeClient(
        _ client: AppClient, _ action: AuditEvent.Action, _ details: [AuditEvent.Detail] = [],
        _ mutate: @escaping @Sendable (inout AppClient) throws(AdministrationError) -> Void
    ) async throws(AdministrationError) -> AppClient {
        let event = event(action, .client, client.id.text, in: client.poolID, details)
        let changed = try await changing { () async throws(ChangeError<AdministrationError>) in
            try await stores.clients.change(client.id, in: client.poolID, recorded: { event.telling($0.facts, $1.facts) }, mutate)
        }
        guard let changed else { throw .notFound(.client, name: client.id.text, pool: client.poolID) }
        return changed
    }

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

    package func deleteClient(_ clientID: String, pool id: String) async throws(AdministrationError) {
        let client = try await client(clientID, pool: id)
        let event = event(.clientDelete, .client, client.id.text, in: client.poolID)
        _ = try await storing { () async throws(StoreError) in
            try await stores.clients.delete(client.id, in: client.poolID) { event.telling($0.facts) }
        }
    }

    /// The providers that the settings name, which must be there.
    private func providers(_ settings: ClientSettings, of client: AppClient) async throws(AdministrationError) -> [IdentityProvider.Name] {
        var providers: [IdentityProvider.Name] = []
        for name in settings.identityProviders?.given ?? [] {
            providers.append(try await provider(name, pool: client.poolID.text).settings.name)
        }
        return providers
    }
}
