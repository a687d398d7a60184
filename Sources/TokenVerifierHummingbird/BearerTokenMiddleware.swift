public import Hummingbird
internal import HTTPTypes
public import TokenVerifierCore

/// A request context that carries the access token of the request.
///
/// ```swift
/// struct OrdersContext: BearerTokenRequestContext {
///     var coreContext: CoreRequestContextStorage
///     var accessToken: VerifiedAccessToken?
///     init(source: Source) { coreContext = .init(source: source) }
/// }
/// ```
public protocol BearerTokenRequestContext: RequestContext {
    /// The verified token; behind `BearerTokenMiddleware` never nil.
    var accessToken: VerifiedAccessToken? { get set }
}

/// Lets only requests through that bring a valid access token in the Authorization header (RFC 6750 §2.1), and puts it into the context.
///
/// Tokens in the query or the body are not looked at (RFC 9700 §4.3.2). Answers:
/// - 401 with `WWW-Authenticate: Bearer` where there is no token, and with `error="invalid_token"` where it is refused (RFC 6750 §3).
/// - 400 with `error="invalid_request"` where the header is there twice or malformed.
/// - 403 with `error="insufficient_scope"` and the scopes needed where the token lacks one, and without scopes where the user is in none of the groups.
/// - 503 where the issuer's keys are not available, which is no fault of the token.
public struct BearerTokenMiddleware<Context: BearerTokenRequestContext>: RouterMiddleware {
    private let verifier: TokenVerifier
    private let requiredScopes: Set<String>
    private let anyGroup: Set<String>

    /// - Parameters:
    ///   - verifier: made once, with the issuer and this service's audience.
    ///   - requiredScopes: scopes that a token must all have; none unless told otherwise.
    ///   - anyGroup: groups of which the user must be in one; none unless told otherwise.
    public init(verifier: TokenVerifier, requiredScopes: Set<String> = [], anyGroup: Set<String> = []) {
        (self.verifier, self.requiredScopes, self.anyGroup) = (verifier, requiredScopes, anyGroup)
    }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let token: VerifiedAccessToken
        switch BearerCredentials(request.headers[values: .authorization]) {
        case .missing: return Self.refused(.unauthorized, "Bearer")
        case .malformed:
            return Self.refused(.badRequest, #"Bearer error="invalid_request", error_description="malformed Authorization header""#)
        case .token(let text):
            do {
                token = try await verifier.verify(accessToken: text, scopes: requiredScopes, anyGroup: anyGroup)
            } catch .insufficientScope {
                let scope = requiredScopes.sorted().joined(separator: " ")
                return Self.refused(.forbidden, #"Bearer error="insufficient_scope", scope="\#(scope)""#)
            } catch .group {
                return Self.refused(.forbidden, #"Bearer error="insufficient_scope", error_description="token.group""#)
            } catch .keysUnavailable {
                return Response(status: .serviceUnavailable, headers: [.retryAfter: "5"])
            } catch {
                return Self.refused(.unauthorized, #"Bearer error="invalid_token", error_description="\#(error.code)""#)
            }
        }
        var context = context
        context.accessToken = token
        return try await next(request, context)
    }

    private static func refused(_ status: HTTPResponse.Status, _ challenge: String) -> Response {
        Response(status: status, headers: [.wwwAuthenticate: challenge, .cacheControl: "no-store"])
    }
}
