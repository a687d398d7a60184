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
        try Self.apply(settings, providers: try await providers(settings, of: client), to: &client, in: pool)
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

    /// - Parameter providers: those that the settings name, found.
    private static func apply(
        _ settings: ClientSettings, providers: [IdentityProvider.Name], to client: inout AppClient, in pool: UserPool
    ) throws(AdministrationError) {
        if let name = settings.name {
            try Self.requireName(name)
            client.name = name
        }
        if let change = settings.redirectURIs {
            try Self.requireRegistrable(change.given, field: .redirectURI)
            client.redirectURIs = try change.applied(to: client.redirectURIs, .redirectURI)
            guard !client.redirectURIs.isEmpty else {
                throw .invalid(.redirectURI, "", "is needed at least once", example: .give(.redirectURI, "https://app.example.com/callback"))
            }
        }
        if let change = settings.postLogoutRedirectURIs {
            try Self.requireRegistrable(change.given, field: .logoutURI)
            client.postLogoutRedirectURIs = try change.applied(to: client.postLogoutRedirectURIs, .logoutURI)
        }
        if let change = settings.identityProviders { try apply(change, providers, to: &client) }
        if let change = settings.webOrigins {
            for origin in change.given where AppClient.origin(of: origin) != origin {
                throw .invalid(
                    .webOrigin, origin, "is not scheme, host and port of a web page, as a browser writes them (RFC 6454 §6.2)",
                    example: .give(.webOrigin, "https://app.example.com"))
            }
            client.webOrigins = try change.applied(to: client.effectiveWebOrigins, .webOrigin)
        }
        if let change = settings.resources {
            for uri in change.given where !pool.resources.contains(where: { $0.uri.utf8.elementsEqual(uri.utf8) }) {
                throw .invalid(.clientResource, uri, "is not a resource of the pool", example: .act(.addResource))
            }
            client.resources = try change.applied(to: client.resources, .clientResource)
        }
        if let change = settings.scopes {
            for scope in change.given where !Self.isScope(scope) {
                throw .invalid(.scope, scope, "is not a scope (RFC 6749 §3.3)", example: .give([.init(.scope, "openid"), .init(.scope, "email")]))
            }
            client.scopes = try change.applied(to: client.scopes, .scope)
        }
        if let change = settings.grantTypes {
            for grant in change.given where !AppClient.grantTypesOffered.contains(grant) {
                throw .invalid(
                    .grant, grant, "is not offered", example: .give([.init(.grant, "authorization_code"), .init(.grant, "refresh_token")]))
            }
            client.grantTypes = try change.applied(to: client.grantTypes, .grant)
        }
        if let pkce = settings.pkce {
            // RFC 9700 §2.1.1: without exception.
            guard pkce == .required || client.isConfidential else {
                throw .invalid(.pkce, "optional", "is for confidential clients: a public client must use PKCE", example: .give(.pkce, "required"))
            }
            client.pkce = pkce
        }
        let longest = AppClient.Lifetimes.longestToken
        client.lifetimes.accessToken =
            try Self.lifetime(settings.accessTokenLifetime, in: 60...longest, field: .accessTokenLifetime) ?? client.lifetimes.accessToken
        client.lifetimes.idToken =
            try Self.lifetime(settings.idTokenLifetime, in: 60...longest, field: .idTokenLifetime) ?? client.lifetimes.idToken
        client.lifetimes.refreshToken =
            try Self.lifetime(settings.refreshTokenLifetime, in: 60...(3650 * 24 * 3600), field: .refreshTokenLifetime)
            ?? client.lifetimes.refreshToken
        client.refreshGrace = try Self.lifetime(settings.refreshGrace, in: 0...60, field: .refreshGrace) ?? client.refreshGrace
        if let enabled = settings.enabled { client.enabled = enabled }
    }

    /// Which providers the client's users may choose; none named means all of the pool.
    private static func apply(
        _ change: ListChange, _ found: [IdentityProvider.Name], to client: inout AppClient
    ) throws(AdministrationError) {
        let before = client.identityProviders
        // Added to all of them, one is offered already; it must not become the only one.
        if change.replacement == nil, before.isEmpty, change.removed.isEmpty { return }
        let names = try change.applied(to: before.map(\.text), .offeredProvider)
        guard !names.isEmpty || change.replacement != nil else {
            throw .invalid(
                .offeredProvider, change.removed.first ?? "", "is the only one that the client offers; without it all of the pool would be offered",
                example: .words("give an empty list, if that is wanted"))
        }
        client.identityProviders = names.compactMap { name in (before + found).first { $0.text == name } }
    }

    private static func requireRegistrable(_ uris: [String], field: Field) throws(AdministrationError) {
        for uri in uris {
            do { try RedirectURIRegistration.validate(uri) } catch {
                throw .invalid(
                    field, uri, "is refused: \(String(error.message.reversed().drop { $0 == "." }.reversed()))",
                    example: .give(field, "https://app.example.com/callback"))
            }
        }
    }

    private static func lifetime(_ seconds: Int?, in range: ClosedRange<Int>, field: Field) throws(AdministrationError) -> Int? {
        guard let seconds else { return nil }
        guard range.contains(seconds) else {
            throw .invalid(
                field, String(seconds), "is not between \(range.lowerBound) and \(range.upperBound) seconds",
                example: .give(field, "\(max(range.lowerBound, min(3600, range.upperBound)))"))
        }
        return seconds
    }

    /// RFC 6749 §3.3: visible ASCII without quotation mark and backslash.
    static func isScope(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
}
