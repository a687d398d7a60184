package import FoundationEssentials
import Gateway
import SAML
package import UserPools
import WireFormats

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
    /// The same of each, in place of what was said before.
    var exceptionReasons: [SAMLExceptions.Quirk: String?] = [:]
    /// Those that are made until whatever day they have, or, where they are new, for as long as is usual.
    var undatedExceptions: Set<SAMLExceptions.Quirk> = []
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
    func apply(
        to provider: inout IdentityProvider, in pool: UserPool, at now: Date, logo: ReadLogo, initiatedClient: AppClient?
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
            applyExceptions(to: &connection, at: now)
            connection.onGroupOverage = onGroupOverage ?? connection.onGroupOverage
            if let requests { connection.requests = requests }
            connection.contextMapping = contexts ?? nil
            if let subjectAttribute { connection.subjectAttribute = Self.subjectAttribute(named: subjectAttribute) }
            if let singleLogout { connection.logout = SAMLLogoutSettings(isEnabled: singleLogout) }
        }
    }

    func applyExceptions(to connection: inout SAMLConnection, at now: Date) {
        for (quirk, until) in exceptions {
            if exceptionReasons[quirk] != nil { connection.allow(quirk, until: nil, because: nil) }
            connection.allow(quirk, until: until, because: exceptionReasons[quirk] ?? exceptionReason)
        }
        for quirk in undatedExceptions {
            if connection.madeExceptions.contains(where: { $0.quirk == quirk }) {
                connection.explain(quirk, by: exceptionReasons[quirk] ?? nil)
            } else {
                connection.allow(quirk, until: now.addingTimeInterval(Self.usualException), because: exceptionReasons[quirk] ?? nil)
            }
        }
        for quirk in endedExceptions { connection.allow(quirk, until: nil, because: nil) }
    }

    static let nameID = "NameID"

    /// Whether what was looked at before the change began is there still: the signers that a new document was proven to have, or the document that
    /// new signers were proven to have signed.
    private func mayFollow(_ before: SAMLConnection?, in now: SAMLConnection) -> Bool {
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
    func onTopOfPreset(at now: Date) throws(AdministrationError) -> SAMLProviderSettings {
        guard let preset else { return self }
        guard let known = SAMLPreset.named(preset) else {
            throw .invalid(.preset, preset, "is none of \(SAMLPreset.all.map(\.name).joined(separator: ", "))", example: .give(.preset, "entra"))
        }
        var settings = self
        if !common.mapsNothingElse { settings.map = ListChange(AttributeMapping.merge(settings.map?.given ?? [], over: known.map)) }
        for quirk in known.quirks where exceptions[quirk] == nil && !endedExceptions.contains(quirk) && !undatedExceptions.contains(quirk) {
            settings.exceptions[quirk] = now.addingTimeInterval(Self.usualException)
        }
        return settings
    }

    /// A provider that may begin sign-ins needs an app where they go on: no address that came with a response is followed (THREATS S34).
    private func requireClient(for provider: IdentityProvider) throws(AdministrationError) {
        guard allowsIDPInitiated == true, idpInitiatedClient == nil, case .saml(let saml) = provider.kind, saml.initiated == nil else { return }
        throw Self.noInitiatedClient
    }

    static let noInitiatedClient = AdministrationError.invalid(
        .idpInitiatedClient, "", "is needed where the provider may begin sign-ins: the app that goes on with them",
        example: .act(.allowIDPInitiated))

    private func requireGroupOverage() throws(AdministrationError) {
        guard onGroupOverage == .fetch else { return }
        throw .invalid(.onGroupOverage, "fetch", "needs an access token, which SAML does not give", example: .give(.onGroupOverage, "refuse"))
    }
}

extension SAMLProviderSettings {
    /// A new one.
    func provider(
        _ name: IdentityProvider.Name, _ connection: SAMLConnection, _ following: MetadataFollowing?, in pool: UserPool, at now: Date,
        logo: ReadLogo, initiatedClient: AppClient?
    ) throws(AdministrationError) -> IdentityProvider {
        var provider = IdentityProvider(
            poolID: pool.id, name: name, kind: .saml(connection), attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now)
        provider.changeConnection { $0.following = following }
        try apply(to: &provider, in: pool, at: now, logo: logo, initiatedClient: initiatedClient)
        return provider
    }

    /// - Parameters:
    ///   - known: the connection for which the document was read.
    ///   - document: nil where it stays.
    func change(
        _ provider: inout IdentityProvider, since known: SAMLConnection?, document: MetadataDocument?, in pool: UserPool, at now: Date,
        logo: ReadLogo,
        initiatedClient: AppClient?
    ) throws(AdministrationError) {
        guard case .saml(var connection) = provider.kind, mayFollow(known, in: connection) else {
            throw .store(.conflict(what: "identity provider \(provider.name)"))
        }
        if let document {
            connection.take(document)
            // What came as a file is not to be replaced by what an older address has.
            connection.metadataURL = document.url
            // The moment at which the metadata was found to be valid.
            provider.updatedAt = now
        }
        connection.following = try following.applied(to: connection.following, source: metadata, url: connection.metadataURL)
        provider.kind = .saml(connection)
        try apply(to: &provider, in: pool, at: now, logo: logo, initiatedClient: initiatedClient)
    }
}

extension IdentityProvider {
    fileprivate mutating func changeConnection(_ body: (inout SAMLConnection) -> Void) {
        guard case .saml(var connection) = kind else { return }
        body(&connection)
        kind = .saml(connection)
    }
}
