import Gateway
import OpenIDConnect
package import UserPools
import WireFormats

/// Adds a custom attribute to a pool's users.
package struct AddCustomAttribute: AdminAct {
    let name: String
    let type: CustomAttribute.Kind
    let multivalued: Bool
    let pool: String

    /// - Parameter name: with or without `custom:`.
    package init(_ name: String, type: CustomAttribute.Kind, multivalued: Bool, to pool: String) {
        (self.name, self.type, self.multivalued, self.pool) = (name, type, multivalued, pool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let pool = try await desk.pool(pool)
        return try await desk.changePool(pool, .poolAddAttribute) { (pool) throws(AdministrationError) in try apply(to: &pool) }.after
    }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        let given = ProtocolText(name), short = given.hasPrefix("custom:") ? given.dropFirst(7).string : name
        guard let attribute = CustomAttribute(name: short, type: type, multivalued: multivalued) else {
            throw .invalid(.name, name, "is not 1 to 20 letters, digits, '_', '-' and '.'", example: .give(.name, "team"))
        }
        guard !pool.customAttributes.contains(where: { $0.name.hasSameBytes(as: short) }) else {
            throw .store(.conflict(what: "custom attribute"))
        }
        guard pool.customAttributes.count < 50 else {
            throw .invalid(
                .name, name, "would be the 51st custom attribute; the maximum of a pool is 50", example: .words("reuse one that is there"))
        }
        pool.customAttributes.append(attribute)
    }
}

/// Registers a service for which the pool's tokens may be (RFC 8707), or gives it more scopes.
package struct AddPoolResource: AdminAct {
    let uri: String
    let scopes: [String]
    let isNew: Bool
    let pool: String

    /// How many a pool has at most.
    static let maximum = 100

    /// - Parameter isNew: whether there was none when that was decided, so that one that is there now is somebody else's.
    package init(_ uri: String, scopes: [String], isNew: Bool = false, to pool: String) {
        (self.uri, self.scopes, self.isNew, self.pool) = (uri, scopes, isNew, pool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let pool = try await desk.pool(pool)
        return try await desk.changePool(pool, .poolAddResource) { (pool) throws(AdministrationError) in try apply(to: &pool) }.after
    }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        try require()
        guard let index = pool.resources.firstIndex(where: { $0.uri.hasSameBytes(as: uri) }) else {
            guard pool.resources.count < Self.maximum else {
                throw .invalid(
                    .resource, uri, "would be one more than \(Self.maximum); a pool has no more", example: .words("reuse one that is there"))
            }
            pool.resources.append(ResourceServer(uri: uri, scopes: scopes))
            return
        }
        guard !isNew else { throw .changedMeanwhile("resource '\(uri)'") }
        pool.resources[index].scopes = try ListChange(added: scopes).applied(to: pool.resources[index].scopes, .scope)
    }

    fileprivate func require() throws(AdministrationError) {
        var problems = ProblemList()
        try problems.check(try requireURI())
        for scope in scopes { try problems.check(try Administration.requireScope(scope, example: .give(.scope, "orders:read"))) }
        try problems.refuse()
    }

    private func requireURI() throws(AdministrationError) {
        guard ResourceIndicator.isAbsoluteURI(uri) else {
            throw .invalid(
                .resource, uri, "is not an absolute URI without fragment (RFC 8707 §2)", example: .give(.resource, "https://orders.example.com"))
        }
    }
}

/// Gives a service other scopes in place of those that it has.
package struct SetPoolResourceScopes: AdminAct {
    let uri: String
    let scopes: [String]
    let before: [String]
    let pool: String

    /// - Parameter before: those that it had when that was decided.
    package init(_ uri: String, scopes: [String], insteadOf before: [String], of pool: String) {
        (self.uri, self.scopes, self.before, self.pool) = (uri, scopes, before, pool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let pool = try await desk.pool(pool)
        return try await desk.changePool(pool, .poolAddResource) { (pool) throws(AdministrationError) in try apply(to: &pool) }.after
    }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        try AddPoolResource(uri, scopes: scopes, to: pool.id.text).require()
        guard let index = pool.resources.firstIndex(where: { $0.uri.hasSameBytes(as: uri) }) else {
            throw .notFound(.resource, name: uri, pool: pool.id)
        }
        guard pool.resources[index].scopes.elementsEqual(before, by: { $0.hasSameBytes(as: $1) }) else {
            throw .changedMeanwhile("resource '\(uri)'")
        }
        pool.resources[index].scopes = scopes.distinctByBytes
    }
}

/// Takes a service away that no client asks for any more.
package struct RemovePoolResource: AdminAct {
    let uri: String
    let before: [String]?
    let pool: String

    /// - Parameter before: the scopes that it had when that was decided; nil: whatever they are.
    package init(_ uri: String, insteadOf before: [String]? = nil, from pool: String) {
        (self.uri, self.before, self.pool) = (uri, before, pool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let pool = try await desk.pool(pool)
        // The store looks again in the transaction; here it is said who has it.
        try requireUnused(by: try await desk.listClients(pool: pool.id.text))
        return try await desk.changePool(pool, .poolRemoveResource) { (pool) throws(AdministrationError) in try apply(to: &pool) }.after
    }

    func requireUnused(by clients: [AppClient]) throws(AdministrationError) {
        let users = clients.filter { $0.resources.contains { $0.hasSameBytes(as: uri) } }
        if let client = users.first {
            throw .invalid(
                .resource, uri,
                "is in use by \(users.count == 1 ? "a client" : "\(users.count) clients"), '\(client.name)' \(users.count == 1 ? "by name" : "among them")",
                example: .act(.removeClientResource))
        }
        if let service = clients.first(where: { $0.serves.contains { $0.hasSameBytes(as: uri) } }) {
            throw .invalid(
                .resource, uri, "is what the client '\(service.name)' serves", example: .words("take it from what that client serves first"))
        }
    }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        guard let index = pool.resources.firstIndex(where: { $0.uri.hasSameBytes(as: uri) }) else {
            throw .notFound(.resource, name: uri, pool: pool.id)
        }
        guard before?.elementsEqual(pool.resources[index].scopes, by: { $0.hasSameBytes(as: $1) }) ?? true else {
            throw .changedMeanwhile("resource '\(uri)'")
        }
        pool.resources.remove(at: index)
    }
}
