import FoundationEssentials
package import OpenIDConnect
package import UserPools
import WireFormats

/// The token endpoint and what belongs to it: who asks, by which grant, and what they get.
///
/// A class, for a request would copy all that is in it more than once.
package final class Tokens: Sendable {
    let publicURL: String
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    let environment: Environment
    private let authenticator: ClientAuthenticator
    private let grants: [any TokenGrant]
    private let issuer: TokenIssuer
    let proofs: ProofsOfPossession
    private let workloads: WorkloadVerifiers
    let refreshTokens: RefreshTokens
    let opaqueTokens: OpaqueTokens
    let requestObjects: RequestObjects
    /// Of public clients.
    let pushes: TokenBuckets<Pusher>
    let pushesOfAll: TokenBuckets<AppClient.ID>
    let publicProofs: TokenBuckets<Pusher>
    let documents: ClientDocuments
    /// Of clients that registered themselves.
    private let uses: ClientUses
    let deviceRequests: TokenBuckets<Pusher>
    let deviceRequestsOfAll: TokenBuckets<AppClient.ID>
    let userCodeKey: UserCodeKey
    let limits: RateLimiter

    /// - Parameter upstream: whom to ask what identity providers say now; nil: nobody.
    package init(
        publicURL: String, directory: Directory, stores: Stores, keyRing: KeyRing, sealer: Sealer, environment: Environment,
        upstream: (any UpstreamAttributes)? = nil,
        certificateAuthorities: CertificateAuthorities? = nil, documents: ClientDocuments? = nil, limits: RateLimiter? = nil
    ) {
        let limits = limits ?? RateLimiter(uptime: environment.uptime)
        self.limits = limits
        self.publicURL = publicURL
        self.directory = directory
        self.stores = stores
        self.keyRing = keyRing
        self.environment = environment
        // The keys of a client are fetched once, whatever it signs by them.
        let verifiers = ClientAssertionVerifiers(environment: environment)
        requestObjects = RequestObjects(verifiers: verifiers)
        authenticator = ClientAuthenticator(
            directory: directory, publicURL: publicURL, singleUse: stores.singleUse,
            assertionVerifiers: verifiers,
            certificates: ClientCertificateProof(authorities: certificateAuthorities))
        workloads = WorkloadVerifiers(environment: environment, singleUse: stores.singleUse)
        pushes = TokenBuckets(
            maximum: Self.maximumPushes, refill: Self.pushesComeBack, maximumKeys: 10_000, uptime: environment.uptime)
        publicProofs = TokenBuckets(
            maximum: Self.maximumProofs, refill: Self.pushesComeBack, maximumKeys: 10_000, uptime: environment.uptime)
        pushesOfAll = TokenBuckets(
            maximum: Self.maximumPushesOfAll, refill: Self.pushesOfAllComeBack, maximumKeys: 10_000, uptime: environment.uptime)
        opaqueTokens = OpaqueTokens(sealer: sealer, installation: stores.installation)
        self.documents = documents ?? ClientDocuments(stores: stores, keyRing: keyRing, environment: environment)
        uses = ClientUses(stores: stores, environment: environment)
        deviceRequests = TokenBuckets(
            maximum: Self.maximumDeviceRequests, refill: Self.deviceRequestsComeBack, maximumKeys: 10_000, uptime: environment.uptime)
        deviceRequestsOfAll = TokenBuckets(
            maximum: Self.maximumDeviceRequestsOfAll, refill: Self.deviceRequestsOfAllComeBack, maximumKeys: 10_000, uptime: environment.uptime)
        userCodeKey = UserCodeKey(sealer: sealer)
        issuer = TokenIssuer(publicURL: publicURL, environment: environment)
        proofs = ProofsOfPossession(nonces: DPoPNonces(sealer: sealer), singleUse: stores.singleUse, environment: environment)
        refreshTokens = RefreshTokens(sealer: sealer, installation: stores.installation, environment: environment)
        grants = [
            AuthorizationCodeGrant(grants: stores.grants, refreshTokens: refreshTokens),
            RefreshTokenGrant(grants: stores.grants, refreshTokens: refreshTokens, upstream: upstream, limits: limits),
            ClientCredentialsGrant(environment: environment),
            DeviceCodeGrant(devices: stores.devices, refreshTokens: refreshTokens),
            WorkloadGrant(credentials: ClientCredentialsGrant(environment: environment)),
        ]
    }

    /// What is limited is limited for all servers of the database together: each gives its share.
    package func shareLimits(among servers: Int) {
        pushes.share(among: servers)
        pushesOfAll.share(among: servers)
        publicProofs.share(among: servers)
        deviceRequests.share(among: servers)
        deviceRequestsOfAll.share(among: servers)
    }

    /// The values of `grant_type` that are understood.
    package var grantTypes: [String] { grants.map { type(of: $0).grantType } + [TokenExchangeGrant.grantType] }

    private func grant(_ type: String) -> (any TokenGrant)? {
        // It reads tokens of every kind, as introspection does.
        type.hasSameBytes(as: TokenExchangeGrant.grantType)
            ? TokenExchangeGrant(tokens: self) : grants.first { Swift.type(of: $0).grantType.hasSameBytes(as: type) }
    }

    /// `POST /oauth2/token` (RFC 6749 §3.2). An error of the database is `temporarily_unavailable`.
    package func respond(
        to request: TokenRequest, credentials: ClientCredentials, pool: UserPool, proof: PresentedProof = .none
    ) async throws(OAuthError) -> TokenResponse {
        guard let grant = grant(request.grantType) else {
            throw OAuthError(
                .unsupportedGrantType, "The grant type is not supported.", parameter: "grant_type",
                expected: grantTypes.joined(separator: " "), seen: request.grantType)
        }
        let now = environment.now()
        var client = try await authenticate(credentials, for: request, in: pool)
        guard client.app.grantTypes.contains(request.grantType), client.app.isConfidential || !grant.requiresConfidentialClient else {
            throw OAuthError(.unauthorizedClient, "The client is not registered for this grant.")
        }
        do throws(RateLimiter.Exceeded) { try limits.requireClient(client.app.id, in: pool) } catch {
            throw .tooMany(
                "The client got so many tokens within a minute that it gets no more now.", expected: error.text, retryAfter: error.retryAfter)
        }
        do {
            // Whatever can fail for a while fails before a code or a token is used up, so that the app may try again.
            let keys = try await keyRing.keys(of: pool)
            let idTokenKey = try keys.signing(by: client.app.metadata.idTokenSignedResponseAlg)
            let subjects = try await keyRing.subjects(at: client.app)
            for key in keys.current.keyID == idTokenKey.keyID ? [idTokenKey] : [keys.current, idTokenKey] { try await key.requireReady() }
            client.key = try await provenKey(proof, of: client)
            client.certificate = try boundCertificate(credentials.certificate, of: client)
            let granted = await current(try await grant.authorize(request, client: client, at: now))
            let response = try await issuer.issue(
                granted, to: client, as: subjects, with: keys.current, idTokensBy: idTokenKey, opaque: opaqueTokens, at: now)
            limits.countClient(client.app.id, in: pool)
            await uses.note(client.app, in: pool, at: now)
            return response
        } catch { throw OAuthError(refusing: error) }
    }

    /// What the provider's table of now makes of how the person signed in. Where it cannot be read nothing is said of that: what was granted is used up.
    private func current(_ granted: GrantedTokens) async -> GrantedTokens {
        guard let context = granted.grant.authenticationContext, let name = granted.grant.source?.provider else { return granted }
        var current = granted
        let provider = (try? await directory.provider(name, in: granted.grant.poolID)) ?? nil
        current.grant.authenticationContext = context.current(by: provider?.settings.contextMapping)
        return current
    }

    /// Who asks by `request`: of a workload its platform's word says it.
    private func authenticate(
        _ credentials: ClientCredentials, for request: TokenRequest, in pool: UserPool
    ) async throws(OAuthError) -> AuthenticatedClient {
        guard request.grantType.hasSameBytes(as: WorkloadGrant.grantType) else { return try await authenticate(credentials, in: pool) }
        let assertion = try request.parameters.required("assertion", limit: 16 << 10)
        guard let id = AppClient.ID(credentials.clientID) else { throw ClientCredentials.refused() }
        do {
            let audience = PoolAddress(publicURL: publicURL, pool: pool).issuer
            let workload = try await workloads.prove(assertion, actingAs: id, in: pool, audience: audience)
            return try await authenticator.authenticate(credentials, as: workload, in: pool, at: environment.now())
        } catch { throw OAuthError(refusing: error) }
    }

    func authenticate(_ credentials: ClientCredentials, in pool: UserPool) async throws(OAuthError) -> AuthenticatedClient {
        do { return try await authenticator.authenticate(credentials, in: pool, at: environment.now()) } catch { throw OAuthError(refusing: error) }
    }
}

