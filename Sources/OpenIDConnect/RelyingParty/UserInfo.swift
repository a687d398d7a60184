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
    /// Asks the userinfo endpoint about `subject`. A provider at which we are registered for it answers with a signed JWT, which is verified; an
    /// encrypted answer is refused.
    package func userInfo(
        _ exchange: TokenEndpointResponse, subject: String, at url: String, verifier: TokenVerifier, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> UserInfo {
        let response = try await get(url, exchange, for: .userInfo, transport: transport)
        let type = ProtocolText(response.header("content-type") ?? "").prefix { $0 != UInt8(ascii: ";") }.trimmed
        guard type.matchesIgnoringCase("application/jwt") else {
            return try UserInfo(try Self.object(response, of: .userInfo), subject: subject)
        }
        let signed: VerifiedUserInfo
        do throws(TokenError) {
            signed = try await verifier.verify(userInfo: String(decoding: response.body, as: UTF8.self))
        } catch .keysUnavailable(let reason) {
            throw .idToken(.keysUnavailable(reason))
        } catch {
            throw .answer(.userInfo, problem: "it is signed, and refused as \(error.code)")
        }
        return try UserInfo(signed.claims.members, subject: subject)
    }
}
