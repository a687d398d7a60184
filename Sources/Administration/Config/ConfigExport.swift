import Gateway
import UserPools
import WireFormats

extension Administration {
    /// What is there, as a document has it: without secrets, pictures and what registered itself.
    /// - Parameter id: of one pool; nil is all.
    package func exportConfig(pool id: String?) async throws(AdministrationError) -> ConfigValue {
        let pools = try await listPools()
        var chosen = pools
        if let id { chosen = [try await pool(id)] }
        var values: [ConfigValue] = []
        for pool in chosen {
            let isUnique = pools.count { $0.name.hasSameBytes(as: pool.name) } == 1
            let providers = try await storing { () async throws(StoreError) in try await stores.providers.list(in: pool.id) }
            let clients = try await listClients(pool: pool.id.text).filter { $0.metadata.registration == nil }
            values.append(Self.written(pool, isUnique: isUnique, providers, clients))
        }
        return ConfigValue(
            .members([
                .init("version", ConfigValue(.number(ConfigDocument.version))), .init("pools", ConfigValue(.list(values))),
            ]))
    }

    /// By its name where that is enough, so that the document can be applied elsewhere.
    private static func written(
        _ pool: UserPool, isUnique: Bool, _ providers: [IdentityProvider], _ clients: [AppClient]
    ) -> ConfigValue {
        var members = isUnique ? [] : [ConfigValue.Member("id", ConfigValue(.text(pool.id.text)))]
        members += ConfigFields.pool.written(pool)
        members.append(.init("custom_attributes", ConfigValue(.list(pool.customAttributes.map(written)))))
        members.append(.init("resources", ConfigValue(.list(pool.resources.map(written)))))
        members.append(.init("identity_providers", ConfigValue(.list(providers.compactMap(OIDCSubject.init).map(written)))))
        let counts = Dictionary(clients.map { (Array($0.name.utf8), 1) }, uniquingKeysWith: +)
        members.append(
            .init("clients", ConfigValue(.list(clients.map { written($0, isUnique: counts[Array($0.name.utf8)] == 1) }))))
        return ConfigValue(.members(members))
    }

    private static func written(_ attribute: CustomAttribute) -> ConfigValue {
        var members = [ConfigValue.Member("name", ConfigValue(.text(attribute.name)))]
        members.append(.init("type", ConfigValue(.text(attribute.type.rawValue))))
        if attribute.multivalued { members.append(.init("multivalued", ConfigValue(.flag(true)))) }
        return ConfigValue(.members(members))
    }

    private static func written(_ resource: ResourceServer) -> ConfigValue {
        ConfigValue(
            .members([
                .init("uri", ConfigValue(.text(resource.uri))),
                .init("scopes", ConfigValue(.list(resource.scopes.map { ConfigValue(.text($0)) }))),
            ]))
    }

    private static func written(_ subject: OIDCSubject) -> ConfigValue {
        let own = [
            ConfigValue.Member("name", ConfigValue(.text(subject.provider.name.text))), .init("type", ConfigValue(.text("oidc"))),
        ]
        return ConfigValue(.members(own + ConfigFields.oidc.written(subject, without: subject.connection.derivedFields)))
    }

    private static func written(_ client: AppClient, isUnique: Bool) -> ConfigValue {
        var left: Set<String> = []
        // A public client has no choice.
        if !client.isConfidential || client.pkce == .optional { left.insert("pkce") }
        let own = isUnique ? [] : [ConfigValue.Member("client_id", ConfigValue(.text(client.id.text)))]
        return ConfigValue(.members(own + ConfigFields.client.written(client, without: left)))
    }
}
