import Testing
import UserPools
import WireFormats

@Suite("An e-mail address that somebody typed, and its domain (RFC 5321, RFC 5891)")
struct EmailAddressTests {
    @Test(
        "its domain in the form in which domains are compared",
        arguments: [
            ("ann@example.com", "example.com"), ("Ann.Lee@EXAMPLE.Com", "example.com"), ("  ann@example.com\t", "example.com"),
            ("ann+x@sub.example.co.uk", "sub.example.co.uk"), ("o'neil@example.com", "example.com"),
            ("ann@xn--bcher-kva.example", "xn--bcher-kva.example"),
            // RFC 3492 §7.1 and the IDNs of its time.
            ("ann@bücher.example", "xn--bcher-kva.example"), ("ann@BÜCHER.example", "xn--bcher-kva.example"),
            ("ann@例え.テスト", "xn--r8jz45g.xn--zckzah"), ("ann@例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("ann@مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"), ("ann@müller-straße.de", "xn--mller-strae-46a18a.de"),
            ("ann@почта.рф", "xn--80a1acny.xn--p1ai"), ("爱丽丝@example.com", "example.com"),
        ])
    func domain(_ typed: String, _ domain: String) throws {
        #expect(try #require(EmailAddress(typed)).domain.text == domain)
    }

    @Test(
        "what is none",
        arguments: [
            "", " ", "@", "a@", "@example.com", "a@x@y.example", "a@x@y", "ann", "ann@example", "ann@example.com.", "ann@.example.com", "ann@a..b",
            "ann lee@example.com", "ann@exam ple.com", "ann@-a.example", "ann@a-.example", "ann@exa_mple.com", "ann@[192.0.2.1]",
            "\"a b\"@example.com", "ann@example.com\u{0}", "a\u{202E}nn@example.com", "ann@☃.example", "ann@example.com, bob@example.com",
            "<ann@example.com>", String(repeating: "a", count: 65) + "@example.com", "ann@" + String(repeating: "a", count: 64) + ".example",
            String(repeating: "a", count: 10_000) + "@example.com", "ann@" + String(repeating: "a.", count: 130) + "example",
            "ann@" + String(repeating: "ü", count: 60) + ".example", "ann@" + String(repeating: "a.", count: 5_000) + "example",
        ])
    func none(_ typed: String) {
        #expect(EmailAddress(typed) == nil)
    }

    @Test("what is kept of it is what was typed, less the white space around it")
    func text() {
        #expect(EmailAddress(" Ann@Example.com ")?.text == "Ann@Example.com")
    }

    @Test(
        "case 129: an address with two @ is none, whatever stands behind one of them; nor one with what is not seen",
        arguments: [
            "evil@attacker.example@victim.example", "evil@victim.example@attacker.example", "evil@attacker.example@\u{FE0F}victim.example",
            "evil@\u{FE0F}attacker.example@victim.example", "evil@\u{200D}@victim.example",
            "evil\u{FE0F}@victim.example", "e\u{200D}vil@victim.example", "evil@vic\u{200C}tim.example", "evil@victim.example\u{FE0F}",
            "evil@victim\u{FE0F}.example", "evil@\u{34F}victim.example", "evil@victim.example\u{E0100}", "\u{3164}evil@victim.example",
        ])
    func unseen(_ text: String) {
        #expect(EmailAddress(text) == nil)
        #expect(EmailAddress(exactly: text) == nil)
    }

    @Test(
        "case 129: in a protocol an address has nothing around it, and its domain is a host name in ASCII",
        arguments: [
            " ann@example.com", "ann@example.com ", "ann@b\u{FC}cher.example", "ann@example", "ann@example.com.", "ann@exa_mple.com",
            "ann@[192.0.2.1]",
            "ann@\u{FF45}xample.com", "ann@example\u{3002}com", "ann@-example.com", "ann@example..com", "@example.com", "ann",
        ])
    func exactly(_ text: String) { #expect(EmailAddress(exactly: text) == nil) }

    @Test("case 129: domains are compared without regard to the case of ASCII letters, and of no others")
    func comparison() {
        #expect(EmailAddress(exactly: "Ann@EXAMPLE.com")?.domain == EmailAddress(exactly: "bob@example.COM")?.domain)
        // U+212A KELVIN SIGN is a k to Unicode's lower case.
        #expect(EmailAddress(exactly: "ann@ban\u{212A}.example") == nil)
    }
}
