import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

/// Takes an OpenID provider's word that sessions are over (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.7). No browser takes part, so no cookie counts.
package struct ProviderLogout: Sendable {
    private let signIn: SignIn
    private let singleLogout: SingleLogout

    package init(signIn: SignIn, singleLogout: SingleLogout) { (self.signIn, self.singleLogout) = (signIn, singleLogout) }

    /// `POST /oauth2/idplogout/NAME`.
    ///
    /// - Parameter address: of whoever sent it, for the limit of refusals.
    package func receive(
        _ parameters: Parameters, provider text: String, pool: UserPool, address: String?
    ) async throws(SignOutFailure) -> LogoutRecord {
        var failure = SignOutFailure(.unknownProvider(issuer: nil), pool: pool.id)
        do {
            guard signIn.answers.start(from: address) else { throw SignInError.tooManyAnswers }
            guard let name = IdentityProvider.Name(text), let provider = try await signIn.directory.provider(name, in: pool.id),
                case .oidc(let connection) = provider.connection, connection.dialect.isOpenID, let keys = connection.endpoints.keys
            else { throw SignOutError.unknownProvider(issuer: nil) }
            failure.provider = name
            guard provider.settings.enabled else { throw SignInError.providerDisabled(name.text) }
            guard let sent = try parameters.single("logout_token") else {
                throw OAuthError(.invalidRequest, "The request has no logout_token.", parameter: "logout_token")
            }
            let token = try await verify(sent, connection, keysURL: keys)
            let record = try await end(token, of: name, connection, pool: pool)
            signIn.answers.accepted(from: address)
            return record
        } catch { throw failure.caused(by: SignOutError(error)) }
    }

    private func verify(_ text: String, _ connection: OIDCConnection, keysURL: String) async throws -> VerifiedLogoutToken {
        // Whose tenant it is only the token says, which nobody believes before its signature; a wrong one leads to another issuer, and is refused.
        let tenant = TokenVerifier.unverifiedClaim("tid", of: text)
        let issuer = try Microsoft.issuer(of: connection, claiming: tenant)
        do throws(TokenError) {
            return try await signIn.verifiers.verifier(issuer: issuer, for: connection, keysURL: keysURL).verify(logoutToken: text)
        } catch { throw RelyingPartyError.idToken(error) }
    }

    private func end(
        _ token: VerifiedLogoutToken, of name: IdentityProvider.Name, _ connection: OIDCConnection, pool: UserPool
    ) async throws -> LogoutRecord {
        let now = signIn.environment.now()
        let until = min(token.expiresAt, now.addingTimeInterval(Self.longest))
        guard token.expiresAt <= until else {
            throw RelyingPartyError.idToken(.claim("exp", problem: "is more than a day away"))
        }
        let logout = UpstreamLogout(
            poolID: pool.id, provider: name, name: token.subject.map { UpstreamName(openID: $0, issuer: token.issuer) },
            // Microsoft's people are known by another claim than `sub`.
            identity: connection.dialect == .microsoft
                ? nil : token.subject.map { FederatedIdentity(provider: name, issuer: token.issuer, subject: $0, format: "") },
            sessionIndexes: [token.sessionID].compactMap(\.self),
            proof: ReplayGuard(
                source: .provider(name), id: "logout:" + SecretHash(of: Array(token.tokenID.utf8)).base64URLText,
                // As long as clocks may differ.
                until: until.addingTimeInterval(60)))
        let reference = try singleLogout.makeReference()
        @Sendable func record(_ end: UpstreamLogoutEnd) -> LogoutRecord {
            LogoutRecord(
                reference: reference, poolID: pool.id, userID: end.users.first, initiator: .provider(name),
                parties: [
                    .init(.countersign, "countersign", .ended, at: now, detail: "sessions: \(end.sessions)"),
                    .init(.provider, name.text, .answered, at: now),
                ], createdAt: now)
        }
        switch try await signIn.stores.logouts.end(logout, recorded: record) {
        case .success(let end): return record(end)
        case .failure(.replayed): throw SignInError.replayed
        case .failure(.unknownProvider): throw SignOutError.unknownProvider(issuer: nil)
        }
    }

    /// Seconds that a token may be good for: so long it is remembered that it came.
    private static let longest: TimeInterval = 86_400
}
