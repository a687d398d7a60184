import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

/// What is peculiar to Google: `hd` in the request only says which accounts are offered, and the person may change it. The ID token's claim of
/// the same name says to which organisation's domain the account belongs; accounts of nobody's organisation have none.
enum Google {
    private static let issuer = "https://accounts.google.com"

    /// By its issuer, so that a registration without the preset is held to the same rules (THREATS case 148).
    static func isIssuer(of connection: OIDCConnection) -> Bool { connection.issuer.hasSameBytes(as: issuer) }

    /// What `prompt` may say; another word gets the person an error page.
    static let knownPrompts = ["consent", "select_account"]

    /// Where `--parameter hd=DOMAIN` asks for accounts of an organisation, the account must be one; `*` is any organisation.
    static func requireOrganisation(_ token: VerifiedIDToken, of connection: OIDCConnection) throws(RelyingPartyError) {
        guard isIssuer(of: connection) else { return }
        let wanted = connection.extraParameters.filter { $0.name == "hd" }.map(\.value)
        guard !wanted.isEmpty else { return }
        let seen = token.claims.string("hd")
        guard let seen, wanted.contains("*") || wanted.contains(seen) else { throw .tenant(seen: seen) }
    }
}
