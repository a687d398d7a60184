package import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

/// A client that proved who it is, or a public one that named itself. Only the authenticator in this file makes one.
package struct AuthenticatedClient: Sendable {
    let app: AppClient
    let pool: UserPool
    /// The key that it proved to have with this request (RFC 9449); nil where it proved none.
    var key: VerifiedDPoPProof?
    /// The certificate by which it proved who it is, or to which its tokens are bound (RFC 8705).
    var certificate: ClientCertificate?
    /// To what its grants are bound: the thumbprint of the one or the other.
    var boundKey: String? { key?.key.text ?? (bindsToCertificate ? certificate.map { "x5t#S256 " + $0.thumbprint } : nil) }
    /// Whether its platform proved who it is, for this request.
    let isOfWorkload: Bool

    fileprivate init(app: AppClient, pool: UserPool, isOfWorkload: Bool = false) {
        (self.app, self.pool, self.isOfWorkload) = (app, pool, isOfWorkload)
    }

    /// What it may ask for.
    var policy: ClientPolicy { app.policy(in: pool) }
}

/// Finds out which client calls the token endpoint (RFC 6749 §2.3, §3.2.1).
package struct ClientAuthenticator: Sendable {
    let directory: Directory
    let publicURL: String
    let singleUse: any SingleUseStore
    let assertionVerifiers: ClientAssertionVerifiers
    let certificates: ClientCertificateProof

    /// Every refusal is the same `invalid_client`, and an unknown client costs the same comparison as a wrong secret.
    package func authenticate(_ credentials: ClientCredentials, in pool: UserPool, at now: Date) async throws -> AuthenticatedClient {
        guard let id = AppClient.ID(credentials.clientID) else { throw ClientCredentials.refused() }
        let client = try await directory.client(id, in: pool.id)
        if let assertion = credentials.assertion {
            guard let client, client.enabled, client.isTaken(by: pool), client.authentication == .privateKey else {
                throw ClientCredentials.refused()
            }
            try await prove(client, by: assertion, in: pool)
            return AuthenticatedClient(app: client, pool: pool)
        }
        if let client, client.enabled, client.authentication?.isByCertificate == true {
            guard credentials.secret == nil else { throw ClientCredentials.refused() }
            var proven = AuthenticatedClient(app: client, pool: pool)
            proven.certificate = try certificates.prove(client, by: credentials.certificate, at: now)
            return proven
        }
        var live = (client?.liveSecrets(at: now) ?? []).prefix(ClientSecret.maximumLive).map(\.hash)
        while live.count < ClientSecret.maximumLive { live.append(Self.nobody) }
        let presented = credentials.secret ?? SecretBytes("")
        let matches = presented.matches(anyOf: live.map(\.bytes))
        guard let client, client.enabled, client.isTaken(by: pool) else { throw ClientCredentials.refused() }
        guard client.isConfidential else {
            guard credentials.secret == nil else { throw ClientCredentials.refused() }
            return AuthenticatedClient(app: client, pool: pool)
        }
        guard credentials.secret != nil, matches else { throw ClientCredentials.refused() }
        // THREATS P5: by the one way for which it is registered; a client of earlier versions may come either way.
        if let registered = client.authentication, registered.rawValue != credentials.method.rawValue {
            throw ClientCredentials.refused(expected: registered.rawValue, seen: credentials.method.rawValue)
        }
        return AuthenticatedClient(app: client, pool: pool)
    }

    /// The client that a workload acts as. Its platform's word is proof enough (RFC 7523 §2.1); whoever brings a proof of the client beside it must
    /// have a good one.
    func authenticate(
        _ credentials: ClientCredentials, as workload: ProvenWorkload, in pool: UserPool, at now: Date
    ) async throws -> AuthenticatedClient {
        guard credentials.clientID.hasSameBytes(as: workload.clientID.text) else { throw ClientCredentials.refused() }
        if credentials.secret != nil || credentials.assertion != nil {
            let client = try await authenticate(credentials, in: pool, at: now)
            return AuthenticatedClient(app: client.app, pool: pool, isOfWorkload: true)
        }
        guard let client = try await directory.client(workload.clientID, in: pool.id), client.enabled else { throw ClientCredentials.refused() }
        return AuthenticatedClient(app: client, pool: pool, isOfWorkload: true)
    }

    /// RFC 7523 §3: signed by the client's key, for us, now, and never shown before, at whichever of our servers.
    private func prove(_ client: AppClient, by assertion: String, in pool: UserPool) async throws {
        guard let keys = client.keys else { throw ClientCredentials.refused() }
        let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
        let proven: VerifiedClientAssertion
        do throws(TokenError) {
            proven = try await assertionVerifiers.verifier(of: client, keys: keys, audience: issuer).verify(clientAssertion: assertion)
        } catch {
            throw ClientCredentials.refused(expected: error.expected, seen: error.seen.map { "\(error.code): \($0)" } ?? error.code)
        }
        // Neither identifier has a space in it, so no two clients have one text.
        let name = "client assertion \(pool.id) \(client.id) \(proven.id)"
        guard try await singleUse.use(SecretHash(of: name.utf8), until: proven.expiresAt.addingTimeInterval(Self.skew)) else {
            throw ClientCredentials.refused(seen: "jti used before")
        }
    }

    /// How much longer than it lives an assertion is accepted, and therefore remembered.
    private static let skew: TimeInterval = 300

    private static let nobody = SecretHash(of: "no client has this hash".utf8)
}
