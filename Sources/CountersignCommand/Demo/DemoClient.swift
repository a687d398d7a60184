import FoundationEssentials
import Gateway
import OpenIDConnect
import TokenVerifier
import WireFormats

/// The app's half of a sign-in: the code flow with PKCE, `state`, `nonce` and the `iss` check (OpenID Connect Core §3.1, RFC 9700 §2.1).
struct DemoClient: Sendable {
    /// A sign-in under way, kept for the browser that began it.
    struct Pending: Sendable {
        let url, state, nonce: String
        let key: ProofKey
    }

    /// Somebody who is signed in. The tokens stay at the app; the browser has a cookie.
    struct SignedIn: Sendable {
        var verified: VerifiedIDToken
        var idToken, accessToken: String
        var refreshToken: String?
    }

    /// Why a sign-in failed, for whoever tries it.
    struct Refused: Error {
        let reason: String
    }

    let metadata: ProviderMetadata
    let clientID, redirectURI, resource: String
    private let verifier: TokenVerifier
    private let environment: Gateway.Environment
    private let network = AsyncHTTPTransport()

    /// Learns the endpoints from the issuer's discovery document.
    init(issuer: String, clientID: String, redirectURI: String, resource: String, environment: Gateway.Environment) async throws {
        let answer = try await network.send(HTTPTransportRequest(url: ProviderMetadata.url(ofIssuer: issuer)))
        metadata = try ProviderMetadata(bytes: answer.body, issuer: issuer)
        verifier = TokenVerifier(issuer: issuer, audience: clientID)
        (self.clientID, self.redirectURI, self.resource, self.environment) = (clientID, redirectURI, resource, environment)
    }

    /// Where to send the browser, and what to remember until it comes back.
    /// - Parameter provider: the one to go to without asking the person.
    func begin(at provider: String? = nil) -> Pending {
        let (state, nonce) = (Base64URL.encode(environment.random(32)), Base64URL.encode(environment.random(32)))
        let key = ProofKey(randomBytes: environment.random(32))
        var fields: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI), ("scope", "openid profile email"), ("state", state),
            ("nonce", nonce), ("code_challenge", key.codeChallenge), ("code_challenge_method", "S256"), ("resource", resource),
        ]
        if let provider { fields.append(("identity_provider", provider)) }
        return Pending(url: FormCoding.append(fields, to: metadata.authorizationEndpoint ?? ""), state: state, nonce: nonce, key: key)
    }

    /// The browser is back. Nothing is believed before `state` and `iss` fit what was remembered.
    func finish(_ pending: Pending, callback: OpenIDConnect.Parameters) async throws -> SignedIn {
        guard let state = try callback.single("state"), state.hasSameBytesInConstantTime(as: pending.state) else {
            throw Refused(reason: "The answer belongs to no sign-in of this browser (state).")
        }
        guard let issuer = try callback.single("iss"), issuer.hasSameBytes(as: metadata.issuer) else {
            throw Refused(reason: "Another issuer answered (iss).")
        }
        if let error = try callback.single("error") {
            throw Refused(reason: "The gateway refused: \(error). \(try callback.single("error_description") ?? "")")
        }
        let tokens = try await tokens([
            ("grant_type", "authorization_code"), ("code", try callback.required("code", limit: 1_000)), ("redirect_uri", redirectURI),
            ("code_verifier", pending.key.codeVerifier),
        ])
        guard let idToken = tokens["id_token"]?.string, let accessToken = tokens["access_token"]?.string else {
            throw Refused(reason: "The token endpoint sent no tokens.")
        }
        let verified = try await verifier.verify(idToken: idToken, nonce: pending.nonce, accessToken: accessToken)
        return SignedIn(verified: verified, idToken: idToken, accessToken: accessToken, refreshToken: tokens["refresh_token"]?.string)
    }

    /// New tokens for somebody who is signed in (OpenID Connect Core §12).
    func refresh(_ old: SignedIn) async throws -> SignedIn {
        let tokens = try await tokens([("grant_type", "refresh_token"), ("refresh_token", old.refreshToken ?? "")])
        guard let idToken = tokens["id_token"]?.string, let accessToken = tokens["access_token"]?.string else {
            throw Refused(reason: "The token endpoint sent no tokens.")
        }
        let verified = try await verifier.verify(idToken: idToken, accessToken: accessToken)
        guard verified.subject.hasSameBytes(as: old.verified.subject) else { throw Refused(reason: "The new ID token is about somebody else.") }
        return SignedIn(
            verified: verified, idToken: idToken, accessToken: accessToken, refreshToken: tokens["refresh_token"]?.string ?? old.refreshToken)
    }

    /// Where the browser ends its session at the gateway as well (RP-Initiated Logout §2).
    func signOutURL(_ signedIn: SignedIn, returningTo address: String) -> String {
        FormCoding.append(
            [("id_token_hint", signedIn.idToken), ("client_id", clientID), ("post_logout_redirect_uri", address)],
            to: metadata.endSessionEndpoint ?? address)
    }

    private func tokens(_ fields: [(name: String, value: String)]) async throws -> JSONObject {
        let answer = try await network.send(
            HTTPTransportRequest(
                method: "POST", url: metadata.tokenEndpoint ?? "", headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: FormCoding.encode(fields + [("client_id", clientID)])))
        let object = try? JSONParser.parseObject(answer.body)
        guard answer.status == 200, let object else {
            let words = [object?["error"]?.string, object?["error_description"]?.string].compactMap(\.self).joined(separator: ": ")
            throw Refused(reason: "The token endpoint answered \(answer.status). \(words)")
        }
        return object
    }
}
