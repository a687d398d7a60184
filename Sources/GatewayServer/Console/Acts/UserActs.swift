import Administration
import Gateway
import UserPools

/// Ends every session of a user.
struct SignOutUserAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let user = try await console.questions.user(request.part("user"), pool: request.part("pool"))
        return ConsoleQuestion(
            heading: request.words[.signOut], text: request.words[.signOutText, "name", user.username], button: request.words[.signOut],
            back: user.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let user = try await desk.user(request.part("user"), pool: request.part("pool"))
        _ = try await desk.perform(SignOutUser(user.id.text, pool: user.poolID.text))
        return .elsewhere(user.consolePage)
    }
}

/// Ends one session of a user.
struct EndSessionAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let user = try await console.questions.user(request.part("user"), pool: request.part("pool"))
        return ConsoleQuestion(
            heading: request.words[.end], text: request.words[.endText, "name", user.username], button: request.words[.end], back: user.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let user = try await desk.user(request.part("user"), pool: request.part("pool"))
        _ = try await desk.perform(EndUserSession(request.part("session"), of: user.id.text, pool: user.poolID.text))
        return .elsewhere(user.consolePage)
    }
}

/// Disables a user, or enables one again.
struct SetUserEnabledAct: ConsoleAct {
    let enabled: Bool

    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let user = try await console.questions.user(request.part("user"), pool: request.part("pool"))
        if !enabled { try request.requireOther(than: user) }
        let (word, text): (ConsoleWord, ConsoleWord) = enabled ? (.enable, .enableUserText) : (.disable, .disableUserText)
        return ConsoleQuestion(
            heading: request.words[word], text: request.words[text, "name", user.username], button: request.words[word], back: user.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let user = try await desk.user(request.part("user"), pool: request.part("pool"))
        return .elsewhere(try await desk.perform(SetUserEnabled(enabled, user.id.text, pool: user.poolID.text)).consolePage)
    }
}
