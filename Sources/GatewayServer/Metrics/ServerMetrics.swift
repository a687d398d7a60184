import Gateway
import Metrics
import UserPools

/// What the gateway counts: enough to see who cannot sign in, and why.
enum ServerMetrics {
    static func signedIn(pool: UserPool.ID, provider: IdentityProvider.Name) {
        Counter(label: "countersign_sign_ins_total", dimensions: [("pool", pool.text), ("provider", provider.text), ("result", "ok")]).increment()
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

    static func answered(status: Int, nanoseconds: Int64) {
        Timer(label: "countersign_http_request_seconds", dimensions: [("status", "\(status / 100)xx")]).recordNanoseconds(nanoseconds)
    }
}
