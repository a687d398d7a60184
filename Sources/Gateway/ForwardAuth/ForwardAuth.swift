import FoundationEssentials
import TokenVerifier
package import UserPools
import WireFormats

/// Signs people in for apps that know no OpenID Connect: the proxy before such an app asks about each request, and passes on who it is.
///
/// The host of the app has a cookie of its own, which only we can read: sealed for this pool, client and host. It says which session it is of, and counts
/// as long as that does. What is answered is kept for a few seconds, so that a session that ends elsewhere ends here within them.
///
/// A class, for a request would copy all that is in it more than once.
package final class ForwardAuth: Sendable {
    /// A client of the pool, and one of its hosts, about which a trusted proxy asked.
    package struct Subject: Sendable {
        package let pool: UserPool
        package let client: AppClient
        package let host: ForwardedHost
    }

    /// What the proxy is told of a browser.
    package enum Decision: Sendable {
        case admitted(ForwardedPerson)
        /// Signed in, and in none of the groups.
        case denied
        /// Not signed in, or no longer.
        case unknown
    }

    private struct Known: Hashable, Sendable { let client: AppClient.ID, host: String, cookie: String }

    /// How long an answer is given again without looking: within this time the end of a session, a user or a group is seen.
    package static let lifetime = Duration.seconds(5)
    private static let capacity = 10_000

    let publicURL: String
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    let sealer: Sealer
    let tokens: Tokens
    let environment: Environment
    private let known: TimedCache<Known, Decision>

    package init(
        publicURL: String, directory: Directory, stores: Stores, keyRing: KeyRing, sealer: Sealer, tokens: Tokens, environment: Environment
    ) {
        (self.publicURL, self.directory, self.stores, self.keyRing) = (publicURL, directory, stores, keyRing)
        (self.sealer, self.tokens, self.environment) = (sealer, tokens, environment)
        known = TimedCache(lifetime: Self.lifetime, capacity: Self.capacity, uptime: environment.uptime)
    }

    /// Something was changed: nothing that was answered before is answered again.
    package func expire() { known.expire() }

    /// About whom a proxy asks. Whether it is a trusted one is known before.
    /// - Parameter host: as the browser named it, says the proxy.
    package func subject(client name: String, host: String?, in pool: UserPool) async throws(ForwardAuthError) -> Subject {
        let found: AppClient?
        do { found = if let id = AppClient.ID(name) { try await directory.client(id, in: pool.id) } else { nil } } catch {
            throw ForwardAuthError(error)
        }
        guard let client = found, client.enabled else { throw .client(seen: name) }
        guard let host, let registered = client.forwardedHost(host) else { throw .host(seen: host) }
        return Subject(pool: pool, client: client, host: registered)
    }

    /// Who the browser's user is, by the cookie of the app's host.
    package func decide(_ subject: Subject, cookie: String?) async throws(ForwardAuthError) -> Decision {
        guard let cookie else { return .unknown }
        do {
            let key = Known(client: subject.client.id, host: subject.host.host, cookie: cookie)
            return try await known.value(key) {
                // What we did not seal takes nobody's place.
                guard let ticket = ForwardTicket(cookie, of: subject, sealer: sealer) else { throw NotOurs() }
                return try await decide(subject, ticket: ticket)
            } ?? .unknown
        } catch is NotOurs { return .unknown } catch { throw ForwardAuthError(error) }
    }

    private struct NotOurs: Error {}

    private func decide(_ subject: Subject, ticket: ForwardTicket) async throws -> Decision {
        let now = environment.now()
        guard let id = Session.ID(ticket.session), let session = try await stores.sessions.find(id, in: subject.pool.id, at: now),
            session.userID.text.hasSameBytes(as: ticket.user),
            let user = try await stores.users.find(session.userID, in: subject.pool.id), user.enabled, try await mayUse(session, subject)
        else { return .unknown }
        let groups = user.groups(at: now)
        guard subject.client.admits(user, at: now), subject.host.admits(user, groups: groups) else { return .denied }
        let person = ForwardedPerson(user, as: try await keyRing.subjects(at: subject.client), groups: groups)
        return .admitted(try await person.signed(for: subject, session: session, issuer: issuer(of: subject.pool), by: keyRing, environment))
    }

    /// Whether the provider that signed the person in may do so for this client, and still does.
    private func mayUse(_ session: Session, _ subject: Subject) async throws -> Bool {
        guard let name = session.source.provider else { return true }
        let offered = subject.client.identityProviders
        guard offered.isEmpty || offered.contains(name) else { return false }
        return try await directory.provider(name, in: subject.pool.id)?.settings.enabled == true
    }

    func issuer(of pool: UserPool) -> String { PoolAddress(publicURL: publicURL, pool: pool).issuer }
}
