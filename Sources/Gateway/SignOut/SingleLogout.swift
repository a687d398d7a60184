import FoundationEssentials
import OpenIDConnect
package import SAML
package import UserPools
import WireFormats
package import XMLSecurity

/// Single logout with the providers of a pool, SAML (Profiles §4.4) or OpenID (RP-Initiated Logout 1.0): what ends, whom we ask, what is recorded.
///
/// Whatever a provider says or does not say, our own sessions are over first.
package struct SingleLogout: Sendable {
    /// The key by which a pool signs its messages.
    package typealias Signer = @Sendable (UserPool) async throws -> XMLSigner

    let publicURL: String
    let directory: Directory
    let stores: Stores
    let environment: Environment
    let verification: VerificationThreads
    let answers: AnswerRateLimiter
    let verifiesTwice: Bool
    let signer: Signer
    let sealer: Sealer
    /// How long an OpenID provider may take to bring the person back, in seconds; she may be asked there whether she means it.
    let returnLifetime: TimeInterval
    let samlKeys: SAMLKeyRing

    /// - Parameters:
    ///   - signIn: whose threads and limits for messages from outside count for these as well.
    ///   - signer: nil is the pool's own key.
    package init(signIn: SignIn, signer: Signer? = nil) {
        (publicURL, verifiesTwice) = (signIn.settings.publicURL, signIn.settings.verifiesTwice)
        (directory, stores, environment) = (signIn.directory, signIn.stores, signIn.environment)
        (verification, answers) = (signIn.verification, signIn.answers)
        (samlKeys, sealer, returnLifetime) = (signIn.samlKeys, signIn.sealer, signIn.settings.pendingLifetime)
        self.signer = signer ?? { [keys = signIn.samlKeys] pool in try await keys.keys(of: pool).signer }
    }

    /// How long a provider may take to look at a request of ours, in seconds.
    static let requestLifetime: TimeInterval = 300

    func makeReference() throws(StoreError) -> LogoutRecord.Reference { try environment.makeLogoutReference() }

    /// Signing takes a millisecond, reading hostile XML more: neither is for the threads on which everybody waits.
    func onThread<Value: Sendable>(
        for address: String?, _ work: @escaping @Sendable () throws(SAMLError) -> Value
    ) async throws -> Value {
        let result = await verification.run(for: address.flatMap { ClientNetwork($0) }) { () -> Result<Value, SAMLError> in
            do throws(SAMLError) { return .success(try work()) } catch { return .failure(error) }
        }
        guard let result else { throw SignInError.busy }
        return try result.get()
    }

    func serviceProvider(of pool: UserPool) -> ServiceProvider {
        ServiceProvider(
            entityID: PoolAddress(publicURL: publicURL, pool: pool).serviceProviderEntityID, assertionConsumerServices: [],
            verifiesTwice: verifiesTwice)
    }

    /// Where a browser goes after the provider's answer, if the app may still have it there.
    func proven(_ next: LogoutRecord.Next?, pool: UserPool) async throws -> PostLogoutRedirectURI? {
        guard let next, let id = AppClient.ID(next.clientID), let client = try await directory.client(id, in: pool.id), client.enabled else {
            return nil
        }
        return PostLogoutRedirectURI(next.redirectURI, of: client)
    }
}

extension SAMLProvider {
    /// The provider's single logout service: HTTP-Redirect, else HTTP-POST; nil where it has none that a browser can be sent to, or the admin switched
    /// single logout off.
    package var singleLogoutService: Endpoint? {
        guard settings.logout?.isEnabled ?? true else { return nil }
        return metadata.singleLogoutService(.httpRedirect) ?? metadata.singleLogoutService(.httpPOST)
    }
}

extension Environment {
    func makeLogoutReference() throws(StoreError) -> LogoutRecord.Reference {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
        // 256 is a multiple of the alphabet's 32 letters, so that none is favoured.
        let text = String(random(12).map { alphabet[Int($0) % alphabet.count] })
        guard let reference = LogoutRecord.Reference(text) else { throw .corrupt(what: "a new identifier") }
        return reference
    }
}
