import Administration
import Gateway
import UserPools

/// Disables an identity provider, or enables one again.
struct SetProviderEnabledAct: ConsoleAct {
    let enabled: Bool

    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let provider = try await console.questions.provider(request.part("provider"), pool: request.part("pool")).settings
        if !enabled { try request.requireOther(than: provider) }
        let (word, text): (ConsoleWord, ConsoleWord) = enabled ? (.enable, .enableProviderText) : (.disable, .disableProviderText)
        return ConsoleQuestion(
            heading: request.words[word], text: request.words[text, "name", provider.name.text], button: request.words[word],
            back: provider.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let provider = try await desk.provider(request.part("provider"), pool: request.part("pool")).settings
        let (name, pool) = (provider.name.text, provider.poolID.text)
        switch provider.kind {
        case .saml:
            var settings = SAMLProviderSettings()
            settings.enabled = enabled
            _ = try await desk.perform(UpdateSAMLProvider(name, pool: pool, settings: settings))
        case .oidc:
            var settings = OIDCProviderSettings()
            settings.enabled = enabled
            _ = try await desk.perform(UpdateOIDCProvider(name, pool: pool, settings: settings))
        case .federation:
            var settings = FederationSettings()
            settings.saml.enabled = enabled
            _ = try await desk.perform(UpdateFederation(name, pool: pool, settings: settings))
        }
        return .elsewhere(provider.consolePage)
    }
}

/// Disables an app, or enables one again.
struct SetClientEnabledAct: ConsoleAct {
    let enabled: Bool

    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let client = try await console.questions.client(request.part("client"), pool: request.part("pool"))
        let (word, text): (ConsoleWord, ConsoleWord) = enabled ? (.enable, .enableClientText) : (.disable, .disableClientText)
        return ConsoleQuestion(
            heading: request.words[word], text: request.words[text, "name", client.name], button: request.words[word], back: client.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let client = try await desk.client(request.part("client"), pool: request.part("pool"))
        var settings = ClientSettings()
        settings.enabled = enabled
        _ = try await desk.perform(UpdateClient(client.id.text, pool: client.poolID.text, settings: settings))
        return .elsewhere(client.consolePage)
    }
}

/// Keeps no longer what a provider sends.
struct EndDebuggingAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let provider = try await console.questions.provider(request.part("provider"), pool: request.part("pool")).settings
        return ConsoleQuestion(
            heading: request.words[.endDebugging], text: request.words[.endDebuggingText, "name", provider.name.text],
            button: request.words[.endDebugging], back: provider.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let provider = try await desk.provider(request.part("provider"), pool: request.part("pool")).settings
        _ = try await desk.perform(DebugProvider(provider.name.text, pool: provider.poolID.text, seconds: nil))
        return .elsewhere(provider.consolePage)
    }
}
