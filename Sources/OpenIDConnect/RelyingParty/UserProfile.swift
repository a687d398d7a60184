package import FoundationEssentials
package import TokenVerifier

/// Who the user of an access token is, by the provider's own profile address (OAuth 2.0 without OpenID Connect).
///
/// The token came straight from the token endpoint for a code of this browser's sign-in, so the profile is the user's. Only this file makes one.
package struct UserProfile: Sendable {
    /// The user's name at the provider, unique and stable there; a number is written in digits.
    package let subject: String
    package let claims: JSONObject

    fileprivate init(_ claims: JSONObject, subjectClaim: String) throws(RelyingPartyError) {
        switch claims[subjectClaim] {
        case .string(let text) where (1...255).contains(text.utf8.count): subject = text
        case .integer(let number) where number > 0: subject = String(number)
        default: throw .answer(.profile, problem: "it does not name the user")
        }
        self.claims = claims
    }
}

extension RelyingParty {
    /// Asks who the user is.
    /// - Parameter subjectClaim: the member that names the user: `id`.
    package func profile(
        _ exchange: TokenEndpointResponse, at url: String, subjectClaim: String, accept: String = "application/json", transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> UserProfile {
        let response = try await get(url, exchange, accept: accept, for: .profile, transport: transport)
        return try UserProfile(try Self.object(response, of: .profile), subjectClaim: subjectClaim)
    }

    /// Verifies the ID token of an exchange (OpenID Connect Core §3.1.3.7): for this sign-in's nonce and the access token beside it.
    /// - Parameter transaction: nil for the answer to a refresh, which need have no nonce (§12.2).
    /// - Parameter authenticatedAfter: where a new authentication was demanded, when it must have been; 60 seconds of skew are allowed.
    package func verify(
        _ exchange: TokenEndpointResponse, with verifier: TokenVerifier, _ transaction: Transaction?, authenticatedAfter: Date?
    ) async throws(RelyingPartyError) -> VerifiedIDToken {
        guard let text = exchange.idToken else { throw .noIDToken }
        let token: VerifiedIDToken
        do { token = try await verifier.verify(idToken: text, nonce: transaction?.nonce, accessToken: exchange.accessToken.revealText()) } catch {
            throw .idToken(error)
        }
        // OpenID Connect Core §3.1.3.7 demands the nonce that was sent; the verifier has compared it.
        if let demanded = authenticatedAfter {
            guard let seen = token.authenticatedAt, seen >= demanded.addingTimeInterval(-60) else {
                throw .authenticationTime(seen: token.authenticatedAt)
            }
        }
        return token
    }
}
