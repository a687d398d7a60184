package import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

/// A way to get tokens (RFC 6749 §1.3), one file each. Who the client is was proven before, what it may have is applied after, and the tokens
/// are written elsewhere: a grant can forget none of it.
package protocol TokenGrant: Sendable {
    /// The value of `grant_type`.
    static var grantType: String { get }
    var requiresConfidentialClient: Bool { get }

    /// What `request` gives. Whatever is for one use is used up by it.
    func authorize(_ request: TokenRequest, client: AuthenticatedClient, at now: Date) async throws(OAuthError) -> GrantedTokens
}

/// What a grant gives: whose it is, and what the tokens may say.
package struct GrantedTokens: Sendable {
    var grant: Grant
    /// nil where the grant is the client's own.
    let user: User?
    /// What was granted, of which the client still gets what it may have now.
    let scopes: Scope
    /// For the ID token of a code (OIDC Core §3.1.3.6).
    var nonce: String?
    var refreshToken: SecretBytes?
    /// Of what was exchanged for another token.
    var exchange: Exchange?

    /// RFC 8693: what came of another token ends with it, names who acts, and is an access token alone.
    struct Exchange: Sendable {
        /// `act`; nil where the client may pass for the person.
        let actor: JSONObject?
        let endsAt: Date
    }
}
