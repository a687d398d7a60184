import Gateway
package import UserPools

/// Disabling takes effect at once: sessions and refresh tokens of a disabled user end.
package struct SetUserEnabled: AdminAct {
    let enabled: Bool
    let user: String
    let pool: String

    package init(_ enabled: Bool, _ user: String, pool: String) { (self.enabled, self.user, self.pool) = (enabled, user, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> User {
        let found = try await desk.user(user, pool: pool)
        let event = desk.event(enabled ? .userEnable : .userDisable, .user, found.id.text, in: found.poolID)
        return try await desk.changing(.user, user, in: found.poolID) { () async throws(ChangeError<AdministrationError>) in
            try await desk.stores.users.change(found.id, in: found.poolID, recorded: { _, _ in event }) {
                (user: inout User) throws(AdministrationError) in user.enabled = enabled
            }
        }.after
    }
}

package struct DeleteUser: AdminAct {
    let user: String
    let pool: String

    package init(_ user: String, pool: String) { (self.user, self.pool) = (user, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) {
        let user = try await desk.user(user, pool: pool)
        let event = desk.event(.userDelete, .user, user.id.text, in: user.poolID)
        _ = try await desk.storing { () async throws(StoreError) in
            try await desk.stores.users.delete(user.id, in: user.poolID) { event.telling($0.facts) }
        }
    }
}

/// Ends every session and refresh token of a user. Apps that want to hear of it are told by a server that runs.
package struct SignOutUser: AdminAct {
    let user: String
    let pool: String
    let record: EndRecord

    /// - Parameter record: whether it is recorded also where there was nothing to end.
    package init(_ user: String, pool: String, recorded record: EndRecord = .always) { (self.user, self.pool, self.record) = (user, pool, record) }

    /// - Returns: how many sessions, and the record of it; nil where there was nothing to end.
    package func perform(at desk: Administration) async throws(AdministrationError) -> (sessions: Int, logout: LoggedLogout?) {
        let user = try await desk.user(user, pool: pool)
        let event = desk.event(.userSignOut, .user, user.id.text, in: user.poolID)
        return try await desk.storing { () async throws(StoreError) in
            let sessions = try await desk.stores.sessions.endAll(of: user.id, in: user.poolID, recorded: event, record)
            return (sessions, try await desk.logged(LogoutRecord.Reference(of: event), in: user.poolID))
        }
    }
}

/// Ends one session of a user, with its refresh tokens. Apps that want to hear of it are told by a server that runs.
package struct EndUserSession: AdminAct {
    let session: String
    let user: String
    let pool: String

    package init(_ session: String, of user: String, pool: String) { (self.session, self.user, self.pool) = (session, user, pool) }

    /// - Returns: the record of it; nil where it was over.
    package func perform(at desk: Administration) async throws(AdministrationError) -> LoggedLogout? {
        let user = try await desk.user(user, pool: pool)
        let now = desk.environment.now()
        let event = desk.event(.userSignOut, .user, user.id.text, in: user.poolID, [.init("session", session)])
        return try await desk.storing { () async throws(StoreError) -> LoggedLogout? in
            // A session is somebody's for ever: what is theirs here is theirs there.
            guard let id = Session.ID(session), let found = try await desk.stores.sessions.find(id, in: user.poolID, at: now),
                found.userID == user.id,
                try await desk.stores.logouts.end(id, of: user.id, in: user.poolID, recorded: event)
            else { return nil }
            return try await desk.logged(LogoutRecord.Reference(of: event), in: user.poolID)
        }
    }
}

extension Administration {
    /// Where a user is signed in now, the newest first.
    package func sessions(of user: User, limit: Int) async throws(AdministrationError) -> [Session] {
        let now = environment.now()
        return try await storing { () async throws(StoreError) in
            try await stores.consents.sessions(of: user.id, in: user.poolID, at: now, limit: limit)
        }
    }

    /// Users whose name begins so, or goes on so behind a provider's name: people know the address, and not that it is `corp_ada@example.com` here.
    /// Up to `limit` in the order of their usernames, behind `after`.
    /// - Returns: `isWhole`: whether each provider's name was looked behind, also of one that was deleted. Of more than 200 the first are.
    package func findUsers(
        named beginning: String, pool id: String, after: String? = nil, limit: Int
    ) async throws(AdministrationError) -> (users: [User], isWhole: Bool) {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) -> (users: [User], isWhole: Bool) in
            if let subject = User.ID(beginning), let user = try await stores.users.find(subject, in: pool.id) { return ([user], true) }
            let providers = try await stores.users.providers(in: pool.id, limit: Self.maximumProviders + 1)
            let ways = [beginning] + providers.prefix(Self.maximumProviders).map { $0.text + "_" + beginning }
            let users = try await stores.users.list(in: pool.id, beginning: ways, after: after, limit: limit)
            return (users, providers.count <= Self.maximumProviders)
        }
    }

    private static let maximumProviders = 200

    /// Up to `limit` users in the order of their usernames, behind `after`.
    package func listUsers(pool id: String, after: String?, limit: Int) async throws(AdministrationError) -> [User] {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) in try await stores.users.list(in: pool.id, after: after, limit: limit) }
    }

    /// - Parameter name: the `sub`, or the username.
    package func user(_ name: String, pool id: String) async throws(AdministrationError) -> User {
        let pool = try await pool(id)
        let found = try await storing { () async throws(StoreError) -> User? in
            if let subject = User.ID(name), let user = try await stores.users.find(subject, in: pool.id) { return user }
            return try await stores.users.find(username: name, in: pool.id)
        }
        guard let found else { throw .notFound(.user, name: name, pool: pool.id) }
        return found
    }
}
