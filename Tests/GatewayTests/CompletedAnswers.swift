import Gateway
import OpenIDConnect
import Testing
import UserPools

/// What answers a real sign-in, or the test has another one in hand than it thinks.
extension SignIn {
    func completeSAML(
        _ parameters: [(name: String, value: String)], pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws(SignInFailure) -> CompletedSignIn {
        try completed(try await answerSAML(parameters, pool: pool, address: address, cookies: cookies))
    }

    func completeOIDC(
        _ parameters: Parameters, provider name: String?, pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws(SignInFailure) -> CompletedSignIn {
        try completed(try await answerOIDC(parameters, provider: name, pool: pool, address: address, cookies: cookies))
    }

    private func completed(_ answer: SignInAnswer) throws(SignInFailure) -> CompletedSignIn {
        guard case .completed(let done) = answer else {
            Issue.record("a dry sign-in")
            throw SignInFailure(.unknownRequest)
        }
        return done
    }
}
