import FoundationEssentials
import Gateway
import OpenIDConnect
package import UserPools
package import WireFormats

/// What an admin says of a client; nil leaves it as it is (at creation: the default).
package struct ClientSettings: Sendable {
    package var name: String?
    package var redirectURIs: [String]?
    package var postLogoutRedirectURIs: [String]?
    package var identityProviders: [String]?
    package var scopes: [String]?
    package var grantTypes: [String]?
    /// Seconds.
    package var accessTokenLifetime: Int?
    package var idTokenLifetime: Int?
    package var refreshTokenLifetime: Int?
    package var refreshGrace: Int?
    package var enabled: Bool?

    package init() {}
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
        settings.redirectURIs = settings.redirectURIs ?? []
        try Self.apply(settings, providers: try await providers(settings, of: client), to: &client)
        let made = client
        let event = event(.clientCreate, .client, made.id.text, in: pool.id)
        try await storing { () async throws(StoreError) in try await stores.clients.insert(made, recorded: event) }
        return (made, secret)
    }

    package func updateClient(_ clientID: String, pool id: String, settings: ClientSettings) async throws(AdministrationError) -> AppClient {
        let client = try await client(clientID, pool: id)
        let providers = try await providers(settings, of: client)
        let event = event(.clientUpdate, .client, client.id.text, in: client.poolID)
        let changed = try await changing { () async throws(ChangeError<AdministrationError>) in
            try await stores.clients.change(client.id, in: client.poolID, recorded: { _, _ in event }) { client throws(AdministrationError) in
                try Self.apply(settings, providers: providers, to: &client)
            }
        }
        guard let changed else { throw .notFound(.client, name: clientID, pool: client.poolID) }
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
        let event = event(.clientDelete, .client, client.id.text, in: client.poolID, [AuditEvent.Detail("name", client.name)])
        _ = try await storing { () async throws(StoreError) in try await stores.clients.delete(client.id, in: client.poolID) { _ in event } }
    }

    /// The providers that the settings name, which must be there.
    private func providers(_ settings: ClientSettings, of client: AppClient) async throws(AdministrationError) -> [IdentityProvider.Name]? {
        guard let names = settings.identityProviders else { return nil }
        var providers: [IdentityProvider.Name] = []
        for name in names { providers.append(try await provider(name, pool: client.poolID.text).settings.name) }
        return providers
    }

    private static func apply(
        _ settings: ClientSettings, providers: [IdentityProvider.Name]?, to client: inout AppClient
    ) throws(AdministrationError) {
        if let name = settings.name {
            try Self.requireName(name)
            client.name = name
        }
        if let uris = settings.redirectURIs {
            guard !uris.isEmpty else {
                throw .invalid(.redirectURI, "", "is needed at least once", example: .give(.redirectURI, "https://app.example.com/callback"))
            }
            client.redirectURIs = try Self.registered(uris, field: .redirectURI)
        }
        if let uris = settings.postLogoutRedirectURIs { client.postLogoutRedirectURIs = try Self.registered(uris, field: .logoutURI) }
        if let providers { client.identityProviders = providers }
        if let scopes = settings.scopes {
            for scope in scopes where !Self.isScope(scope) {
                throw .invalid(.scope, scope, "is not a scope (RFC 6749 §3.3)", example: .give([.init(.scope, "openid"), .init(.scope, "email")]))
            }
            client.scopes = scopes
        }
        if let grants = settings.grantTypes {
            for grant in grants where !["authorization_code", "refresh_token"].contains(grant) {
                throw .invalid(
                    .grant, grant, "is not offered", example: .give([.init(.grant, "authorization_code"), .init(.grant, "refresh_token")]))
            }
            client.grantTypes = grants
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

    private static func registered(_ uris: [String], field: Field) throws(AdministrationError) -> [String] {
        for uri in uris {
            do { try RedirectURIRegistration.validate(uri) } catch {
                throw .invalid(
                    field, uri, "is refused: \(String(error.message.reversed().drop { $0 == "." }.reversed()))",
                    example: .give(field, "https://app.example.com/callback"))
            }
        }
        return uris
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
    private static func isScope(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
}
