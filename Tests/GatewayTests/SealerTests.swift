import Gateway
import Testing
import WireFormats

@Suite("The sealer: AES-256-GCM under the master key")
struct SealerTests {
    private let plain = Array("a private key".utf8)

    private func sealer(_ byte: UInt8 = 1) throws -> Sealer { try Sealer(masterKey: SecretBytes([UInt8](repeating: byte, count: 32))) }

    @Test("what was sealed opens under its own context and looks like nothing")
    func roundTrip() throws {
        let sealer = try sealer()
        let sealed = try sealer.seal(plain, context: "signing key of a")
        #expect(try sealer.open(sealed, context: "signing key of a").reveal() == plain)
        #expect(!sealed.contains(plain))
        // A nonce of its own each time.
        #expect(try sealer.seal(plain, context: "signing key of a") != sealed)
    }

    @Test("another context, another master key, a changed or a shortened byte do not open")
    func refused() throws {
        let sealer = try sealer()
        let sealed = try sealer.seal(plain, context: "signing key of a")
        #expect(throws: SealError.notOpened) { try sealer.open(sealed, context: "signing key of b") }
        let other = try self.sealer(2)
        #expect(throws: SealError.notOpened) { try other.open(sealed, context: "signing key of a") }
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: SealError.notOpened) { try sealer.open(changed, context: "signing key of a") }
        }
        for count in [0, 1, 12, 27, sealed.count - 1] {
            #expect(throws: SealError.notOpened) { try sealer.open(Array(sealed.prefix(count)), context: "signing key of a") }
        }
    }

    @Test("a master key has 32 bytes", arguments: [0, 16, 31, 33, 64])
    func length(count: Int) {
        #expect(throws: SealError.wrongKeyLength(count)) { try Sealer(masterKey: SecretBytes([UInt8](repeating: 1, count: count))) }
    }

    @Test("a derived key is the same for one purpose and another for each other one")
    func derived() throws {
        let sealer = try sealer()
        let key = sealer.deriveKey(for: "one").reveal()
        #expect(key.count == 32 && key == sealer.deriveKey(for: "one").reveal())
        #expect(key != sealer.deriveKey(for: "two").reveal())
        #expect(key != [UInt8](repeating: 1, count: 32))
        #expect(try self.sealer(2).deriveKey(for: "one").reveal() != key)
    }
}
