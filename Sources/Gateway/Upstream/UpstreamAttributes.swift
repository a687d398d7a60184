import FoundationEssentials
package import OpenIDConnect
package import UserPools
import WireFormats

/// What a user's identity provider says now, some time after the sign-in.
package protocol UpstreamAttributes: Sendable {
    /// The user of a grant as of now. Asks the provider where it is to be asked, at most once a minute and session; while it is away the user is as
    /// they were.
    /// - Throws: `invalid_grant` where the provider ended the sign-in, or says what would have been refused at a sign-in.
    func current(_ user: User, of grant: Grant) async throws(OAuthError) -> User
}

extension SignIn: UpstreamAttributes {
    /// How long after a request the next one may follow, for each session.
    static let betweenUpstreamRequests: TimeInterval = 60
    /// Who does not refresh for so long signs in again.
    private static let upstreamTokenLifetime: TimeInterval = 90 * 24 * 3600

    package func current(_ user: User, of grant: Grant) async throws(OAuthError) -> User {
        guard case .user(_, let session, .provider(let name)) = grant.subject else { return user }
        do {
            guard let provider = try await directory.provider(name, in: grant.poolID), case .oidc(let connection) = provider.connection,
                connection.refreshesUpstream == true
            else { return user }
            let now = environment.now()
            let next = now.addingTimeInterval(Self.betweenUpstreamRequests)
            let taken = try await stores.upstreamTokens.take(session, of: name, in: grant.poolID, at: now, next: next)
            guard let taken else { return user }
            return try await asked(taken, of: user, session: session, connection, provider: provider.settings, at: now)
        } catch { throw OAuthError(refusing: error as any Error) }
    }

    private func asked(
        _ taken: [UInt8], of user: User, session: Session.ID, _ connection: OIDCConnection, provider: IdentityProvider, at now: Date
    ) async throws -> User {
        let mapped: MappedIdentity, sealed: [UInt8]
        do {
            let relyingParty = try relyingParty(connection, of: provider)
            let token = try sealer.open(taken, context: Self.context(of: provider))
            let exchange = try await relyingParty.refresh(token, assertionID: environment.uuidText(), at: now, transport: environment.transport)
            sealed = try seal(exchange.refreshToken ?? token, of: provider, at: now).sealed
            // Kept whatever follows: by the one before it nobody is asked again.
            if exchange.refreshToken != nil { try await stores.upstreamTokens.replace(sealed, of: session, in: provider.poolID) }
            mapped = try await self.mapped(exchange, relyingParty, connection, provider: provider, of: user, at: now)
        } catch let error as RelyingPartyError where error.saysNothingOfTheUser {
            return user
        } catch is SealError {
            // It was sealed under a master key that counts no more; the next sign-in brings another.
            return user
        } catch let error as RelyingPartyError {
            throw try await ended(session, of: user, provider, by: error.code, at: now)
        } catch let error as SignInError {
            throw try await ended(session, of: user, provider, by: error.code, at: now)
        }
        let token = UpstreamToken(
            sessionID: session, poolID: provider.poolID, userID: user.id, provider: provider.name, sealed: sealed,
            dueAt: now.addingTimeInterval(Self.betweenUpstreamRequests), expiresAt: now.addingTimeInterval(Self.upstreamTokenLifetime))
        let current = try await stores.upstreamTokens.keep(token, at: now) { mapped.user(from: $0, newID: $0.id, at: now) }
        guard let current else { throw OAuthError(.invalidGrant, "The user is disabled or deleted.") }
        return current
    }

    /// The provider took the sign-in back, or says what no sign-in would be let in with: it is over here, also for whoever asks again, and its apps are told.
    private func ended(
        _ session: Session.ID, of user: User, _ provider: IdentityProvider, by code: String, at now: Date
    ) async throws(StoreError) -> OAuthError {
        let record = LogoutRecord(
            reference: try environment.makeLogoutReference(), poolID: provider.poolID, userID: user.id, initiator: .provider(provider.name),
            parties: [.init(.countersign, "countersign", .ended, at: now)], createdAt: now)
        _ = try await stores.logouts.end([session], recorded: record)
        return OAuthError(.invalidGrant, "The identity provider ended the user's sign-in, or vouches for it no more; begin another.", seen: code)
    }

    /// By the same checks as at a sign-in; and the person is the same (OpenID Connect Core §12.2).
    private func mapped(
        _ exchange: TokenEndpointResponse, _ relyingParty: RelyingParty, _ connection: OIDCConnection, provider: IdentityProvider, of user: User,
        at now: Date
    ) async throws -> MappedIdentity {
        let token = try await verify(exchange, nil, authenticatedAfter: nil, connection, relyingParty)
        let proof = ReplayGuard(source: .provider(provider.name), id: "", until: now)
        let proven = try await identity(token, exchange, connection, relyingParty, provider: provider, proof: proof)
        guard user.identities.contains(proven.identity) else { throw RelyingPartyError.otherSubject(.token) }
        guard let pool = try await directory.pool(provider.poolID) else { throw SignInError.unknownPool }
        return try await map(proven, provider: provider, pool: pool, at: now)
    }

    func seal(
        _ token: SecretBytes, of provider: IdentityProvider, at now: Date
    ) throws -> (sealed: [UInt8], dueAt: Date, expiresAt: Date) {
        (
            try sealer.seal(token.reveal(), context: Self.context(of: provider)), now.addingTimeInterval(Self.betweenUpstreamRequests),
            now.addingTimeInterval(Self.upstreamTokenLifetime)
        )
    }

    private static func context(of provider: IdentityProvider) -> String {
        "refresh token of " + provider.poolID.text + "/" + provider.name.text
    }
}

extension RelyingPartyError {
    /// An outage, or a registration of ours that it refuses: nothing that the user did or lost.
    fileprivate var saysNothingOfTheUser: Bool {
        switch self {
        case .tokenRefused(let error): !["invalid_grant", "interaction_required", "login_required", "consent_required"].contains(error)
        case .answer: true
        default: isOutage
        }
    }
}
