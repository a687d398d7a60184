import Testing
import UserPools

/// Secrets cannot be printed, whichever way is tried (case 123).
@Suite struct SecretTests {
    private struct Holder { let secret: Secret }

    private func printed(_ value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value) \(String(reflecting: value)) \(String(describing: value)) " + dumped
    }

    @Test("case 123: neither description, reflection nor dump gives a secret away, alone or inside something")
    func secret() {
        let secret = Secret("hunter2hunter2")
        for value in [secret, Holder(secret: secret), [secret], Optional(secret) as Any, ["key": secret]] as [Any] {
            let text = printed(value)
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("104, 117"))
        }
        #expect("\(secret)" == "[secret]")
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(secret.reveal() == Array("hunter2hunter2".utf8))
    }

    @Test("a hash is 32 bytes and compares as a whole")
    func hash() throws {
        #expect(SecretHash([UInt8](repeating: 1, count: 31)) == nil)
        #expect(SecretHash([UInt8](repeating: 1, count: 33)) == nil)
        let bytes = [UInt8](repeating: 7, count: 32)
        let hash = try #require(SecretHash(bytes))
        #expect("\(hash)" == "[secret hash]")
        #expect(hash.matches(hash))
        for position in bytes.indices {
            var other = bytes
            other[position] ^= 1
            #expect(!hash.matches(try #require(SecretHash(other))))
        }
    }
}
