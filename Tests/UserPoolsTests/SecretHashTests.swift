import Testing
import UserPools

@Suite("What is stored of a secret")
struct SecretHashTests {
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
