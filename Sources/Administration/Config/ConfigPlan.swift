import Gateway
package import UserPools

/// What would be done to make everything as a document says, in that order.
package struct ConfigPlan: Sendable {
    package let pools: [Pool]

    package struct Pool: Sendable {
        /// nil of one that is made first.
        let id: String?
        let name: String
        package let steps: [ConfigStep]
    }

    package var steps: [ConfigStep] { pools.flatMap(\.steps) }
}

/// One act, and what becomes another by it.
package struct ConfigStep: Sendable {
    package enum Kind: String, Sendable {
        case pool = "user pool"
        case attribute = "custom attribute"
        case resource
        case provider = "identity provider"
        case client
    }

    package enum Verb: String, Sendable, CaseIterable { case create, change, delete }

    package let verb: Verb
    package let kind: Kind
    package let name: String
    /// The name of the pool.
    package let pool: String
    package var differences: [ConfigDifference] = []
    let act: ConfigAct
}

/// What a step does.
enum ConfigAct: Sendable {
    case createPool(CreatePool, [ConfigEntry], words: String)
    case updatePool(UpdatePool)
    case addAttribute(ConfigDocument.Attribute)
    case addResource(String, scopes: [String])
    case setResourceScopes(String, [String])
    case removeResource(String)
    case createOIDC(String, OIDCProviderSettings, [ConfigEntry], words: String)
    case updateOIDC(String, OIDCProviderSettings)
    case deleteProvider(String)
    case createClient(String, confidential: Bool, ClientSettings)
    case updateClient(String, ClientSettings)
    case deleteClient(String)
}

/// Where an apply ended before its end.
package struct ConfigStopped: Error, Sendable {
    package let done: [ConfigStep]
    package let failed: ConfigStep
    package let cause: AdministrationError
}

/// What an apply did.
package struct ConfigOutcome: Sendable {
    package let step: ConfigStep
    /// Of a client that was made with a secret, which nobody has seen.
    package var unseenSecretOf: (pool: UserPool.ID, client: AppClient.ID)?
}

extension ConfigPlan {
    /// Does it, each step in a transaction of its own. Where one is refused the rest is left: a plan that is made then goes on from there.
    package func apply(at desk: Administration) async throws(ConfigStopped) -> [ConfigOutcome] {
        var outcomes: [ConfigOutcome] = []
        for pool in pools {
            var id = pool.id ?? ""
            for step in pool.steps {
                do throws(AdministrationError) {
                    outcomes.append(try await step.perform(at: desk, in: &id))
                } catch { throw ConfigStopped(done: outcomes.map(\.step), failed: step, cause: error) }
            }
        }
        return outcomes
    }
}

extension ConfigStep {
    /// - Parameter pool: the id of the pool, which the step that makes it sets.
    fileprivate func perform(at desk: Administration, in pool: inout String) async throws(AdministrationError) -> ConfigOutcome {
        switch act {
        case .createPool(let create, let entries, let words):
            let made = try await desk.perform(create)
            pool = made.id.text
            if let update = try desk.poolUpdate(of: made, to: entries, words) { _ = try await desk.perform(update) }
        case .updatePool(let update): _ = try await desk.perform(update)
        case .addAttribute(let attribute):
            _ = try await desk.perform(AddCustomAttribute(attribute.name, type: attribute.type, multivalued: attribute.multivalued, to: pool))
        case .addResource(let uri, let scopes): _ = try await desk.perform(AddPoolResource(uri, scopes: scopes, to: pool))
        case .setResourceScopes(let uri, let scopes): _ = try await desk.perform(SetPoolResourceScopes(uri, scopes: scopes, of: pool))
        case .removeResource(let uri): _ = try await desk.perform(RemovePoolResource(uri, from: pool))
        case .createOIDC(let name, let settings, let entries, let words):
            let made = try await desk.perform(CreateOIDCProvider(name, pool: pool, settings: settings))
            // What a preset adds goes, where the document says otherwise.
            let stored = try await desk.pool(pool)
            if let update = try desk.providerUpdate(of: made.settings, to: entries, in: stored, words) {
                _ = try await desk.perform(UpdateOIDCProvider(name, pool: pool, settings: update))
            }
        case .updateOIDC(let name, let settings): _ = try await desk.perform(UpdateOIDCProvider(name, pool: pool, settings: settings))
        case .deleteProvider(let name): try await desk.perform(DeleteProvider(name, pool: pool))
        case .createClient(let name, let confidential, let settings):
            let made = try await desk.perform(CreateClient(name: name, pool: pool, confidential: confidential, settings: settings))
            return ConfigOutcome(step: self, unseenSecretOf: made.secret.map { _ in (made.client.poolID, made.client.id) })
        case .updateClient(let id, let settings): _ = try await desk.perform(UpdateClient(id, pool: pool, settings: settings))
        case .deleteClient(let id): try await desk.perform(DeleteClient(id, pool: pool))
        }
        return ConfigOutcome(step: self)
    }
}
