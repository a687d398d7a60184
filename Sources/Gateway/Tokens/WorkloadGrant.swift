import FoundationEssentials
import OpenIDConnect
import Synchronization
import TokenVerifier
import UserPools
import WireFormats

/// `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 §2.1): a program gets a token of its client for what its platform signed of it.
/// The assertion was verified, and used up, where the client was found; what comes of it is the client's own, as of `client_credentials`.
struct WorkloadGrant: TokenGrant {
    static let grantType = AppClient.workloadGrantType
    let requiresConfidentialClient = false
    let credentials: ClientCredentialsGrant

    func authorize(_ request: TokenRequest, client: AuthenticatedClient, at now: Date) async throws(OAuthError) -> GrantedTokens {
        // Nobody gets here without: `Tokens.respond` asks for the proof first.
        guard client.isOfWorkload else { throw OAuthError(.invalidGrant, "The assertion is missing.", parameter: "assertion") }
        return try await credentials.authorize(request, client: client, at: now)
    }
}

/// A program whose platform proved who it is. Only the function in this file makes one.
struct ProvenWorkload: Sendable {
    let clientID: AppClient.ID
    /// For the log.
    let name: String

    fileprivate init(clientID: AppClient.ID, name: String) { (self.clientID, self.name) = (clientID, name) }
}

/// Finds out which workload an assertion is of, and verifies it by the issuer's keys: given, or fetched and kept.
final class WorkloadVerifiers: Sendable {
    private struct Key: Hashable {
        let workload: Workload, audience: String
    }

    private static let capacity = 1_000
    /// How much longer than it lives an assertion is accepted, and therefore remembered.
    private static let skew: TimeInterval = 300

    private let environment: Environment
    private let singleUse: any SingleUseStore
    private let verifiers = Mutex<[Key: TokenVerifier]>([:])

    init(environment: Environment, singleUse: any SingleUseStore) { (self.environment, self.singleUse) = (environment, singleUse) }

    /// RFC 7523 §3: signed by an issuer that was registered, for us, now, of a program that may act as this client; and where it has a name, never shown
    /// before. Which of these is not so the log says.
    /// - Parameter audience: our issuer.
    func prove(_ assertion: String, actingAs clientID: AppClient.ID, in pool: UserPool, audience: String) async throws -> ProvenWorkload {
        func refused(_ seen: String?, expected: String? = nil) -> OAuthError {
            OAuthError(
                .invalidGrant, "The assertion is not valid here, or not for this client.", parameter: "assertion", expected: expected, seen: seen)
        }
        // Its own word says by whose keys it is verified: nothing else is believed of it before.
        let issuer = TokenVerifier.unverifiedClaim("iss", of: assertion)
        let subject = TokenVerifier.unverifiedClaim("sub", of: assertion)
        let known = (pool.settings.workloads ?? []).filter { workload in
            issuer.map { workload.issuer.hasSameBytes(as: $0) } == true && workload.clientID.hasSameBytes(as: clientID.text)
        }
        guard let workload = known.first(where: { subject.map($0.accepts) == true }) else {
            throw refused(subject ?? issuer, expected: known.first?.subject ?? "a workload of this issuer and client")
        }
        let proven: VerifiedWorkloadAssertion
        do throws(TokenError) {
            proven = try await verifier(of: workload, audience: audience).verify(workloadAssertion: assertion)
        } catch {
            if case .keysUnavailable = error {
                throw OAuthError(.temporarilyUnavailable, "The keys of the assertion's issuer could not be fetched; try again.", seen: error.code)
            }
            throw refused(error.seen.map { "\(error.code): \($0)" } ?? error.code, expected: error.expected)
        }
        guard workload.accepts(subject: proven.subject) else { throw refused(proven.subject, expected: workload.subject) }
        if let id = proven.id, !workload.mayRepeat {
            // Neither a pool nor an issuer has a NUL in it, so no two assertions have one text.
            let name = Array("workload assertion\0\(pool.id)\0\(workload.issuer)\0".utf8) + Array(id.utf8)
            guard try await singleUse.use(SecretHash(of: name), until: proven.expiresAt.addingTimeInterval(Self.skew)) else {
                throw refused("jti used before")
            }
        }
        return ProvenWorkload(clientID: clientID, name: workload.name)
    }

    private func verifier(of workload: Workload, audience: String) throws(TokenError) -> TokenVerifier {
        let key = Key(workload: workload, audience: audience)
        if let known = verifiers.withLock({ $0[key] }) { return known }
        let made: TokenVerifier
        if let text = workload.keySet {
            made = TokenVerifier(
                issuer: workload.issuer, audience: audience, keys: try JSONWebKeySet(json: text), clock: environment.now)
        } else if let url = workload.keySetURL {
            made = TokenVerifier(
                issuer: workload.issuer, audience: audience, keySetURL: url, place: audience, transport: environment.transport, clock: environment.now
            )
        } else {
            made = TokenVerifier(issuer: workload.issuer, audience: audience, transport: environment.transport, clock: environment.now)
        }
        verifiers.withLock { verifiers in
            if verifiers.count >= Self.capacity { verifiers.removeAll(keepingCapacity: true) }
            verifiers[key] = made.sharing(nil)
        }
        return made.sharing(nil)
    }
}
