import Administration
import UserPools

/// `GET /console/{pool}/users/SUB`: what `user show` tells, and where the person is signed in.
struct UserEndpoint: ConsoleEndpoint {
    private static let maximumSessions = 50

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let user = try await console.questions.user(request.part("user"), pool: pool.id.text)
        let sessions = try await console.questions.sessions(of: user, limit: Self.maximumSessions)
        var page = ConsolePage(user.username, of: pool, tab: .users)
        page.sections = [facts(user, words), section(sessions, of: user, request), acts(user, request)]
        return .page(page)
    }

    private func facts(_ user: User, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection()
        section.facts = [
            ConsoleFact(words[.subject], [user.id.text], isCode: true), ConsoleFact(words[.username], [user.username], isCode: true),
            ConsoleFact(words[.state], [words[user.enabled ? .enabled : .disabled]]),
        ]
        for (name, value) in user.attributes.sorted(by: { $0.key < $1.key }) { section.facts.append(ConsoleFact(name, value.texts)) }
        let groups = user.memberships.map { "\($0.group) (\($0.origin.text))" }
        let identities = user.identities.map { "\($0.provider): \($0.subject) of \($0.issuer)" }
        section.facts += [
            ConsoleFact(words[.groups], groups.isEmpty ? [words[.nothing]] : groups, isEnglish: !groups.isEmpty),
            ConsoleFact(words[.identities], identities.isEmpty ? [words[.nothing]] : identities, isEnglish: !identities.isEmpty),
            ConsoleFact(words[.created], [Pages.moment(user.createdAt)]), ConsoleFact(words[.updated], [Pages.moment(user.updatedAt)]),
        ]
        return section
    }

    private func section(_ sessions: [Session], of user: User, _ request: ConsoleRequest) -> ConsoleSection {
        let words = request.words
        var section = ConsoleSection(words[.sessions])
        guard !sessions.isEmpty else {
            section.notes = [words[.nothing]]
            return section
        }
        var table = ConsoleTable([words[.browser], words[.provider], words[.since], words[.until], words[.act]])
        for session in sessions {
            table.append(
                .init(session.browserName ?? words[.unknownBrowser]), .init(session.source.provider?.text ?? ""),
                .init(Pages.moment(session.createdAt)), .init(Pages.moment(session.expiresAt)),
                .init(words[.end], link: .of(user.poolID, "users", user.id.text, "sessions", session.id.text, "end")))
        }
        section.table = table
        section.links = [request.link(.signOut, .of(user.poolID, "users", user.id.text, "sign-out"), .act)]
        return section
    }

    private func acts(_ user: User, _ request: ConsoleRequest) -> ConsoleSection {
        var section = ConsoleSection()
        section.links = [
            user.enabled
                ? request.link(.disable, .of(user.poolID, "users", user.id.text, "disable"), .act)
                : request.link(.enable, .of(user.poolID, "users", user.id.text, "enable"), .act),
            request.link(.delete, .of(user.poolID, "users", user.id.text, "delete"), .danger),
            request.link(.signins, .of(user.poolID, "signins", query: [("user", user.username), ("outcome", "all")])),
        ]
        return section
    }
}
