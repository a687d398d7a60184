import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools
import WireFormats

/// What apps and services call. An error is the JSON of RFC 6749 §5.2, with the challenge that belongs to it.
struct OAuthSurface: Surface {
    let server: GatewayApplication

    var routes: [Route] {
        let discovery = DiscoveryEndpoint(server: server)
        return [
            .document(".well-known/openid-configuration", discovery).readable(by: .any),
            .document(".well-known/oauth-authorization-server", discovery).readable(by: .any),
            // RFC 8414 §3.1 puts the well-known part in front of the issuer's path.
            .documentAtEnd(".well-known/openid-configuration", discovery).readable(by: .any),
            .documentAtEnd(".well-known/oauth-authorization-server", discovery).readable(by: .any),
            .document(".well-known/jwks.json", KeysEndpoint(server: server)).readable(by: .any),
            .post("oauth2/token", TokenEndpoint(server: server)).readable(by: .registered),
            .post("oauth2/revoke", RevokeEndpoint(server: server)).readable(by: .registered),
            .post("oauth2/par", PushEndpoint(server: server)).readable(by: .registered),
            .post("oauth2/device_authorization", DeviceAuthorizationEndpoint(server: server)).readable(by: .registered),
            // By services, never by a page; one service asks for everybody who calls it.
            Route(methods: [.post], path: "oauth2/introspect", target: .pool(IntrospectEndpoint(server: server)), countsAddress: false),
            .post("oauth2/register", RegistrationEndpoint(server: server)).readable(by: .any),
            Route(
                methods: [.get, .put, .delete], path: "oauth2/register/:client",
                target: .pool(RegisteredClientEndpoint(server: server))
            ).readable(by: .any),
            // By identity providers, of whom one ends the sessions of many, and says it once.
            Route(methods: [.post], path: "oauth2/idplogout/:provider", target: .pool(ProviderLogoutEndpoint(server: server)), countsAddress: false),
            .getOrPost("oauth2/userInfo", UserInfoEndpoint(server: server)).readable(by: .registered),
        ]
    }

    func encode(_ refusal: Refusal, _ request: Request) async -> Response {
        let refused = refusal.error as? OAuthRefusal
        let error = refused?.error ?? Self.error(for: refusal)
        var response = Response(
            status: HTTPResponse.Status(code: refusal.status), headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONWriter.encode(error.body))))
        response.headers[.wwwAuthenticate] = refused?.challenge
        response.headers[.dpopNonce] = refused?.nonce
        if let refused { response.allow(refused.origin) }
        return response
    }

    private static func error(for refusal: Refusal) -> OAuthError {
        // An identity provider's admin reads it: what is wrong with the token, by a code of ours and nothing of what is stored here.
        if let failure = refusal.error as? SignOutFailure, refusal.status < 500 {
            return OAuthError(.invalidRequest, failure.error.message.filter { $0 != "\"" && $0 != "\\" && $0.isASCII })
        }
        return switch refusal.status {
        case 503: OAuthError(.temporarilyUnavailable, "The request could not be answered now; try again.")
        case 500...: OAuthError(.serverError, "The request could not be answered. The reference in the log is \(refusal.reference).")
        case 429: OAuthError(.temporarilyUnavailable, (refusal.error as? MalformedRequest)?.message ?? "Try again later.")
        case 404: OAuthError(.invalidRequest, "There is nothing at this address.")
        case 405: OAuthError(.invalidRequest, "This address takes other methods.")
        default: OAuthError(.invalidRequest, (refusal.error as? MalformedRequest)?.message ?? "The request could not be read.")
        }
    }
}

/// What an app is told, and what the log says about it.
struct OAuthRefusal: Error {
    let error: OAuthError
    /// What was asked: "token request".
    let request: String
    let pool: UserPool.ID
    /// As the request named it.
    var clientID: String?
    /// The origin whose scripts may read it.
    var origin: String?
    /// `WWW-Authenticate`.
    var challenge: String?
    /// `DPoP-Nonce`.
    var nonce: String?
    /// Where it is not the one of the error.
    var status: Int?
}
