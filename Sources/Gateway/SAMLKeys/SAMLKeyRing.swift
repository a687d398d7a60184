import FoundationEssentials
package import SAML
import Synchronization
package import UserPools
import WireFormats
package import XMLSecurity

/// A pool's own SAML keys at a moment, ready to use.
package struct SAMLKeys: Sendable {
    /// Signs what we send.
    package let signer: XMLSigner
    /// What our metadata has, in the order in which the keys were made.
    package let published: [PublishedKey]
    /// The key that is published first: all that an identity provider may have encrypted to.
    package let decryptionKeys: [DecryptionKey]
}

/// The pools' own SAML keys, unsealed once and kept. They are made when they are needed first.
///
/// A class, for what is made at this moment is shared by all who need it.
package final class SAMLKeyRing: Sendable {
    let store: any SAMLKeyStore
    private let sealer: Sealer
    let environment: Environment
    private let pools: TimedCache<UserPool.ID, SAMLKeys>
    private let opened: TimedCache<SAMLKey.ID, Opened>
    /// RSA keys take some tenths of a second.
    private let threads = VerificationThreads(threads: 1)
    private let making = Mutex<[UserPool.ID: Task<[SAMLKey], any Error>]>([:])

    private struct Opened: Sendable {
        let signer: XMLSigner?
        let decryptionKey: DecryptionKey?
    }

    /// How long a certificate says that it is good: longer than anybody keeps a key, since some identity providers refuse one that is over.
    private static let certificateLifetime: TimeInterval = 20 * 365 * 86_400

    package init(store: any SAMLKeyStore, sealer: Sealer, environment: Environment) {
        self.store = store
        self.sealer = sealer
        self.environment = environment
        pools = TimedCache(lifetime: .seconds(1), staleLifetime: KeyRing.withoutDatabase, capacity: 1_000, uptime: environment.uptime)
        opened = TimedCache(lifetime: .seconds(3600), capacity: 4_000, uptime: environment.uptime)
    }

    package func keys(of pool: UserPool) async throws(KeyRingError) -> SAMLKeys {
        do {
            if let keys = try await pools.value(pool.id, load: { try await load(pool) }) { return keys }
            throw StoreError.corrupt(what: "a SAML key of the pool")
        } catch { throw KeyRingError(error) }
    }

    /// Something was changed: the keys of a pool are read anew.
    package func expire() { pools.expire() }

    /// The pool's keys as they are stored, the newest of each use among them, which is made where the pool has none.
    func stored(_ pool: UserPool) async throws -> [SAMLKey] {
        let stored = try await store.list(in: pool.id)
        if Self.isComplete(stored) { return stored }
        let task = making.withLock { making in
            if let task = making[pool.id] { return task }
            let task = Task {
                defer { self.making.withLock { $0[pool.id] = nil } }
                for use in SAMLKey.Use.allCases where !stored.contains(where: { $0.use == use && $0.supersededAt == nil }) {
                    _ = try await store.insertFirst(try await make(use, for: pool, from: environment.now()))
                }
                return try await store.list(in: pool.id)
            }
            making[pool.id] = task
            return task
        }
        return try await task.value
    }

    private static func isComplete(_ keys: [SAMLKey]) -> Bool {
        SAMLKey.Use.allCases.allSatisfy { use in keys.contains { $0.use == use && $0.supersededAt == nil } }
    }

    private func load(_ pool: UserPool) async throws -> SAMLKeys? {
        let stored = try await stored(pool)
        let now = environment.now()
        var signer: XMLSigner?
        var decryptionKeys: [DecryptionKey] = []
        for key in stored {
            let isCurrent = key.phase(at: now) == .current
            switch key.use {
            case .signing: if isCurrent { signer = try await open(key)?.signer }
            case .encryption:
                guard key.isKept(at: now) else { continue }
                do {
                    guard let key = try await open(key)?.decryptionKey else { continue }
                    decryptionKeys.insert(key, at: isCurrent ? 0 : decryptionKeys.endIndex)
                } catch {
                    // What is encrypted to another key is decrypted all the same.
                    if isCurrent { throw error }
                }
            }
        }
        let published = stored.filter { $0.isPublished(at: now) && ($0.use == .signing || pool.publishesEncryptionKey) }.map {
            PublishedKey($0.use == .signing ? .signing : .encryption, $0.certificate)
        }
        return signer.map { SAMLKeys(signer: $0, published: published, decryptionKeys: decryptionKeys) }
    }

    private func open(_ key: SAMLKey) async throws -> Opened? {
        try await opened.value(key.id) {
            let privateKey = try sealer.open(key.sealedPrivateKey, context: Self.context(key.poolID))
            return switch key.use {
            case .signing: Opened(signer: try XMLSigner(privateKeyPKCS8: privateKey, certificateDER: key.certificate), decryptionKey: nil)
            case .encryption: Opened(signer: nil, decryptionKey: try DecryptionKey(privateKeyPKCS8: privateKey, certificateDER: key.certificate))
            }
        }
    }

    /// A new key, which counts from `moment` on.
    func make(_ use: SAMLKey.Use, for pool: UserPool, from moment: Date) async throws -> SAMLKey {
        let now = environment.now()
        // A minute's difference of clocks must not make a certificate one of tomorrow.
        let (begins, ends) = (now.addingTimeInterval(-86_400), now.addingTimeInterval(Self.certificateLifetime))
        let made = await threads.run {
            Result { () throws(XMLSecurityError) in try CertifiedKey.generate(named: pool.id.text, from: begins, until: ends) }
        }
        guard let key = try made?.get() else { throw StoreError.unavailable(reason: "too many keys are being made") }
        guard let id = SAMLKey.ID(key.sha256) else { throw StoreError.corrupt(what: "a key ID") }
        return SAMLKey(
            id: id, poolID: pool.id, use: use, certificate: key.certificateDER,
            sealedPrivateKey: try sealer.seal(key.privateKey.reveal(), context: Self.context(pool.id)), createdAt: now, activeFrom: moment,
            sealedBy: sealer.masterKeyID)
    }

    static func context(_ pool: UserPool.ID) -> String { "SAML key of " + pool.text }
}
