import Gateway
import Metrics
import Telemetry
import UserPools

/// What the gateway counts: enough to see who cannot sign in, and why.
enum ServerMetrics {
    /// Sign-ins of apps that know no PKCE are counted apart: a debt that somebody wants to see grow smaller (RFC 9700 §2.1.1).
    static func signedIn(_ done: CompletedSignIn, pool: UserPool.ID) {
        signedIn("ok", pool: pool, provider: done.provider, hasProofKey: done.hasProofKey)
    }

    /// The same without a provider's answer: the browser had a session.
    static func answeredFromSession(_ answer: SessionAnswer, pool: UserPool.ID) {
        signedIn("session", pool: pool, provider: answer.source.provider, hasProofKey: answer.hasProofKey)
    }

    private static func signedIn(_ result: String, pool: UserPool.ID, provider: IdentityProvider.Name?, hasProofKey: Bool?) {
        let pkce = hasProofKey.map { $0 ? "S256" : "none" } ?? "no_app"
        Metric.signIns.counter([("pool", pool.text), ("provider", provider?.text ?? ""), ("result", result), ("pkce", pkce)]).increment()
    }

    static func signInRefused(_ failure: SignInFailure) {
        let labels = [("pool", failure.pool?.text ?? ""), ("provider", failure.provider?.text ?? ""), ("result", failure.error.code)]
        Metric.signIns.counter(labels).increment()
    }

    /// - Parameter result: `ok`, or the standard's error code.
    static func tokenRequest(pool: UserPool.ID, result: String) {
        Metric.tokenRequests.counter([("pool", pool.text), ("result", result)]).increment()
    }

    /// One timer for each class of status, made once: every request passes here.
    private static let requests = (1...5).map { Metric.httpRequest.timer([("status", "\($0)xx")]) }
    private static let tooMany = Metric.httpRefused.counter([("status", "429")])
    private static let unavailable = Metric.httpRefused.counter([("status", "503")])

    static func answered(status: Int, since start: ContinuousClock.Instant) {
        requests[min(max(status / 100, 1), 5) - 1].record(since: start)
        if status == 429 { tooMany.increment() }
        if status == 503 { unavailable.increment() }
    }
}
