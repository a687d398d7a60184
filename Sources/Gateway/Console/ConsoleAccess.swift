import FoundationEssentials
package import UserPools
package import WireFormats

/// Somebody who may look into the console. Only `ConsoleAccess` makes one, for one request, of what the database says at that moment.
package struct ConsoleVisitor: Sendable {
    package let user: User
    /// Theirs, by which the console is reached; what they see is of all pools.
    package let pool: UserPool
    /// By which they signed in.
    package let provider: IdentityProvider.Name
    /// What the forms of their pages are bound to.
    package let binding: SecretBytes

    fileprivate init(user: User, pool: UserPool, provider: IdentityProvider.Name, binding: SecretBytes) {
        (self.user, self.pool, self.provider, self.binding) = (user, pool, provider, binding)
    }
}

/// The same who proved so lately who they are that they may do something.
package struct ConsoleAdministrator: Sendable {
    package let visitor: ConsoleVisitor
    /// By which they do it: what admitted them is asked for once more within the transaction.
    package let right: HeldRight

    fileprivate init(_ visitor: ConsoleVisitor, by right: HeldRight) { (self.visitor, self.right) = (visitor, right) }
}

/// Who may use the console. Nothing is believed from one request to the next: the session, the user, the group and the provider are asked for at each.
package struct ConsoleAccess: Sendable {
    package let settings: ConsoleSettings
    private let signIn: SignIn
    private let pages: TokenBuckets<User.ID>

    /// So long ago may a visitor have proven who they are, and somebody who does something; in seconds.
    package static let sight = 12 * 3600
    package static let act = 3600
    private static let pagesPerMinute = 240
    private static let clockSkew: TimeInterval = 60

    package init(_ settings: ConsoleSettings, signIn: SignIn) {
        (self.settings, self.signIn) = (settings, signIn)
        pages = TokenBuckets(maximum: Self.pagesPerMinute, refill: .seconds(60), maximumKeys: 10_000, uptime: signIn.environment.uptime)
    }

    package func pool() async throws(ConsoleError) -> UserPool {
        let found: UserPool?
        do { found = try await signIn.directory.pool(settings.pool) } catch { throw .other(SignInError(error)) }
        guard let found else { throw .unknownPool(settings.pool.text) }
        return found
    }

    package func visitor(_ cookies: BrowserCookies) async throws(ConsoleError) -> ConsoleVisitor {
        try await admit(cookies, within: Self.sight).visitor
    }

    package func administrator(_ cookies: BrowserCookies) async throws(ConsoleError) -> ConsoleAdministrator {
        let (visitor, session) = try await admit(cookies, within: Self.act)
        let (settings, now) = (settings, signIn.environment.now())
        let right = HeldRight(session, by: visitor.provider, at: now) { session, user, provider in
            do throws(ConsoleError) { try Self.require(session, user, provider, as: settings, within: Self.act, at: now) } catch { return false }
            return true
        }
        return ConsoleAdministrator(visitor, by: right)
    }

    private func admit(_ cookies: BrowserCookies, within seconds: Int) async throws(ConsoleError) -> (visitor: ConsoleVisitor, session: Session) {
        let pool = try await pool()
        guard let (session, user) = try await person(cookies, in: pool), let provider = try await provider(of: session, in: pool)?.settings else {
            throw .signedOut
        }
        try Self.require(session, user, provider, as: settings, within: seconds, at: signIn.environment.now())
        guard pages.take(user.id) else { throw .tooMany(RateLimiter.Exceeded(limit: Self.pagesPerMinute)) }
        let visitor = ConsoleVisitor(user: user, pool: pool, provider: provider.name, binding: cookies.binding ?? signIn.makeBinding())
        return (visitor, session)
    }

    /// A straight list: a live session of the pool, of an enabled user, by an enabled provider, in the group, as strong as asked, and lately.
    private static func require(
        _ session: Session, _ user: User, _ provider: IdentityProvider, as settings: ConsoleSettings, within seconds: Int, at now: Date
    ) throws(ConsoleError) {
        guard user.enabled, provider.enabled else { throw .signedOut }
        guard user.groups(at: now).contains(where: { $0.hasSameBytes(as: settings.group) }) else { throw .notMember(group: settings.group) }
        if let acr = settings.acr {
            let context = session.authenticationContext?.current(by: provider.contextMapping)
            guard context?.met(of: [acr]) != nil else { throw .unmetACR(asked: acr, seen: context?.acrs ?? []) }
        }
        guard let age = session.authenticatedAt.map({ now.timeIntervalSince($0) }), (-clockSkew...TimeInterval(seconds)).contains(age) else {
            throw .stale(maximum: seconds)
        }
    }

    private func person(_ cookies: BrowserCookies, in pool: UserPool) async throws(ConsoleError) -> (session: Session, user: User)? {
        guard let cookie = cookies.session else { return nil }
        do {
            return try await signIn.stores.sessions.find(cookie: SecretHash(of: cookie.reveal()), in: pool.id, at: signIn.environment.now())
        } catch { throw .other(SignInError(error)) }
    }

    private func provider(of session: Session, in pool: UserPool) async throws(ConsoleError) -> ConfiguredProvider? {
        guard let name = session.source.provider else { return nil }
        do { return try await signIn.directory.provider(name, in: pool.id) } catch { throw .other(SignInError(error)) }
    }

    /// Where a browser goes for what it lacks, and comes back from to `ConsoleAccess.address`.
    /// - Parameters:
    ///   - page: the path that was asked for; it comes back as the `state`.
    ///   - anew: the person shall prove it now, also where the session would do: they were put into the group a minute ago, or are somebody else.
    package func departure(to page: String, within seconds: Int, anew: Bool = false) async throws(ConsoleError) -> String {
        let pool = try await pool()
        return signIn.consoleSignIn(settings, of: pool, to: page, within: seconds, anew: anew)
    }
}
