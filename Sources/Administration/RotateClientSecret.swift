package import FoundationEssentials
import Gateway
package import UserPools
package import WireFormats

/// Gives a confidential client another secret, which is in the answer and nowhere else. The one it had stays good for a while, so that the app
/// can be given the new one before the old one ends.
package struct RotateClientSecret: AdminAct {
    let client: String
    let pool: String
    let oldValidFor: Int
    let mayEndOthers: Bool
    let replaced: ClientSecret?
    let given: SecretBytes?

    /// - Parameters:
    ///   - oldValidFor: seconds, at most 90 days.
    ///   - mayEndOthers: whether a secret that is good beside the newest one may end now. Two are good at once, and no more.
    ///   - replaced: the newest one, which ends now in place of the one before it: that one stays good.
    ///   - given: the new one; nil: one that is made up.
    package init(
        of client: String, pool: String, oldValidFor: Int, mayEndOthers: Bool = false, replacing replaced: ClientSecret? = nil,
        given: SecretBytes? = nil
    ) {
        (self.client, self.pool, self.oldValidFor, self.mayEndOthers) = (client, pool, oldValidFor, mayEndOthers)
        (self.replaced, self.given) = (replaced, given)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> (client: Changed<AppClient>, secret: SecretBytes) {
        let client = try await desk.client(client, pool: pool)
        guard (0...(90 * 24 * 3600)).contains(oldValidFor) else {
            throw .invalid(.oldValidFor, "\(oldValidFor) s", "is not between 0 and 90 days", example: .give(.oldValidFor, "24h"))
        }
        let (secret, now) = (given ?? desk.makeSecret(), desk.environment.now())
        let changed = try await desk.changeClient(client, .clientRotateSecret, [.init("old_valid_for", "\(oldValidFor) s")]) {
            (client) throws(AdministrationError) in
            guard let replaced else { return try client.take(secret, oldValidFor: oldValidFor, mayEndOthers: mayEndOthers, at: now) }
            try client.take(secret, insteadOf: replaced, olderValidFor: oldValidFor, at: now)
        }
        return (changed, secret)
    }
}

extension AppClient {
    /// Another secret, if it may have one more.
    mutating func take(
        _ secret: SecretBytes, oldValidFor: Int, mayEndOthers: Bool = false, at now: Date
    ) throws(AdministrationError) {
        try requireSecrets(secret)
        let hash = SecretHash(of: secret.reveal())
        // Back to the one before is no third one.
        if !mayEndOthers { try requireRoom(beside: liveSecrets(at: now).filter { !$0.hash.matches(hash) }, at: now) }
        rotateSecret(to: hash, oldValidFor: TimeInterval(oldValidFor), at: now)
    }

    /// Another secret in place of the newest, where there is one before it.
    fileprivate mutating func take(
        _ secret: SecretBytes, insteadOf newest: ClientSecret, olderValidFor seconds: Int, at now: Date
    ) throws(AdministrationError) {
        try requireSecrets(secret)
        guard newestSecret(at: now)?.hash == newest.hash else { throw .changedMeanwhile("client '\(name)'") }
        guard liveSecrets(at: now).count > 1 else {
            throw .invalid(
                .name, id.text, "has no other secret that is good",
                example: .words("make another one beside it: the one that it has stays good for a while"))
        }
        replaceNewestSecret(with: SecretHash(of: secret.reveal()), olderValidFor: TimeInterval(seconds), at: now)
    }

    /// Throws where another secret would end one that is good.
    package func requireRoomForSecret(at now: Date) throws(AdministrationError) { try requireRoom(beside: liveSecrets(at: now), at: now) }

    private func requireRoom(beside live: [ClientSecret], at now: Date) throws(AdministrationError) {
        guard live.count < ClientSecret.maximumLive else {
            throw .twoSecrets(client: name, until: live.compactMap(\.expiresAt).min() ?? now)
        }
    }

    private func requireSecrets(_ secret: SecretBytes) throws(AdministrationError) {
        try CreateClient.require(secret)
        guard isConfidential else {
            throw .invalid(
                .name, id.text, "is a public client, which has no secret",
                example: .words("make a confidential client for an app that runs on a server"))
        }
        guard authentication != .privateKey, authentication?.isByCertificate != true else {
            throw .invalid(.name, id.text, "proves itself by its key, and has no secret", example: .words("change the keys of the client instead"))
        }
    }
}
