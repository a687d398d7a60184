package import TokenVerifier
package import WireFormats

/// Claims about the user of an ID token that its provider answered over its own connection, for the same `sub` (OpenID Connect Core §5.3.2).
package struct UserInfo: Sendable {
    package let claims: JSONObject

    fileprivate init(_ claims: JSONObject, subject: String) throws(RelyingPartyError) {
        guard claims["sub"]?.string?.hasSameBytes(as: subject) == true else { throw .otherSubject(.userInfo) }
        self.claims = claims
    }
}

extension RelyingParty {
    /// Asks the userinfo endpoint about `subject`. A signed or encrypted answer is refused: it was not asked for.
    package func userInfo(
        _ exchange: TokenEndpointResponse, subject: String, at url: String, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> UserInfo {
        let response = try await get(url, exchange, for: .userInfo, transport: transport)
        return try UserInfo(try Self.object(response, of: .userInfo), subject: subject)
    }
}
