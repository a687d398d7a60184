import Gateway
import Logging
import UserPools
import WireFormats

extension Remedy {
    /// A word of a command: itself, or what the admin has to fill in.
    enum Word: Equatable {
        case plain(String)
        case blank(Blank)
    }

    /// What is left open, in the capitals that stand for it.
    enum Blank: String, CaseIterable {
        case pool = "POOL"
        case client = "CLIENT_ID"
        case provider = "NAME"
        case user = "SUB"
        case uri = "URI"
        case origin = "ORIGIN"
        case scope = "SCOPE"
        case attribute = "ATTRIBUTE"
        case rule = "ATTRIBUTE=SOURCE"
        case domain = "EMAIL-DOMAIN"
        case file = "FILE"
        case date = "DATE"
        case tenant = "TENANT_ID"
        case issuer = "ISSUER"
        case entity = "ENTITY_ID"
        case url = "URL"
    }

    /// The arguments of `countersign`; nil where it is a setting, and no command.
    func words(at place: Place) -> [Word]? {
        func plain(_ words: String...) -> [Word] { words.map { .plain($0) } }
        func filled(_ name: String?, _ blank: Blank) -> Word { name.map { .plain($0) } ?? .blank(blank) }
        let pool = filled(place.pool, .pool), provider = filled(place.provider, .provider), user = filled(place.user, .user)
        let inPool: [Word] = [.plain("--pool"), pool]
        func client(_ options: [Word]) -> [Word] { plain("client", "update") + [filled(place.client, .client)] + inPool + options }
        func idp(_ options: [Word]) -> [Word] { plain("idp", "update") + [provider] + inPool + options }
        func option(_ name: String, _ value: Word) -> [Word] { [.plain(name), value] }
        func rule(_ attribute: String?) -> Word { attribute.map { .plain($0 + "=SOURCE") } ?? .blank(.rule) }
        switch self {
        case .listPools: return plain("pool", "list")
        case .listClients: return plain("client", "list") + inPool
        case .listProviders: return plain("idp", "list") + inPool
        case .listUsers: return plain("user", "list") + inPool
        case .listKeys: return plain("key", "list") + inPool
        case .listSAMLKeys: return plain("key", "list", "--use", "saml-signing") + inPool
        case .listAudit: return plain("audit", "list") + inPool
        case .showPool: return plain("pool", "show") + [pool]
        case .showClient: return plain("client", "show") + [filled(place.client, .client)] + inPool
        case .showProvider: return plain("idp", "show") + [provider] + inPool
        case .showUser: return plain("user", "show") + [user] + inPool
        case .inspectMessage: return plain("saml", "inspect") + [.blank(.file)]
        case .createPool: return plain("pool", "create") + [.blank(.provider)]
        case .declareAttribute(let name): return plain("pool", "add-attribute") + [pool, filled(name, .attribute)]
        case .addResource: return plain("pool", "add-resource") + [pool, .blank(.uri)]
        case .addAlgorithm(let name): return plain("pool", "add-algorithm") + [pool] + plain(name)
        case .dropDeletionProtection: return plain("pool", "update") + [pool] + plain("--no-deletion-protection")
        case .addRedirectURI: return client(option("--add-redirect-uri", .blank(.uri)))
        case .addLogoutURI: return client(option("--add-logout-uri", .blank(.uri)))
        case .setInitiateLoginURI: return client(option("--initiate-login-uri", .blank(.uri)))
        case .addWebOrigin: return client(option("--add-web-origin", .blank(.origin)))
        case .endSignedResponseAlg(let response):
            return client(plain("--" + response.rawValue.replacing("_", with: "-") + "-signed-response-alg", "none"))
        case .addScope: return client(option("--add-scope", .blank(.scope)))
        case .addClientResource: return client(option("--add-resource", .blank(.uri)))
        case .removeClientResource: return client(option("--remove-resource", .blank(.uri)))
        case .allowGrant(let grant): return client(option("--add-grant", .plain(grant)))
        case .offerProvider: return client(option("--add-idp", provider))
        case .enableClient: return client(plain("--enable"))
        case .makePKCEOptional: return client(plain("--pkce", "optional"))
        case .replaceNewestSecret:
            return plain("client", "rotate-secret") + [filled(place.client, .client)] + inPool + plain("--replace-newest")
        case .registerSAMLProvider: return plain("idp", "create", "saml") + [.blank(.provider)] + inPool + option("--metadata-file", .blank(.file))
        case .registerOIDCProvider:
            return plain("idp", "create", "oidc") + [.blank(.provider)] + inPool + option("--issuer", .blank(.issuer))
                + option("--client-id", .blank(.client)) + option("--client-secret-file", .blank(.file))
        case .enableProvider: return idp(plain("--enable"))
        case .refreshProvider: return plain("idp", "refresh") + [provider] + inPool
        case .replaceMetadata: return idp(option("--metadata-file", .blank(.file)))
        case .chooseEntity: return idp(option("--metadata-file", .blank(.file)) + option("--entity-id", .blank(.entity)))
        case .mapAttribute(let name): return idp(option("--add-map", rule(name)))
        case .unmapAttribute(let name): return idp(option("--remove-map", filled(name, .attribute)))
        case .stopRequiring(let name): return idp(option("--remove-require", filled(name, .attribute)))
        case .addDomain: return idp(option("--add-domain", .blank(.domain)))
        case .setGroupOverage(let policy): return idp(option("--on-group-overage", .plain(policy.rawValue)))
        case .nameByAttribute: return idp(option("--subject", .blank(.attribute)))
        case .testProvider: return plain("idp", "test") + [provider] + inPool
        case .allowSingleLogout: return idp(plain("--single-logout"))
        case .awaitArtifacts: return idp(plain("--response-binding", "artifact"))
        case .allowIDPInitiated: return idp(plain("--allow-idp-initiated") + option("--idp-initiated-client", filled(place.client, .client)))
        case .allow(let quirk): return idp(option("--allow-" + quirk.rawValue.replacing("_", with: "-") + "-until", .blank(.date)))
        case .followMetadata: return idp(option("--metadata-url", .blank(.url)))
        case .replaceClientSecret: return idp(option("--client-secret-file", .blank(.file)))
        case .replaceClientKey: return idp(option("--client-key-file", .blank(.file)))
        case .showClientSecrets: return plain("idp", "secret", "show") + [provider] + inPool
        case .setClientSecret: return plain("idp", "secret", "set") + [provider] + inPool + option("--client-secret-file", .blank(.file))
        case .setClientKey: return plain("idp", "secret", "set") + [provider] + inPool + option("--client-key-file", .blank(.file))
        case .testClientSecret: return plain("idp", "secret", "test") + [provider] + inPool
        case .requestScope(let scope): return idp(option("--add-scope", filled(scope, .scope)))
        case .allowTenant: return idp(option("--add-allowed-tenant", .blank(.tenant)))
        case .endPrompt: return idp(option("--prompt", .plain("")))
        case .enableUser: return plain("user", "enable") + [user] + inPool
        case .unlinkIdentity(let user, let provider, let subject):
            return plain("user", "unlink", user) + inPool + plain("--provider", provider, "--subject", subject)
        case .rotateKey(let algorithm): return plain("key", "rotate") + inPool + plain("--algorithm", algorithm)
        case .configure: return nil
        }
    }

    /// The command as it is typed, or the setting by flag and environment variable.
    /// - Parameter installation: on which the command must act.
    func command(at place: Place, of installation: InstallationOptions = InstallationOptions()) -> String {
        guard let words = words(at: place) else {
            guard case .configure(let setting) = self else { return "" }
            return setting.setting.flag + " or " + setting.setting.variable
        }
        return installation.command(
            quoted: words.map { word in
                switch word {
                case .plain(let text): Shell.quoted(Printable.line(text))
                case .blank(let blank): blank.rawValue
                }
            })
    }
}

extension Remedy.Setting {
    var setting: Setting {
        switch self {
        case .database: .database
        case .masterKeyFile: .masterKeyFile
        case .publicURL: .publicURL
        case .trustedProxy: .trustedProxy
        case .development: .development
        }
    }
}
