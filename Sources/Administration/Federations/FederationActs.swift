import FoundationEssentials
package import Gateway
import SAML
package import UserPools

/// A federation, and what there is of its members.
package struct ConfiguredFederation: Sendable {
    package let provider: ConfiguredProvider
    package let connection: FederationConnection
    /// nil where nothing was imported yet.
    package let status: FederationStatus?
    /// What an import read just now.
    package var imported: ImportedFederation?
}

/// Registers a federation, and imports its members where it publishes them all. A document that is no good registers nothing.
package struct CreateFederation: AdminAct {
    let name: String
    var pool: String
    let settings: FederationSettings
    let progress: @Sendable (ImportProgress) -> Void

    package init(_ name: String, pool: String, settings: FederationSettings, progress: @Sendable @escaping (ImportProgress) -> Void) {
        (self.name, self.pool, self.settings, self.progress) = (name, pool, settings, progress)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredFederation {
        let pool = try await desk.pool(pool)
        let logo = settings.saml.common.readLogo()
        let provider = try made(in: pool, logo: logo, at: desk.environment.now())
        let document = try await desk.federationDocument(provider, given: settings.source)
        // Before anything is registered: the import needs the federation to be there.
        if let document { _ = try await desk.importer(of: provider)?.run(document.document, isTrial: true, progress: progress) }
        _ = try await desk.insert(provider, logo: try logo.get().given)
        var imported: ImportedFederation?
        if let document {
            imported = try await desk.importer(of: provider)?.run(document.document, progress: progress)
            if let imported { await desk.remember(imported, document.version, of: provider) }
        }
        var made = try await desk.federation(provider.name.text, pool: pool.id.text)
        made.imported = imported
        return made
    }

    /// What is made, before its members are known.
    func made(in pool: UserPool, logo: ReadLogo, at now: Date) throws(AdministrationError) -> IdentityProvider {
        let name = try Administration.newName(name)
        var provider = IdentityProvider(
            poolID: pool.id, name: name, kind: .federation(try settings.connection(insteadOf: nil, at: now)), attributeMapping: AttributeMapping(),
            createdAt: now, updatedAt: now)
        try settings.apply(to: &provider, in: pool, logo: logo)
        return provider
    }
}

/// Changes what is given of a federation. Its members change with the next import.
package struct UpdateFederation: AdminAct {
    let name: String
    var pool: String
    let settings: FederationSettings
    /// Whether what is to change is as it was when that was decided; nil: whatever it is.
    var isAsPlanned: (@Sendable (IdentityProvider) -> Bool)?

    package init(_ name: String, pool: String, settings: FederationSettings) { (self.name, self.pool, self.settings) = (name, pool, settings) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredFederation {
        let pool = try await desk.pool(pool)
        let known = try await desk.federation(name, pool: pool.id.text)
        if let text = settings.saml.subjectAttribute { try await desk.requireSameUsers(of: known.provider, named: text, in: pool) }
        let (settings, logo, now) = (settings, settings.saml.common.readLogo(), desk.environment.now())
        _ = try await desk.changeProvider(known.provider.settings, logo: logo) { (provider) throws(AdministrationError) in
            guard isAsPlanned?(provider) ?? true else { throw .changedMeanwhile("federation '\(provider.name)'") }
            try settings.change(&provider, in: pool, at: now, logo: logo)
        }
        return try await desk.federation(name, pool: pool.id.text)
    }
}

/// Imports a federation's members anew; the last good ones stay where that fails.
package struct RefreshFederation: AdminAct {
    let name: String
    let pool: String
    /// The aggregate, where an admin has it; else it is fetched.
    let document: SpooledDocument?
    let isTrial: Bool
    let acceptsOlder: Bool
    let progress: @Sendable (ImportProgress) -> Void

    /// - Parameter acceptsOlder: also a document that ends sooner than the one that is held.
    package init(
        _ name: String, pool: String, document: SpooledDocument?, isTrial: Bool, acceptsOlder: Bool = false,
        progress: @Sendable @escaping (ImportProgress) -> Void
    ) {
        (self.name, self.pool, self.document, self.isTrial, self.progress) = (name, pool, document, isTrial, progress)
        self.acceptsOlder = acceptsOlder
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredFederation {
        let known = try await desk.federation(name, pool: pool)
        let provider = known.provider.settings
        guard let fetched = try await desk.federationDocument(provider, given: document.map { .file($0) }) else {
            throw .invalid(
                .name, name, "asks for its members one at a time, or was registered from a file", example: .act(.showProvider))
        }
        let imported = try await desk.importer(of: provider)?.run(
            fetched.document, isTrial: isTrial, acceptsOlder: acceptsOlder, progress: progress)
        if let imported, !isTrial { await desk.remember(imported, fetched.version, of: provider) }
        var after = try await desk.federation(name, pool: pool)
        after.imported = imported
        return after
    }
}

extension FederationSettings {
    func change(_ provider: inout IdentityProvider, in pool: UserPool, at now: Date, logo: ReadLogo) throws(AdministrationError) {
        guard case .federation(let before) = provider.kind else { throw .store(.conflict(what: "federation \(provider.name)")) }
        provider.kind = .federation(try connection(insteadOf: before, at: now))
        try apply(to: &provider, in: pool, logo: logo)
    }

    /// What every provider takes, and what the requests to the members are.
    func apply(to provider: inout IdentityProvider, in pool: UserPool, logo: ReadLogo) throws(AdministrationError) {
        var problems = ProblemList()
        let requests = try problems.check(try saml.requests.applied(to: provider))
        let contexts = try problems.check(try saml.common.contexts.applied(to: provider.contextMapping, of: .saml))
        try problems.check(try saml.common.apply(to: &provider, in: pool, logo: logo))
        try problems.refuse()
        guard case .federation(var connection) = provider.kind else { return }
        connection.requests = requests ?? nil
        connection.contextMapping = contexts ?? nil
        provider.kind = .federation(connection)
    }
}

extension Administration {
    /// Seconds in which an aggregate must have arrived.
    private static let patience = 300.0

    package func federation(_ name: String, pool: String) async throws(AdministrationError) -> ConfiguredFederation {
        let provider = try await provider(name, pool: pool)
        guard let connection = provider.federation else {
            throw .invalid(.name, name, "is no federation", example: .act(.showProvider))
        }
        let (providerName, poolID) = (provider.settings.name, provider.settings.poolID)
        let status = try await storing { () async throws(StoreError) in try await stores.federations.status(of: providerName, in: poolID) }
        return ConfiguredFederation(provider: provider, connection: connection, status: status)
    }

    package func listFederations(pool: String) async throws(AdministrationError) -> [ConfiguredFederation] {
        var found: [ConfiguredFederation] = []
        for provider in try await listProviders(pool: pool) where provider.federation != nil {
            found.append(try await federation(provider.settings.name.text, pool: pool))
        }
        return found
    }

    /// Members whose names, keywords or domains begin with the words.
    package func members(of federation: ConfiguredFederation, matching words: String, limit: Int) async throws(AdministrationError)
        -> [FederationOffer]
    {
        let (name, pool) = (federation.provider.settings.name, federation.provider.settings.poolID)
        return try await storing { () async throws(StoreError) in
            try await stores.federations.search(FederationWords.terms(of: words), of: name, in: pool, at: environment.now(), limit: limit)
        }
    }

    func importer(of provider: IdentityProvider) -> FederationImporter? {
        guard case .federation(let connection) = provider.kind, connection.source == .aggregate else { return nil }
        return FederationImporter(desk: self, provider: provider, connection: connection)
    }

    /// The aggregate: the given one, or what its address has; nil where members come one at a time, or there is no address.
    fileprivate func federationDocument(
        _ provider: IdentityProvider, given: FederationSettings.Source?
    ) async throws(AdministrationError) -> (document: SpooledDocument, version: DocumentVersion)? {
        guard case .federation(let connection) = provider.kind, connection.source == .aggregate else { return nil }
        if case .file(let document) = given { return (document, DocumentVersion()) }
        guard !connection.metadataURL.isEmpty else { return nil }
        switch try await fetchAggregate(connection.metadataURL, unless: DocumentVersion()) {
        case .document(let document, let version): return (document, version)
        case .unchanged: throw .fetch(.status(304), url: connection.metadataURL)
        }
    }

    func fetchAggregate(_ url: String, unless version: DocumentVersion) async throws(AdministrationError) -> DownloadedDocument {
        do throws(FetchError) {
            return try await environment.documents.download(
                url, limit: FederationMetadataReader.largestDocument, seconds: Self.patience, unless: version)
        } catch { throw .fetch(error, url: url) }
    }

    /// Servers need not look at once at what was read just now.
    fileprivate func remember(_ imported: ImportedFederation, _ version: DocumentVersion, of provider: IdentityProvider) async {
        guard var document = try? await stores.following.find(provider.name, in: provider.poolID) else { return }
        let now = environment.now()
        (document.validUntil, document.cacheDuration) = (imported.validUntil, imported.cacheDuration)
        (document.version, document.sameAs, document.freshFor) = (version, provider.documentDigest, version.freshFor)
        (document.checkedAt, document.failures, document.lastError) = (now, 0, nil)
        document.dueAt = FollowingSchedule.next(document, at: now, chance: Double(environment.random(1).first ?? 0) / 256)
        try? await stores.following.keep(document)
    }
}
