package import FoundationEssentials
package import Gateway
import SAML
package import UserPools
import WireFormats

/// Where an identity provider's metadata comes from.
package enum MetadataSource: Sendable {
    case document([UInt8])
    case url(String)

    var url: String? { if case .url(let url) = self { url } else { nil } }
}

/// What an admin says of a SAML provider; nil leaves it as it is (at creation: the default).
@dynamicMemberLookup
package struct SAMLProviderSettings: Sendable {
    package var metadata: MetadataSource?
    /// Which entity, where the document has several.
    package var entityID: String?
    package var allowsIDPInitiated: Bool?
    /// Where a sign-in that the provider began goes on, by `client_id`.
    package var idpInitiatedClient: String?
    /// The name of a `SAMLPreset`; at creation.
    package var preset: String?
    /// Until when something is tolerated; a moment that is past ends it.
    package var exceptions: [SAMLExceptions.Quirk: Date] = [:]
    /// Why the exceptions are made.
    package var exceptionReason: String?
    /// Those that end now.
    package var endedExceptions: Set<SAMLExceptions.Quirk> = []
    package var onGroupOverage: GroupOverage?
    /// The attribute that names the person, as its Name, one of `SubjectAttribute.shortNames`, or `friendly:` and a FriendlyName; `NameID` is none.
    package var subjectAttribute: String?
    /// Whether single logout counts, where the provider has it.
    package var singleLogout: Bool?
    package var requests = SAMLRequestChanges()
    package var following = MetadataFollowingSettings()
    package var common = ProviderSettings()

    package init() {}

    package subscript<Value>(dynamicMember path: WritableKeyPath<ProviderSettings, Value>) -> Value {
        get { common[keyPath: path] }
        set { common[keyPath: path] = newValue }
    }

    /// How long something is tolerated where nobody says how long.
    package static let usualException: TimeInterval = 365 * 86_400

    /// Puts into effect what is given but for the metadata.
    fileprivate func apply(
        to provider: inout IdentityProvider, in pool: UserPool, logo: ReadLogo, initiatedClient: AppClient?
    ) throws(AdministrationError) {
        var problems = ProblemList()
        try problems.check(try requireClient(for: provider))
        try problems.check(try requireGroupOverage())
        let requests = try problems.check(try requests.applied(to: provider))
        let contexts = try problems.check(try common.contexts.applied(to: provider.contextMapping, of: .saml))
        try problems.check(try common.apply(to: &provider, in: pool, logo: logo))
        try problems.refuse()
        provider.changeConnection { connection in
            connection.allowsIDPInitiated = allowsIDPInitiated ?? connection.allowsIDPInitiated
            if let initiatedClient { connection.initiated = SAMLInitiatedSettings(clientID: initiatedClient.id.text) }
            for (quirk, until) in exceptions { connection.allow(quirk, until: until, because: exceptionReason) }
            for quirk in endedExceptions { connection.allow(quirk, until: nil, because: nil) }
            connection.onGroupOverage = onGroupOverage ?? connection.onGroupOverage
            if let requests { connection.requests = requests }
            connection.contextMapping = contexts ?? nil
            if let subjectAttribute { connection.subjectAttribute = Self.subjectAttribute(named: subjectAttribute) }
            if let singleLogout { connection.logout = SAMLLogoutSettings(isEnabled: singleLogout) }
        }
    }

    static let nameID = "NameID"

    /// Whether what was looked at before the change began is there still: the signers that a new document was proven to have, or the document that
    /// new signers were proven to have signed.
    fileprivate func mayFollow(_ before: SAMLConnection?, in now: SAMLConnection) -> Bool {
        guard let before, metadata != nil || following.signers != nil else { return true }
        func isSame(_ signers: [String], _ others: [String]) -> Bool { signers.elementsEqual(others) { $0.hasSameBytes(as: $1) } }
        if metadata == nil { return before.metadata.hasSameBytes(as: now.metadata) }
        return following.signers != nil || isSame(before.following?.signers ?? [], now.following?.signers ?? [])
    }

    /// By its Name; nil for the NameID.
    static func subjectAttribute(named text: String) -> String? {
        text.hasSameBytes(as: nameID) ? nil : SubjectAttribute.shortNames[text] ?? text
    }

    /// What the preset knows, less what is given.
    fileprivate func onTopOfPreset(at now: Date) throws(AdministrationError) -> SAMLProviderSettings {
        guard let preset else { return self }
        guard let known = SAMLPreset.named(preset) else {
            throw .invalid(.preset, preset, "is none of \(SAMLPreset.all.map(\.name).joined(separator: ", "))", example: .give(.preset, "entra"))
        }
        var settings = self
        settings.map = ListChange(AttributeMapping.merge(settings.map?.given ?? [], over: known.map))
        for quirk in known.quirks where exceptions[quirk] == nil && !endedExceptions.contains(quirk) {
            settings.exceptions[quirk] = now.addingTimeInterval(Self.usualException)
        }
        return settings
    }

    /// A provider that may begin sign-ins needs an app where they go on: no address that came with a response is followed (THREATS S34).
    private func requireClient(for provider: IdentityProvider) throws(AdministrationError) {
        guard allowsIDPInitiated == true, idpInitiatedClient == nil, case .saml(let saml) = provider.kind, saml.initiated == nil else { return }
        throw .invalid(
            .idpInitiatedClient, "", "is needed where the provider may begin sign-ins: the app that goes on with them",
            example: .act(.allowIDPInitiated))
    }

    private func requireGroupOverage() throws(AdministrationError) {
        guard onGroupOverage == .fetch else { return }
        throw .invalid(.onGroupOverage, "fetch", "needs an access token, which SAML does not give", example: .give(.onGroupOverage, "refuse"))
    }
}

