import Gateway
import HTTPTypes
import Hummingbird
import UserPools
import WireFormats

/// What a trusted proxy says of the request that it is about. Nobody else can make one: what a stranger writes into such headers is never read.
struct ForwardedRequest {
    let subject: ForwardAuth.Subject
    /// Path and query, as the browser sent them.
    let path: String?
    private let method: HTTPRequest.Method
    private let headers: HTTPFields

    /// - Throws: `ForwardAuthFailure`.
    init(_ request: Request, _ context: GatewayContext, site: Site, server: GatewayApplication) async throws {
        let client = context.parameters.get("client")
        do {
            guard server.trusts(context) else { throw ForwardAuthError.untrusted }
            let host = try Self.single(.xForwardedHost, in: request.headers)
            // Envoy asks with the host of the request that it is about.
            subject = try await server.forwardAuth.subject(client: client ?? "", host: host ?? request.head.authority, in: site.pool)
        } catch { throw ForwardAuthFailure(error, pool: site.pool.id, client: client) }
        headers = request.headers
        method = (try? Self.single(.xForwardedMethod, in: request.headers)).flatMap { HTTPRequest.Method($0) } ?? request.method
        path = headers[.xForwardedURI] ?? headers[.xOriginalURI] ?? Self.pathBehindEnvoy(request.head.path)
    }

    /// Whether a person looks at the answer: then it may be a redirect to the sign-in. A script that calls for data cannot follow one.
    var isNavigation: Bool {
        guard method == .get || method == .head else { return false }
        if let mode = headers[.secFetchMode] { return mode == "navigate" }
        return headers[.accept].map { $0.utf8.count <= 4096 && $0.utf8.contains("text/html".utf8) } ?? false
    }

    /// - Throws: `ForwardAuthError.host` where it is there twice, or lists several: a proxy that appends to what came is none to be believed.
    private static func single(_ name: HTTPField.Name, in headers: HTTPFields) throws(ForwardAuthError) -> String? {
        let values = headers[values: name]
        guard values.count <= 1, values.first?.utf8.contains(UInt8(ascii: ",")) != true else { throw .host(seen: values.joined(separator: ", ")) }
        return values.first
    }

    private static func pathBehindEnvoy(_ path: String?) -> String? {
        guard let path else { return nil }
        let bytes = Array(path.utf8), mark = Array("/envoy/".utf8)
        // The first one is ours: neither a pool nor a client is called so.
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        return String(decoding: bytes[(start + mark.count - 1)...], as: UTF8.self)
    }
}

extension HTTPField.Name {
    // Tokens of RFC 9110 §5.6.2, which is all the initialiser asks.
    fileprivate static let xForwardedHost = HTTPField.Name("X-Forwarded-Host")!
    fileprivate static let xForwardedMethod = HTTPField.Name("X-Forwarded-Method")!
    fileprivate static let xForwardedURI = HTTPField.Name("X-Forwarded-Uri")!
    fileprivate static let xOriginalURI = HTTPField.Name("X-Original-Uri")!
    fileprivate static let secFetchMode = HTTPField.Name("Sec-Fetch-Mode")!
    static let remoteUser = HTTPField.Name("Remote-User")!
    static let remoteSub = HTTPField.Name("Remote-Sub")!
    static let remoteEmail = HTTPField.Name("Remote-Email")!
    static let remoteEmailVerified = HTTPField.Name("Remote-Email-Verified")!
    static let remoteName = HTTPField.Name("Remote-Name")!
    static let remoteGroups = HTTPField.Name("Remote-Groups")!
    static let remoteToken = HTTPField.Name("Remote-Token")!
}
