import FoundationEssentials
import Gateway
import OpenIDConnect
package import UserPools
import WireFormats

extension Administration {
    package func createPool(
        name: String, domain: String?, signingAlgorithm: String, region: String, deletionProtection: Bool = true
    ) async throws(AdministrationError) -> UserPool {
        var problems = ProblemList()
        try problems.check { () throws(AdministrationError) in try Self.requireName(name) }
        try problems.check { () throws(AdministrationError) in try Self.requireAlgorithm(signingAlgorithm) }
        var host: String?
        try problems.check { () throws(AdministrationError) in host = try domain.map(Self.hostName) }
        let made = UserPool.ID(region + "_" + makeIdentifier(9))
        try problems.check { () throws(AdministrationError) in
            guard made == nil else { return }
            throw .invalid(.region, region, "is not 1 to 40 letters, digits and hyphens", example: .give(.region, "eu-central-1"))
        }
        try problems.refuse()
        guard let id = made else { throw .store(.corrupt(what: "a new identifier")) }
        let pool = UserPool(
            id: id, name: name, domain: host, signingAlgorithm: signingAlgorithm,
            deletionProtection: deletionProtection, createdAt: environment.now())
        let event = event(.poolCreate, .pool, id.text, in: id, pool.facts)
        try await storing { () async throws(StoreError) in try await stores.pools.insert(pool, recorded: event) }
        do { _ = try await keyRing.keys(of: pool) } catch { throw .keys(error) }
        return pool
    }

    package func listPools() async throws(AdministrationError) -> [UserPool] {
        try await storing { () async throws(StoreError) in try await stores.pools.list() }
    }

    /// Changes what is given. A new algorithm is a key rotation of two steps: its key is published first and signs by a later command, and
    /// until then the pool's algorithm is the old one.
    package func updatePool(
        _ id: String, name: String?, domain: String?, signingAlgorithm: String?, deletionProtection: Bool? = nil,
        branding: BrandingSettings = BrandingSettings()
    ) async throws(AdministrationError) -> UserPool {
        let before = try await pool(id)
        // Everything is checked before anything is written.
        var problems = ProblemList()
        try problems.check { () throws(AdministrationError) in if let name { try Self.requireName(name, field: .newName) } }
        var given: String??
        try problems.check { () throws(AdministrationError) in
            given = try domain.map { (domain) throws(AdministrationError) in domain.isEmpty ? nil : try Self.hostName(domain) }
        }
        var (changed, logo) = (before.branding, Change<Image>.keep)
        try problems.check { () throws(AdministrationError) in logo = try changed.apply(branding) }
        try problems.refuse()
        let host = given
        if let signingAlgorithm {
            let algorithm = try Self.requireAlgorithm(signingAlgorithm)
            if signingAlgorithm != before.signingAlgorithm { _ = try await rotateKey(pool: id, algorithm: algorithm) }
        }
        let updated = try await changePool(before, .poolUpdate) { (pool) throws(AdministrationError) in
            if let name { pool.name = name }
            if let host { pool.domain = host }
            if let deletionProtection { pool.deletionProtection = deletionProtection }
            _ = try pool.branding.apply(branding)
        }
        return try await setLogo(logo, of: updated)
    }

    /// Refused while the pool is protected: whoever takes that back first has meant it.
    package func deletePool(_ id: String) async throws(AdministrationError) {
        let pool = try await pool(id)
        let event = event(.poolDelete, .pool, pool.id.text, in: pool.id)
        _ = try await changing { () async throws(ChangeError<AdministrationError>) in
            try await stores.pools.delete(
                pool.id, recorded: { event.telling($0.facts) },
                unless: { (pool: UserPool) throws(AdministrationError) in
                    if pool.deletionProtection { throw .protected(pool: pool.id) }
                })
        }
    }

