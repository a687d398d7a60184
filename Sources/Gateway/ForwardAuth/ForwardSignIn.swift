import Crypto
package import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
import UserPools
package import WireFormats

extension ForwardAuth {
    /// Where the browser goes, and what its host keeps for it.
    package struct Departure: Sendable {
        package let location: String
        package let secret: SecretBytes
    }

    package struct Arrival: Sendable {
        package let location: String
        package let cookie: String
        package let endsAt: Date
    }

    /// How long a browser may take, in seconds.
    package static let longestSignIn = ForwardState.lifetime

    /// Sends the browser to the sign-in as any app does: by an authorization request with PKCE (RFC 7636). The verifier is made of a cookie of the host and
    /// of a nonce in the state, so that a code serves in the browser that asked for it, and every tab has its own.
    /// - Parameters:
    ///   - path: where it was going.
    ///   - secret: the cookie that the host has already.
    package func begin(_ subject: Subject, address: PoolAddress, path: String?, secret: SecretBytes?) throws(ForwardAuthError) -> Departure {
        let secret = secret ?? SecretBytes(environment.random(32).base64URLText)
        let nonce = environment.random(16).base64URLText
        let state = ForwardState(path: Self.path(path), nonce: nonce, begun: Int(environment.now().timeIntervalSince1970))
        let sealed: String
        do { sealed = try state.sealed(for: subject, sealer: sealer) } catch { throw ForwardAuthError(error) }
        let location = FormCoding.append(
            [
                ("response_type", "code"), ("client_id", subject.client.id.text), ("redirect_uri", subject.host.callback), ("scope", "openid"),
                ("state", sealed), ("code_challenge", proofKey(secret, nonce).codeChallenge), ("code_challenge_method", "S256"),
            ], to: address.base + "/oauth2/authorize")
        return Departure(location: location, secret: secret)
    }

    /// Takes the browser back from the sign-in, with its code, to where it was going.
    package func complete(
        _ subject: Subject, _ parameters: Parameters, secret: SecretBytes?
    ) async throws(ForwardAuthError) -> Arrival {
        do {
            let now = environment.now()
            guard let text = try parameters.single("state", limit: 8192), let state = ForwardState(text, of: subject, sealer: sealer), let secret,
                abs(now.timeIntervalSince1970 - Double(state.begun)) <= Double(ForwardState.lifetime)
            else { throw ForwardAuthError.state }
            let issuer = issuer(of: subject.pool)
            // RFC 9207 §2.4.
            if let named = try parameters.single("iss"), !named.hasSameBytes(as: issuer) { throw ForwardAuthError.state }
            if let error = try parameters.single("error") { throw error == "access_denied" ? ForwardAuthError.denied : .signIn(error) }
            let token = try await redeem(try parameters.required("code", limit: 1024), subject, proofKey(secret, state.nonce))
            let verifier = try await keyRing.keys(of: subject.pool).verifier(
                issuer: issuer, audience: subject.client.id.text, clock: environment.now)
            let verified = try await verifier.verify(idToken: token)
            guard let id = try await session(of: verified, subject), let session = try await stores.sessions.find(id, in: subject.pool.id, at: now)
            else { throw ForwardAuthError.state }
            return Arrival(
                location: subject.host.origin + state.path, cookie: try ForwardTicket(session: session).sealed(for: subject, sealer: sealer),
                endsAt: session.expiresAt)
        } catch { throw ForwardAuthError(error) }
    }

    /// By its `sid`, or where that is a name of the client's sector by the sign-in that it came of.
    private func session(of token: VerifiedIDToken, _ subject: Subject) async throws -> Session.ID? {
        guard subject.client.sector != nil else { return token.sessionID.flatMap(Session.ID.init) }
        guard let family = token.claims.string("origin_jti").flatMap(TokenFamily.ID.init), let id = token.claims.string("jti") else { return nil }
        return try await stores.grants.standing(of: family, token: AccessTokenName(poolID: subject.pool.id, id: id))?.grant.sessionID
    }

    /// The ID token of a code, at our own token endpoint, as a public client.
    private func redeem(_ code: String, _ subject: Subject, _ proofKey: ProofKey) async throws(ForwardAuthError) -> String {
        let form = Parameters([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", subject.host.callback), ("client_id", subject.client.id.text),
            ("code_verifier", proofKey.codeVerifier),
        ])
        do throws(OAuthError) {
            let credentials = try ClientCredentials(authorization: nil, form: form)
            let answer = try await tokens.respond(to: try TokenRequest(form), credentials: credentials, pool: subject.pool)
            guard let token = answer.idToken else { throw OAuthError(.invalidScope, "There is no ID token.") }
            return token
        } catch {
            // A code of another browser, or one that was used: the same as a state that does not fit.
            throw error.error == .invalidGrant ? .state : .signIn(error.error.rawValue)
        }
    }

    private func proofKey(_ secret: SecretBytes, _ nonce: String) -> ProofKey {
        let code = HMAC<SHA256>.authenticationCode(for: Array(nonce.utf8), using: SymmetricKey(data: secret.reveal()))
        return ProofKey(randomBytes: Array(code))
    }

    /// What stands behind the host: it is put there, so that nothing in it leads to another. What is none, or leads back here, is the host's first page.
    package static func path(_ path: String?) -> String {
        guard let path, path.utf8.count <= 2048, path.utf8.first == UInt8(ascii: "/"),
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }), !path.utf8.starts(with: ForwardedHost.ownPath.utf8)
        else { return "/" }
        return path
    }
}
