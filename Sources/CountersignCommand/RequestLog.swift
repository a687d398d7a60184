import FoundationEssentials
import GatewayServer
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OpenIDConnect
import WireFormats

/// Names the client of every request, for its log lines and for what is counted by address, and writes one line a request at level debug.
/// Of a path the query is left out: it may hold a code.
struct RequestLog<Inner: HTTPResponder>: HTTPResponder where Inner.Context == GatewayContext {
    let inner: Inner
    let level: Logger.Level
    let trustedProxies: [AddressRange]
    var certificates = CertificateSource.none
    /// Whether everybody comes from one address, a proxy's that was not named: then nothing is counted by it.
    var isBehindUnnamedProxy = false

    func respond(to request: Request, context: GatewayContext) async throws -> Response {
        // RFC 9112 §3.2: a target is ASCII; routing compares it as text, which other text can make slow.
        guard (request.head.path ?? "").hasOnlyBytes(in: 0...0x7F) else { return Response(status: .badRequest) }
        let start = ContinuousClock.now
        var context = context
        context.logger.logLevel = level
        if let peer = context.remoteAddress.flatMap({ $0.withSockAddr { address, _ in IPAddress(address) } }) {
            let forwarded = trustedProxies.isEmpty ? [] : request.headers[values: .xForwardedFor]
            let client = ClientAddress.find(connection: peer, forwarded: forwarded, trusted: trustedProxies)
            context.logger[metadataKey: "address"] = .string(client)
            context.clientAddress = isBehindUnnamedProxy ? nil : client
            context.clientCertificate = certificates.find(request, isProxy: trustedProxies.contains { $0.contains(peer.unmapped) })
        }
        let response = try await inner.respond(to: request, context: context)
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
                "ms": "\((ContinuousClock.now - start).wholeMilliseconds)",
            ])
        return response
    }
}

/// Where the certificate of a request's client comes from: one source a listener, and never another.
enum CertificateSource {
    case none
    /// In which a trusted proxy says which certificate the client showed it.
    case header(HTTPField.Name)
    /// TLS of our own. What a header says there is nobody's word.
    case connection

    /// - Parameter isProxy: whether the other end of the connection is a trusted proxy.
    func find(_ request: Request, isProxy: Bool) -> PresentedCertificate? {
        switch self {
        case .none: return nil
        case .connection: return ConnectionCertificate.current?.presented
        case .header(let name):
            // From anybody else it is a text that anybody can write. An empty one beside another is the proxy's, and the other is the client's own.
            let values = isProxy ? request.headers[values: name] : []
            return values.count == 1 && !values[0].isEmpty ? PresentedCertificate(values[0]) : nil
        }
    }
}

/// Who asks: the other end of the connection, or whom a proxy of ours says it speaks for.
enum ClientAddress {
    /// X-Forwarded-For is read from its end, as far as trusted proxies wrote it; what comes before that anybody can make up.
    static func find(connection: IPAddress, forwarded: [String], trusted: [AddressRange]) -> String {
        func isTrusted(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }
        // A socket for both families shows an IPv4 address as an IPv6 one (THREATS case 146).
        var client = connection.unmapped
        let hops = forwarded.flatMap { ProtocolText($0).split(at: ",") }.suffix(32)
        for hop in hops.reversed() {
            guard isTrusted(client), let address = IPAddress(hop.trimmed.string)?.unmapped else { break }
            client = address
        }
        return client.description
    }
}

extension HTTPField.Name {
    // A token of RFC 9110 §5.6.2, which is all the initialiser asks.
    fileprivate static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
}

extension Duration {
    var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
