import Administration
import Gateway
import UserPools

/// Disables an identity provider, or enables one again.
struct SetProviderEnabledAct: ConsoleAct {
    let enabled: Bool

    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let provider = try await console.questions.provider(request.part("provider"), pool: request.part("pool")).settings
        let (word, text): (ConsoleWord, ConsoleWord) = enabled ? (.enable, .enableProviderText) : (.disable, .disableProviderText)
        return ConsoleQuestion(
            heading: request.words[word], text: request.words[text, "name", provider.name.text], button: request.words[word], back: provider.path)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsolePath {
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
        return provider.path
    }
}

/// Disables an app, or enables one again.
struct SetClientEnabledAct: ConsoleAct {
    let enabled: Bool

    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let client = try await console.questions.client(request.part("client"), pool: request.part("pool"))
        let (word, text): (ConsoleWord, ConsoleWord) = enabled ? (.enable, .enableClientText) : (.disable, .disableClientText)
        return ConsoleQuestion(
            heading: request.words[word], text: request.words[text, "name", client.name], button: request.words[word], back: client.path)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsolePath {
        let client = try await desk.client(request.part("client"), pool: request.part("pool"))
        var settings = ClientSettings()
        settings.enabled = enabled
        _ = try await desk.perform(UpdateClient(client.id.text, pool: client.poolID.text, settings: settings))
        return client.path
    }
}

extension IdentityProvider {
    fileprivate var path: ConsolePath { .of(poolID, "providers", name.text) }
}

extension AppClient {
    fileprivate var path: ConsolePath { .of(poolID, "clients", id.text) }
}
