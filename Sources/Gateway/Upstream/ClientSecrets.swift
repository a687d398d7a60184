package import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools
package import WireFormats

// What proves us at an OpenID provider: opened for one use, and sealed in each of its stages.

extension OIDCConnection {
    /// Our registration at the provider, with the secret opened that is in use.
    package func relyingParty(of provider: IdentityProvider, with sealer: Sealer) throws -> RelyingParty {
        RelyingParty(
            issuer: issuer, answerIssuers: answerIssuers,
            assertionAudience: assertionAudience == .tokenEndpoint ? endpoints.token : issuer,
            clientID: clientID, authentication: try authentication(of: provider, with: sealer),
            authorizationEndpoint: endpoints.authorization, tokenEndpoint: endpoints.token,
            sendsIssuer: endpoints.sendsIssuer, isOpenID: dialect.isOpenID)
    }

    private func authentication(of provider: IdentityProvider, with sealer: Sealer) throws -> RelyingParty.Authentication {
        func secret() throws -> [UInt8] {
            guard let opened = try openSecret(of: provider, with: sealer) else { throw RelyingPartyError.clientKey }
            return opened.reveal()
        }
        func key() throws -> ClientKey {
            do { return try ClientKey(pem: String(decoding: secret(), as: UTF8.self), keyID: keyID) } catch is SigningKeyError {
                throw RelyingPartyError.clientKey
            }
        }
        if dialect == .apple, let team = teamID { return .signedSecret(try key(), issuer: team) }
        return switch clientAuthentication {
        case .none: .none
        case .clientSecretBasic: .basic(secret: try secret())
        case .clientSecretPost: .post(secret: try secret())
        case .privateKeyJWT: .privateKey(try key())
        }
    }

    /// The client secret or private key in the clear; nil where there is none.
    package func openSecret(
        _ stage: ClientSecretStage = .current, of provider: IdentityProvider, with sealer: Sealer
    ) throws(SealError) -> SecretBytes? {
        guard let secret = self[stage] else { return nil }
        guard let sealed = Base64URL.decode(secret.sealed) else { throw .notOpened }
        return try sealer.open(sealed, context: Self.context(provider))
    }

    /// Seals a secret for a provider; in which stage it is says the row, so that it goes from one to the next as it is.
    package static func seal(
        _ secret: SecretBytes, keyID: String?, of provider: IdentityProvider, with sealer: Sealer, at now: Date
    ) throws(SealError) -> StagedSecret {
        let sealed = try sealer.seal(secret.reveal(), context: context(provider))
        return StagedSecret(sealed: sealed.base64URLText, sealedBy: sealer.masterKeyID, keyID: keyID, since: now)
    }

    /// Gives every stage to another master key.
    mutating func reseal(of provider: IdentityProvider, from old: Sealer, to new: Sealer) throws(SealError) {
        for stage in ClientSecretStage.allCases {
            guard let secret = try openSecret(stage, of: provider, with: old) else { continue }
            self[stage]?.sealed = try new.seal(secret.reveal(), context: Self.context(provider)).base64URLText
            self[stage]?.sealedBy = new.masterKeyID
        }
    }

    private static func context(_ provider: IdentityProvider) -> String {
        "client secret of " + provider.poolID.text + "/" + provider.name.text
    }
}
