import FoundationEssentials
import Gateway
import UserPools
import WireFormats

extension ConfigPlanner {
    mutating func plan(_ provider: ConfigDocument.Provider) throws(ConfigError) {
        let found = foundProviders[Array(provider.item.shownName.utf8)]
        switch provider.kind {
        case .oidc: try planOIDC(provider, found)
        case .saml: try planSAML(provider, found)
        case .federation: try planFederation(provider, found)
        }
    }

    private mutating func planOIDC(_ provider: ConfigDocument.Provider, _ found: IdentityProvider?) throws(ConfigError) {
        let (fields, item, secrets) = (ConfigFields.oidc, provider.item, provider.secrets)
        guard secrets.count < 2 else {
            throw ConfigError([
                ConfigProblem(at: item.places["client_key"], of: item.words, .several(["client_secret", "client_key"]))
            ])
        }
        var none = OIDCProviderSettings()
        // Also where it is the stored one: that would be forgotten, and the next plan would give it again.
        if let method = item.entry("token_endpoint_auth_method"), !secrets.isEmpty,
            method.setting.text.flatMap(OIDCConnection.ClientAuthentication.init) == OIDCConnection.ClientAuthentication.none
        {
            throw ConfigError([ConfigProblem(at: method.place, of: item.words, .refused(OIDCProviderSettings.takesNoSecret))])
        }
        guard let found else {
            none.common.mapsNothingElse = item.entry("attribute_mapping") != nil
            var settings = fields.settings(item.entries, from: none)
            var foreseen = settings
            Self.give(secrets.first?.bytes, secrets.first, to: &settings)
            Self.give(secrets.first?.foreseen, secrets.first, to: &foreseen)
            let made: IdentityProvider
            do throws(AdministrationError) {
                _ = try Administration.newName(item.shownName)
                made = try CreateOIDCProvider(item.shownName, pool: "", settings: foreseen).foresee(in: pool, at: desk)
            } catch { throw item.refusal(error) }
            try take(made, item)
            add(
                .create, .provider, item.shownName, item.given + secrets.map { Self.difference($0, before: .absent) },
                .createOIDC(item.shownName, settings))
            return
        }
        guard let subject = OIDCSubject(found) else { throw Self.otherKind(provider, found) }
        let other = secrets.first { secret in secret.bytes.map { !isSame($0, as: subject) } ?? !Self.mayBeSame(secret, as: subject) }
        Self.give(other?.bytes, other, to: &none)
        // Another secret says how it is used, unless the document does.
        if other != nil, let method = item.entry("token_endpoint_auth_method") { fields[method.name]?.set(&none, method.setting) }
        let (pool, now, sealer) = (pool, desk.environment.now(), desk.sealer)
        let change = try fields.change(subject, to: item.entries, of: item, from: none, isOther: other != nil) {
            (subject, settings) throws(AdministrationError) in
            var settings = settings
            Self.give(other?.foreseen, other, to: &settings)
            do throws(AdministrationError) { try settings.foresee(&subject, in: pool, at: now, sealer: sealer) } catch { throw error.ofChange }
        }
        guard let change else { return }
        try take(change.foreseen.provider, item)
        let before = subject.connection.sealedSecret
        let hidden = other.map { [Self.difference($0, before: .text(before == nil ? "(none)" : "another"))] } ?? []
        let isSecretAsPlanned = other == nil
        add(
            .change, .provider, item.shownName, change.differences + hidden,
            .updateOIDC(item.shownName, change.settings) { now in
                change.isAsPlanned(now) && (isSecretAsPlanned || now.connection.sealedSecret == before)
            })
    }

    private mutating func planSAML(_ provider: ConfigDocument.Provider, _ found: IdentityProvider?) throws(ConfigError) {
        let (fields, item, pool, now) = (ConfigFields.saml, provider.item, pool, desk.environment.now())
        if item.entry("metadata") != nil, item.entry("metadata_url") != nil {
            throw ConfigError([ConfigProblem(at: item.places["metadata_url"], of: item.words, .several(["metadata", "metadata_url"]))])
        }
        guard let found else {
            var none = SAMLProviderSettings()
            none.common.mapsNothingElse = item.entry("attribute_mapping") != nil
            let settings = fields.settings(item.entries, from: none)
            let made: IdentityProvider
            do throws(AdministrationError) {
                made = try CreateSAMLProvider(item.shownName, pool: "", settings: settings).foresee(in: pool, at: now)
            } catch { throw item.refusal(error, at: "metadata", "metadata_url") }
            try take(made, item)
            add(.create, .provider, item.shownName, item.given, .createSAML(item.shownName, settings))
            return
        }
        guard let subject = SAMLSubject(found) else { throw Self.otherKind(provider, found) }
        let change = try fields.change(subject, to: item.entries, of: item, from: SAMLProviderSettings()) {
            (subject, settings) throws(AdministrationError) in
            var settings = settings
            _ = settings.takeDocument(of: item)
            do throws(AdministrationError) { try settings.foresee(&subject, in: pool, at: now) } catch { throw error.ofChange }
        }
        guard var change else { return }
        try take(change.foreseen.provider, item)
        let (readsAgain, isAsPlanned) = (change.settings.takeDocument(of: item), change.isAsPlanned)
        add(
            .change, .provider, item.shownName, change.differences,
            .updateSAML(item.shownName, change.settings) { now in
                isAsPlanned(now) && (!readsAgain || now.connection.hasSameDocument(as: subject.connection))
            })
    }

