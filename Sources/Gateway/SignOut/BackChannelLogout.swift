import FoundationEssentials
import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

/// Tells apps that a session is over (OpenID Connect Back-Channel Logout 1.0 §2.5), from the notices that were written with its end.
///
/// Of several servers one tries a notice at a time; one that is killed while it tries leaves it to the others when its turn is over. Each attempt has a
/// token of its own, since the one before may be too old by then.
package struct BackChannelLogout: Sendable {
    let publicURL: String
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    let environment: Environment

    package init(publicURL: String, directory: Directory, stores: Stores, keyRing: KeyRing, environment: Environment) {
        (self.publicURL, self.directory, self.stores) = (publicURL, directory, stores)
        (self.keyRing, self.environment) = (keyRing, environment)
    }

    /// So many requests are under way at once.
    private static let atOnce = 16
    /// An app that has so many gets no other until one is done: one that does not answer holds up few of the others.
    private static let atOncePerApp = 4
    /// For one request, in seconds.
    private static let timeout = 5
    /// Longer than a request takes: then somebody else may try.
    private static let lease: TimeInterval = 20
    /// Seconds after which a failed attempt is followed by another; behind the last one it is given up, after an hour and a half.
    private static let pauses: [TimeInterval] = [15, 30, 60, 120, 300, 900, 1800, 1800]

    /// Tells of everything that is due.
    package func tellDue(_ report: @Sendable @escaping (LogoutNotice) -> Void) async throws(StoreError) {
        let result = await withTaskGroup(of: LogoutNotice.App.self) { group -> Result<Void, StoreError> in
            var running: [LogoutNotice.App: Int] = [:]
            var count = 0
            while !Task.isCancelled {
                let now = environment.now()
                let taken: [LogoutNotice]
                do throws(StoreError) {
                    taken = try await stores.logouts.takeNotices(
                        dueAt: now, until: now.addingTimeInterval(Self.lease), limit: Self.atOnce - count, perApp: Self.atOncePerApp,
                        leavingOut: running.filter { $0.value >= Self.atOncePerApp }.map(\.key))
                } catch {
                    await group.waitForAll()
                    return .failure(error)
                }
                for notice in taken {
                    running[notice.app, default: 0] += 1
                    group.addTask {
                        report(await tell(notice))
                        return notice.app
                    }
                }
                count += taken.count
                // Behind those of an app that has its places now, others may wait.
                if !taken.isEmpty, count < Self.atOnce { continue }
                // Each that is done makes room for another.
                guard count > 0, let done = await group.next() else { return .success(()) }
                count -= 1
                running[done] = running[done].flatMap { $0 > 1 ? $0 - 1 : nil }
            }
            await group.waitForAll()
            return .success(())
        }
        try result.get()
    }

    private func tell(_ taken: LogoutNotice) async -> LogoutNotice {
        var notice = taken
        let attempt = await attempt(taken)
        notice.changedAt = environment.now()
        (notice.result, notice.detail, notice.dueAt) = (nil, attempt.detail, nil)
        switch attempt {
        case .told: notice.result = .told
        case .later where taken.attempts <= Self.pauses.count:
            notice.dueAt = notice.changedAt.addingTimeInterval(Self.pauses[max(0, taken.attempts - 1)])
        case .later, .never: notice.result = .failed
        }
        // What is not kept is tried once more when the lease is over: an app that hears it twice is signed out already.
        try? await stores.logouts.keep(notice)
        return notice
    }

    private enum Attempt {
        case told
        /// It may be good in a moment.
        case later(String)
        case never(String)

        var detail: String? {
            switch self {
            case .told: nil
            case .later(let detail), .never(let detail): detail
            }
        }
    }

    private func attempt(_ notice: LogoutNotice) async -> Attempt {
        let request: HTTPTransportRequest
        do {
            // As it is registered now: what was known a second ago may have no address yet, and there is no second try of that.
            guard let pool = try await directory.pool(notice.poolID),
                let client = try await directory.stores.clients.find(notice.clientID, in: pool.id),
                let address = client.metadata.backchannelLogoutURI
            else { return .never("not_registered") }
            let token = try await token(notice, to: client, of: pool)
            var made = HTTPTransportRequest(
                method: "POST", url: address, headers: [("content-type", "application/x-www-form-urlencoded")],
                body: FormCoding.encode([("logout_token", token)]))
            (made.timeout, made.maximumBodySize) = (Self.timeout, 64 << 10)
            request = made
        } catch { return .later("no_token") }
        do throws(HTTPTransportError) {
            let response = try await environment.transport.send(request)
            switch response.status {
            // §2.8: 200; frameworks that have nothing to say make it 204.
            case 200, 204: return .told
            case 408, 425, 429, 500...: return .later("status_\(response.status)")
            default: return .never("status_\(response.status)")
            }
        } catch {
            switch error {
            case .notAllowed: return .never(error.code)
            // It arrived, whatever came back.
            case .tooLarge: return .told
            case .timeout, .unreachable, .untrustedCertificate: return .later(error.code)
            }
        }
    }

    private func token(_ notice: LogoutNotice, to client: AppClient, of pool: UserPool) async throws -> String {
        let subjects = try await keyRing.subjects(at: client)
        let claims = LogoutTokenClaims(
            issuer: PoolAddress(publicURL: publicURL, pool: pool).issuer, subject: subjects.subject(of: notice.userID), clientID: client.id.text,
            issuedAt: environment.now(), tokenID: environment.uuidText(), sessionID: subjects.sessionID(notice.sessionID))
        // Back-Channel Logout §2.6: as its ID tokens.
        let key = try await keyRing.keys(of: pool).signing(by: client.metadata.idTokenSignedResponseAlg)
        return try await key.sign(header: LogoutTokenClaims.type, claims: claims.claims())
    }
}
