import FoundationEssentials
package import UserPools
import WireFormats

/// Gives everything that is sealed to another master key, in one transaction: a kill leaves all of it with the one or with the other.
///
/// What is derived from the master key changes with it: sign-ins under way begin again. Refresh tokens count by their hash as before, and one that
/// was used before the change is still known as used, by the key that authenticated it (`EarlierTokenKeys`).
package struct Resealing: Sendable {
    private let stores: Stores
    private let environment: Environment

    package init(stores: Stores, environment: Environment) { (self.stores, self.environment) = (stores, environment) }

    /// Refused while a server runs, which would go on with the old key.
    ///
    /// - Returns: how many private keys and client secrets were sealed anew.
    package func reseal(from old: Sealer, to new: Sealer, by actor: Actor) async throws(KeyRingError) -> (keys: Int, secrets: Int) {
        let event = AuditEvent(
            id: environment.uuidText(), poolID: nil, at: environment.now(), actor: actor, action: .keyReseal,
            target: AuditEvent.Target(.installation, "master key"), details: [.init("master_key_id", new.masterKeyID)])
        do {
            return try await stores.installation.reseal(
                for: new.masterKeyID, at: environment.now(), recorded: event,
                unless: { server throws(SealError) in throw .inUse(publicURL: server.publicURL) },
                key: { (key: SigningKey) throws(SealError) in
                    let context = KeyRing.context(key.poolID)
                    return try new.seal(try old.open(key.sealedPrivateKey, context: context).reveal(), context: context)
                },
                samlKey: { (key: SAMLKey) throws(SealError) in
                    let context = SAMLKeyRing.context(key.poolID)
                    return try new.seal(try old.open(key.sealedPrivateKey, context: context).reveal(), context: context)
                },
                subjectKey: { (key: SubjectKey) throws(SealError) in
                    let context = KeyRing.subjectContext(key.poolID)
                    return try new.seal(try old.open(key.sealed, context: context).reveal(), context: context)
                },
                provider: { (provider: inout IdentityProvider) throws(SealError) in
                    guard case .oidc(var connection) = provider.kind else { return }
                    try connection.reseal(of: provider, from: old, to: new)
                    provider.kind = .oidc(connection)
                },
                idToken: { UpstreamIDToken.resealed($0, $1, $2, from: old, to: new) },
                tokenKeys: { (text: String?) throws(SealError) in
                    try EarlierTokenKeys(text, sealedBy: old).adding(RefreshTokens.authenticationKey(of: old)).sealed(by: new)
                })
        } catch {
            switch error {
            case .refused(let error): throw .seal(error)
            case .store(let error): throw .store(error)
            }
        }
    }
}
