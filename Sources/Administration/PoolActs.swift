import FoundationEssentials
import Gateway
import OpenIDConnect
package import UserPools
import WireFormats

/// Makes a pool, and its first signing key.
package struct CreatePool: AdminAct {
    let name: String
    let domain: String?
    let signingAlgorithm: String
    let region: String
    let deletionProtection: Bool
    /// nil: one that is made up.
    let id: String?
    /// What else it is from its first moment on.
    var update: UpdatePool?
    /// Whether there was none of its name when that was decided, so that one that is there now is somebody else's.
    var isNew = false

    package init(name: String, domain: String?, signingAlgorithm: String, region: String, deletionProtection: Bool = true, id: String? = nil) {
        (self.name, self.domain, self.signingAlgorithm) = (name, domain, signingAlgorithm)
        (self.region, self.deletionProtection, self.id) = (region, deletionProtection, id)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let (pool, images) = try made(at: desk)
        let event = desk.event(.poolCreate, .pool, pool.id.text, in: pool.id, pool.facts)
        if isNew {
            try await desk.changing { () async throws(ChangeError<AdministrationError>) in
                try await desk.stores.pools.insert(
                    pool, images: images, recorded: event,
                    unless: { (named: [UserPool]) throws(AdministrationError) in
                        guard named.isEmpty else { throw .changedMeanwhile("pool '\(pool.name)'") }
                    })
            }
        } else {
            try await desk.storing { () async throws(StoreError) in try await desk.stores.pools.insert(pool, images: images, recorded: event) }
        }
        // A server that finds none makes it as well.
        do { _ = try await desk.keyRing.keys(of: pool) } catch { throw .keys(error) }
        return pool
    }

    /// What is made, with its pictures.
    func made(at desk: Administration) throws(AdministrationError) -> (pool: UserPool, images: [Image]) {
        var problems = ProblemList()
        try problems.check(try Administration.requireName(name))
        try problems.check(try Administration.algorithm(signingAlgorithm))
        let host = try problems.check(try Administration.hostName(domain)) ?? nil
        let made = try problems.check(try id(desk))
        let checked = try problems.check(try update.map { update throws(AdministrationError) in try CheckedPoolUpdate(update) }) ?? nil
        try problems.refuse()
        guard let id = made else { throw .store(.corrupt(what: "a new identifier")) }
        var pool = UserPool(
            id: id, name: name, domain: host, signingAlgorithm: signingAlgorithm, deletionProtection: deletionProtection,
            createdAt: desk.environment.now())
        try checked?.apply(to: &pool)
        return (pool, checked?.images ?? [])
    }

    private func id(_ desk: Administration) throws(AdministrationError) -> UserPool.ID {
        if let id {
            guard let id = UserPool.ID(id) else {
                throw .invalid(.name, id, "is no identifier of a pool", example: .words("a region, '_' and 9 letters and digits: local_4fGh2kQ9x"))
            }
            return id
        }
        guard let id = UserPool.ID(region + "_" + desk.makeIdentifier(9)) else {
            throw .invalid(.region, region, "is not 1 to 40 letters, digits and hyphens", example: .give(.region, "eu-central-1"))
        }
        return id
    }
}

