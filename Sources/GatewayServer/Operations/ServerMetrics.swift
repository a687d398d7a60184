import Gateway
import Metrics
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
        Counter(
            label: "countersign_sign_ins_total",
            dimensions: [("pool", pool.text), ("provider", provider?.text ?? ""), ("result", result), ("pkce", pkce)]
        ).increment()
    }

    static func signInRefused(_ failure: SignInFailure) {
        let dimensions = [
            ("pool", failure.pool?.text ?? ""), ("provider", failure.provider?.text ?? ""), ("result", failure.error.code),
        ]
        Counter(label: "countersign_sign_ins_total", dimensions: dimensions).increment()
    }

    /// - Parameter result: `ok`, or the standard's error code.
    static func tokenRequest(pool: UserPool.ID, result: String) {
        Counter(label: "countersign_token_requests_total", dimensions: [("pool", pool.text), ("result", result)]).increment()
    }

    /// One timer for each class of status, made once: every request passes here.
    private static let requests = (0...5).map { Timer(label: "countersign_http_request_seconds", dimensions: [("status", "\($0)xx")]) }

    static func answered(status: Int, nanoseconds: Int64) {
        requests[min(max(status / 100, 0), 5)].recordNanoseconds(nanoseconds)
    }
}
