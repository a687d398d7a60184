import FoundationEssentials
import SAML
import UserPools

/// What is found out of an answer only once it was refused, and only of so many as are kept.
extension SignIn {
    /// Whether the provider sent what was refused, to us and now. It is one more look at a message, so that it is taken only of so many as are kept.
    func isProven(_ failure: SignInFailure, in pool: UserPool, cookies: BrowserCookies) async -> Bool {
        guard let proof = failure.steps?.proof, records.hasPlace(failure, in: pool.id, from: cookies.address) else { return false }
        return await proof()
    }

    /// Has the record of a refusal say what was not noted on the way: of so many as are kept.
    func explain(_ failure: SignInFailure, in pool: UserPool, cookies: BrowserCookies) async {
        guard let steps = failure.steps, records.hasPlace(failure, in: pool.id, from: cookies.address) else { return }
        if let examination = steps.examination { steps.examined(await examination()) }
        await redact(steps, of: failure.provider, in: pool, cookies: cookies)
    }

    /// Has what came go with the record, where an admin looks into that provider.
    func redact(_ steps: SignInSteps, of provider: IdentityProvider.Name?, in pool: UserPool, cookies: BrowserCookies) async {
        let now = environment.now()
        guard let provider, pool.settings.debugging(provider, at: now) != nil else { return }
        guard let message = steps.message else {
            steps.redacted = steps.oidc.redacted
            return
        }
        // What is encrypted stays so.
        let description = try? await verifying(for: cookies.address) { () throws(SAMLError) in
            try MessageDescription(describing: message, redacting: true, at: now)
        }
        steps.redacted = description.map { RedactedMessage($0) }
    }

    /// What finds that out: whether a key of the provider signed the message for us and for now, were that one thing tolerated. An old answer, or one to
    /// another service of the same provider, is in the hands of whoever took part in it.
    func proof(
        of message: [UInt8], _ claimed: UnverifiedResponse, expecting expected: Expectation, tolerating exception: SAMLError.PolicyException? = nil,
        pool: UserPool, cookies: BrowserCookies, at now: Date
    ) -> @Sendable () async -> Bool {
        let address = cookies.address
        return {
            let isMeant = try? await { () async throws -> Bool in
                let serviceProvider = try await judge(of: claimed, in: pool)
                return try await verifying(for: address) { () throws(SAMLError) in
                    serviceProvider.isMeant(message, expecting: expected, tolerating: exception, at: now)
                }
            }()
            return isMeant ?? false
        }
    }
}
