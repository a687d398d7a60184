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
/// With a public URL it takes tokens that are bound to a key of the app as well (RFC 9449 §7), with a proof by that key; without one, these are refused. So are
/// tokens that are bound to a certificate (RFC 8705 §3), unless it is told how to find the one with which the client opened its connection.
///
/// Tokens in the query or the body are not looked at (RFC 9700 §4.3.2). Answers:
/// - 401 with `WWW-Authenticate: Bearer` where there is no token, and with `error="invalid_token"` where it is refused (RFC 6750 §3).
/// - 400 with `error="invalid_request"` where the header is there twice or malformed.
/// - 401 with `WWW-Authenticate: DPoP` and `error="invalid_dpop_proof"` where the proof of a bound token is missing or refused.
/// - 403 with `error="insufficient_scope"` and the scopes needed where the token lacks one, and without scopes where the user is in none of the groups.
/// - 503 where the issuer's keys are not available, which is no fault of the token.
public struct BearerTokenMiddleware<Context: BearerTokenRequestContext>: RouterMiddleware {
    private let verifier: RequestVerifier
    private let requiredScopes: Set<String>
    private let anyGroup: Set<String>
    private let publicURL: String?
    private let clientCertificate: (@Sendable (Request, Context) -> [UInt8]?)?

    /// - Parameters:
    ///   - verifier: made once, with the issuer and this service's audience.
    ///   - requiredScopes: scopes that a token must all have; none unless told otherwise.
    ///   - anyGroup: groups of which the user must be in one; none unless told otherwise.
    ///   - publicURL: where clients reach this service, without a path: `https://orders.example.com`. A proof is for a URL, and no header of the request
    ///     may say which one is meant.
    ///   - replays: where used proofs are remembered; in memory unless told otherwise.
    ///   - requiresKey: whether tokens that are bound to no key are refused.
    ///   - clientCertificate: the certificate in DER with which the client of a request opened its connection, nil where it showed none. It comes from TLS, or
    ///     from a header of a proxy that no client can write.
    public init(
        verifier: TokenVerifier, requiredScopes: Set<String> = [], anyGroup: Set<String> = [], publicURL: String? = nil,
        replays: (any ProofReplayStore)? = nil, requiresKey: Bool = false, clientCertificate: (@Sendable (Request, Context) -> [UInt8]?)? = nil
    ) {
        self.verifier = RequestVerifier(verifier, replays: replays, requiresKey: requiresKey)
        (self.requiredScopes, self.anyGroup, self.publicURL) = (requiredScopes, anyGroup, publicURL)
        self.clientCertificate = clientCertificate
    }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        do throws(RequestError) {
            context.accessToken = try await verifier.verify(
                ProtectedRequest(
                    method: request.method.rawValue, url: (publicURL ?? "") + request.uri.path,
                    authorization: request.headers[values: .authorization],
                    dpop: request.headers[values: .dpop], clientCertificate: clientCertificate?(request, context)),
                scopes: requiredScopes, anyGroup: anyGroup)
        } catch { return refused(error) }
        return try await next(request, context)
    }

    private func refused(_ error: RequestError) -> Response {
        switch error {
        case .noToken: Self.refused(.unauthorized, publicURL == nil ? "Bearer" : "Bearer, " + Self.dpop)
        case .malformed: Self.refused(.badRequest, #"Bearer error="invalid_request", error_description="malformed Authorization header""#)
        case .token(.keysUnavailable), .unavailable: Response(status: .serviceUnavailable, headers: [.retryAfter: "5"])
        case .token(.insufficientScope):
            Self.refused(.forbidden, #"Bearer error="insufficient_scope", scope="\#(requiredScopes.sorted().joined(separator: " "))""#)
        case .token(.group): Self.refused(.forbidden, #"Bearer error="insufficient_scope", error_description="token.group""#)
        case .token(let error): Self.refused(.unauthorized, #"Bearer error="invalid_token", error_description="\#(error.code)""#)
        case .certificate: Self.refused(.unauthorized, #"Bearer error="invalid_token", error_description="\#(error.code)""#)
        case .proof(.bearer), .proof(.unboundToken), .proof(.otherKey):
            Self.refused(
                .unauthorized, (publicURL == nil ? "Bearer" : Self.dpop + ",") + #" error="invalid_token", error_description="\#(error.code)""#)
        case .proof(let error): Self.refused(.unauthorized, Self.dpop + #", error="invalid_dpop_proof", error_description="\#(error.code)""#)
        }
    }

    /// RFC 9449 §7.1.
    private static var dpop: String { #"DPoP algs="\#(TokenAlgorithm.recommended.map(\.rawValue).sorted().joined(separator: " "))""# }

    private static func refused(_ status: HTTPResponse.Status, _ challenge: String) -> Response {
        Response(status: status, headers: [.wwwAuthenticate: challenge, .cacheControl: "no-store"])
    }
}

extension HTTPField.Name {
    fileprivate static let dpop = HTTPField.Name("DPoP")!
}
