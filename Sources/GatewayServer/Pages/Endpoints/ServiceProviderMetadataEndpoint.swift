import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import SAML
import UserPools

/// `GET /saml2/metadata`: our own metadata, whose address is our entity ID (SAML Metadata §4.1).
struct ServiceProviderMetadataEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/samlmetadata+xml", .cacheControl: "public, max-age=300"],
            body: .init(byteBuffer: ByteBuffer(bytes: server.signIn.serviceProvider(of: site.pool).metadata())))
    }
}
