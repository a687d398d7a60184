import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools
import WireFormats

/// `POST /oauth2/token` (RFC 6749 §3.2): redeems a code or a refresh token.
struct TokenEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        do {
            let response = try await asClient(request, "token request", site) { parameters, credentials throws(OAuthError) in
                json(
                    try await server.tokens.respond(
                        to: TokenRequest(parameters), credentials: credentials, pool: site.pool,
                        proof: request.proof(at: "/oauth2/token", site, from: context.clientAddress)
                    ).encoded())
            }
            ServerMetrics.tokenRequest(pool: site.pool.id, result: "ok")
            return response
        } catch {
            ServerMetrics.tokenRequest(pool: site.pool.id, result: error.error.error.rawValue)
            throw error
        }
    }
}

extension Endpoint {
    /// Reads the form of an app that says who it is (RFC 6749 §2.3), and what comes of it. A refusal carries what the log needs.
    func asClient(
        _ request: Request, _ name: String, _ site: Site,
        _ answer: (OpenIDConnect.Parameters, ClientCredentials) async throws(OAuthError) -> Response
    ) async throws(OAuthRefusal) -> Response {
        var parameters = Parameters([])
        var claimed: String?
        do throws(OAuthError) {
            parameters = try await form(of: request)
            claimed = parameters["client_id"]
            var credentials = try ClientCredentials(authorization: request.headers[.authorization], form: parameters)
            claimed = credentials.clientID
            credentials.certificate = site.clientCertificate
            var response = try await answer(parameters, credentials)
            response.allow(await origin(request, claimed, site))
            response.headers[.dpopNonce] = nonce(for: request, site)
            return response
        } catch {
            throw OAuthRefusal(
                error: error, request: name, pool: site.pool.id, clientID: claimed, origin: await origin(request, claimed, site),
                // RFC 6749 §5.2.
                challenge: error.httpStatus == 401 ? "Basic realm=\"token\", charset=\"UTF-8\"" : nil, nonce: nonce(for: request, site))
        }
    }

    /// The origin that may read the answer. Where the database does not say, none: that is no reason to refuse an app that is no page.
    func origin(_ request: Request, _ clientID: String?, _ site: Site) async -> String? {
        guard request.headers[.origin] != nil else { return nil }
        return try? await server.readableOrigin(request, client: clientID.flatMap { AppClient.ID($0) }, pool: site.pool)
    }

    /// The body of a request by an app, which is told in its own words what is wrong with it.
    func form(of request: Request) async throws(OAuthError) -> OpenIDConnect.Parameters {
        do { return Parameters(try await parameters(of: request, limit: 64 << 10)) } catch {
            guard let malformed = error as? MalformedRequest else {
                throw OAuthError(.invalidRequest, "The body of the request could not be read.")
            }
            let code: OAuthError.Code = malformed.status == .serviceUnavailable ? .temporarilyUnavailable : .invalidRequest
            let error = OAuthError(code, malformed.message, seen: malformed.code)
            throw malformed.status == .contentTooLarge ? error.answered(with: malformed.status.code) : error
        }
    }
}
