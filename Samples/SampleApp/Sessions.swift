import Hummingbird

/// What the app remembers of each browser, in memory: a sign-in under way, then the person.
actor Sessions {
    enum Session { case pending(PendingSignIn), signedIn(SignedIn) }

    static let cookieName = "sample_app"
    private var sessions: [String: Session] = [:]

    func find(_ request: Request) -> Session? { name(request).flatMap { sessions[$0] } }

    func remove(_ request: Request) { name(request).map { sessions[$0] = nil } }

    func replace(_ request: Request, with signedIn: SignedIn) { name(request).map { sessions[$0] = .signedIn(signedIn) } }

    /// A new session under a new name, so that a name somebody planted before the sign-in is worth nothing after it.
    func begin(_ session: Session, for request: Request) -> Cookie {
        remove(request)
        if sessions.count >= 1000 { sessions = [:] }
        let name = randomText()
        sessions[name] = session
        return Cookie(name: Self.cookieName, value: name, path: "/", httpOnly: true, sameSite: .lax)
    }

    private func name(_ request: Request) -> String? { request.cookies[Self.cookieName]?.value }
}
