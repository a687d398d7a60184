import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools

extension Tokens {
    /// OIDC Core §5.3: the claims of the user whom the access token names, as the token's scopes allow.
    ///
    /// - Returns: them, in which form, and the client to which the token was given.
    /// - Parameters:
    ///   - presented: nil where the request had none.
    ///   - form: as the request wants it; a client that is registered for signed answers gets no others.
    ///   - proof: of the key to which the token is bound, if it is.
    ///   - certificate: with which the request came.
    package func userInfo(
        _ presented: BearerToken?, as form: AnswerForm = .json, pool: UserPool, proof: PresentedProof = .none,
        certificate: PresentedCertificate? = nil
    ) async throws(OAuthError) -> (response: [UInt8], form: AnswerForm, clientID: String?) {
        guard let presented else {
            throw OAuthError(.invalidToken, "An access token is needed, in the Authorization header or in a form.")
        }
        let token = presented.secret.revealText()
        let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
        do {
            let (keys, token) = (try await keyRing.keys(of: pool), try await opaqueTokens.open(token))
            // A token for a resource is that service's to accept: whoever got it there must not read the user's claims with it (RFC 9068 §4).
            let verified = try await keys.verifier(issuer: issuer, audience: issuer, clock: environment.now).verify(accessToken: token)
            try await requireKey(of: verified, presented, proof, certificate, in: pool)
            guard verified.scopes.contains("openid") else {
                throw OAuthError(.insufficientScope, "The access token does not have the scope openid.")
            }
            guard let family = verified.claims.string("origin_jti").flatMap(TokenFamily.ID.init), let name = verified.name(in: pool),
                let client = try await client(of: verified, in: pool)
            else {
                throw OAuthError(.invalidToken, "The access token is of no sign-in.")
            }
            let subjects = try await keyRing.subjects(at: client)
            guard let id = try await user(verified.subject, family, token: name, as: subjects) else {
                throw OAuthError(.invalidToken, "The access token names nobody, or the client calls its people by other names now.")
            }
            let now = environment.now()
            let found = try await stores.grants.find(family, of: id, token: name, at: now)
            guard found.isAlive else { throw OAuthError(.invalidToken, "The sign-in of the access token has ended, or the token was revoked.") }
            guard let user = found.user, user.enabled else {
                throw OAuthError(.invalidToken, "The user of the access token is disabled or deleted.")
            }
            let names = GrantedClaims.allowed(found.claims?.userInfo ?? [], by: client.policy(in: pool))
            let claims = UserClaims.userInfo(of: user, as: subjects, scopes: Array(verified.scopes), and: names)
            let answer = UserInfoResponse(subject: verified.subject, claims: claims)
            let algorithm = client.metadata.userInfoSignedResponseAlg
            if algorithm == nil, case .json = form { return (answer.encoded(), .json, verified.clientID) }
            guard let clientID = verified.clientID else { throw OAuthError(.invalidToken, "The access token is of no client.") }
            let signed = try await answer.signed(issuer: issuer, audience: clientID, by: try keys.signing(by: algorithm))
            return (Array(signed.utf8), .jwt, clientID)
        } catch let error as OAuthError { throw error } catch let error as TokenError {
            throw OAuthError(.invalidToken, "The access token is not valid here.", seen: error.code)
        } catch { throw OAuthError(refusing: error) }
    }

    private func client(of token: VerifiedAccessToken, in pool: UserPool) async throws -> AppClient? {
        guard let id = token.clientID.flatMap(AppClient.ID.init) else { return nil }
        return try await directory.client(id, in: pool.id)
    }

    /// Whom a token's `sub` means. A name of a sector leads back to nobody: the person of the sign-in must be called so.
    private func user(
        _ subject: String, _ family: TokenFamily.ID, token: AccessTokenName, as subjects: Subjects
    ) async throws -> User.ID? {
        guard subjects.isPairwise else { return User.ID(subject) }
        guard let grant = try await stores.grants.standing(of: family, token: token)?.grant, grant.poolID == token.poolID, let id = grant.userID,
            subjects.means(subject, id)
        else { return nil }
        return id
    }
}
