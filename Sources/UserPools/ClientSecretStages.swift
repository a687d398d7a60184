package import FoundationEssentials
import WireFormats

/// Where a client secret, or the private key in its place, stands while it is replaced (docs/decisions/0087).
package enum ClientSecretStage: String, Sendable, Hashable, CaseIterable {
    /// Given by an admin; no sign-in sends it.
    case pending
    /// The one that proves us at the provider.
    case current
    /// The one before, for the way back; no sign-in sends it.
    case previous
}

/// A client secret or private key in one of its stages, sealed.
package struct StagedSecret: Sendable, Hashable, Codable {
    /// In base64url.
    package var sealed: String
    /// The id of the master key with which it is sealed; nil of one that an earlier version sealed.
    package var sealedBy: String?
    /// `kid` of what is signed with it.
    package var keyID: String?
    /// When it came into this stage; nil of one that an earlier version put there.
    package var since: Date?
    /// When the provider was last seen to take it.
    package var testedAt: Date?

    package init(sealed: String, sealedBy: String?, keyID: String?, since: Date?, testedAt: Date? = nil) {
        (self.sealed, self.sealedBy, self.keyID, self.since, self.testedAt) = (sealed, sealedBy, keyID, since, testedAt)
    }
}

extension OIDCConnection {
    package subscript(stage: ClientSecretStage) -> StagedSecret? {
        get {
            switch stage {
            case .pending: pendingSecret
            case .current:
                sealedSecret.map { .init(sealed: $0, sealedBy: sealedBy, keyID: keyID, since: secretSince, testedAt: secretTestedAt) }
            case .previous: previousSecret
            }
        }
        set {
            switch stage {
            case .pending: pendingSecret = newValue
            case .current:
                (sealedSecret, sealedBy) = (newValue?.sealed, newValue?.sealedBy)
                (secretSince, secretTestedAt) = (newValue?.since, newValue?.testedAt)
                if let newValue { keyID = newValue.keyID }
            case .previous: previousSecret = newValue
            }
        }
    }

    /// All that are there.
    package var secrets: [StagedSecret] { ClientSecretStage.allCases.compactMap { self[$0] } }

    /// Whether a private key signs where others send a secret.
    package var usesClientKey: Bool { dialect == .apple || clientAuthentication == .privateKeyJWT }

    /// Uses `secret` from now on, and keeps the one before.
    package mutating func replaceSecret(with secret: StagedSecret, keeping before: StagedSecret?, at now: Date) {
        if let before { previousSecret = before.moved(at: now) }
        self[.current] = secret.moved(at: now)
    }

    /// The pending one is used from now on.
    package mutating func finishSecret(at now: Date) {
        guard let pending = pendingSecret else { return }
        replaceSecret(with: pending, keeping: self[.current], at: now)
        pendingSecret = nil
    }

    /// The previous one is used again. The one that was used waits, and nothing is taken for proven of it any more.
    package mutating func returnSecret(at now: Date) {
        guard let previous = previousSecret else { return }
        pendingSecret = self[.current]?.moved(at: now)
        pendingSecret?.testedAt = nil
        self[.current] = previous.moved(at: now)
        previousSecret = nil
    }

    /// Whether a provider that takes a secret by `other` takes it by this one: the same client, by the same method, at the same address.
    package func proves(as other: OIDCConnection) -> Bool {
        clientAuthentication == other.clientAuthentication && assertionAudience == other.assertionAudience && teamID == other.teamID
            && clientID.hasSameBytes(as: other.clientID) && endpoints.token.hasSameBytes(as: other.endpoints.token)
    }

    /// What waits is never used for something else than it was given for: the secrets of another client, and a key where a secret is sent, go; what was
    /// proven otherwise, or elsewhere, is to be proven again.
    package mutating func dropForeignSecrets(since before: OIDCConnection) {
        if clientAuthentication == .none || usesClientKey != before.usesClientKey || !clientID.hasSameBytes(as: before.clientID) {
            (pendingSecret, previousSecret) = (nil, nil)
        }
        guard !proves(as: before) else { return }
        pendingSecret?.testedAt = nil
        previousSecret?.testedAt = nil
        secretTestedAt = nil
    }
}

extension StagedSecret {
    fileprivate func moved(at now: Date) -> StagedSecret {
        var secret = self
        secret.since = now
        return secret
    }
}

extension IdentityProvider {
    /// All that an OpenID provider's registration has sealed; others have nothing.
    package var sealedSecrets: [StagedSecret] { if case .oidc(let connection) = kind { connection.secrets } else { [] } }
}
