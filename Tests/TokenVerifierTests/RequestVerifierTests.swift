import Foundation
import TestSupport
import Testing
import WireFormats

@testable import TokenVerifierCore

@Suite("RFC 9449 §7: requests to a service")
struct RequestVerifierTests {
    private static let url = "https://orders.example.com/orders"
    private let mint = Mint()
    private let key = DPoPKey()

    /// Another one each time.
    private var bound: String { mint.accessToken(["cnf": #"{"jkt":"\#(key.thumbprint)"}"#]) }

    private func code(
        _ verifier: RequestVerifier, _ authorization: [String], _ proofs: [String] = [], method: String = "GET", url: String = url
    ) async -> String? {
        do throws(RequestError) {
            _ = try await verifier.verify(ProtectedRequest(method: method, url: url, authorization: authorization, dpop: proofs))
            return nil
        } catch { return error.code }
    }

    private func proof(_ token: String, by other: DPoPKey? = nil, url: String = url, method: String = "GET") throws -> String {
        try (other ?? key).proof(method, url, at: Mint.now, token: token)
    }

    @Test("a bound token with a proof is who it says; the scheme in any case")
    func good() async throws {
        let verifier = RequestVerifier(try mint.verifier()), bound = bound
        for scheme in ["DPoP", "dpop", "DPOP"] {
            let token = try await verifier.verify(
                ProtectedRequest(method: "GET", url: Self.url + "?page=2", authorization: ["\(scheme) \(bound)"], dpop: [proof(bound)]))
            #expect(token.subject == "user-1" && token.boundKey == key.thumbprint)
        }
    }

    @Test("a token that is bound to nothing is borne, as ever; where the service wants a key it is refused, and so is it by the scheme DPoP")
    func bearer() async throws {
        let plain = mint.accessToken()
        let any = RequestVerifier(try mint.verifier()), strict = RequestVerifier(try mint.verifier(), requiresKey: true)
        #expect(await code(any, ["Bearer \(plain)"]) == nil)
        #expect(await code(strict, ["Bearer \(plain)"]) == "dpop.unbound_token")
        #expect(await code(any, ["DPoP \(plain)"], [try proof(plain)]) == "dpop.unbound_token")
        // Bound to what this version does not know (RFC 7800 §3).
        #expect(await code(any, ["Bearer \(mint.accessToken(["cnf": #"{"kid":"x"}"#]))"]) == "dpop.unbound_token")
    }

    @Test("case 170; §7.2: a bound token is no bearer token, with a proof beside it or without")
    func downgrade() async throws {
        let verifier = RequestVerifier(try mint.verifier()), bound = bound
        #expect(await code(verifier, ["Bearer \(bound)"]) == "dpop.bearer")
        #expect(await code(verifier, ["Bearer \(bound)"], [try proof(bound)]) == "dpop.bearer")
    }

    @Test("case 169: no proof, two, one by another key, for another token, method or address")
    func refused() async throws {
        let bound = bound, verifier = RequestVerifier(try mint.verifier()), scheme = ["DPoP \(bound)"]
        for none in [[], ["Basic YTpi"]] { #expect(await code(verifier, none) == "request.no_token") }
        for malformed in [["DPoP"], scheme + scheme] { #expect(await code(verifier, malformed) == "request.malformed") }
        #expect(await code(verifier, ["DPoP x"]) == "token.malformed")
        #expect(await code(verifier, scheme) == "dpop.missing")
        #expect(await code(verifier, scheme, [try proof(bound), try proof(bound)]) == "dpop.several")
        #expect(await code(verifier, scheme, [try proof(bound, by: DPoPKey())]) == "dpop.other_key")
        #expect(await code(verifier, scheme, [try proof("another")]) == "dpop.access_token_hash")
        #expect(await code(verifier, scheme, [try proof(bound)], method: "POST") == "dpop.method")
        #expect(await code(verifier, scheme, [try proof(bound)], url: "https://orders.example.com/other") == "dpop.url")
    }

    @Test("case 168: a proof counts once; of many at once one is the first")
    func once() async throws {
        let verifier = RequestVerifier(try mint.verifier()), token = bound, one = try proof(token)
        let results = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { await code(verifier, ["DPoP \(token)"], [one]) } }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(results.count { $0 == nil } == 1 && results.count { $0 == "dpop.replayed" } == 49)
        struct Lost: ProofReplayStore { func use(_: String, until: Date) async throws -> Bool { throw CancellationError() } }
        #expect(await code(RequestVerifier(try mint.verifier(), replays: Lost()), ["DPoP \(token)"], [try proof(token)]) == "request.unavailable")
    }

    @Test("the memory of proofs is bounded, forgets what is over, and first of all what ends first")
    func memory() {
        let start = Date(timeIntervalSince1970: 1000)
        let clock = Ticker(start)
        let memory = ProofReplayMemory(capacity: 3, clock: { clock.now })
        for (name, seconds) in [("b", 20.0), ("a", 10), ("c", 30)] { #expect(memory.use(name, until: start + seconds)) }
        #expect(!memory.use("a", until: start + 10) && memory.count == 3)
        #expect(memory.use("d", until: start + 40) && memory.count == 3)
        #expect(!memory.use("b", until: start + 20) && !memory.use("c", until: start + 30))
        clock.now = start + 31
        #expect(!memory.use("d", until: start + 40))
        #expect(memory.use("e", until: start + 60) && memory.count == 3)
        clock.now = start + 33
        #expect(memory.use("f", until: start + 60) && memory.count == 3)
    }
}

/// A clock that a test sets.
private final class Ticker: @unchecked Sendable {
    private let lock = NSLock()
    private var time: Date
    init(_ time: Date) { self.time = time }
    var now: Date {
        get { lock.withLock { time } }
        set { lock.withLock { time = newValue } }
    }
}
