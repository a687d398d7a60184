import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import OpenIDConnect
import SAML
import Storage
import Synchronization
import TokenVerifier
import UserPools
import WireFormats
import XMLSecurity

/// `Benchmarks metadata-query`: what a member of a federation costs that comes by a query of its own (MDQ): one that is kept, beside an identity
/// provider that an admin registered, and one that has to be asked for.
struct MetadataQuery: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "metadata-query", abstract: "Measures members of a federation that come one by one.")

    @Option(help: "The folder with the development keys.") var certs = "certs"
    @OptionGroup var meter: Meter

    private static let (publicURL, callback) = ("https://id.bench.example", "https://app.bench.example/callback")
    private static let (service, member) = ("https://mdq.bench.example", "https://idp0.bench.example/idp")

    func run() async throws {
        let service = MetadataService(of: Self.member, versions: try [0, 1].map(document))
        let storage = try await Storage.temporary()
        let (stores, environment) = (storage.stores, Environment.system(documents: service, transport: service))
        let sealer = try Sealer(masterKey: SecretBytes(environment.random(32)))
        let keyRing = KeyRing(store: stores.keys, sealer: sealer, environment: environment)
        let desk = Administration(stores: stores, keyRing: keyRing, sealer: sealer, environment: environment)
        let pool = try await desk.perform(CreatePool(name: "Bench", domain: nil, signingAlgorithm: "ES256", region: "local"))
        let federation = try await register(pool, at: desk)
        let client = try await client(of: pool, at: desk)
        let directory = Directory(stores: stores, uptime: environment.uptime)
        let query = FederationQuery(desk)
        var settings = SignIn.Settings(publicURL: Self.publicURL)
        settings.fetchMember = { await query.fetch($1, of: $0) }
        let signIn = SignIn(
            settings: settings, directory: directory, stores: stores, keyRing: keyRing, sealer: sealer, environment: environment)
        let address = PoolAddress(publicURL: Self.publicURL, pool: pool)

        func begin(at provider: [(String, String)], leadingTo location: String) async throws {
            let parameters = Parameters(
                [
                    ("response_type", "code"), ("client_id", client.id.text), ("redirect_uri", Self.callback), ("scope", "openid"),
                    ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
                ] + provider)
            let outcome = try await signIn.begin(parameters, pool: pool, address: address, cookies: BrowserCookies(binding: nil, session: nil))
            guard case .upstream(let url, _) = outcome, url.utf8.starts(with: location.utf8) else { throw Failure("a sign-in does not begin there") }
        }
        func beginAtProvider() async throws { try await begin(at: [("identity_provider", "one")], leadingTo: "https://idp.bench.example/sso?") }
        func beginAtMember() async throws {
            let member = [("identity_provider", federation.name.text), ("entityID", Self.member)]
            try await begin(at: member, leadingTo: "https://idp0.bench.example/sso/0?")
        }
        func find() async throws {
            let found = try await directory.provider(federation.name, member: Self.member, in: pool.id)
            guard found?.saml?.metadata.entityID == Self.member else { throw Failure("the member is not kept") }
        }

        let signers = [try TrustedKey(certificateDER: Base64.decode(certificateBase64))]
        // The first one is asked for, and no other is.
        try await beginAtMember()
        var figures: [Figure?] = [
            try await meter.measure("MDQ hit: a sign-in begins at a member") { try await beginAtMember() },
            try await meter.measure("MDQ hit, beyond a provider of the pool", beyond: beginAtProvider, beginAtMember),
            try await meter.measure("MDQ hit, read anew from the database") {
                directory.expire()
                try await find()
            },
        ]
        guard service.asked == 1 else { throw Failure("of members that are kept \(service.asked - 1) were asked for") }
        figures += [
            try await meter.measure("MDQ answer: its signature verified, and read", "rsa2048 verify") {
                _ = try FederationEntity(parsing: service.versions[0], entityID: Self.member, signers: signers, at: environment.now())
            },
            // Each time another version of it, which is read as one that nobody knew.
            try await meter.measure("MDQ miss: asked for, verified, kept, read", "rsa2048 verify") {
                guard await query.fetch(Self.member, of: federation) == .kept else { throw Failure("the service's answer is not kept") }
                directory.expire()
                try await find()
            },
        ]
        await storage.close()
        try printJSON(figures.compactMap(\.self))
    }

    private func register(_ pool: UserPool, at desk: Administration) async throws -> UserPools.IdentityProvider {
        var settings = SAMLProviderSettings()
        settings.metadata = .document(Array(try IdentityProvider(certs: certs, key: .rsa).metadata.utf8))
        _ = try await desk.perform(CreateSAMLProvider("one", pool: pool.id.text, settings: settings))
        var federation = FederationSettings()
        federation.source = .query(Self.service)
        federation.signers = [Array(try certificate.utf8)]
        return try await desk.perform(CreateFederation("edu", pool: pool.id.text, settings: federation) { _ in }).provider.settings
    }

    private func client(of pool: UserPool, at desk: Administration) async throws -> AppClient {
        var settings = ClientSettings()
        settings.redirectURIs = [Self.callback]
        return try await desk.perform(CreateClient(name: "Bench", pool: pool.id.text, confidential: false, settings: settings)).client
    }

    private var certificate: String {
        get throws { try String(contentsOfFile: "\(certs)/sample-idp-rsa.crt", encoding: .utf8) }
    }

    private var certificateBase64: String {
        get throws { try certificate.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined() }
    }

    /// One entity of 10 kB, signed by itself as such a service signs it.
    private func document(_ version: Int) throws -> [UInt8] {
        let signer = try XMLSigner(privateKeyPEM: String(contentsOfFile: "\(certs)/sample-idp-rsa.key", encoding: .utf8), certificateDER: nil)
        let attributes = " xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_version\(version)\" validUntil=\"2099-01-01T00:00:00Z\""
        let text = try Aggregate.entity(0, certificateBase64, size: 10_400, attributes: attributes).dropFirst()
        return try signer.sign(Array(text.utf8), elementID: "_version\(version)", afterChild: nil)
    }
}

/// A metadata query service without a network. It has one entity, of which it gives each version in turn.
private final class MetadataService: DocumentSource, HTTPTransport {
    let versions: [[UInt8]]
    private let url: String
    private let count = Mutex(0)

    init(of entityID: String, versions: [[UInt8]]) {
        url = "/entities/" + PercentCoding.encode(entityID)
        self.versions = versions
    }

    var asked: Int { count.withLock(\.self) }

    func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument {
        guard url.hasSuffix(self.url) else { throw .status(404) }
        let number = count.withLock { count in
            count += 1
            return count
        }
        return .document(versions[number % versions.count], DocumentVersion())
    }

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        HTTPTransportResponse(status: 404, body: [])
    }
}
