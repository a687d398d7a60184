import Gateway
import HTTPTypes
import Logging
import Hummingbird
import NIOCore
import OpenIDConnect
import Synchronization
import UserPools
import WireFormats

/// `GET /.well-known/openid-configuration` (OIDC Discovery §4, RFC 8414 §3).
struct DiscoveryEndpoint: Endpoint {
    let server: GatewayApplication
    private let documents = EncodedDocuments()

    init(server: GatewayApplication) { self.server = server }

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let keys = try await server.keyRing.keys(of: site.pool)
        let acrValues = try await server.directory.acrValues(in: site.pool.id)
        let registration = site.pool.settings.registration
        let document = documents.document(of: site.address, algorithms: keys.announcedAlgorithms, acrValues: acrValues, registration: registration) {
            DiscoveryDocument(
                issuer: site.address.issuer, base: site.address.base,
                endpoints: [.authorization, .token, .userInfo, .keys, .revocation, .introspection, .pushedRequests, .deviceAuthorization]
                    + (registration?.takesTokens == true ? [.registration] : []) + [.endSession],
                algorithms: keys.announcedAlgorithms,
                scopes: Scope.standard + ClientPolicy.scopesOfEveryClient,
                claims: UserAttribute.standardClaims + ["groups", "identities"], grantTypes: server.tokens.grantTypes,
                acrValues: acrValues, takesCertificates: server.takesClientCertificates,
                certificateBase: server.certificateBase(of: site.pool), takesClientDocuments: registration?.takesDocuments == true)
        }
        return json(document, cacheControl: "public, max-age=300")
    }
}

/// Documents as they were sent before. They differ in nothing but address, algorithms, what may be asked for by `acr_values` and whether apps register
/// themselves, so what was made for the same of these is never old.
private final class EncodedDocuments: Sendable {
    private static let capacity = 1_000
    private typealias Known = (algorithms: [SigningAlgorithm], acrValues: [String], registration: RegistrationSettings?, bytes: ByteBuffer)
    private let known = Mutex<[PoolAddress: Known]>([:])

    func document(
        of address: PoolAddress, algorithms: [SigningAlgorithm], acrValues: [String], registration: RegistrationSettings?,
        make: () -> DiscoveryDocument
    ) -> ByteBuffer {
        if let known = known.withLock({ $0[address] }), known.algorithms == algorithms, known.acrValues == acrValues,
            known.registration == registration
        {
            return known.bytes
        }
        let bytes = ByteBuffer(bytes: make().encoded())
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[address] = (algorithms, acrValues, registration, bytes)
        }
        return bytes
    }
}

/// `GET /.well-known/jwks.json` (RFC 7517 §5): upcoming, current and retired keys.
struct KeysEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        json(try await server.keyRing.keys(of: site.pool).jsonWebKeySet, cacheControl: "public, max-age=300")
    }
}
