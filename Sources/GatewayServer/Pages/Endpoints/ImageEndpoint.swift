import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import UserPools

/// `GET /assets/images/HASH`: a logo of the pool or of one of its providers. Another image has another address, so browsers keep it.
struct ImageEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        guard let hash = context.parameters.get("hash"), IdentifierAlphabet.accepts(hash, length: 43...43, others: "-_"),
            let image = try await server.directory.image(hash, in: site.pool.id)
        else { throw HTTPError(.notFound) }
        return Response(
            status: .ok,
            headers: [
                .contentType: image.reference.mediaType, .cacheControl: "public, max-age=31536000, immutable",
                // An SVG that somebody opens by its address is a document: it may do nothing there either.
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ], body: .init(byteBuffer: ByteBuffer(bytes: image.bytes)))
    }
}
