import Foundation
import Synchronization
import Testing

@testable import TokenVerifierCore

/// A door that a test opens and closes. Whoever waits at it heeds no cancellation, as the worst of transports.
final class Gate: Sendable {
    private let state: Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>

    init(isOpen: Bool) { state = Mutex((isOpen, [])) }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func close() { state.withLock { $0.isOpen = false } }
}

/// Waits for what another task does; the test's time limit ends it.
func until(_ condition: () async -> Bool) async {
    while !(await condition()) { try? await Task.sleep(for: .milliseconds(2)) }
}

/// An issuer without a network: answers discovery and keys, counts, and can be broken.
final class FakeIssuer: HTTPTransport {
    struct State {
        var keys: [String]
        var isDown = false
        var status = 200
        var headers: [(name: String, value: String)] = []
        var document: String?
        var keySet: String?
        var discoveryCount = 0
        var keyCount = 0
        var urls: [String] = []
        var wasCancelled = false
        var now = Mint.now
    }

    let state: Mutex<State>
    /// Closed, it holds back all answers.
    let gate = Gate(isOpen: true)

    init(keys: [String]) { state = Mutex(State(keys: keys)) }

    func change(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }
    func pass(_ seconds: Double) { change { $0.now += seconds } }
    var keyCount: Int { state.withLock { $0.keyCount } }
    var urls: [String] { state.withLock { $0.urls } }
    var discoveryCount: Int { state.withLock { $0.discoveryCount } }
    var wasCancelled: Bool { state.withLock { $0.wasCancelled } }

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let isDiscovery = request.url.hasSuffix("/.well-known/openid-configuration")
        change { state in
            state.urls.append(request.url)
            if isDiscovery { state.discoveryCount += 1 } else { state.keyCount += 1 }
        }
        await gate.pass()
        let isCancelled = Task.isCancelled
        let answer: HTTPTransportResponse? = state.withLock { state in
            if isCancelled { state.wasCancelled = true }
            guard !state.isDown else { return nil }
            let body: String
            if isDiscovery {
                body = state.document ?? #"{"issuer":"\#(Mint.issuer)","jwks_uri":"\#(Mint.issuer)/.well-known/jwks.json"}"#
            } else {
                body = state.keySet ?? #"{"keys":[\#(state.keys.joined(separator: ","))]}"#
            }
            return HTTPTransportResponse(status: state.status, headers: state.headers, body: Array(body.utf8))
        }
        guard let answer else { throw .unreachable }
        return answer
    }

    func verifier() -> TokenVerifier {
        TokenVerifier(issuer: Mint.issuer, audience: Mint.audience, transport: self, clock: { [self] in state.withLock { $0.now } })
    }

    func cache(deadline: Gate? = nil) -> KeySetCache {
        let source = KeySetSource(issuer: Mint.issuer, location: .discovery, transport: self)
        let clock: @Sendable () -> Date = { [self] in state.withLock { $0.now } }
        // The usual ten seconds are a long time, but not on a machine that runs a thousand tests at once.
        guard let deadline else { return KeySetCache(source: source, clock: clock, deadline: { try? await Task.sleep(for: .seconds(600)) }) }
        return KeySetCache(source: source, clock: clock, deadline: { await deadline.pass() })
    }
}

extension KeySetCache {
    /// What the cache says to a token of this mint: the error's code, nil for a key.
    nonisolated func answer(to mint: Mint) async -> String? {
        await code { () throws(TokenError) in
            try await self.key(for: try CompactJWS(mint.accessToken(), algorithms: TokenAlgorithm.recommended))
        }
    }

    /// Comes back when no exchange is under way.
    func completeSignIn() async {
        while let exchange { _ = await exchange.value }
    }
}
