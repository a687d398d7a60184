import Crypto
import FoundationEssentials
import TokenVerifier

/// An app's half of a sign-in: authorization code with PKCE, `state`, `nonce` and the `iss` check (OpenID Connect Core §3.1, RFC 9700 §2.1).
struct OpenIDClient: Sendable {
    let metadata: ProviderMetadata
    let clientID: String
    let redirectURI: String
    /// For which service the access token is to be (RFC 8707).
    let resource: String?
    private let verifier: TokenVerifier
    private let network = AsyncHTTPTransport()

    /// Learns the endpoints from the issuer's discovery document.
    init(issuer: String, clientID: String, redirectURI: String, resource: String? = nil) async throws {
        let answer = try await network.send(HTTPTransportRequest(url: ProviderMetadata.url(ofIssuer: issuer)))
        guard answer.status == 200 else { throw SignInFailure("The issuer has no discovery document: status \(answer.status).") }
        metadata = try ProviderMetadata(bytes: answer.body, issuer: issuer)
        verifier = TokenVerifier(issuer: issuer, audience: clientID)
        (self.clientID, self.redirectURI, self.resource) = (clientID, redirectURI, resource)
    }

    /// Step 1: where to send the browser, and what to remember until it comes back.
    func begin() throws -> PendingSignIn {
        guard let endpoint = metadata.authorizationEndpoint else { throw SignInFailure("The issuer has no authorization endpoint.") }
        let (state, nonce, codeVerifier) = (randomText(), randomText(), randomText())
        var fields = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI), ("scope", "openid profile email"),
            ("state", state), ("nonce", nonce),
            ("code_challenge", base64URL(SHA256.hash(data: Data(codeVerifier.utf8)))), ("code_challenge_method", "S256"),
        ]
        if let resource { fields.append(("resource", resource)) }
        let query = formEncoded(fields)
        return PendingSignIn(url: "\(endpoint)?\(query)", state: state, nonce: nonce, codeVerifier: codeVerifier)
    }

    /// Step 2: the browser is back. Nothing in its query is believed before `state` and `iss` fit what was remembered.
    func finish(_ pending: PendingSignIn, callback query: [String: String]) async throws -> SignedIn {
        guard query["state"] == pending.state else { throw SignInFailure("The answer belongs to no sign-in of this browser (state).") }
        // RFC 9207: an issuer that promises `iss` must send it, and a wrong one is always an attack or a mix-up.
        let promised = metadata.members["authorization_response_iss_parameter_supported"]?.bool == true
        guard query["iss"] == metadata.issuer || (query["iss"] == nil && !promised) else { throw SignInFailure("Another issuer answered (iss).") }
        if let error = query["error"] { throw SignInFailure("The issuer refused: \(error). \(query["error_description"] ?? "")") }
        guard let code = query["code"] else { throw SignInFailure("The answer has no code.") }

        let tokens = try await tokens([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI), ("client_id", clientID),
            ("code_verifier", pending.codeVerifier),
        ])
        guard let idToken = tokens.idToken else { throw SignInFailure("The issuer sent no ID token.") }
        let verified = try await verifier.verify(idToken: idToken, nonce: pending.nonce, accessToken: tokens.accessToken)
        return SignedIn(idToken: idToken, verified: verified, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken)
    }

    /// New tokens for a person who is signed in (OpenID Connect Core §12).
    func refresh(_ old: SignedIn) async throws -> SignedIn {
        guard let refreshToken = old.refreshToken else { throw SignInFailure("The issuer gave no refresh token.") }
        let tokens = try await tokens([("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("client_id", clientID)])
        var new = old
        (new.accessToken, new.refreshToken) = (tokens.accessToken, tokens.refreshToken ?? refreshToken)
        if let idToken = tokens.idToken {
            new.verified = try await verifier.verify(idToken: idToken, accessToken: tokens.accessToken)
            new.idToken = idToken
            guard new.verified.subject == old.verified.subject else { throw SignInFailure("The new ID token is about somebody else.") }
        }
        return new
    }

    /// Where the browser ends the session at the issuer (RP-Initiated Logout §2), where the issuer has such a place.
    func signOutURL(_ signedIn: SignedIn, returningTo address: String) -> String? {
        metadata.endSessionEndpoint.map {
            "\($0)?\(formEncoded([("id_token_hint", signedIn.idToken), ("client_id", clientID), ("post_logout_redirect_uri", address)]))"
        }
    }

    private func tokens(_ form: [(String, String)]) async throws -> TokenAnswer {
        guard let endpoint = metadata.tokenEndpoint else { throw SignInFailure("The issuer has no token endpoint.") }
        let headers = [(name: "Content-Type", value: "application/x-www-form-urlencoded"), (name: "Accept", value: "application/json")]
        let answer = try await network.send(
            HTTPTransportRequest(method: "POST", url: endpoint, headers: headers, body: Array(formEncoded(form).utf8)))
        guard answer.status == 200 else {
            throw SignInFailure("The token endpoint refused: status \(answer.status), \(String(decoding: answer.body.prefix(500), as: UTF8.self))")
        }
        return try JSONDecoder().decode(TokenAnswer.self, from: Data(answer.body))
    }
}

/// A sign-in under way, kept at the app for the browser that began it.
struct PendingSignIn: Sendable {
    let url: String
    let state: String
    let nonce: String
    let codeVerifier: String
}

/// A person who is signed in, and their tokens. The tokens stay at the app; the browser only ever gets a cookie.
struct SignedIn: Sendable {
    var idToken: String
    var verified: VerifiedIDToken
    var accessToken: String
    var refreshToken: String?
}

/// The token endpoint's answer, RFC 6749 §5.1.
private struct TokenAnswer: Decodable {
    let accessToken: String
    let idToken: String?
    let refreshToken: String?

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case idToken = "id_token"
        case refreshToken = "refresh_token"
    }
}

/// Why a sign-in failed, for the person who tries the sample.
struct SignInFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