extension OAuthError {
    /// What the app is told of any error. What is not its fault it may try again, and the log has the cause.
    init(refusing error: any Error) {
        if let error = error as? OAuthError {
            self = error
            return
        }
        let cause = (error as? any Diagnosable).map { "\($0.code): \($0.message)" } ?? "\(type(of: error))"
        self.init(.temporarilyUnavailable, "The request could not be answered now; try again.", seen: cause)
    }

    /// Why a code or a refresh token gave nothing (RFC 6749 §5.2).
    init(refusing error: GrantError) {
        switch error {
        case .unknown: self.init(.invalidGrant, "The code or refresh token is unknown or expired.")
        case .reused: self.init(.invalidGrant, "The code or refresh token was used before; everything that came of it has ended.")
        case .refused(.expired): self.init(.invalidGrant, "The code or refresh token has expired.")
        case .refused(.otherClient): self.init(.invalidGrant, "The code or refresh token was given to another client.")
        case .refused(.otherRedirectURI):
            self.init(.invalidGrant, "The redirect_uri is not the one of the authorization request, or is registered no more.")
        case .refused(.wrongVerifier): self.init(.invalidGrant, "The code_verifier does not fit the code_challenge of the authorization request.")
        case .refused(.widerScope): self.init(.invalidScope, "The scope asks for more than was granted.")
        case .refused(.otherResource): self.init(.invalidTarget, "The resource is not the one that was granted.", parameter: "resource")
        case .refused(.otherSource): self.init(.invalidGrant, "The client may not use the identity provider of this sign-in any more.")
        case .refused(.disabledSource): self.init(.invalidGrant, "The identity provider of this sign-in is disabled.")
        case .refused(.staleAttributes):
            self.init(.invalidGrant, "What the identity provider said of the user is older than this client allows; begin a sign-in.")
        case .refused(.notAdmitted): self.init(.invalidGrant, "The user is in none of the groups that the client is for.")
        case .refused(.otherKey):
            self.init(.invalidGrant, "The code or refresh token is bound to a key, and the request has no DPoP proof by that key.")
        case .refused(.held(let seconds)):
            self = .tooMany("So much was given for this user within a minute that no more is now.", retryAfter: seconds)
        case .refused(.disabled): self.init(.invalidGrant, "The user is disabled or deleted.")
        case .store(let error): self.init(refusing: error as any Error)
        }
    }
}
