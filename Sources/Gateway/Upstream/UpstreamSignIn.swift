import Crypto
import FoundationEssentials
import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

extension SignIn {
    /// Nonce and PKCE key of a sign-in. They are not stored but made anew from its ID, its browser and a key that only we have: what lies in
    /// the database completes no sign-in.
    func transaction<Request: AwaitedAnswer>(of pending: Request) -> RelyingParty.Transaction {
        func made(_ purpose: String) -> [UInt8] {
            var hash = HMAC<SHA256>(key: SymmetricKey(data: upstreamKey.reveal()))
            hash.update(data: Array((Request.derivation + purpose).utf8) + [0] + Array(pending.requestID.utf8) + [0] + pending.browser.bytes)
            return Array(hash.finalize())
        }
        return RelyingParty.Transaction(
            state: pending.requestID, nonce: made("nonce").base64URLText, proofKey: ProofKey(randomBytes: made("code verifier")),
            redirectURI: pending.responseAddress)
    }

    func relyingParty(_ connection: OIDCConnection, of provider: IdentityProvider) throws -> RelyingParty {
        try connection.relyingParty(of: provider, with: sealer)
    }
}

extension OIDCConnection {
    /// Whom the connection speaks for: one issuer, or that of each tenant that may sign in.
    package var issuers: [String] { tenants.isEmpty ? [issuer] : tenants.map { Microsoft.issuer(ofTenant: $0, in: issuer) } }

    /// What `iss` of an authorization answer may be (RFC 9207 §2.4).
    var answerIssuers: [String]? {
        switch dialect {
        case .standard, .microsoft, .apple, .oauth2: return issuers
        // GitHub's authorization server, also on a server of one's own, is named by the address before `/authorize`.
        case .github: return endpoints.authorization.hasSuffix("/authorize") ? [String(endpoints.authorization.dropLast("/authorize".count))] : nil
        case .facebook, .amazon: return nil
        }
    }
}
