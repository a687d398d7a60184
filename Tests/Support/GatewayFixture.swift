package import Administration
import Foundation
package import Gateway
package import OpenIDConnect
package import Storage
package import TokenVerifier
package import UserPools
import WireFormats

/// A pool with an identity provider and a client in a database of its own, and the flows over it.
package struct GatewayFixture: Sendable {
    package static let publicURL = "https://id.example"
    package static let redirectURI = "https://app.example/callback"
    package static let logoutURI = "https://app.example/signed-out"
    package static let map = [
        "email=urn:oid:0.9.2342.19200300.100.1.3", "name=displayName", "groups=groups",
    ]

    package let clock: FixedEnvironment
    package let database: any SQLDatabase
    /// Closes the database, as an outage does.
    package let closeDatabase: @Sendable () async -> Void
    package let stores: Stores
    package let sealer: Sealer
    package let administration: Administration
    package let pool: UserPool
    package let identityProvider: FakeIdentityProvider
    package let provider: IdentityProvider.Name
    package let client: AppClient
    /// nil for a public client.
    package let clientSecret: String?

    /// What a test wants otherwise.
    package struct Options: Sendable {
        /// ES256 because its keys cost nothing to make.
        package var algorithm = "ES256"
        package var domain: String?
        package var identityProvider = FakeIdentityProvider()
        package var isConfidential = true
        /// The way to OpenID providers.
        package var transport: any HTTPTransport = NoTransport()
        package var securityModule: (any SecurityModule)?
        package var providerSettings: @Sendable (inout SAMLProviderSettings) -> Void = { _ in }
        package var clientSettings: @Sendable (inout ClientSettings) -> Void = { _ in }
        package init() {}
    }

    /// Runs `body` with a fixture of its own, which is gone afterwards.
    package static func run(
        _ configure: (inout Options) -> Void = { _ in }, _ body: (GatewayFixture) async throws -> Void
    ) async throws {
        var options = Options()
        configure(&options)
        try await TemporaryDatabase.with { database, close in
            try await body(GatewayFixture(options, database: database, closeDatabase: close))
        }
    }

    package init(
        _ options: Options, database: any SQLDatabase, closeDatabase: @escaping @Sendable () async -> Void = {}
    ) async throws {
        (self.database, self.closeDatabase) = (database, closeDatabase)
        clock = FixedEnvironment(transport: options.transport, securityModule: options.securityModule)
        stores = Stores(MeasuredDatabase(database, system: "sqlite"))
        sealer = try Sealer(masterKey: SecretBytes([UInt8](repeating: 7, count: 32)))
        let keyRing = KeyRing(store: stores.keys, sealer: sealer, environment: clock.environment)
        administration = Administration(stores: stores, keyRing: keyRing, sealer: sealer, environment: clock.environment)
        pool = try await administration.perform(
            CreatePool(
                name: "Example staff", domain: options.domain, signingAlgorithm: options.algorithm, region: "local"))
        identityProvider = options.identityProvider
        var settings = SAMLProviderSettings()
        settings.metadata = .document(identityProvider.metadata())
        settings.map = ListChange(Self.map)
        options.providerSettings(&settings)
        provider = try await administration.perform(CreateSAMLProvider("corp", pool: pool.id.text, settings: settings)).settings.name
        var registration = ClientSettings()
        registration.redirectURIs = [Self.redirectURI]
        registration.postLogoutRedirectURIs = [Self.logoutURI]
        options.clientSettings(&registration)
        let made = try await administration.perform(
            CreateClient(
                name: "Orders", pool: pool.id.text, confidential: options.isConfidential, settings: registration))
        client = made.client
        clientSecret = made.secret.map { String(decoding: $0.reveal(), as: UTF8.self) }
    }

    package var issuer: String { Self.publicURL + "/" + pool.id.text }
    package var entityID: String { issuer + "/saml2/metadata" }
    package var assertionConsumerService: String { issuer + "/saml2/idpresponse" }

    // Each time with caches of its own: what one of these kept is not what a test wants to see.
    package var directory: Directory { Directory(stores: stores, uptime: clock.environment.uptime) }
    package var keyRing: KeyRing { KeyRing(store: stores.keys, sealer: sealer, environment: clock.environment) }
    package var signIn: SignIn {
        var settings = SignIn.Settings(publicURL: Self.publicURL)
        settings.verifiesTwice = true
        return SignIn(
            settings: settings, directory: directory, stores: stores, keyRing: keyRing, sealer: sealer,
            environment: clock.environment)
    }
    package var tokens: Tokens {
        Tokens(
            publicURL: Self.publicURL, directory: directory, stores: stores, keyRing: keyRing, sealer: sealer, environment: clock.environment)
    }
    package var signOut: SignOut {
        SignOut(
            publicURL: Self.publicURL, directory: directory, stores: stores, keyRing: keyRing, environment: clock.environment,
            singleLogout: SingleLogout(signIn: signIn))
    }

    /// Another client of the pool.
    package func addClient(
        _ name: String, redirectURI: String, confidential: Bool = true, _ configure: (inout ClientSettings) -> Void = { _ in }
    ) async throws -> (client: AppClient, secret: String?) {
        var settings = ClientSettings()
        settings.redirectURIs = [redirectURI]
        configure(&settings)
        let made = try await administration.perform(CreateClient(name: name, pool: pool.id.text, confidential: confidential, settings: settings))
        return (made.client, made.secret.map { String(decoding: $0.reveal(), as: UTF8.self) })
    }

    /// A public client of another pool.
    package func client(in pool: UserPool, redirectURI: String = "https://billing.example/callback") async throws -> AppClient {
        var settings = ClientSettings()
        settings.redirectURIs = [redirectURI]
        return try await administration.perform(CreateClient(name: "Billing", pool: pool.id.text, confidential: false, settings: settings)).client
    }

    /// Another identity provider of the pool.
    package func addProvider(
        _ name: String, _ identityProvider: FakeIdentityProvider, _ configure: (inout SAMLProviderSettings) -> Void = { _ in }
    ) async throws {
        var settings = SAMLProviderSettings()
        settings.metadata = .document(identityProvider.metadata())
        settings.map = ListChange(Self.map)
        configure(&settings)
        _ = try await administration.perform(CreateSAMLProvider(name, pool: pool.id.text, settings: settings))
    }

    /// Changes a provider as an administrator does, and lets the caches notice.
    package func updateProvider(_ name: String = "corp", _ change: (inout SAMLProviderSettings) -> Void) async throws {
        var settings = SAMLProviderSettings()
        change(&settings)
        _ = try await administration.perform(UpdateSAMLProvider(name, pool: pool.id.text, settings: settings))
        clock.advanceUptime(by: .seconds(2))
    }

    /// Changes the client as an administrator does, and lets the caches notice.
    package func updateClient(_ change: (inout ClientSettings) -> Void) async throws {
        var settings = ClientSettings()
        change(&settings)
        _ = try await administration.perform(UpdateClient(client.id.text, pool: pool.id.text, settings: settings))
        clock.advanceUptime(by: .seconds(2))
    }

    package func users() async throws -> [User] { try await stores.users.list(in: pool.id, after: nil, limit: 100) }
}
