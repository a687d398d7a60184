import Crypto
package import Foundation
package import Gateway
package import OpenIDConnect
import Synchronization
package import TokenVerifier
import UserPools

/// Time, randomness and network for tests: the clock stands until it is moved, random bytes are another each time but the same in each run.
package final class FixedEnvironment: Sendable {
    private struct State {
        var now = Date(timeIntervalSince1970: 1_795_000_000)
        var uptime = Duration.seconds(1_000)
        var drawn: UInt64 = 0
        var documents: [String: [UInt8]] = [:]
        var isMissing = false
        var freshness: TimeInterval?
        var fetched: [String] = []
    }

    private let state = Mutex(State())
    private let transport: any HTTPTransport
    private let seed: String
    private let securityModule: (any SecurityModule)?

    package init(
        seed: String = "countersign tests", transport: any HTTPTransport = NoTransport(), securityModule: (any SecurityModule)? = nil
    ) {
        (self.seed, self.transport, self.securityModule) = (seed, transport, securityModule)
    }

    package var now: Date { state.withLock(\.now) }

    /// Moves the wall clock and the uptime.
    package func advance(by seconds: Int) {
        state.withLock {
            $0.now += TimeInterval(seconds)
            $0.uptime += .seconds(seconds)
        }
    }

    /// Moves the uptime alone, by which caches count.
    package func advanceUptime(by duration: Duration) { state.withLock { $0.uptime += duration } }

    /// Sets the wall clock alone, as an administrator or a time server does.
    package func setNow(_ now: Date) { state.withLock { $0.now = now } }

    /// What is found at an address; nil: nobody answers.
    package func publish(_ document: [UInt8]?, at url: String) { state.withLock { $0.documents[url] = document } }

    /// From now on what is not there answers with 404, as a server does that is there.
    package func answerMissing() { state.withLock { $0.isMissing = true } }

    /// For how long documents need not be asked for again, as their server says.
    package func setFreshness(_ seconds: TimeInterval?) { state.withLock { $0.freshness = seconds } }
    fileprivate var freshness: TimeInterval? { state.withLock(\.freshness) }

    /// Every address that was asked for.
    package var fetched: [String] { state.withLock(\.fetched) }

    package var environment: Environment {
        Environment(
            now: { self.now }, random: random, uptime: { self.state.withLock(\.uptime) }, documents: Documents(environment: self),
            transport: transport, securityModule: securityModule)
    }

    /// SHA-256 of a counter: unique within a run without being the system's.
    private func random(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let number = state.withLock { state -> UInt64 in
                state.drawn += 1
                return state.drawn
            }
            bytes += SHA256.hash(data: Array("\(seed) \(number)".utf8))
        }
        return Array(bytes.prefix(count))
    }

    fileprivate func fetch(_ url: String) throws(FetchError) -> [UInt8] {
        let found = state.withLock {
            $0.fetched.append(url)
            return (document: $0.documents[url], isMissing: $0.isMissing)
        }
        guard let document = found.document else { throw found.isMissing ? .status(404) : .unreachable(reason: "nobody answers in tests") }
        return document
    }
}

/// Nobody is there.
package struct NoTransport: HTTPTransport {
    package init() {}
    package func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse { throw .unreachable }
}

/// Answers as a server that knows entity tags: the tag is a digest of the document.
private struct Documents: DocumentSource {
    let environment: FixedEnvironment

    func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument {
        let document = try environment.fetch(url)
        let tag = "\"" + SHA256.hash(data: document).description.suffix(16) + "\""
        if version.etag == tag { return .unchanged(freshFor: environment.freshness) }
        guard document.count <= limit else { throw .tooLarge(limit: limit) }
        var found = DocumentVersion(etag: tag)
        found.freshFor = environment.freshness
        return .document(document, found)
    }
}
