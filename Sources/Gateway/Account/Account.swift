package import FoundationEssentials
package import UserPools
package import WireFormats

/// What a person sees of herself and ends herself: where she is signed in, and which apps have tokens of hers.
package struct Account: Sendable {
    private let signIn: SignIn
    private let singleLogout: SingleLogout

    package init(signIn: SignIn, singleLogout: SingleLogout) { (self.signIn, self.singleLogout) = (signIn, singleLogout) }

    /// A page has no more of either.
    private static let maximumSessions = 50
    private static let maximumFamilies = 500

    /// nil: nobody is signed in in this browser.
    package func overview(_ cookies: BrowserCookies, pool: UserPool) async throws(SignInFailure) -> AccountOverview? {
        do {
            guard let (session, user) = try await person(cookies, pool: pool) else { return nil }
            let (consents, now) = (signIn.stores.consents, signIn.environment.now())
            var sessions: [AccountOverview.SignedIn] = []
            for one in try await consents.sessions(of: user.id, in: pool.id, at: now, limit: Self.maximumSessions) {
                let provider = try await providerName(of: one, in: pool)
                sessions.append(
                    .init(id: one.id, browserName: one.browserName, since: one.createdAt, provider: provider, isHere: one.id == session.id))
            }
            let allowed = try await consents.list(of: user.id, in: pool.id)
            let used = try await consents.apps(of: user.id, in: pool.id, at: now, limit: Self.maximumFamilies)
            var apps: [AccountOverview.App] = []
            for id in Set(allowed.map(\.clientID) + used.map(\.clientID)).sorted() {
                guard let client = try await signIn.directory.client(id, in: pool.id) else { continue }
                let (consent, use) = (allowed.first { $0.clientID == id }, used.first { $0.clientID == id })
                apps.append(
                    .init(
                        id: id, name: client.name, host: client.redirectURIs.first.map(SignIn.host(of:)),
                        scopes: consent?.scopes ?? use?.scopes ?? [], allowedAt: consent?.grantedAt, usedAt: use?.usedAt))
            }
            return AccountOverview(person: user.shownName, sessions: sessions, apps: apps, binding: cookies.binding ?? signIn.makeSecret())
        } catch { throw SignInFailure(SignInError(error), pool: pool.id) }
    }

    /// Ends one of the person's own sessions; the apps are told. What is somebody else's, or over, is left alone: nil.
    ///
    /// Where it is that of this browser, its provider is asked to do the same.
    package func end(
        _ text: String?, cookies: BrowserCookies, pool: UserPool, address: PoolAddress
    ) async throws(SignInFailure) -> (ended: EndedSessions, isHere: Bool)? {
        do {
            guard let (session, user) = try await person(cookies, pool: pool), let id = text.flatMap({ Session.ID($0) }),
                let found = try await signIn.stores.sessions.find(id, in: pool.id, at: signIn.environment.now()), found.userID == user.id
            else { return nil }
            let isHere = id == session.id
            let ended = try await singleLogout.end(
                [id], of: user.id, asking: isHere ? session : nil, by: .person, next: nil, pool: pool, address: address, cookies: cookies)
            return (ended, isHere)
        } catch { throw SignInFailure(SignInError(error), pool: pool.id) }
    }

    /// Takes from an app what it has of the person: her consent, and its refresh tokens. False where it had nothing, or nobody is signed in.
    package func remove(app text: String?, cookies: BrowserCookies, pool: UserPool) async throws(SignInFailure) -> Bool {
        do {
            guard let (_, user) = try await person(cookies, pool: pool), let id = text.flatMap({ AppClient.ID($0) }) else { return false }
            let event = AuditEvent(consentOf: user.id, to: id, in: pool.id, .userWithdrawConsent, [], signIn.environment)
            return try await signIn.stores.consents.revoke(user.id, id, in: pool.id, recorded: event)
        } catch { throw SignInFailure(SignInError(error), pool: pool.id) }
    }

    private func person(_ cookies: BrowserCookies, pool: UserPool) async throws -> (Session, User)? {
        guard let cookie = cookies.session else { return nil }
        return try await signIn.stores.sessions.find(
            cookie: SecretHash(of: cookie.reveal()), in: pool.id, at: signIn.environment.now()
        ).map { ($0.session, $0.user) }
    }

    private func providerName(of session: Session, in pool: UserPool) async throws -> String? {
        guard let name = session.source.provider else { return nil }
        return try await signIn.directory.offer(name, in: pool.id)?.displayName ?? name.text
    }
}

/// What a person's own page shows.
package struct AccountOverview: Sendable {
    package struct SignedIn: Sendable {
        package let id: Session.ID
        package let browserName: String?
        package let since: Date
        /// As people call it.
        package let provider: String?
        package let isHere: Bool

        package init(id: Session.ID, browserName: String?, since: Date, provider: String?, isHere: Bool) {
            (self.id, self.browserName, self.since, self.provider, self.isHere) = (id, browserName, since, provider, isHere)
        }
    }

    package struct App: Sendable {
        package let id: AppClient.ID
        package let name: String
        package let host: String?
        package let scopes: [String]
        /// When the person allowed it; nil where nobody asked her.
        package let allowedAt: Date?
        /// When it last got a refresh token; nil where it has none.
        package let usedAt: Date?

        package init(id: AppClient.ID, name: String, host: String?, scopes: [String], allowedAt: Date?, usedAt: Date?) {
            (self.id, self.name, self.host, self.scopes, self.allowedAt, self.usedAt) = (id, name, host, scopes, allowedAt, usedAt)
        }
    }

    package let person: String
    package let sessions: [SignedIn]
    package let apps: [App]
    /// What the page's forms are bound to.
    package let binding: SecretBytes

    package init(person: String, sessions: [SignedIn], apps: [App], binding: SecretBytes) {
        (self.person, self.sessions, self.apps, self.binding) = (person, sessions, apps, binding)
    }
}
