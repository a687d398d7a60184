import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import OpenIDConnect
import UserPools
import WireFormats

/// `POST /oauth2/register` (RFC 7591 §3): makes a client of an app that registers itself.
struct RegistrationEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let body = try await metadata(of: request, site)
        return try await asApp(request, site) { token throws(OAuthError) in
            let answer = try await server.registrations.register(
                body, token: token, pool: site.pool, address: site.address, from: context.clientAddress)
            return json(answer.encoded(), status: .created)
        }
    }
}

/// `GET`, `PUT` and `DELETE /oauth2/register/{client}` (RFC 7592): an app sees to its own registration.
struct RegisteredClientEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let (id, from) = (context.parameters.get("client") ?? "", context.clientAddress)
        let body = try await metadata(of: request, site)
        return try await asApp(request, site, client: id) { token throws(OAuthError) in
            switch request.method {
            case .put:
                return json(
                    try await server.registrations.update(id, body, token: token, pool: site.pool, address: site.address, from: from).encoded())
            case .delete:
                try await server.registrations.delete(id, token: token, pool: site.pool, from: from)
                return Response(status: .noContent, headers: [.cacheControl: "no-store"])
            default:
                return json(try await server.registrations.read(id, token: token, pool: site.pool, address: site.address, from: from).encoded())
            }
        }
    }
}

extension Endpoint {
    /// What the app says of itself; empty for a request that says nothing.
    /// - Throws: as if there was nothing at this address, where the pool does not let apps register themselves.
    fileprivate func metadata(of request: Request, _ site: Site) async throws -> [UInt8] {
        guard site.pool.settings.registration?.takesTokens == true else { throw HTTPError(.notFound) }
        guard request.method == .post || request.method == .put else { return [] }
        return try await body(of: request, limit: 64 << 10)
    }

    /// Takes the token of the request, and says what comes of it. A refusal carries what the log needs.
    fileprivate func asApp(
        _ request: Request, _ site: Site, client: String? = nil, _ answer: (SecretBytes?) async throws(OAuthError) -> Response
    ) async throws(OAuthRefusal) -> Response {
        let hasToken = request.headers[.authorization] != nil
        do throws(OAuthError) {
            return try await answer(try BearerToken(authorization: request.headers[.authorization], form: Parameters([]))?.secret)
        } catch {
            // RFC 6750 §3.1: without a token the challenge names no error.
            let named = hasToken ? ", error=\"\(error.error.rawValue)\", error_description=\"\(error.description)\"" : ""
            throw OAuthRefusal(
                error: error, request: "client registration", pool: site.pool.id, clientID: client, origin: "*",
                challenge: error.httpStatus == 401 ? "Bearer realm=\"registration\"" + named : nil)
        }
    }
}
