import Foundation
import Synchronization
import TokenVerifier

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
        var now = Mint.now
    }

    let state: Mutex<State>
    private let delay: Duration

    init(keys: [String], delay: Duration = .zero) {
        state = Mutex(State(keys: keys))
        self.delay = delay
    }

    func change(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }
    func pass(_ seconds: Double) { change { $0.now += seconds } }
    var keyCount: Int { state.withLock { $0.keyCount } }
    var urls: [String] { state.withLock { $0.urls } }
    var discoveryCount: Int { state.withLock { $0.discoveryCount } }

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        if delay > .zero { try? await Task.sleep(for: delay) }
        let answer: HTTPTransportResponse? = state.withLock { state in
            state.urls.append(request.url)
            let isDiscovery = request.url.hasSuffix("/.well-known/openid-configuration")
            if isDiscovery { state.discoveryCount += 1 } else { state.keyCount += 1 }
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
}
