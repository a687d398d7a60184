internal import struct FoundationEssentials.Date
internal import Synchronization
internal import WireFormats

/// Access tokens that were proven before, so that the same token again costs no signature.
///
/// A proof is found by the SHA-256 of the token's signature, and counts for exactly the bytes that were signed, by exactly this key set, for this
/// issuer, this audience and these algorithms. No token is kept: what was signed gives nobody any right without its signature. The times are compared
/// anew at each use, and keys that the issuer took back take their proofs with them.
///
/// Bounded: at its capacity it forgets everything, which costs one signature each, and long tokens are proven each time. What expired is forgotten
/// when it is asked for, and at the latest a minute later where other tokens come in.
package final class ProvenTokens: Sendable {
    private struct Entry {
        let signingInput: [UInt8]
        let proof: Proof
    }

    private struct Entries {
        var bySignature: [SHA256Value: Entry] = [:]
        var sweptAt = Date.distantPast
    }

    private static let longest = 4 * 1024
    private static let sweepInterval = 60.0

    private let capacity: Int
    private let entries = Mutex(Entries())

    package init(capacity: Int = TokenVerifier.usuallyRemembered) { self.capacity = capacity }

    /// Nil where none shall be kept.
    convenience init?(atMost capacity: Int) {
        guard capacity > 0 else { return nil }
        self.init(capacity: min(capacity, TokenVerifier.mostRemembered))
    }

    /// How many are kept.
    var count: Int { entries.withLock { $0.bySignature.count } }

    func proof(of token: String) -> Proof? {
        Self.withParts(of: token) { input, signature in
            guard let entry = entries.withLock({ $0.bySignature[signature] }) else { return nil }
            return entry.signingInput.withUnsafeBytes { $0.hasSameBytes(as: input) } ? entry.proof : nil
        }
    }

    func forget(_ token: String) {
        Self.withParts(of: token) { _, signature in entries.withLock { _ = $0.bySignature.removeValue(forKey: signature) } }
    }

    /// - Parameter now: what expired before is forgotten, `clockSkew` seconds later.
    func keep(_ proof: Proof, of token: String, now: Date, clockSkew: Double) {
        Self.withParts(of: token) { input, signature in
            let entry = Entry(signingInput: Array(input), proof: proof)
            entries.withLock { entries in
                if abs(now.timeIntervalSince(entries.sweptAt)) >= Self.sweepInterval {
                    entries.bySignature = entries.bySignature.filter { now < $0.value.proof.times.expiresAt.addingTimeInterval(clockSkew) }
                    entries.sweptAt = now
                }
                if entries.bySignature.count >= capacity { entries.bySignature.removeAll(keepingCapacity: true) }
                entries.bySignature[signature] = entry
            }
        }
    }

    /// The token as it is looked up; nil where it is too long to be kept.
    private static func withParts<Value>(of token: String, _ body: (_ signingInput: UnsafeRawBufferPointer, SHA256Value) -> Value?) -> Value? {
        var token = token
        return token.withUTF8 { text in
            guard text.count <= longest, let dot = text.lastIndex(of: UInt8(ascii: ".")) else { return nil }
            let text = UnsafeRawBufferPointer(text)
            return body(UnsafeRawBufferPointer(rebasing: text[..<dot]), SHA256Value(UnsafeRawBufferPointer(rebasing: text[(dot + 1)...])))
        }
    }
}
