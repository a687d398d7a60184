import Gateway
import Testing
import UserPools
import WireFormats

@Suite("What the sign-in page gives a browser: the token of its forms, and its last choice")
struct FormTokenTests {
    private let sealer: Sealer
    private let pool: UserPool.ID
    private let other: UserPool.ID

    init() throws {
        sealer = try Sealer(masterKey: SecretBytes([UInt8](repeating: 7, count: 32)))
        pool = try #require(UserPool.ID("local_a"))
        other = try #require(UserPool.ID("local_b"))
    }

    @Test("case 115: a token belongs to one cookie, one pool and one master key")
    func token() throws {
        let tokens = FormToken(sealer: sealer)
        let cookie = SecretBytes(String(repeating: "a", count: 43))
        let token = tokens.text(pool: pool, binding: cookie)
        #expect(token.utf8.count == 43)
        #expect(tokens.accepts(token, pool: pool, binding: cookie))
        #expect(!tokens.accepts(token, pool: pool, binding: nil))
        #expect(!tokens.accepts(token, pool: pool, binding: SecretBytes(String(repeating: "b", count: 43))))
        #expect(!tokens.accepts(token, pool: other, binding: cookie))
        let strangers = FormToken(sealer: try Sealer(masterKey: SecretBytes([UInt8](repeating: 8, count: 32))))
        #expect(!tokens.accepts(strangers.text(pool: pool, binding: cookie), pool: pool, binding: cookie))
        for wrong in [nil, "", "x", String(token.dropLast()), token + "A", token.uppercased(), String(repeating: "A", count: 43)] {
            #expect(!tokens.accepts(wrong, pool: pool, binding: cookie))
        }
    }

    @Test("the last choice is read as it was written, for its pool alone", arguments: ["corp", "Partner-&-Søn", "例え"])
    func lastChoice(text: String) throws {
        let choices = LastChoice(sealer: sealer)
        let name = try #require(IdentityProvider.Name(text))
        let value = choices.value(name, pool: pool)
        #expect(IdentifierAlphabet.accepts(value, length: 1...215, others: "-_."))
        #expect(choices.name(value, pool: pool) == name)
        #expect(choices.name(value, pool: other) == nil)
    }

    @Test("a forged last choice counts as absent")
    func forged() throws {
        let choices = LastChoice(sealer: sealer)
        let value = choices.value(try #require(IdentityProvider.Name("corp")), pool: pool)
        let evil = choices.value(try #require(IdentityProvider.Name("evil")), pool: pool)
        let signature = try #require(value.split(separator: ".").last)
        let strangers = LastChoice(sealer: try Sealer(masterKey: SecretBytes([UInt8](repeating: 8, count: 32))))
        let parts = try #require(evil.split(separator: ".").first)
        for wrong in [
            nil, "", ".", "corp", "Y29ycA", "Y29ycA.", "." + signature, parts + "." + signature, value + "A", String(value.dropLast()), value + ".x",
            strangers.value(try #require(IdentityProvider.Name("corp")), pool: pool), String(repeating: "A", count: 10_000) + "." + signature,
        ] {
            #expect(choices.name(wrong, pool: pool) == nil)
        }
        // A token of a form is no choice: each purpose has a key of its own.
        let token = FormToken(sealer: sealer).text(pool: pool, binding: SecretBytes("corp"))
        #expect(choices.name("Y29ycA." + token, pool: pool) == nil)
    }
}
