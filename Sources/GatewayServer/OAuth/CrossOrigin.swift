import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools

/// Which pages' scripts may read what an address answers (Fetch §3.2, THREATS case 144). Credentials never go along: no cookie counts here.
enum CrossOrigin: Sendable {
    /// Pages of our own alone.
    case none
    /// The origins that the client registered. Before the client is known, at a preflight, those of every client of the pool.
    case registered
    /// Every page: it is public.
    case any

    var takesPreflights: Bool { if case .none = self { false } else { true } }
}

extension GatewayApplication {
    /// The answer to a preflight (Fetch §4.8): nothing runs, and which client will ask nobody knows yet.
    func preflight(_ request: Request, _ crossOrigin: CrossOrigin, methods: [HTTPRequest.Method], pool: UserPool) async throws -> Response {
        let allowed = methods.map(\.rawValue).joined(separator: ", ")
        var response = Response(status: .noContent, headers: [.allow: allowed, .cacheControl: "no-store"])
        switch crossOrigin {
        case .none: break
        case .any: response.headers[.accessControlAllowOrigin] = "*"
        case .registered: response.allow(try await readableOrigin(request, client: nil, pool: pool))
        }
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = allowed
            response.headers[.accessControlAllowHeaders] = "authorization, content-type, dpop, x-requested-with"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }

    /// The request's origin, where `client` registered it; where no client is known, where any of the pool did.
    func readableOrigin(_ request: Request, client: AppClient.ID?, pool: UserPool) async throws(StoreError) -> String? {
        guard let origin = request.headers[.origin], origin.utf8.count <= 300, origin.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        if let client, let known = try await directory.client(client, in: pool.id) {
            return known.effectiveWebOrigins.contains(origin) ? origin : nil
        }
        return try await directory.isWebOrigin(origin, in: pool.id) ? origin : nil
    }
}

extension Response {
    /// Lets scripts of `origin` read this, and no others; `Vary` keeps caches from giving one origin's answer to another.
    mutating func allow(_ origin: String?) {
        headers[.vary] = "Origin"
        guard let origin else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlExposeHeaders] = "WWW-Authenticate, Retry-After, DPoP-Nonce"
    }
}
