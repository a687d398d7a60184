package import UserPools

extension Administration {
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

    /// Disabling takes effect at once: sessions and refresh tokens of a disabled user end.
    package func setUserEnabled(_ enabled: Bool, _ name: String, pool id: String) async throws(AdministrationError) -> User {
        let user = try await user(name, pool: id)
        let event = event(enabled ? .userEnable : .userDisable, .user, user.id.text, in: user.poolID)
        let changed = try await changing { () async throws(ChangeError<AdministrationError>) in
            try await stores.users.change(user.id, in: user.poolID, recorded: { _, _ in event }) {
                (user: inout User) throws(AdministrationError) in user.enabled = enabled
            }
        }
        guard let changed else { throw .notFound(.user, name: name, pool: user.poolID) }
        return changed
    }

    package func deleteUser(_ name: String, pool id: String) async throws(AdministrationError) {
        let user = try await user(name, pool: id)
        let event = event(.userDelete, .user, user.id.text, in: user.poolID)
        _ = try await storing { () async throws(StoreError) in try await stores.users.delete(user.id, in: user.poolID) { event.telling($0.facts) } }
    }

    /// Ends every session and refresh token of the user; returns how many sessions.
    package func signOutUser(_ name: String, pool id: String) async throws(AdministrationError) -> Int {
        let user = try await user(name, pool: id)
        let event = event(.userSignOut, .user, user.id.text, in: user.poolID)
        return try await storing { () async throws(StoreError) in
            try await stores.sessions.endAll(of: user.id, in: user.poolID, recorded: event)
        }
    }

    /// The pool's signing keys as they are stored, oldest first.
    package func listKeys(pool id: String) async throws(AdministrationError) -> [SigningKey] {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) in try await stores.keys.list(in: pool.id) }
    }
}
