import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

/// `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4): a device asks whether somebody let it in. What it gets is what the sign-in
/// in the browser was granted, used up and begun in one transaction.
struct DeviceCodeGrant: TokenGrant {
    static let grantType = AppClient.deviceGrantType
    let requiresConfidentialClient = false
    let devices: any DeviceStore
    let refreshTokens: RefreshTokens

    func authorize(_ request: TokenRequest, client: AuthenticatedClient, at now: Date) async throws(OAuthError) -> GrantedTokens {
        let (app, policy, key) = (client.app, client.policy, client.boundKey)
        let presented = try request.secret("device_code")
        let secret = app.grantTypes.contains(RefreshTokenGrant.grantType) ? refreshTokens.makeSecret() : nil
        let entered: (grant: Grant, user: User)
        do {
            entered = try await devices.poll(SecretHash(of: presented.reveal()), of: app.id, in: client.pool.id, at: now) {
                grant, grantedAt, holder throws(GrantRefusal) in
                guard grant.clientID == app.id, grant.poolID == client.pool.id else { throw .otherClient }
                guard !app.hadOtherSubjects(at: grantedAt) else { throw .expired }
                guard policy.allows(resource: grant.resource) else { throw .otherResource }
                try holder.requireSource(of: grant, for: app)
                try holder.requireAdmission(to: app, at: now)
                var grant = grant
                // RFC 9449 §5: as for a code.
                grant.boundKey = app.isConfidential ? nil : key
                return secret.map { secret in
                    RefreshToken(
                        hash: SecretHash(of: refreshTokens.first(of: grant.family, secret: secret).reveal()), grant: grant, issuedAt: now,
                        expiresAt: now.addingTimeInterval(TimeInterval(app.lifetimes.refreshToken)))
                }
            }
        } catch { throw OAuthError(refusing: error) }
        return GrantedTokens(
            grant: entered.grant, user: entered.user, scopes: Scope(names: entered.grant.scopes),
            refreshToken: secret.map { refreshTokens.first(of: entered.grant.family, secret: $0) })
    }
}

extension OAuthError {
    /// RFC 8628 §3.5. Who may not be let in any more was denied, whoever says so.
    init(refusing error: DevicePollError) {
        switch error {
        case .pending: self.init(.authorizationPending, "Nobody has answered on the page yet.")
        case .tooSoon: self.init(.slowDown, "The device asks too often: five seconds more from now on.")
        // RFC 6749 §5.2: here, and not at a page.
        case .denied: self = OAuthError(.accessDenied, "The device was not let in, or the sign-in that let it in has ended.").answered(with: 400)
        case .expired: self.init(.expiredToken, "The device code has expired.")
        case .unknown: self.init(.invalidGrant, "The device code is unknown or used, or was given to another client.")
        case .refused(.otherResource): self.init(.invalidTarget, "The client may not ask for this resource any more.", parameter: "resource")
        case .refused(let refusal):
            self = OAuthError(.accessDenied, OAuthError(refusing: GrantError.refused(refusal)).description).answered(with: 400)
        case .store(let error): self.init(refusing: error as any Error)
        }
    }
}
