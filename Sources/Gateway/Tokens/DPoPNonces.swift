import Crypto
import FoundationEssentials
import UserPools
import WireFormats

/// The values of `DPoP-Nonce` (RFC 9449 §8): the minute in which each was given, and our signature over it. Nothing is stored, and every server of the
/// installation knows those of every other.
struct DPoPNonces: Sendable {
    private let key: SymmetricKey

    /// Seconds after which another one is given.
    static let step: TimeInterval = 60
    /// How many of them later it still counts: five minutes.
    private static let steps = 5
    private static let codeLength = 16

    init(sealer: Sealer) { key = SymmetricKey(data: sealer.deriveKey(for: "DPoP nonces").reveal()) }

    func current(in pool: UserPool.ID, at now: Date) -> String { nonce(of: Self.number(of: now), in: pool) }

    /// Whether one of our servers gave it, and lately. Clocks of servers may differ by a minute.
    func isCurrent(_ nonce: String, in pool: UserPool.ID, at now: Date) -> Bool {
        guard nonce.utf8.count <= 64, let bytes = Base64URL.decode(nonce), bytes.count == 4 + Self.codeLength else { return false }
        let (number, present) = (bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, Self.number(of: now))
        guard Int64(present) - Int64(number) <= Int64(Self.steps), Int64(number) - Int64(present) <= 1 else { return false }
        return nonce.hasSameBytesInConstantTime(as: self.nonce(of: number, in: pool))
    }

    private static func number(of now: Date) -> UInt32 { UInt32(clamping: Int((now.timeIntervalSince1970 / step).rounded(.down))) }

    private func nonce(of number: UInt32, in pool: UserPool.ID) -> String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
        let code = HMAC<SHA256>.authenticationCode(for: bytes + Array(pool.text.utf8), using: key)
        return Base64URL.encode(bytes + Array(code).prefix(Self.codeLength))
    }
}
