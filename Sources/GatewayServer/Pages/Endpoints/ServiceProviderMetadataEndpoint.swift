import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import SAML
import Synchronization
import UserPools
import WireFormats

/// `GET /saml2/metadata`: our own metadata, whose address is our entity ID (SAML Metadata §4.1).
struct ServiceProviderMetadataEndpoint: Endpoint {
    let server: GatewayApplication
    private let documents = EncodedMetadata()
    private let fetches: MetadataFetches

    init(server: GatewayApplication) {
        self.server = server
        fetches = server.fetches
    }

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        if request.method == .get {
            // A provider that fetches it by the address that we gave for it.
            let parameters = FormCoding.decode(request.uri.query ?? "") ?? []
            fetches.note(parameters.first { $0.name == "idp" }?.value, in: site.pool.id)
        }
        let keys = try await server.signIn.samlKeys.keys(of: site.pool).published
        return Response(
            status: .ok, headers: [.contentType: "application/samlmetadata+xml", .cacheControl: "public, max-age=300"],
            body: .init(byteBuffer: documents.document(of: server.signIn.serviceProvider(of: site.pool), keys: keys)))
    }
}

/// Documents as they were sent before. What was made for the same role and the same keys is never old.
private final class EncodedMetadata: Sendable {
    private static let capacity = 1_000
    private let known = Mutex<[ServiceProvider: (keys: [PublishedKey], bytes: ByteBuffer)]>([:])

    func document(of serviceProvider: ServiceProvider, keys: [PublishedKey]) -> ByteBuffer {
        if let known = known.withLock({ $0[serviceProvider] }), known.keys == keys { return known.bytes }
        let bytes = ByteBuffer(bytes: serviceProvider.metadata(keys: keys))
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[serviceProvider] = (keys, bytes)
        }
        return bytes
    }
}
