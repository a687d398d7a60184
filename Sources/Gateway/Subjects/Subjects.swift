import Crypto
import FoundationEssentials
package import UserPools
import WireFormats

/// What people, and their sessions, are called at one app: as everywhere, or as at its sector alone (OpenID Connect Core §8.1).
///
/// A name of a sector is computed, and leads back to nobody: whose a token is says the sign-in that it came of.
package struct Subjects: Sendable {
    /// nil: as everywhere.
    private let own: (sector: Sector, key: SymmetricKey)?

    /// As everywhere.
    static let everywhere = Subjects()

    private init() { own = nil }

    init(at sector: Sector, key: SecretBytes) { own = (sector, SymmetricKey(data: key.reveal())) }

    /// Whether nothing that it is given may say who the person is elsewhere.
    var isPairwise: Bool { own != nil }

    /// `sub`.
    package func subject(of user: User.ID) -> String { own.map { Self.name("sub", user.text, $0) } ?? user.text }

    /// `sid`: by one that is the same at two apps they would know that they speak of one person.
    package func sessionID(_ session: Session.ID) -> String { own.map { Self.name("sid", session.text, $0) } ?? session.text }

    /// Whether `subject` is what this person is called.
    func means(_ subject: String, _ user: User.ID) -> Bool { self.subject(of: user).hasSameBytes(as: subject) }

    /// 256 bits in 43 letters and digits, `-` and `_`. A length stands before each part, so that no two lists of parts read alike.
    private static func name(_ purpose: String, _ text: String, _ own: (sector: Sector, key: SymmetricKey)) -> String {
        let sector =
            switch own.sector {
            case .host(let host): ["host", host]
            case .client(let id): ["client", id.text]
            }
        var code = HMAC<SHA256>(key: own.key)
        for part in [purpose] + sector + [text] {
            let bytes = Array(part.utf8)
            code.update(data: withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { Array($0) } + bytes)
        }
        return Array(code.finalize()).base64URLText
    }
}

extension AppClient {
    /// Whether people had other names at it then, or may have had them: what was given to it then is not redeemed for the names of now.
    func hadOtherSubjects(at time: Date) -> Bool {
        metadata.subjectsSince.map { time.timeIntervalSince1970 < Double($0) + Self.untilAllKnow } ?? false
    }

    /// Seconds after a change of a client in which another server may go by what it was before.
    private static let untilAllKnow = 5.0
}

extension KeyRing {
    /// What people are called at `client`. Of a pool that has no key for it yet, one is made: whoever comes first.
    func subjects(at client: AppClient) async throws(KeyRingError) -> Subjects {
        guard let sector = client.sector else { return .everywhere }
        let pool = client.poolID
        do {
            let key = try await subjectKeys.value(pool) {
                let stored = if let known = try await store.subjectKey(of: pool) { known } else { try await store.insertFirst(makeSubjectKey(pool)) }
                return try sealer.open(stored.sealed, context: Self.subjectContext(pool))
            }
            guard let key else { throw StoreError.corrupt(what: "the subject key of the pool") }
            return Subjects(at: sector, key: key)
        } catch { throw KeyRingError(error) }
    }

    private func makeSubjectKey(_ pool: UserPool.ID) throws(SealError) -> SubjectKey {
        SubjectKey(
            poolID: pool, sealed: try sealer.seal(random(32), context: Self.subjectContext(pool)), createdAt: now(), sealedBy: sealer.masterKeyID)
    }

    static func subjectContext(_ pool: UserPool.ID) -> String { "subject key of " + pool.text }
}
