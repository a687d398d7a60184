import Crypto
import FoundationEssentials
import OpenIDConnect
import TokenVerifier
package import UserPools
package import WireFormats

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

    /// Our registration at a provider, with its secret opened.
    func relyingParty(_ connection: OIDCConnection, of provider: IdentityProvider) throws -> RelyingParty {
        RelyingParty(
            issuer: connection.issuer, answerIssuers: connection.answerIssuers,
            assertionAudience: connection.assertionAudience == .tokenEndpoint ? connection.endpoints.token : connection.issuer,
            clientID: connection.clientID, authentication: try authentication(connection, of: provider),
            authorizationEndpoint: connection.endpoints.authorization, tokenEndpoint: connection.endpoints.token,
            sendsIssuer: connection.endpoints.sendsIssuer, isOpenID: connection.dialect.isOpenID)
    }

    private func authentication(_ connection: OIDCConnection, of provider: IdentityProvider) throws -> RelyingParty.Authentication {
        func secret() throws -> [UInt8] {
            guard let opened = try connection.openSecret(of: provider, with: sealer) else { throw RelyingPartyError.clientKey }
            return opened.reveal()
        }
        func key() throws -> ClientKey {
            do { return try ClientKey(pem: String(decoding: secret(), as: UTF8.self), keyID: connection.keyID) } catch is SigningKeyError {
                throw RelyingPartyError.clientKey
            }
        }
        if connection.dialect == .apple, let team = connection.teamID { return .signedSecret(try key(), issuer: team) }
        return switch connection.clientAuthentication {
        case .none: .none
        case .clientSecretBasic: .basic(secret: try secret())
        case .clientSecretPost: .post(secret: try secret())
        case .privateKeyJWT: .privateKey(try key())
        }
    }
}

extension OIDCConnection {
    /// Whom the connection speaks for: one issuer, or that of each tenant that may sign in.
    package var issuers: [String] { tenants.isEmpty ? [issuer] : tenants.map { Microsoft.issuer(ofTenant: $0, in: issuer) } }

    /// What `iss` of an authorization answer may be (RFC 9207 §2.4).
    fileprivate var answerIssuers: [String]? {
        switch dialect {
        case .standard, .microsoft, .apple, .oauth2: return issuers
        // GitHub's authorization server, also on a server of one's own, is named by the address before `/authorize`.
        case .github: return endpoints.authorization.hasSuffix("/authorize") ? [String(endpoints.authorization.dropLast("/authorize".count))] : nil
        case .facebook, .amazon: return nil
        }
    }

    private static func context(_ provider: IdentityProvider) -> String {
        "client secret of " + provider.poolID.text + "/" + provider.name.text
    }

    /// The client secret or private key in the clear; nil where there is none.
    package func openSecret(of provider: IdentityProvider, with sealer: Sealer) throws(SealError) -> SecretBytes? {
        guard let sealedSecret else { return nil }
        guard let sealed = Base64URL.decode(sealedSecret) else { throw .notOpened }
        return try sealer.open(sealed, context: Self.context(provider))
    }

    package mutating func seal(_ secret: SecretBytes, of provider: IdentityProvider, with sealer: Sealer) throws(SealError) {
        sealedSecret = try sealer.seal(secret.reveal(), context: Self.context(provider)).base64URLText
        sealedBy = sealer.masterKeyID
    }
}
