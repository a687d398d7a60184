package import SAML
package import TokenVerifier
package import UserPools

extension SignInCheck {
    init(_ check: Check) {
        let outcome: Outcome =
            switch check.outcome {
            case .ok: .ok
            case .failed: .failed
            case .notReached: .notReached
            }
        self.init(check.name, section: check.section, expected: check.expected, seen: check.seen, outcome)
    }
}

/// What a dry sign-in showed. It is for the eyes of the browser that began, once: nothing of it is stored or logged but `error` without its values.
package struct TrialReport: Sendable {
    /// An attribute or claim by the provider's own name.
    package struct Arrived: Sendable, Hashable {
        package let name: String
        package let values: [String]

        package init(_ name: String, _ values: [String]) { (self.name, self.values) = (name, values) }
    }

    /// Whom a real sign-in would have signed in, and as what.
    ///
    /// Who looks at it need not be who may look at users: the address may have gone to whoever runs the provider, which can name anybody. So it has
    /// what came with this answer, and of what is stored names alone.
    package struct Outcome: Sendable {
        package enum Who: Sendable { case new, known, linkedByEmail }

        package let who: Who
        /// As this answer alone makes it; the `sub` is an example.
        package let user: User
        package let groups: [String]
        /// Attributes that the mapping fills and that nothing came for.
        package let unfilled: [String]
        /// What of a known user would become another, and what would stay, since nothing came for it.
        package let changed: [String]
        package let kept: [String]
        package let accessToken: JSONObject
        package let idToken: JSONObject
    }

    package let pool: UserPool.ID
    package let provider: IdentityProvider
    /// For which the tokens are shown; nil: for one that might ask for everything.
    package let client: AppClient.ID?
    package internal(set) var checks: [SignInCheck] = []
    /// Why a real sign-in would have been refused.
    package internal(set) var error: SignInError?
    /// What came, as it came; of a refused answer nothing of it is proven.
    package internal(set) var arrived: [Arrived] = []
    package internal(set) var isProven = false
    /// What a refused message says, line by line.
    package internal(set) var message: [MessageDescription.Line] = []
    package internal(set) var identity: FederatedIdentity?
    /// What came that no rule of the mapping reads.
    package internal(set) var unmapped: [String] = []
    package internal(set) var outcome: Outcome?

    init(pool: UserPool.ID, provider: IdentityProvider, client: AppClient.ID?) {
        (self.pool, self.provider, self.client) = (pool, provider, client)
    }

    mutating func begin(_ name: String, section: String? = nil, expected: String? = nil, seen: String? = nil) {
        checks.begin(name, section: section, expected: expected, seen: seen)
    }

    mutating func succeed(seen: String) { if !checks.isEmpty { checks[checks.count - 1].seen = seen } }

    /// The check that was begun last is the one that failed.
    mutating func fail(_ error: SignInError) {
        self.error = error
        checks.fail(expected: error.expected, seen: error.seen)
    }
}