    /// Its document is fetched when it is made; its members change with the next import.
    private mutating func planFederation(_ provider: ConfigDocument.Provider, _ found: IdentityProvider?) throws(ConfigError) {
        let (fields, item, pool, now) = (ConfigFields.federation, provider.item, pool, desk.environment.now())
        if item.entry("mdq_url") != nil, item.entry("metadata_url")?.setting.text != nil {
            throw ConfigError([ConfigProblem(at: item.places["mdq_url"], of: item.words, .several(["metadata_url", "mdq_url"]))])
        }
        guard let found else {
            let create = CreateFederation(
                item.shownName, pool: "", settings: fields.settings(item.entries, from: FederationSettings()), progress: { _ in })
            do throws(AdministrationError) { _ = try create.made(in: pool, logo: create.settings.saml.common.readLogo(), at: now) } catch {
                throw item.refusal(error)
            }
            add(.create, .provider, item.shownName, item.given, .createFederation(create))
            return
        }
        guard let subject = FederationSubject(found) else { throw Self.otherKind(provider, found) }
        let change = try fields.change(subject, to: item.entries, of: item, from: FederationSettings()) {
            (subject, settings) throws(AdministrationError) in
            var provider = subject.provider
            do throws(AdministrationError) {
                try settings.change(&provider, in: pool, at: now, logo: settings.saml.common.readLogo())
            } catch { throw error.ofChange }
            if let changed = FederationSubject(provider) { subject = changed }
        }
        guard let change else { return }
        var update = UpdateFederation(item.shownName, pool: "", settings: change.settings)
        update.isAsPlanned = { FederationSubject($0).map(change.isAsPlanned) ?? false }
        add(.change, .provider, item.shownName, change.differences, .updateFederation(update))
    }

    private static func otherKind(_ provider: ConfigDocument.Provider, _ found: IdentityProvider) -> ConfigError {
        ConfigError([ConfigProblem(at: provider.item.places["type"], of: provider.item.words, .fixed(field: "type", before: found.kind.word))])
    }

    private static func give(_ bytes: SecretBytes?, _ secret: ConfigDocument.Secret?, to settings: inout OIDCProviderSettings) {
        guard let secret else { return }
        if secret.isKey { settings.clientKey = bytes } else { settings.clientSecret = bytes }
    }

    /// Of one that is not looked at: whether one of its kind is stored.
    private static func mayBeSame(_ secret: ConfigDocument.Secret, as subject: OIDCSubject) -> Bool {
        subject.connection.sealedSecret != nil && subject.connection.usesClientKey == secret.isKey
    }

    /// Of a secret only where it is.
    static func difference(_ secret: ConfigDocument.Secret, before: ConfigSetting) -> ConfigDifference {
        ConfigDifference(name: secret.name, before: before, after: .secret(secret.reference))
    }

    /// One that does not open is another.
    private func isSame(_ secret: SecretBytes, as subject: OIDCSubject) -> Bool {
        guard let stored = try? subject.connection.openSecret(of: subject.provider, with: desk.sealer) else { return false }
        return stored.reveal().isEqualInConstantTime(to: secret.reveal())
    }
}

extension OIDCProviderSettings {
    /// What the provider would become.
    func foresee(_ subject: inout OIDCSubject, in pool: UserPool, at now: Date, sealer: Sealer) throws(AdministrationError) {
        var provider = subject.provider
        try change(&provider, refreshed: nil, in: pool, at: now, logo: common.readLogo(), sealer: sealer)
        if let changed = OIDCSubject(provider) { subject = changed }
    }
}

extension SAMLProviderSettings {
    /// What the provider would become; what a document says that would have to be fetched is not known.
    func foresee(_ subject: inout SAMLSubject, in pool: UserPool, at now: Date) throws(AdministrationError) {
        let before = subject.connection
        var (provider, connection, document) = (subject.provider, before, MetadataDocument?.none)
        switch metadata {
        case .document(let bytes)?:
            let following = try following.applied(to: before.following, source: metadata, url: nil)
            document = try MetadataDocument(
                reading: bytes, from: nil, entityID: entityID ?? before.entityID, signers: try following.map(MetadataSigner.keys) ?? [], at: now)
        case .url(let url)?: (connection.metadataURL, connection.entityID) = (url, entityID ?? before.entityID)
        case nil:
            let following = try following.applied(to: before.following, source: nil, url: before.metadataURL)
            try requireSigned(before, by: try following.map(MetadataSigner.keys) ?? [], at: provider.updatedAt)
        }
        provider.kind = .saml(connection)
        try change(&provider, since: before, document: document, in: pool, at: now, logo: common.readLogo(), initiatedClient: nil)
        if let changed = SAMLSubject(provider) { subject = changed }
    }

    /// Another entity is looked for in the document that the provider has, which is read again.
    /// - Returns: whether it is: then another document that somebody gives meanwhile would be lost.
    fileprivate mutating func takeDocument(of item: ConfigDocument.Item) -> Bool {
        guard metadata == nil, entityID != nil else { return false }
        if let url = item.entry("metadata_url")?.setting.text { metadata = .url(url) }
        if let content = item.entry("metadata")?.setting.content { metadata = .document(content.bytes) }
        return metadata != nil
    }
}

extension SAMLConnection {
    fileprivate func hasSameDocument(as other: SAMLConnection) -> Bool {
        metadata.hasSameBytes(as: other.metadata) && ConfigSetting(metadataURL).isSame(as: ConfigSetting(other.metadataURL))
    }
}

extension IdentityProvider.Kind {
    var word: String {
        switch self {
        case .saml: "saml"
        case .oidc: "oidc"
        case .federation: "federation"
        }
    }
}