/// Registers a SAML identity provider from its metadata.
package struct CreateSAMLProvider: AdminAct {
    let name: String
    let pool: String
    let settings: SAMLProviderSettings

    package init(_ name: String, pool: String, settings: SAMLProviderSettings) { (self.name, self.pool, self.settings) = (name, pool, settings) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await desk.pool(pool)
        let providerName = try Administration.newName(name)
        guard let source = settings.metadata else {
            throw .invalid(.metadata, "", "or \(Field.metadataURL) is needed", example: .give(.metadataURL, "https://idp.example.com/metadata"))
        }
        let now = desk.environment.now()
        let settings = try settings.onTopOfPreset(at: now)
        let following = try settings.following.applied(to: nil, source: source, url: source.url)
        let document = try await desk.read(
            source, entityID: settings.entityID, signers: try following.map(MetadataSigner.keys) ?? [], at: now)
        var provider = IdentityProvider(
            poolID: pool.id, name: providerName,
            kind: .saml(SAMLConnection(metadata: document.text, entityID: document.metadata.entityID, metadataURL: document.url)),
            attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now)
        provider.changeConnection { $0.following = following }
        let logo = settings.common.readLogo()
        let client = try await desk.initiatedClient(settings, in: pool)
        try settings.apply(to: &provider, in: pool, logo: logo, initiatedClient: client)
        return try await desk.insert(provider, logo: try logo.get().given)
    }
}

package struct UpdateSAMLProvider: AdminAct {
    let name: String
    let pool: String
    let settings: SAMLProviderSettings

    package init(_ name: String, pool: String, settings: SAMLProviderSettings) {
        (self.name, self.pool, self.settings) = (name, pool, settings)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> Changed<ConfiguredProvider> {
        let pool = try await desk.pool(pool)
        let known = try await desk.provider(name, pool: pool.id.text)
        try Administration.require(.saml, known)
        if let text = settings.subjectAttribute { try await desk.requireSameUsers(of: known, named: text, in: pool) }
        let now = desk.environment.now()
        // Fetched before the change begins: what another admin changes meanwhile, to disable it say, must not be written over.
        var fetched: MetadataDocument?
        if let before = known.saml?.settings {
            let url = settings.metadata.map(\.url) ?? before.metadataURL
            let following = try settings.following.applied(to: before.following, source: settings.metadata, url: url)
            let signers = try following.map(MetadataSigner.keys) ?? []
            if let source = settings.metadata {
                fetched = try await desk.read(source, entityID: settings.entityID ?? before.entityID, signers: signers, at: now)
            } else if settings.following.signers != nil, !signers.isEmpty {
                // A demand that the document in force does not meet would keep every later one out as well, and nobody would see why.
                _ = try MetadataDocument(
                    reading: Array(before.metadata.utf8), from: url, entityID: before.entityID, signers: signers, at: known.settings.updatedAt)
            }
        }
        let (document, logo) = (fetched, settings.common.readLogo())
        let client = try await desk.initiatedClient(settings, in: pool)
        return try await desk.changeProvider(known.settings, logo: logo) { (provider) throws(AdministrationError) in
            guard case .saml(var connection) = provider.kind, settings.mayFollow(known.saml?.settings, in: connection) else {
                throw .store(.conflict(what: "identity provider \(provider.name)"))
            }
            if let document {
                connection.take(document)
                // What came as a file is not to be replaced by what an older address has.
                connection.metadataURL = document.url
                // The moment at which the metadata was found to be valid.
                provider.updatedAt = now
            }
            connection.following = try settings.following.applied(
                to: connection.following, source: settings.metadata, url: connection.metadataURL)
            provider.kind = .saml(connection)
            try settings.apply(to: &provider, in: pool, logo: logo, initiatedClient: client)
        }
    }
}

extension Administration {
    /// The app where sign-ins go on that the provider began: one of the pool, with an address to ask it at.
    fileprivate func initiatedClient(_ settings: SAMLProviderSettings, in pool: UserPool) async throws(AdministrationError) -> AppClient? {
        guard let id = settings.idpInitiatedClient else { return nil }
        let client = try await client(id, pool: pool.id.text)
        guard client.initiateLoginURI != nil else {
            throw .invalid(
                .idpInitiatedClient, id, "has no address at which it can be asked to begin a sign-in (OpenID Connect Core §4)",
                example: .act(.setInitiateLoginURI))
        }
        return client
    }

    /// Who is known by one attribute would be somebody else by another (THREATS S38).
    func requireSameUsers(of known: ConfiguredProvider, named text: String, in pool: UserPool) async throws(AdministrationError) {
        let nameID = SAMLProviderSettings.nameID
        let before = known.saml?.settings.subjectAttribute ?? known.federation?.subjectAttribute
        let after = SAMLProviderSettings.subjectAttribute(named: text)
        guard !(before ?? nameID).hasSameBytes(as: after ?? nameID) else { return }
        let isUsed: Bool
        do { isUsed = try await stores.users.hasIdentities(of: known.settings.name, in: pool.id) } catch { throw .store(error) }
        guard isUsed else { return }
        throw .invalid(
            .subject, text, "is chosen before the first sign-in; a change changes every user's identity", example: .act(.registerSAMLProvider))
    }
}

extension SAMLConnection {
    mutating func take(_ document: MetadataDocument) { (metadata, entityID) = (document.text, document.metadata.entityID) }
}

extension IdentityProvider {
    fileprivate mutating func changeConnection(_ body: (inout SAMLConnection) -> Void) {
        guard case .saml(var connection) = kind else { return }
        body(&connection)
        kind = .saml(connection)
    }
}
