import Gateway
import HTTPTypes
import Hummingbird
import UserPools

/// What proxies ask. A refusal is a status and a line of text, which the proxy may show.
struct ForwardAuthSurface: Surface {
    let server: GatewayApplication

    var routes: [Route] {
        let verify = ForwardVerifyEndpoint(server: server, sendsToSignIn: false)
        let forward = ForwardVerifyEndpoint(server: server, sendsToSignIn: true)
        // Envoy asks by the method, and with the path, of the request that it is about.
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        return [
            Route(methods: [.get], path: "forward-auth/:client", target: .pool(forward), countsAddress: false),
            Route(methods: [.get], path: "forward-auth/:client/verify", target: .pool(verify), countsAddress: false),
            Route(methods: all, path: "forward-auth/:client/envoy/**", target: .pool(forward), countsAddress: false),
        ]
    }

    func encode(_ refusal: Refusal, _ request: Request) async -> Response {
        let text = refusal.status == 403 ? "This is refused." : "This cannot be answered."
        return Response(
            status: HTTPResponse.Status(code: refusal.status), headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: "\(text) The reference is \(refusal.reference).\n")))
    }
}