/// Changes what is given. A new algorithm is a key rotation of two steps: its key is published first and signs by a later act, and until then the
/// pool's algorithm is the old one.
package struct UpdatePool: AdminAct {
    var id: String
    var name: String?
    /// An empty text takes it away.
    var domain: String?
    let signingAlgorithm: String?
    var deletionProtection: Bool?
    /// Whether its SAML metadata has a certificate to encrypt for.
    var publishesEncryptionKey: Bool?
    /// A number of days after which another SAML key takes the place of one.
    var samlKeyDays: Change<Int>
    /// The same of the keys that sign tokens.
    var signingKeyDays: Change<Int>
    /// A number of days for which records of accepted sign-ins are kept.
    var acceptedSignInDays: Change<Int>
    var branding: BrandingSettings
    var registration: RegistrationChanges
    var limits: RateLimitChanges
    /// Whether what is to change is as it was when that was decided; nil: whatever it is.
    var isAsPlanned: (@Sendable (UserPool) -> Bool)?

    package init(
        _ id: String, name: String? = nil, domain: String? = nil, signingAlgorithm: String? = nil, deletionProtection: Bool? = nil,
        publishesEncryptionKey: Bool? = nil, samlKeyDays: Change<Int> = .keep, signingKeyDays: Change<Int> = .keep,
        acceptedSignInDays: Change<Int> = .keep,
        branding: BrandingSettings = BrandingSettings(), registration: RegistrationChanges = RegistrationChanges(),
        limits: RateLimitChanges = RateLimitChanges()
    ) {
        (self.id, self.name, self.domain, self.signingAlgorithm) = (id, name, domain, signingAlgorithm)
        (self.deletionProtection, self.publishesEncryptionKey, self.branding) = (deletionProtection, publishesEncryptionKey, branding)
        self.acceptedSignInDays = acceptedSignInDays
        (self.samlKeyDays, self.signingKeyDays, self.registration, self.limits) = (samlKeyDays, signingKeyDays, registration, limits)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> Changed<UserPool> {
        let before = try await desk.pool(id)
        let checked = try CheckedPoolUpdate(self)
        var (step, moved, keepsLast): (KeyStep?, String?, Bool) = (nil, nil, false)
        if let algorithm = checked.algorithm, algorithm.rawValue != before.signingAlgorithm {
            (step, keepsLast) = try await desk.move(before, to: algorithm, atOnce: false)
            // Its first key is published, and nothing more.
            if case .publish? = step {} else { moved = algorithm.rawValue }
        }
        let (nextAlgorithm, keeps) = (moved, keepsLast)
        return try await desk.changePool(before, .poolUpdate, images: checked.images, keys: step) { (pool) throws(AdministrationError) in
            guard isAsPlanned?(pool) ?? true else { throw .changedMeanwhile("pool '\(pool.name)'") }
            if let nextAlgorithm { pool.setSigningAlgorithm(nextAlgorithm, keepingLast: keeps) }
            try checked.apply(to: &pool)
        }
    }
}

/// The same, checked: what may be written any number of times. Of the algorithm, which takes more than that, only that there is such a one.
struct CheckedPoolUpdate: Sendable {
    private let act: UpdatePool
    private let host: String?
    private let branding: CheckedBranding?
    let algorithm: SigningAlgorithm?

    /// - Throws: all problems of what is given.
    init(_ act: UpdatePool) throws(AdministrationError) {
        self.act = act
        var problems = ProblemList()
        if let name = act.name { try problems.check(try Administration.requireName(name, field: .newName)) }
        host = try problems.check(try act.domain == "" ? nil : Administration.hostName(act.domain)) ?? nil
        algorithm = try problems.check(try act.signingAlgorithm.map(Administration.algorithm)) ?? nil
        branding = try problems.check(try CheckedBranding(act.branding))
        try problems.check(try Self.require(act.samlKeyDays, in: SAMLKeySchedule.days, .rotateSAMLKeysEvery, example: "365"))
        try problems.check(try Self.require(act.signingKeyDays, in: SigningKeySchedule.days, .rotateKeysEvery, example: "90"))
        try problems.check(try Self.require(act.acceptedSignInDays, in: 1...365, .keepAcceptedSignIns, example: "30"))
        try problems.check(try act.registration.require())
        try problems.check(try act.limits.require())
        try problems.refuse()
    }

    /// The pictures that are given.
    var images: [Image] { branding?.images ?? [] }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        if let name = act.name { pool.name = name }
        if act.domain != nil { pool.domain = host }
        if let deletionProtection = act.deletionProtection { pool.deletionProtection = deletionProtection }
        if let publishesEncryptionKey = act.publishesEncryptionKey { pool.publishesEncryptionKey = publishesEncryptionKey }
        pool.samlKeyDays = act.samlKeyDays.applied(to: pool.samlKeyDays)
        pool.settings.signingKeyDays = act.signingKeyDays.applied(to: pool.settings.signingKeyDays)
        pool.settings.acceptedSignInDays = act.acceptedSignInDays.applied(to: pool.settings.acceptedSignInDays)
        try branding?.apply(to: &pool)
        try act.registration.apply(to: &pool)
        act.limits.apply(to: &pool.settings)
    }

    private static func require(
        _ change: Change<Int>, in range: ClosedRange<Int>, _ field: Field, example: String
    ) throws(AdministrationError) {
        guard case .set(let days) = change, !range.contains(days) else { return }
        throw .invalid(
            field, String(days), "is no number of days from \(range.lowerBound) to \(range.upperBound)", example: .give(field, example))
    }
}

