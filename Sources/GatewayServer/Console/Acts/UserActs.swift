import Administration
import Gateway
import UserPools

/// Ends every session of a user.
struct SignOutUserAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let user = try await console.questions.user(request.part("user"), pool: request.part("pool"))
        return ConsoleQuestion(
            heading: request.words[.signOut], text: request.words[.signOutText, "name", user.username], button: request.words[.signOut],
            back: user.path)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsolePath {
        let user = try await desk.user(request.part("user"), pool: request.part("pool"))
        _ = try await desk.perform(SignOutUser(user.id.text, pool: user.poolID.text))
        return user.path
    }
}

/// Ends one session of a user.
struct EndSessionAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let user = try await console.questions.user(request.part("user"), pool: request.part("pool"))
        return ConsoleQuestion(
            heading: request.words[.end], text: request.words[.endText, "name", user.username], button: request.words[.end], back: user.path)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsolePath {
        let user = try await desk.user(request.part("user"), pool: request.part("pool"))
        _ = try await desk.perform(EndUserSession(request.part("session"), of: user.id.text, pool: user.poolID.text))
        return user.path
    }
}

/// Disables a user, or enables one again.
struct SetUserEnabledAct: ConsoleAct {
    let enabled: Bool

    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let user = try await found(request, at: console.questions)
        let (word, text): (ConsoleWord, ConsoleWord) = enabled ? (.enable, .enableUserText) : (.disable, .disableUserText)
        return ConsoleQuestion(
            heading: request.words[word], text: request.words[text, "name", user.username], button: request.words[word], back: user.path)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsolePath {
        let user = try await found(request, at: desk)
        return try await desk.perform(SetUserEnabled(enabled, user.id.text, pool: user.poolID.text)).path
    }

    /// Who disables themselves would need somebody else to get in again.
    private func found(_ request: ConsoleRequest, at desk: Administration) async throws -> User {
        let user = try await desk.user(request.part("user"), pool: request.part("pool"))
        guard enabled || user.id != request.visitor.user.id || user.poolID != request.visitor.pool.id else { throw ConsoleError.ownAccount }
        return user
    }
}

extension User {
    fileprivate var path: ConsolePath { .of(poolID, "users", id.text) }
}
