import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

/// `GET` and `POST /oauth2/userInfo` (OIDC Core §5.3): the claims of the user whom an access token names, as JSON, or signed where the client is registered for
/// that or the request takes `application/jwt`.
struct UserInfoEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let authorization = request.headers[.authorization]
        var hasToken = authorization != nil
        do throws(OAuthError) {
            // RFC 6750 §2.2: in the body of a POST, where that is a form.
            let form = request.method == .post && request.hasForm ? try await form(of: request) : Parameters([])
            hasToken = hasToken || form.contains("access_token")
            let token = try BearerToken(authorization: authorization, form: form)
            let info = try await server.tokens.userInfo(
                token, as: request.wants("application/jwt") ? .jwt : .json, pool: site.pool, proof: request.proof(at: "/oauth2/userInfo", site),
                certificate: site.clientCertificate)
            var response = info.form == .jwt ? document(info.response, as: "application/jwt") : json(info.response)
            response.allow(await origin(request, info.clientID, site))
            response.headers[.dpopNonce] = nonce(for: request, site)
            return response
        } catch {
            // RFC 9449 §7.1: a proof that is refused makes the token worth nothing.
            let isOfProof = error.error == .invalidDPoPProof || error.error == .useDPoPNonce
            // RFC 6750 §3.1: without a token the challenge names no error.
            let named = hasToken ? (error.error.rawValue, error.description, scheme(of: request)) : nil
            throw OAuthRefusal(
                error: error, request: "userinfo request", pool: site.pool.id, origin: await origin(request, nil, site),
                challenge: TokenChallenge.value(realm: "userinfo", named), nonce: nonce(for: request, site), status: isOfProof ? 401 : nil)
        }
    }
}

extension UserInfoEndpoint {
    /// By which a refusal is told.
    private func scheme(of request: Request) -> AccessTokenCredentials.Scheme {
        if case .token(_, .dpop) = AccessTokenCredentials(request.headers[values: .authorization]) { .dpop } else { .bearer }
    }
}

extension Request {
    /// Whether `Accept` (RFC 9110 §12.5.1) names that media type itself and not JSON: who takes both, or anything, reads what everybody gets. Libraries
    /// name both that expect JSON unless the app is registered otherwise.
    func wants(_ mediaType: StaticString) -> Bool { names(mediaType) && !names("application/json") }

    private func names(_ mediaType: StaticString) -> Bool {
        headers[values: .accept].contains { value in
            value.utf8.count <= 1024
                && ProtocolText(value).split(at: ",").contains { $0.prefix { $0 != UInt8(ascii: ";") }.trimmed.matchesIgnoringCase(mediaType) }
        }
    }

    /// Whether the body says that it is a form, whatever parameters the media type has.
    fileprivate var hasForm: Bool {
        let type = ProtocolText(headers[.contentType] ?? "").prefix { $0 != UInt8(ascii: ";") }
        return type.trimmed.matchesIgnoringCase("application/x-www-form-urlencoded")
    }
}