/// Refused while the pool is protected: whoever takes that back first has meant it.
package struct DeletePool: AdminAct {
    let id: String

    package init(_ id: String) { self.id = id }

    package func perform(at desk: Administration) async throws(AdministrationError) {
        let pool = try await desk.pool(id)
        let event = desk.event(.poolDelete, .pool, pool.id.text, in: pool.id)
        let keys = try await desk.listKeys(pool: pool.id.text)
        let isDeleted = try await desk.changing { () async throws(ChangeError<AdministrationError>) in
            try await desk.stores.pools.delete(
                pool.id, recorded: { event.telling($0.facts) },
                unless: { (pool: UserPool) throws(AdministrationError) in
                    if pool.deletionProtection { throw .protected(pool: pool.id) }
                })
        }
        guard isDeleted else { return }
        // What a security module has of them signs for nobody, whether it goes or not.
        for key in keys { try? await desk.keyRing.destroy(key) }
    }
}

extension Administration {
    package func listPools() async throws(AdministrationError) -> [UserPool] {
        try await storing { () async throws(StoreError) in try await stores.pools.list() }
    }

    func changePool(
        _ pool: UserPool, _ action: AuditEvent.Action, images: [Image] = [], keys: KeyStep? = nil,
        _ mutate: @escaping @Sendable (inout UserPool) throws(AdministrationError) -> Void
    ) async throws(AdministrationError) -> Changed<UserPool> {
        let event = event(action, .pool, pool.id.text, in: pool.id)
        let standing = keys == nil ? [] : (try? await stores.keys.list(in: pool.id)) ?? []
        do {
            let changed = try await changing(.pool, pool.id.text, in: nil) { () async throws(ChangeError<AdministrationError>) in
                try await stores.pools.change(pool.id, images: images, keys: keys, recorded: { event.telling($0.facts, $1.facts) }, mutate)
            }
            // What somebody else's key took the place of, and what waited and will not be the next.
            if let keys { await keyRing.discard(keys.keys + standing) }
            return changed
        } catch {
            let isRefusal = if case .store(let error) = error { error.isRefusal } else { true }
            if isRefusal { await keyRing.discard(keys?.keys ?? []) }
            throw error
        }
    }

    static func requireName(_ name: String, field: Field = .name) throws(AdministrationError) {
        guard (1...128).contains(name.unicodeScalars.count), name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw .invalid(field, name, "is not 1 to 128 characters without control characters", example: .give(field, "Acme staff"))
        }
    }

    fileprivate static func algorithm(_ name: String) throws(AdministrationError) -> SigningAlgorithm {
        guard let algorithm = SigningAlgorithm(rawValue: name) else {
            throw .invalid(.signingAlgorithm, name, "is not RS256, PS256, ES256 or EdDSA", example: .give(.signingAlgorithm, "ES256"))
        }
        return algorithm
    }

    /// A host name in lower case (RFC 1123 §2.1), of two labels at least.
    fileprivate static func hostName(_ text: String?) throws(AdministrationError) -> String? {
        guard let text else { return nil }
        let name = ProtocolText(text).lowercased
        guard HostName.accepts(name), name.contains("."), !name.contains("_") else {
            throw .invalid(.domain, text, "is not a host name", example: .give(.domain, "id.example.com"))
        }
        return name.string
    }
}
