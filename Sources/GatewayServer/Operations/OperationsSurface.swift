import HTTPTypes
import Hummingbird
import NIOCore

/// What whoever runs the server asks: whether it lives, whether it can serve. An error is a line of text.
struct OperationsSurface: Surface {
    let server: GatewayApplication

    var routes: [Route] {
        let checkup = CheckupEndpoint(pass: server.checkupPass, trusts: server.trusts, now: server.now)
        return [
            .serverDocument("healthz") { _, _ in Self.text("ok") },
            .serverDocument("readyz") { [server] _, _ in
                await server.ready() ? Self.text("ready") : Self.text("the database takes no write, or no key opens", status: .serviceUnavailable)
            },
            .serverDocument("checkup") { request, context in checkup.respond(request, context) ?? Self.text("nothing here", status: .notFound) },
        ]
    }

    func encode(_ refusal: Refusal, _ request: Request) async -> Response {
        Self.text("refused, reference \(refusal.reference)", status: HTTPResponse.Status(code: refusal.status))
    }

    private static func text(_ line: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: line + "\n")))
    }
}
