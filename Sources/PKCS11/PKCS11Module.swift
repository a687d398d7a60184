internal import CPKCS11
internal import Crypto
internal import Dispatch
package import OpenIDConnect
internal import Synchronization
package import WireFormats

/// A hardware security module by PKCS #11 (OASIS, 2.40): one token of it.
///
/// Nothing is loaded and no thread begins before a key in it is asked for.
package final class PKCS11Module: SecurityModule {
    package struct Settings: Sendable {
        /// The vendor's shared library.
        package let path: String
        /// CK_TOKEN_INFO.label of the token.
        package let label: String
        /// Asked for at each connection, so that a new one need not be waited for.
        package let pin: @Sendable () throws(SecurityModuleError) -> SecretBytes
        package let sessions: Int
        package let longestQueue: Int
        /// How long somebody waits for a signature.
        package let patience: Duration
        /// Told why it works no more, and with nil that it does again.
        package let changed: @Sendable (SecurityModuleError?) -> Void

        package init(
            path: String, label: String, sessions: Int = 8, longestQueue: Int = 1024, patience: Duration = .seconds(5),
            pin: @escaping @Sendable () throws(SecurityModuleError) -> SecretBytes,
            changed: @escaping @Sendable (SecurityModuleError?) -> Void = { _ in }
        ) {
            (self.path, self.label, self.pin) = (path, label, pin)
            (self.sessions, self.longestQueue, self.patience, self.changed) = (sessions, longestQueue, patience, changed)
        }
    }

    private let settings: Settings
    private let pool: SessionPool
    private let signed = Mutex<[String: ContinuousClock.Instant]>([:])

    package init(_ settings: Settings) {
        self.settings = settings
        pool = SessionPool(settings)
    }

    deinit { pool.close() }

    /// Refuses what waits, and ends the module once nobody is in a call of it, and waits for that: what a module has registered for the end of the process must not run beside it.
    /// - Parameter patience: seconds; a call that lasts longer is left alone.
    package func closeAndWait(patience: Int = 5) async {
        pool.close()
        await withCheckedContinuation { continuation in
            let end = DispatchGroup()
            DispatchQueue.global().async(group: end) { [pool] in pool.end() }
            DispatchQueue.global().async {
                _ = end.wait(timeout: .now() + .seconds(patience))
                continuation.resume()
            }
        }
    }

    /// Whether the token is there and lets us in.
    package func connect() async throws(SecurityModuleError) { try await perform { _ throws(LinkFailure) in } }

    package func sign(_ input: [UInt8], by key: TokenPublicKey) async throws(SecurityModuleError) -> [UInt8] {
        let (data, mechanism) = Self.request(input, key.algorithm)
        do throws(SecurityModuleError) {
            return try await perform { session throws(LinkFailure) in try session.sign(data, by: key, mechanism) }
        } catch {
            // What it signed a moment ago says nothing any more.
            signed.withLock { $0[key.keyID] = nil }
            throw error
        }
    }

    /// So long nobody asks again whether it works.
    private static let moment = Duration.milliseconds(200)
    private static let maximumKept = 10_000

    package func noteSigned(by key: TokenPublicKey) {
        let now = ContinuousClock.now
        signed.withLock { signed in
            if signed.count > Self.maximumKept { signed = [:] }
            signed[key.keyID] = now
        }
    }

    package func hasJustSigned(by key: TokenPublicKey) -> Bool {
        signed.withLock { $0[key.keyID] }.map { ContinuousClock.now - $0 < Self.moment } ?? false
    }

    package func make(_ algorithm: SigningAlgorithm, for owner: String) async throws(SecurityModuleError) -> TokenPublicKey {
        while true {
            let key = try await perform(
                patience: Self.patienceForKeys, { session throws(LinkFailure) in try session.make(algorithm, for: owner) },
                // Nobody knows of it.
                late: { (key: TokenPublicKey, session: SessionPool.Session) in try? session.destroy(key) })
            // One in 64 has a name that a command line would take for an option.
            if key.keyID.utf8.first != UInt8(ascii: "-") { return key }
            try await destroy(key)
        }
    }

    package func destroy(_ key: TokenPublicKey) async throws(SecurityModuleError) {
        try await perform(patience: Self.patienceForKeys) { session throws(LinkFailure) in try session.destroy(key) }
    }

    /// An RSA key is no matter of milliseconds.
    private static let patienceForKeys = Duration.seconds(60)

    private func perform<Value: Sendable>(
        patience: Duration? = nil, _ work: @escaping @Sendable (SessionPool.Session) throws(LinkFailure) -> Value
    ) async throws(SecurityModuleError) -> Value { try await perform(patience: patience, work, late: { _, _ in }) }

    /// - Parameter late: given what came when nobody waited for it any more.
    private func perform<Value: Sendable>(
        patience: Duration?, _ work: @escaping @Sendable (SessionPool.Session) throws(LinkFailure) -> Value,
        late: @escaping @Sendable (Value, SessionPool.Session) -> Void
    ) async throws(SecurityModuleError) -> Value {
        let answer: Result<Value, SecurityModuleError> = await withCheckedContinuation { continuation in
            let pending = PendingAnswer(continuation, patience: patience ?? settings.patience)
            let isAdded = pool.add(
                .init(
                    isWanted: { pending.isOpen },
                    run: { session throws(LinkFailure) in
                        let value = try work(session)
                        if !pending.settle(.success(value)) { late(value, session) }
                    },
                    refuse: { pending.settle(.failure($0)) }))
            if !isAdded { pending.settle(.failure(.busy)) }
        }
        return try answer.get()
    }

    /// What the token is given to sign, and how: the digest, as most tokens want it, and for Ed25519 the message.
    private static func request(_ input: [UInt8], _ algorithm: SigningAlgorithm) -> ([UInt8], cpkcs11_mechanism) {
        switch algorithm {
        // RFC 8017 §9.2, note 1: the DigestInfo of SHA-256.
        case .RS256:
            (
                [
                    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
                ] + Array(SHA256.hash(data: input)), CPKCS11_RSA_PKCS1
            )
        case .PS256: (Array(SHA256.hash(data: input)), CPKCS11_RSA_PSS)
        case .ES256: (Array(SHA256.hash(data: input)), CPKCS11_ECDSA)
        case .EdDSA: (input, CPKCS11_EDDSA)
        }
    }
}
