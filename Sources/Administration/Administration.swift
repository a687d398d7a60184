import FoundationEssentials
package import Gateway
package import SAML
package import TokenVerifier
package import UserPools

/// What an admin may do, behind the command line. Every value is checked here before a store sees it.
package struct Administration: Sendable {
    let stores: Stores
    let keyRing: KeyRing
    let sealer: Sealer
    let environment: Environment
    /// Who does what is done here.
    let actor: Actor

    package init(stores: Stores, keyRing: KeyRing, sealer: Sealer, environment: Environment, actor: Actor = .commandLine(user: "")) {
        self.stores = stores
        self.keyRing = keyRing
        self.sealer = sealer
        self.environment = environment
        self.actor = actor
    }

    /// The pool of that id, or an error that names it.
    package func pool(_ id: String) async throws(AdministrationError) -> UserPool {
        guard let poolID = UserPool.ID(id), let pool = try await storing({ () async throws(StoreError) in try await stores.pools.find(poolID) })
        else {
            throw .notFound(what: "user pool", name: id, list: "countersign pool list")
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

/// Why a command was refused.
package enum AdministrationError: Diagnosable, Equatable {
    /// `value` of `option` is not what it takes.
    case invalid(option: String, value: String, reason: String, example: String)
    case notFound(what: String, name: String, list: String)
    case metadata(SAMLError)
    case discovery(TokenError)
    case fetch(FetchError, url: String)
    case keys(KeyRingError)
    case store(StoreError)

    private var cause: (any Diagnosable)? {
        switch self {
        case .metadata(let error): error
        case .discovery(let error): error
        case .fetch(let error, _): error
        case .keys(let error): error
        case .store(let error): error
        case .invalid, .notFound: nil
        }
    }

    package var code: String {
        switch self {
        case .invalid: "admin.invalid"
        case .notFound: "admin.not_found"
        case .metadata, .discovery, .fetch, .keys, .store: cause?.code ?? "admin.failed"
        }
    }

    package var message: String {
        switch self {
        case .invalid(let option, "", let reason, _): "\(option) \(reason)."
        case .invalid(let option, let value, let reason, _): "\(option) '\(value.prefix(200))' \(reason)."
        case .notFound(let what, let name, _): "There is no \(what) '\(name.prefix(100))'."
        case .fetch(let error, let url): "\(url.prefix(300)): \(error.message)"
        case .metadata, .discovery, .keys, .store: cause?.message ?? ""
        }
    }

    package var expected: String? { cause?.expected }
    package var seen: String? { cause?.seen }

    package var remedy: String {
        switch self {
        case .invalid(_, _, _, let example): "For example: \(example)"
        case .notFound(_, _, let list): "'\(list)' shows what there is."
        case .metadata, .discovery, .fetch, .keys, .store: cause?.remedy ?? ""
        }
    }
}
