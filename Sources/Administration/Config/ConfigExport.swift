import Gateway
import UserPools
import WireFormats

/// What is there, as a document.
package struct ConfigExport: Sendable {
    package let value: ConfigValue
    /// Variables of the environment to which the document refers: each is to be set to a secret, which is in no export.
    package let secrets: [(variable: String, what: String)]
}

extension Administration {
    /// What is there, as a document has it: without secrets and what registered itself. The same things give the same document, whatever their
    /// identifiers are and whenever they were made.
    /// - Parameters:
    ///   - id: of one pool; nil is all.
    ///   - hasIDs: whether identifiers are in it, so that what is made of it has the same.
    ///   - isWhole: whether what is as usual is in it, so that it is looked at and made good, too.
    package func exportConfig(pool id: String?, hasIDs: Bool = false, isWhole: Bool = false) async throws(AdministrationError) -> ConfigExport {
        let pools = try await listPools()
        let chosen = if let id { [try await pool(id)] } else { pools }
        var (values, exporter) = ([ConfigValue](), ConfigExporter(hasIDs: hasIDs, isWhole: isWhole))
        for pool in chosen.sortedByBytes(\.name, \.id.text) {
            let isUnique = pools.count { $0.name.hasSameBytes(as: pool.name) } == 1
            let providers = try await storing { () async throws(StoreError) in try await stores.providers.list(in: pool.id) }
            let clients = try await listClients(pool: pool.id.text).filter { $0.metadata.registration == nil }
            exporter.pictures = try await pictures(of: pool, providers, clients)
            values.append(
                exporter.write(
                    pool, isUnique: isUnique, providers.sortedByBytes(\.name.text, \.name.text), clients.sortedByBytes(\.name, \.id.text)))
        }
        let value = ConfigValue(
            .members([
                .init("version", ConfigValue(.number(ConfigDocument.version))), .init("pools", ConfigValue(.list(values))),
            ]))
        return ConfigExport(value: value, secrets: exporter.secrets)
    }

    private func pictures(
        of pool: UserPool, _ providers: [IdentityProvider], _ clients: [AppClient]
    ) async throws(AdministrationError) -> [String: Image] {
        var pictures: [String: Image] = [:]
        for reference in pool.logos + providers.compactMap(\.logo) + clients.compactMap(\.metadata.logo) where pictures[reference.hash] == nil {
            pictures[reference.hash] = try await storing { () async throws(StoreError) in
                try await stores.images.find(hash: reference.hash, in: pool.id)
            }
        }
        return pictures
    }
}

/// Writes one pool after the other.
private struct ConfigExporter {
    let hasIDs: Bool
    let isWhole: Bool
    /// Of the pool that is written.
    var pictures: [String: Image] = [:]
    private(set) var secrets: [(variable: String, what: String)] = []

    init(hasIDs: Bool, isWhole: Bool) { (self.hasIDs, self.isWhole) = (hasIDs, isWhole) }

    /// By its name where that is enough, so that the document can be applied elsewhere.
    mutating func write(_ pool: UserPool, isUnique: Bool, _ providers: [IdentityProvider], _ clients: [AppClient]) -> ConfigValue {
        var members = isUnique && !hasIDs ? [] : [ConfigValue.Member("id", ConfigValue(.text(pool.id.text)))]
        members += ConfigFields.pool.written(pool, isWhole: isWhole, pictures)
        func append(_ name: String, _ values: [ConfigValue]) { members.append(.init(name, ConfigValue(.list(values)))) }
        append("custom_attributes", pool.customAttributes.map(written))
        if isWhole || pool.signingAlgorithms.count > 1 { append("signing_algorithms", pool.signingAlgorithms.map { ConfigValue(.text($0)) }) }
        append("resources", pool.resources.map(written))
        append("identity_providers", providers.map { write($0, of: pool, clients) })
        var values: [ConfigValue] = []
        let counts = Dictionary(clients.map { (Array($0.name.utf8), 1) }, uniquingKeysWith: +)
        let ids = Set(clients.map { Array($0.id.text.utf8) })
        for client in clients {
            let name = Array(client.name.utf8)
            let isUnique = counts[name] == 1 && (client.id.text.hasSameBytes(as: client.name) || !ids.contains(name))
            values.append(written(client, isUnique: isUnique))
        }
        append("clients", values)
        append("workloads", (pool.settings.workloads ?? []).map { written($0, clients) })
        return ConfigValue(.members(members))
    }

    private func written(_ attribute: CustomAttribute) -> ConfigValue {
        var members = [ConfigValue.Member("name", ConfigValue(.text(attribute.name)))]
        members.append(.init("type", ConfigValue(.text(attribute.type.rawValue))))
        if isWhole || attribute.multivalued { members.append(.init("multivalued", ConfigValue(.flag(attribute.multivalued)))) }
        return ConfigValue(.members(members))
    }

