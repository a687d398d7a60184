import Gateway
import UserPools
import WireFormats

/// A secret with where it came from.
private struct GivenSecret {
    let name: String
    let reference: ConfigReference
    let bytes: SecretBytes
}

// What a pool has: custom attributes, resources, identity providers, clients.

extension ConfigPlanner {
    mutating func planAttributes() {
        for attribute in document.attributes ?? [] {
            if let known = pool.customAttributes.first(where: { $0.name.hasSameBytes(as: attribute.name) }) {
                guard known.type != attribute.type || known.multivalued != attribute.multivalued else { continue }
                problems.add(
                    ConfigProblem(
                        at: attribute.place, of: "custom attribute '\(attribute.name)' of \(document.item.words)",
                        .fixed(field: "type", before: known.type.rawValue + (known.multivalued ? ", multivalued" : ""))))
                continue
            }
            guard let made = CustomAttribute(name: attribute.name, type: attribute.type, multivalued: attribute.multivalued) else {
                refuse(AddCustomAttribute.refusal(of: attribute.name), attribute.place, document.item.words)
                continue
            }
            pool.customAttributes.append(made)
            add(.create, .attribute, "custom:" + attribute.name, [], .addAttribute(attribute))
        }
    }

    mutating func planResources() {
        for resource in document.resources ?? [] {
            let scopes = (resource.scopes ?? []).distinctByBytes
            let after = ConfigSetting.list(scopes)
            do throws(AdministrationError) { try AddPoolResource(resource.uri, scopes: scopes, to: "").require() } catch {
                refuse(error, resource.place, document.item.words)
                continue
            }
            guard let index = pool.resources.firstIndex(where: { $0.uri.hasSameBytes(as: resource.uri) }) else {
                pool.resources.append(ResourceServer(uri: resource.uri, scopes: scopes))
                add(
                    .create, .resource, resource.uri, [ConfigDifference(name: "scopes", before: .absent, after: after)],
                    .addResource(resource.uri, scopes: scopes))
                continue
            }
            let before = ConfigSetting.list(pool.resources[index].scopes)
            guard resource.scopes != nil, !before.isSame(as: after) else { continue }
            pool.resources[index].scopes = scopes
            add(
                .change, .resource, resource.uri, [ConfigDifference(name: "scopes", before: before, after: after)],
                .setResourceScopes(resource.uri, scopes))
        }
    }

    mutating func planProviders(_ resolve: (ConfigReference) throws -> SecretBytes) {
        let known = Dictionary(providers.map { (Array($0.name.text.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        for provider in document.providers ?? [] {
            collect { (planner) throws(ConfigError) in
                let found = known[Array(provider.item.shownName.utf8)]
                try planner.plan(provider, found, try Self.secrets(provider, resolve))
            }
        }
    }

    private static func secrets(
        _ provider: ConfigDocument.Provider, _ resolve: (ConfigReference) throws -> SecretBytes
    ) throws(ConfigError) -> [GivenSecret] {
        var given: [GivenSecret] = []
        for secret in provider.secrets {
            let bytes: SecretBytes
            do { bytes = try resolve(secret.reference) } catch {
                let why = error as? any Diagnosable ?? ConfigReferenceError.notText
                throw ConfigError([ConfigProblem(at: secret.place, of: provider.item.words, .reference(why))])
            }
            given.append(GivenSecret(name: secret.name, reference: secret.reference, bytes: bytes))
        }
        guard given.count < 2 else {
            throw ConfigError([
                ConfigProblem(at: provider.item.place, of: provider.item.words, .twice("client_secret and client_key, of which one is enough,"))
            ])
        }
        return given
    }

    private mutating func plan(
        _ provider: ConfigDocument.Provider, _ found: IdentityProvider?,
        _ secrets: [GivenSecret]
    ) throws(ConfigError) {
        let (fields, item) = (ConfigFields.oidc, provider.item)
        var none = OIDCProviderSettings()
        guard let found else {
            Self.give(secrets.first, to: &none)
            let settings = fields.settings(item.entries, from: none)
            do throws(AdministrationError) {
                _ = try Administration.newName(item.shownName)
                try settings.requireNew()
            } catch { throw ConfigError([ConfigProblem(at: item.place, of: item.words, .refused(error))]) }
            add(
                .create, .provider, item.shownName, item.given + secrets.map { Self.difference($0, before: .absent) },
                .createOIDC(item.shownName, settings, item.entries, words: item.words))
            return
        }
        guard let subject = OIDCSubject(found) else {
            throw ConfigError([ConfigProblem(at: item.place, of: item.words, .fixed(field: "type", before: found.kind.word))])
        }
        let other = secrets.first { !isSame($0.bytes, as: subject) }
        Self.give(other, to: &none)
        let (pool, now, sealer) = (pool, desk.environment.now(), desk.sealer)
        let change = try fields.change(subject, to: item.entries, of: item.words, from: none, isOther: other != nil) {
            (subject, settings) throws(AdministrationError) in
            do throws(AdministrationError) { try settings.foresee(&subject, in: pool, at: now, sealer: sealer) } catch { throw error.ofChange }
        }
        guard let change else { return }
        let hidden = other.map { [Self.difference($0, before: .text(subject.connection.sealedSecret == nil ? "(none)" : "another"))] } ?? []
        add(.change, .provider, item.shownName, change.differences + hidden, .updateOIDC(item.shownName, change.settings))
    }

    private static func give(_ secret: GivenSecret?, to settings: inout OIDCProviderSettings) {
        guard let secret else { return }
        if secret.name == "client_key" { settings.clientKey = secret.bytes } else { settings.clientSecret = secret.bytes }
    }

    /// Of a secret only where it is.
    private static func difference(
        _ secret: GivenSecret, before: ConfigSetting
    ) -> ConfigDifference {
        ConfigDifference(name: secret.name, before: before, after: .reference(secret.reference))
    }

    /// One that does not open is another.
    private func isSame(_ secret: SecretBytes, as subject: OIDCSubject) -> Bool {
        guard let stored = try? subject.connection.openSecret(of: subject.provider, with: desk.sealer) else { return false }
        return stored.reveal().isEqualInConstantTime(to: secret.reveal())
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
