import FoundationEssentials
package import Gateway
package import UserPools

/// Where an admin asks questions, which change nothing and leave no record, and has acts performed (`AdminAct`).
package struct Administration: Sendable {
    let stores: Stores
    let keyRing: KeyRing
    let samlKeys: SAMLKeyRing
    let sealer: Sealer
    let environment: Environment
    /// Who does what is done here.
    let actor: Actor

    package init(stores: Stores, keyRing: KeyRing, sealer: Sealer, environment: Environment, actor: Actor = .commandLine(user: "")) {
        self.stores = stores
        self.keyRing = keyRing.writing(to: stores.keys)
        samlKeys = SAMLKeyRing(store: stores.samlKeys, sealer: sealer, environment: environment)
        self.sealer = sealer
        self.environment = environment
        self.actor = actor
    }

    /// The pool of that id, or an error that names it.
    package func pool(_ id: String) async throws(AdministrationError) -> UserPool {
        guard let poolID = UserPool.ID(id), let pool = try await storing({ () async throws(StoreError) in try await stores.pools.find(poolID) })
        else {
            throw .notFound(.pool, name: id, pool: nil)
        }
        return pool
    }

    /// Runs a store's method and carries its error.
    func storing<Value: Sendable>(_ body: () async throws(StoreError) -> Value) async throws(AdministrationError) -> Value {
        do { return try await body() } catch { throw .store(error) }
    }

    /// Runs a store's change and carries its error, or that of the function that changes.
    func changing<Value: Sendable>(_ body: () async throws(ChangeError<AdministrationError>) -> Value) async throws(AdministrationError) -> Value {
        do { return try await body() } catch {
            switch error {
            case .refused(let error): throw error
            case .store(let error): throw .store(error)
            }
        }
    }

    /// The same for what may not be there any more.
    func changing<Value: Sendable>(
        _ what: Missing, _ name: String, in pool: UserPool.ID?, _ body: () async throws(ChangeError<AdministrationError>) -> Changed<Value>?
    ) async throws(AdministrationError) -> Changed<Value> {
        guard let changed = try await changing(body) else { throw .notFound(what, name: name, pool: pool) }
        return changed
    }

    /// What is recorded of something that is done now.
    func event(
        _ action: AuditEvent.Action, _ kind: AuditEvent.Target.Kind, _ name: String, in pool: UserPool.ID?, _ details: [AuditEvent.Detail] = []
    ) -> AuditEvent {
        AuditEvent(
            id: environment.uuidText(), poolID: pool, at: environment.now(), actor: actor, action: action,
            target: AuditEvent.Target(kind, name), details: details)
    }

    /// Letters and digits that no one mixes up at a glance, from the system's generator.
    func makeIdentifier(_ count: Int) -> String {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        var text = ""
        while text.count < count {
            // Bytes beyond the last whole multiple of the alphabet would favour its beginning.
            for byte in environment.random(count) where Int(byte) < 256 / alphabet.count * alphabet.count && text.count < count {
                text.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return text
    }
}