    private func written(_ resource: ResourceServer) -> ConfigValue {
        ConfigValue(
            .members([
                .init("uri", ConfigValue(.text(resource.uri))),
                .init("scopes", ConfigValue(.list(resource.scopes.map { ConfigValue(.text($0)) }))),
            ]))
    }

    private mutating func write(_ provider: IdentityProvider, of pool: UserPool, _ clients: [AppClient]) -> ConfigValue {
        var members = [
            ConfigValue.Member("name", ConfigValue(.text(provider.name.text))), .init("type", ConfigValue(.text(provider.kind.word))),
        ]
        if let subject = OIDCSubject(provider) {
            // A preset has these where nobody says anything.
            let always: Set<String> = subject.connection.preset == nil ? [] : ["display_name", "attribute_mapping"]
            members += ConfigFields.oidc.written(subject, without: subject.connection.derivedFields, always: always, isWhole: isWhole, pictures)
            if subject.connection.sealedSecret != nil {
                let field = subject.connection.usesClientKey ? "client_key" : "client_secret"
                members.append(.init(field, ConfigValue(.text("env:" + refer(to: field, of: provider, in: pool)))))
            }
        } else if let subject = SAMLSubject(provider) {
            members += ConfigFields.saml.written(subject, isWhole: isWhole, pictures)
            if let client = subject.connection.initiated?.clientID {
                members.append(.init("idp_initiated_client", ConfigValue(.text(clients.shownName(of: client)))))
            }
            let isAllowed = subject.connection.allowsIDPInitiated
            if isWhole || isAllowed { members.append(.init("allow_idp_initiated", ConfigValue(.flag(isAllowed)))) }
        } else if let subject = FederationSubject(provider) {
            // Elsewhere it is made without its members, which its own command imports.
            let always: Set<String> = subject.isByHand ? ["metadata_url"] : []
            members += ConfigFields.federation.written(subject, always: always, isWhole: isWhole, pictures)
        }
        return ConfigValue(.members(members))
    }

    /// The variable that is to have a secret: `STAFF_CORP_CLIENT_SECRET`.
    private mutating func refer(to field: String, of provider: IdentityProvider, in pool: UserPool) -> String {
        let words = "\(pool.name)_\(provider.name.text)_\(field)"
        let letters = words.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        // No name begins with a digit, and none is one of the server's own.
        let isName =
            letters.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false && !letters.starts(with: "COUNTERSIGN_".utf8)
        let name = (isName ? "" : "_") + String(decoding: letters, as: UTF8.self)
        var (variable, count) = (name, 1)
        while secrets.contains(where: { $0.variable == variable }) {
            count += 1
            variable = name + "_\(count)"
        }
        secrets.append((variable, "\(field) of identity provider '\(provider.name)' of pool '\(pool.name)'"))
        return variable
    }

    private func written(_ client: AppClient, isUnique: Bool) -> ConfigValue {
        var left: Set<String> = []
        // A public client has no choice.
        if !client.isConfidential { left.insert("pkce") }
        let own = isUnique && !hasIDs ? [] : [ConfigValue.Member("client_id", ConfigValue(.text(client.id.text)))]
        return ConfigValue(.members(own + ConfigFields.client.written(client, without: left, isWhole: isWhole, pictures)))
    }

    private func written(_ workload: Workload, _ clients: [AppClient]) -> ConfigValue {
        var members = [
            ConfigValue.Member("name", ConfigValue(.text(workload.name))), .init("issuer", ConfigValue(.text(workload.issuer))),
            .init("subject", ConfigValue(.text(workload.subject))),
            .init("client", ConfigValue(.text(clients.shownName(of: workload.clientID)))),
        ]
        for (name, text) in [("jwks_uri", workload.keySetURL), ("jwks", workload.keySet)] where isWhole || text != nil {
            members.append(.init(name, ConfigValue(text.map(ConfigValue.Content.text) ?? ConfigValue.Content.absent)))
        }
        if isWhole || workload.mayRepeat { members.append(.init("may_repeat", ConfigValue(.flag(workload.mayRepeat)))) }
        return ConfigValue(.members(members))
    }
}

extension Array {
    fileprivate func sortedByBytes(_ first: (Element) -> String, _ second: (Element) -> String) -> [Element] {
        func isBefore(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }
        return sorted { one, other in
            first(one).hasSameBytes(as: first(other)) ? isBefore(second(one), second(other)) : isBefore(first(one), first(other))
        }
    }
}
