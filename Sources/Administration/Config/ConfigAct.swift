import Gateway
import OpenIDConnect
import UserPools
import WireFormats

/// What a step does.
enum ConfigAct: Sendable {
    case createPool(CreatePool)
    case updatePool(UpdatePool)
    /// What only goes once the rest of the pool is there.
    case completePool(UpdatePool, isAsPlanned: @Sendable (UserPool) -> Bool)
    case addAttribute(ConfigDocument.Attribute)
    case addAlgorithm(SigningAlgorithm)
    case removeAlgorithm(SigningAlgorithm)
    case addResource(String, scopes: [String])
    case setResourceScopes(String, [String], insteadOf: [String])
    case removeResource(String, insteadOf: [String])
    case createOIDC(String, OIDCProviderSettings)
    case updateOIDC(String, OIDCProviderSettings, isAsPlanned: @Sendable (OIDCSubject) -> Bool)
    case createSAML(String, SAMLProviderSettings)
    case updateSAML(String, SAMLProviderSettings, isAsPlanned: @Sendable (SAMLSubject) -> Bool)
    case createFederation(CreateFederation)
    case updateFederation(UpdateFederation)
    case setInitiated(String, SAMLProviderSettings, client: ConfigClientName?, isAsPlanned: @Sendable (SAMLSubject) -> Bool)
    case deleteProvider(String, isAsPlanned: @Sendable (IdentityProvider) -> Bool)
    case createClient(CreateClient)
    case updateClient(UpdateClient)
    case deleteClient(String, isAsPlanned: @Sendable (AppClient) -> Bool)
    case setWorkload(ConfigDocument.Workload, client: ConfigClientName, insteadOf: Workload?)
    case removeWorkload(Workload)

    /// The one that its document names, by whichever of its names.
    var client: ConfigClientName? {
        switch self {
        case .setWorkload(_, let client, _): client
        case .setInitiated(_, _, let client, _): client
        default: nil
        }
    }
}

/// A client that something of a document names.
enum ConfigClientName: Sendable, Hashable {
    /// By its `client_id`.
    case known(String)
    /// One that is made first, by its name.
    case new(String)

    /// No `client_id` begins with a zero byte.
    var key: [UInt8] {
        switch self {
        case .known(let id): Array(id.utf8)
        case .new(let name): [0] + Array(name.utf8)
        }
    }
}

/// What the steps before brought about in one pool.
struct ConfigProgress: Sendable {
    var pool: String
    /// The `client_id` of each client that was made, by the bytes of its name.
    private var made: [[UInt8]: String] = [:]

    init(pool: String) { self.pool = pool }

    mutating func note(_ client: AppClient) { made[Array(client.name.utf8)] = client.id.text }

    func id(_ client: ConfigClientName) -> String {
        switch client {
        case .known(let id): id
        case .new(let name): made[Array(name.utf8)] ?? name
        }
    }
}

extension ConfigStep {
    func perform(at desk: Administration, _ progress: inout ConfigProgress) async throws(AdministrationError) -> ConfigOutcome {
        let pool = progress.pool
        switch act {
        case .createPool(var create):
            // What has no id of its own is found by its name, of which there was none.
            create.isNew = create.id == nil
            progress.pool = try await desk.perform(create).id.text
        case .updatePool(let update): _ = try await desk.perform(update)
        case .completePool(var update, let isAsPlanned):
            update.id = pool
            update.isAsPlanned = isAsPlanned
            _ = try await desk.perform(update)
        case .addAttribute(let attribute): _ = try await desk.perform(attribute.act(to: pool))
        case .addAlgorithm(let algorithm): _ = try await desk.perform(AddSigningAlgorithm(algorithm, to: pool))
        case .removeAlgorithm(let algorithm): _ = try await desk.perform(RemoveSigningAlgorithm(algorithm, from: pool))
        case .addResource(let uri, let scopes): _ = try await desk.perform(AddPoolResource(uri, scopes: scopes, isNew: true, to: pool))
        case .setResourceScopes(let uri, let scopes, let before):
            _ = try await desk.perform(SetPoolResourceScopes(uri, scopes: scopes, insteadOf: before, of: pool))
        case .removeResource(let uri, let before): _ = try await desk.perform(RemovePoolResource(uri, insteadOf: before, from: pool))
        case .createOIDC, .updateOIDC, .createSAML, .updateSAML, .createFederation, .updateFederation, .setInitiated, .deleteProvider:
            return try await performOnProvider(at: desk, progress)
        case .createClient(var create):
            create.pool = pool
            create.isNew = create.id == nil
            let made = try await desk.perform(create)
            progress.note(made.client)
            return ConfigOutcome(step: self, unseenSecretOf: made.secret.map { _ in (made.client.poolID, made.client.id) })
        case .updateClient(var update):
            update.pool = pool
            _ = try await desk.perform(update)
        case .deleteClient(let id, let isAsPlanned):
            var delete = DeleteClient(id, pool: pool)
            delete.isAsPlanned = isAsPlanned
            try await desk.perform(delete)
        case .setWorkload(let workload, let client, let before):
            _ = try await desk.perform(workload.act(as: progress.id(client), insteadOf: before, to: pool))
        case .removeWorkload(let workload): _ = try await desk.perform(RemoveWorkload(workload.name, insteadOf: workload, from: pool))
        }
        return ConfigOutcome(step: self)
    }

    private func performOnProvider(
        at desk: Administration, _ progress: ConfigProgress
    ) async throws(AdministrationError) -> ConfigOutcome {
        let pool = progress.pool
        switch act {
        case .createOIDC(let name, let settings): _ = try await desk.perform(CreateOIDCProvider(name, pool: pool, settings: settings))
        case .createSAML(let name, let settings): _ = try await desk.perform(CreateSAMLProvider(name, pool: pool, settings: settings))
        case .updateOIDC(let name, let settings, let isAsPlanned):
            var update = UpdateOIDCProvider(name, pool: pool, settings: settings)
            update.isAsPlanned = { OIDCSubject($0).map(isAsPlanned) ?? false }
            _ = try await desk.perform(update)
        case .updateSAML(let name, let settings, let isAsPlanned):
            var update = UpdateSAMLProvider(name, pool: pool, settings: settings)
            update.isAsPlanned = { SAMLSubject($0).map(isAsPlanned) ?? false }
            _ = try await desk.perform(update)
        case .createFederation(var create):
            create.pool = pool
            let made = try await desk.perform(create)
            let isByHand = FederationSubject(made.provider.settings)?.isByHand ?? false
            return ConfigOutcome(step: self, poolOfEmptyFederation: isByHand ? made.provider.settings.poolID : nil)
        case .updateFederation(var update):
            update.pool = pool
            _ = try await desk.perform(update)
        case .setInitiated(let name, var settings, let client, let isAsPlanned):
            settings.idpInitiatedClient = client.map(progress.id)
            var update = UpdateSAMLProvider(name, pool: pool, settings: settings)
            update.isAsPlanned = { SAMLSubject($0).map(isAsPlanned) ?? false }
            _ = try await desk.perform(update)
        case .deleteProvider(let name, let isAsPlanned):
            var delete = DeleteProvider(name, pool: pool)
            delete.isAsPlanned = isAsPlanned
            try await desk.perform(delete)
        default: break
        }
        return ConfigOutcome(step: self)
    }
}
