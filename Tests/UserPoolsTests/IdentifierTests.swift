import Testing
import UserPools

/// What text from outside may become an identifier.
@Suite struct IdentifierTests {
    @Test("user pools: REGION_ and letters or digits, 55 bytes at most")
    func userPools() {
        for good in ["local_4fGh2kQ9x", "eu-central-1_A", "a_b_C"] { #expect(UserPool.ID(good)?.text == good) }
        let long = String(repeating: "a", count: 50) + "_abcde"
        for bad in ["", "_", "local", "local_", "_x", "local_a-b", "local_a/b", "lo cal_a", "local_\u{E9}", "local_a\0", long] {
            #expect(UserPool.ID(bad) == nil, "\(bad)")
        }
    }

    @Test("users: a UUID in lower case, for two spellings would be two users")
    func users() {
        #expect(User.ID("0b9f0e0a-6d0e-4d0c-9a55-6f7a3c8d2e11") != nil)
        for bad in [
            "", "0B9F0E0A-6D0E-4D0C-9A55-6F7A3C8D2E11", "0b9f0e0a6d0e4d0c9a556f7a3c8d2e11", "{0b9f0e0a-6d0e-4d0c-9a55-6f7a3c8d2e11}",
            "0b9f0e0a-6d0e-4d0c-9a55-6f7a3c8d2e1g", "0b9f0e0a-6d0e-4d0c-9a55-6f7a3c8d2e11 ",
        ] {
            #expect(User.ID(bad) == nil, "\(bad)")
        }
    }

    @Test("two spellings of an accent are two names, as in the database: neither is found, cached or compared as the other")
    func spellings() {
        let (composed, decomposed) = (IdentityProvider.Name("Z\u{FC}rich")!, IdentityProvider.Name("Zu\u{308}rich")!)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect((composed < decomposed) != (decomposed < composed))
        func identity(_ subject: String) -> FederatedIdentity { FederatedIdentity(provider: composed, issuer: "i", subject: subject, format: "") }
        #expect(identity("Andr\u{E9}") != identity("Andre\u{301}"))
        #expect(Set([identity("Andr\u{E9}"), identity("Andre\u{301}")]).count == 2)
    }

    @Test("identity providers: 1 to 128 bytes, no space, no `_`, no `/`, nothing invisible")
    func providers() {
        for good in ["corp", "Entra-ID", "\u{DC}ber", "a.b@c", String(repeating: "x", count: 128)] { #expect(IdentityProvider.Name(good) != nil) }
        for bad in ["", "a_b", "a b", "a/b", "a\u{A0}b", "a\nb", "a\u{200B}", "a\u{202E}b", "a\0", String(repeating: "x", count: 129)] {
            #expect(IdentityProvider.Name(bad) == nil, "\(bad)")
        }
        // ASCII is read without Unicode's tables, and as they say.
        for scalar in (0..<0x80 as Range<UInt8>).map(Unicode.Scalar.init) {
            let isVisible = !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            #expect((IdentityProvider.Name("a\(scalar)") != nil) == (isVisible && scalar != "_" && scalar != "/"), "U+\(scalar.value)")
        }
        // What a reader takes for one character may be any number of code points; earlier versions took 32 of them.
        #expect(IdentityProvider.Name(String(repeating: "e\u{301}", count: 32)) != nil)
        #expect(IdentityProvider.Name("e" + String(repeating: "\u{301}", count: 100)) == nil)
    }

    @Test("what is made by us is long enough not to be guessed")
    func lengths() {
        let (short, enough) = (String(repeating: "a", count: 15), String(repeating: "a", count: 16))
        #expect(Session.ID(short) == nil && TokenFamily.ID(short) == nil && PendingSignIn.ID(short) == nil && SigningKey.ID(short) == nil)
        #expect(Session.ID(enough) != nil && TokenFamily.ID(enough) != nil && PendingSignIn.ID(enough) != nil && SigningKey.ID(enough) != nil)
        for bad in ["a/b", "a b", "a%20", "a\u{E9}", "a'b"] { #expect(AppClient.ID(bad) == nil, "\(bad)") }
        #expect(AppClient.ID(String(repeating: "a", count: 129)) == nil)
    }

    @Test("custom attributes: 1 to 20 letters, digits, `_`, `-` or `.`")
    func customAttributes() {
        for good in ["a", "team.name", "A-1_b"] { #expect(CustomAttribute(name: good, type: .string, multivalued: false) != nil) }
        for bad in ["", "a b", "a:b", "\u{E9}", String(repeating: "a", count: 21)] {
            #expect(CustomAttribute(name: bad, type: .string, multivalued: false) == nil, "\(bad)")
        }
    }

    @Test("an attribute's name is its claim's", arguments: ["email", "groups", "custom:team"])
    func attributeNames(_ name: String) {
        #expect(UserAttribute(name)?.name == name)
    }

    @Test("what a provider may fill is a closed list", arguments: ["sub", "iss", "aud", "groups ", "custom", "custom:", "Groups", "updated_at", ""])
    func noAttributes(_ name: String) {
        #expect(UserAttribute(name) == nil)
    }
}
