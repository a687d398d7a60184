internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
package import NIOSSL
internal import NIOPosix
internal import Telemetry
internal import Tracing
package import WireFormats

/// The one way out of the gateway (THREATS §1.3): for metadata, discovery documents and keys.
///
/// https only; the host's addresses are looked up once, every one of them must be public, and the connection is made to such an address
/// while the certificate is verified for the name. No redirect, no cookie, no proxy; 5 seconds, and never more bytes than asked for.
/// With `development` http and loopback addresses are allowed as well; private networks are not.
package struct OutgoingClient: Sendable {
    /// Maximum of a host's addresses that are tried.
    private static let tries = 3

    package let development: Bool
    /// For all of it, the look-up included.
    package let seconds: Double
    package let resolve: @Sendable (_ host: String, _ seconds: Double) async -> [IPAddress]
    /// nil: the system's.
    package var trustRoots: NIOSSLTrustRoots?
    /// nil: each request has a connection of its own, as a command's few have.
    package var connections: ConnectionPool?
    /// How we name ourselves to the other side (RFC 9110 §10.1.5).
    private let userAgent: String
    private let shared = SharedFetches()
    private let timers = OutgoingTimers()

    package init(
        development: Bool, seconds: Double = 5,
        resolve: @escaping @Sendable (_ host: String, _ seconds: Double) async -> [IPAddress] = {
            await Resolver.system.addresses(of: $0, within: $1)
        },
        trustRoots: NIOSSLTrustRoots? = nil, connections: ConnectionPool? = nil, userAgent: String = "countersign"
    ) {
        (self.development, self.seconds, self.resolve, self.userAgent) = (development, seconds, resolve, userAgent)
        (self.trustRoots, self.connections) = (trustRoots, connections)
    }

    package struct Reply: Sendable {
        package let status: Int
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]
    }

    /// The places to which a request for `url` may go, or why there is none.
    package func destinations(_ url: String) async throws(OutgoingError) -> (address: WebAddress, places: [IPAddress]) {
        guard let address = WebAddress(url) else { throw .refusedURL(reason: "it is not an https URL without user information and fragment") }
        guard address.isHTTPS || development else { throw .refusedURL(reason: "it is not https") }
        let places = IPAddress(address.host).map { [$0] } ?? []
        let found = places.isEmpty ? await resolve(address.host, seconds) : places
        guard !found.isEmpty else { throw .unreachable(reason: "its name has no address") }
        // One bad address spoils the name: which one is connected to is not for the owner of the name to choose.
        for place in found {
            guard let refusal = place.refusal, !(development && refusal == .loopback) else { continue }
            throw .refusedURL(reason: "\(address.host) is \(refusal.rawValue)")
        }
        // In the clear only to this machine.
        guard address.isHTTPS || found.allSatisfy({ $0.refusal == .loopback }) else {
            throw .refusedURL(reason: "it is not https, and not of this machine")
        }
        return (address, found)
    }

    /// One request and its whole answer. A GET without credentials that is under way already is not sent again.
    package func exchange(
        _ url: String, method: String = "GET", headers: [(name: String, value: String)] = [], body: [UInt8] = [], limit: Int
    ) async throws(OutgoingError) -> Reply {
        guard method == "GET", !headers.contains(where: { $0.name.lowercased() == "authorization" }) else {
            return try await exchangeOnce(url, method: method, headers: headers, body: body, limit: limit)
        }
        // What else is asked with it makes it another request.
        let fields = headers.map { "\n\($0.name): \($0.value)" }.joined()
        return try await shared.reply("\(limit) \(url)\(fields)") {
            do throws(OutgoingError) { return .success(try await exchangeOnce(url, headers: headers, limit: limit)) } catch { return .failure(error) }
        }.get()
    }

    /// Takes the body of an answer while it arrives; the next part waits until it returns.
    package typealias Sink = @Sendable (_ bytes: [UInt8]) async throws(OutgoingError) -> Void

    /// One GET whose answer may be larger than memory: what a 200 says goes to `sink`, and the reply's body is empty.
    /// - Parameter seconds: for all of it; between two parts of it no more than for any other request.
    package func download(
        _ url: String, headers: [(name: String, value: String)] = [], limit: Int, seconds: Double, to sink: @escaping Sink
    ) async throws(OutgoingError) -> Reply {
        try await exchangeOnce(url, headers: headers, limit: limit, within: seconds, to: sink)
    }

    private func exchangeOnce(
        _ url: String, method: String = "GET", headers: [(name: String, value: String)] = [], body: [UInt8] = [], limit: Int,
        within whole: Double? = nil, to sink: Sink? = nil
    ) async throws(OutgoingError) -> Reply {
        let start = ContinuousClock.now
        do throws(OutgoingError) {
            let reply = try await traced(method, ofKind: .client) { span async throws(OutgoingError) in
                span?.tell(method, url)
                let reply = try await exchange(
                    url, since: start, method: method, headers: headers, body: body, limit: limit, within: whole, to: sink)
                span?.attributes["http.response.status_code"] = reply.status
                return reply
            }
            timers.record(nil, since: start)
            return reply
        } catch {
            timers.record(error, since: start)
            throw error
        }
    }

    private func exchange(
        _ url: String, since start: ContinuousClock.Instant, method: String, headers: [(name: String, value: String)], body: [UInt8], limit: Int,
        within whole: Double?, to sink: Sink?
    ) async throws(OutgoingError) -> Reply {
        let (address, places) = try await destinations(url)
        var failure = Attempt(error: .unreachable(reason: "no time was left"))
        for place in places.prefix(Self.tries) {
            let left = Duration.seconds(whole ?? seconds) - (ContinuousClock.now - start)
            guard left > .milliseconds(50) else { break }
            do throws(Attempt) {
                return try await exchange(address, at: place, method: method, headers: headers, body: body, limit: limit, within: left, to: sink)
            } catch {
                failure = error
                // What may have arrived is not sent again: a code is redeemed once (RFC 9110 §9.2.2).
                // What went to a sink does not go there twice.
                guard case .unreachable = error.error, (method == "GET" && sink == nil) || !error.mayHaveArrived else { break }
            }
        }
        throw failure.error
    }

    /// A try at one address that failed.
    private struct Attempt: Error {
        let error: OutgoingError
        var mayHaveArrived = false
    }

    private func exchange(
        _ address: WebAddress, at place: IPAddress, method: String, headers: [(name: String, value: String)], body: [UInt8], limit: Int,
        within time: Duration, to sink: Sink?
    ) async throws(Attempt) -> Reply {
        let timeout = TimeAmount.milliseconds(time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            // A pool tells what its last attempt failed of when the time to connect is over: before ours is.
            timeout: .init(connect: .milliseconds(Int64(seconds * 900)), read: .milliseconds(Int64(seconds * 1000))),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // Where a client is shared, a connection that fails must not fail all who wait for one: each has its own deadline.
        configuration.connectionPool.retryConnectionEstablishment = connections != nil
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // Shorter than most servers keep a connection, so that hardly a request meets one that is just being closed.
        configuration.connectionPool.idleTimeout = .seconds(3)
        // The name stays in the request, in SNI and in the check of the certificate; only the second look-up goes.
        configuration.dnsOverride = [address.host: place.description]
        if let trustRoots {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = trustRoots
            configuration.tlsConfiguration = tls
        }
        // Written anew from the parts that were validated, so that nobody reads another host out of it.
        var request = HTTPClientRequest(url: address.origin + (address.path.hasPrefix("/") ? address.path : "/" + address.path))
        request.method = HTTPMethod(rawValue: method)
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) } + [("user-agent", userAgent)])
        if !body.isEmpty { request.body = .bytes(body) }
        let ready = request
        // The time is for all of it: the client's own deadline ends with the head of the answer.
        @Sendable func ask(_ client: HTTPClient) async throws -> Reply {
            try await withThrowingTaskGroup(of: Reply.self) { group in
                group.addTask {
                    let response = try await client.execute(ready, timeout: timeout)
                    let body = try await Self.body(of: response, limit: limit, to: sink)
                    return Reply(status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) }, body: body)
                }
                group.addTask {
                    try await Task.sleep(for: time)
                    throw HTTPClientError.deadlineExceeded
                }
                defer { group.cancelAll() }
                guard let reply = try await group.next() else { throw HTTPClientError.deadlineExceeded }
                return reply
            }
        }
        do {
            let known = ConnectionPool.Place(host: address.host, address: place.description)
            let settings = configuration
            if let reply = try await connections?.with(known, make: { HTTPClient(configuration: settings) }, ask) { return reply }
            return try await HTTPClient.withHTTPClient(configuration: configuration, ask)
        } catch is NIOTooManyBytesError {
            throw Attempt(error: .tooLarge(limit: limit), mayHaveArrived: true)
        } catch let error as OutgoingError {
            throw Attempt(error: error, mayHaveArrived: true)
        } catch {
            throw Attempt(error: OutgoingError(error, seconds: seconds), mayHaveArrived: !OutgoingError.isOfConnecting(error))
        }
    }

    private static func body(of response: HTTPClientResponse, limit: Int, to sink: Sink?) async throws -> [UInt8] {
        guard let sink, response.status == .ok else { return Array(try await response.body.collect(upTo: limit).readableBytesView) }
        var count = 0
        for try await part in response.body {
            count += part.readableBytes
            guard count <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
            try await sink(Array(part.readableBytesView))
        }
        return []
    }
}
