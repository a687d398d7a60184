import Administration
import Gateway
import UserPools
import WireFormats

/// Deletes a user.
struct DeleteUserAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let user = try await console.questions.user(request.part("user"), pool: request.part("pool"))
        try request.requireOther(than: user)
        return .deletion(.deleteUserText, of: user.username, id: user.id.text, request, back: user.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let user = try await desk.user(request.part("user"), pool: request.part("pool"))
        try await desk.perform(DeleteUser(user.id.text, pool: user.poolID.text))
        return .elsewhere(.of(user.poolID, ConsolePage.Tab.users.rawValue))
    }
}

/// Deletes an identity provider.
struct DeleteProviderAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let provider = try await console.questions.provider(request.part("provider"), pool: request.part("pool")).settings
        try request.requireOther(than: provider)
        try request.requireGroup(without: provider, console)
        return .deletion(.deleteProviderText, of: provider.name.text, id: provider.name.text, request, back: provider.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let provider = try await desk.provider(request.part("provider"), pool: request.part("pool")).settings
        try await desk.perform(DeleteProvider(provider.name.text, pool: provider.poolID.text))
        return .elsewhere(.of(provider.poolID, ConsolePage.Tab.providers.rawValue))
    }
}

/// Deletes an app. Two of a pool may have one name, so that its ID is typed.
struct DeleteClientAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let client = try await console.questions.client(request.part("client"), pool: request.part("pool"))
        var question = ConsoleQuestion.deletion(.deleteClientText, of: client.name, id: client.id.text, request, back: client.consolePage)
        question.typed = client.id.text
        return question
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let client = try await desk.client(request.part("client"), pool: request.part("pool"))
        try await desk.perform(DeleteClient(client.id.text, pool: client.poolID.text))
        return .elsewhere(.of(client.poolID, ConsolePage.Tab.clients.rawValue))
    }
}

extension ConsoleQuestion {
    /// - Parameter id: what is typed where the name has what a page does not show as it is.
    fileprivate static func deletion(
        _ text: ConsoleWord, of name: String, id: String, _ request: ConsoleRequest, back: ConsolePath
    ) -> ConsoleQuestion {
        var question = ConsoleQuestion(
            heading: request.words[.delete], text: request.words[text, "name", name], button: request.words[.delete], back: back)
        question.typed = isReadAsItIs(name) ? name : id
        return question
    }

    /// Whether what somebody reads or copies from a page is the name: a browser makes one blank of several, and no blank of another kind looks like one.
    private static func isReadAsItIs(_ name: String) -> Bool {
        guard ShownName(name).text.hasSameBytes(as: name) else { return false }
        var isBehindBlank = true
        for scalar in name.unicodeScalars {
            let isBlank = scalar == " "
            if isBlank && isBehindBlank || !isBlank && (scalar.properties.isWhitespace || scalar.properties.generalCategory == .format) {
                return false
            }
            isBehindBlank = isBlank
        }
        return !isBehindBlank
    }
}