    /// Registers a service for which the pool's tokens may be (RFC 8707), or gives it more scopes.
    package func addResource(_ uri: String, scopes: [String], to id: String) async throws(AdministrationError) -> UserPool {
        let pool = try await pool(id)
        guard ResourceIndicator.isAbsoluteURI(uri) else {
            throw .invalid(
                .resource, uri, "is not an absolute URI without fragment (RFC 8707 §2)", example: .give(.resource, "https://orders.example.com"))
        }
        for scope in scopes where !Self.isScope(scope) {
            throw .invalid(.scope, scope, "is not a scope (RFC 6749 §3.3)", example: .give(.scope, "orders:read"))
        }
        return try await changePool(pool, .poolAddResource) { (pool) throws(AdministrationError) in
            guard let index = pool.resources.firstIndex(where: { $0.uri.utf8.elementsEqual(uri.utf8) }) else {
                guard pool.resources.count < 100 else {
                    throw .invalid(.resource, uri, "would be the 101st; a pool has a maximum of 100", example: .words("reuse one that is there"))
                }
                pool.resources.append(ResourceServer(uri: uri, scopes: scopes))
                return
            }
            pool.resources[index].scopes = try ListChange(added: scopes).applied(to: pool.resources[index].scopes, .scope)
        }
    }

    /// Takes a service away that no client asks for any more.
    package func removeResource(_ uri: String, from id: String) async throws(AdministrationError) -> UserPool {
        let pool = try await pool(id)
        let users = try await listClients(pool: id).filter { $0.resources.contains { $0.hasSameBytes(as: uri) } }
        if let client = users.first {
            throw .invalid(
                .resource, uri,
                "is in use by \(users.count == 1 ? "a client" : "\(users.count) clients"), '\(client.name)' \(users.count == 1 ? "by name" : "among them")",
                example: .act(.removeClientResource))
        }
        return try await changePool(pool, .poolRemoveResource) { (pool) throws(AdministrationError) in
            guard let index = pool.resources.firstIndex(where: { $0.uri.utf8.elementsEqual(uri.utf8) }) else {
                throw .notFound(.resource, name: uri, pool: pool.id)
            }
            pool.resources.remove(at: index)
        }
    }

    func changePool(
        _ pool: UserPool, _ action: AuditEvent.Action, _ mutate: @escaping @Sendable (inout UserPool) throws(AdministrationError) -> Void
    ) async throws(AdministrationError) -> UserPool {
        let event = event(action, .pool, pool.id.text, in: pool.id)
        let changed = try await changing { () async throws(ChangeError<AdministrationError>) in
            try await stores.pools.change(pool.id, recorded: { event.telling($0.facts, $1.facts) }, mutate)
        }
        guard let changed else { throw .notFound(.pool, name: pool.id.text, pool: nil) }
        return changed
    }

    package func addAttribute(
        _ name: String, type: CustomAttribute.Kind, multivalued: Bool, to id: String
    ) async throws(AdministrationError) -> UserPool {
        let pool = try await pool(id)
        let given = ProtocolText(name), short = given.hasPrefix("custom:") ? given.dropFirst(7).string : name
        guard let attribute = CustomAttribute(name: short, type: type, multivalued: multivalued) else {
            throw .invalid(.name, name, "is not 1 to 20 letters, digits, '_', '-' and '.'", example: .give(.name, "team"))
        }
        return try await changePool(pool, .poolAddAttribute) { (pool) throws(AdministrationError) in
            guard !pool.customAttributes.contains(where: { $0.name == short }) else { throw .store(.conflict(what: "custom attribute")) }
            guard pool.customAttributes.count < 50 else {
                throw .invalid(
                    .name, name, "would be the 51st custom attribute; the maximum of a pool is 50", example: .words("reuse one that is there"))
            }
            pool.customAttributes.append(attribute)
        }
    }

    static func requireName(_ name: String, field: Field = .name) throws(AdministrationError) {
        guard (1...128).contains(name.unicodeScalars.count), name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw .invalid(field, name, "is not 1 to 128 characters without control characters", example: .give(field, "Acme staff"))
        }
    }

    @discardableResult
    private static func requireAlgorithm(_ name: String) throws(AdministrationError) -> SigningAlgorithm {
        guard let algorithm = SigningAlgorithm(rawValue: name) else {
            throw .invalid(.signingAlgorithm, name, "is not RS256, ES256 or EdDSA", example: .give(.signingAlgorithm, "ES256"))
        }
        return algorithm
    }

    /// A host name in lower case (RFC 1123 §2.1), of two labels at least.
    static func hostName(_ text: String) throws(AdministrationError) -> String {
        let name = ProtocolText(text).lowercased
        guard HostName.accepts(name), name.contains("."), !name.contains("_") else {
            throw .invalid(.domain, text, "is not a host name", example: .give(.domain, "id.example.com"))
        }
        return name.string
    }
}
