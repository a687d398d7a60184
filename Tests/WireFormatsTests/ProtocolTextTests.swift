import TestSupport
import Testing
import WireFormats

@Suite("Text from outside is bytes")
struct ProtocolTextTests {
    private func parts(_ text: String, at delimiter: Unicode.Scalar) -> [String] { ProtocolText(text).split(at: delimiter).map(\.string) }

    @Test("a delimiter is one byte, whatever mark, selector or joiner stands behind it", arguments: ["\u{301}", "\u{FE0F}", "\u{200D}", "\u{E0100}"])
    func delimiters(_ mark: String) {
        let text = "a@\(mark)b@c"
        // What String would do: it sees one delimiter.
        #expect(text.split(separator: "@").count == 2)
        #expect(parts(text, at: "@") == ["a", "\(mark)b", "c"])
        #expect(ProtocolText(text).cut(at: "@")?.before == ProtocolText("a"))
        #expect(ProtocolText(text).contains("@"))
    }

    @Test("what is canonically equivalent is equal to String, and not to a protocol")
    func equality() {
        #expect("é" == "e\u{301}")
        #expect(ProtocolText("é") != ProtocolText("e\u{301}"))
        #expect(ProtocolText("\u{212B}") != ProtocolText("\u{C5}"))
    }

    @Test("empty parts count: there is always one more than there are delimiters")
    func emptyParts() {
        #expect(parts("", at: ",") == [""] && parts(",,a,", at: ",") == ["", "", "a", ""])
        #expect(ProtocolText("abc").cut(at: ",") == nil)
    }

    @Test("only ASCII letters have a case, and only XML's and HTTP's white space is cut off")
    func asciiOnly() {
        #expect(ProtocolText("HTTPS").matchesIgnoringCase("https") && !ProtocolText("http\u{17F}").matchesIgnoringCase("https"))
        #expect(ProtocolText("\u{212A}ÄA").lowercased.string == "\u{212A}Äa")
        #expect(ProtocolText(" \t\r\na b\n").trimmed.string == "a b")
        #expect(ProtocolText("\u{A0}a").trimmed.string == "\u{A0}a")
    }

    @Test("a number is decimal digits and nothing else", arguments: ["", "-1", "+1", "1 ", "0x1", "١", "1234", "1\u{301}"])
    func noNumber(_ text: String) { #expect(ProtocolText(text).number(digits: 1...3) == nil) }

    @Test("bytes that are not UTF-8 are shown, and never taken for text")
    func notUTF8() {
        let text = ProtocolText([0x61, 0xFF])
        #expect(text.validString == nil && text.string == "a\u{FFFD}" && text.count == 2)
        #expect(ProtocolText("042").number(digits: 1...3) == 42)
    }

    @Test("a quarter of a megabyte of joiners is one Character to String, and costs nothing here")
    func cost() {
        let text = "a" + String(repeating: "\u{200D}\u{301}", count: 50_000) + "@b"
        let seconds = processorSeconds { #expect(ProtocolText(text).split(at: "@").count == 2) }
        #expect(seconds < 1, "in a debug build")
    }
}

@Suite("RFC 1123 §2.1: names of hosts; RFC 5891: domains of e-mail addresses")
struct HostNameTests {
    @Test(
        "letters, digits, hyphens inside, underscores", arguments: ["a", "a.b", "A-1.example", "_dmarc.example.com", "xn--bcher-kva.example", "1.2"])
    func accepted(_ text: String) { #expect(HostName.accepts(ProtocolText(text))) }

    @Test(
        "what is none",
        arguments: [
            "", ".", "a.", ".a", "a..b", "-a", "a-", "a b", "bücher.example", "a.example\u{301}", "a\u{200D}.example", "a/b", "a:1", "[::1]",
            String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "a",
        ])
    func refused(_ text: String) { #expect(!HostName.accepts(ProtocolText(text))) }

    @Test("the domain of an address has a dot and no underscore, and is compared in lower case")
    func emailDomain() {
        #expect(EmailDomain(ProtocolText("Example.COM"))?.text == "example.com")
        for text in ["example", "exa_mple.com", "example.com.", "bücher.example"] { #expect(EmailDomain(ProtocolText(text)) == nil) }
        #expect(EmailDomain(typed: ProtocolText("Bücher.example"))?.text == "xn--bcher-kva.example")
        #expect(EmailDomain(typed: ProtocolText("b\u{FE0F}ücher.example")) == nil)
    }
}

@Suite("RFC 3986 §2.1: percent-encoding")
struct PercentCodingTests {
    @Test("everything but unreserved characters is encoded, and reads back")
    func both() {
        let text = "a-._~ +/?&=%é😀\u{0}"
        let encoded = PercentCoding.encode(text)
        #expect(encoded == "a-._~%20%2B%2F%3F%26%3D%25%C3%A9%F0%9F%98%80%00")
        #expect(PercentCoding.decode(Array(encoded.utf8)[...], plusIsSpace: true) == Array(text.utf8))
    }

    @Test("a plus is a plus in a path and a space in a form; what does not decode is refused")
    func plus() {
        #expect(PercentCoding.pathSegment("a+b%2Bc") == "a+b+c")
        #expect(PercentCoding.decode(Array("a+b".utf8)[...], plusIsSpace: true) == Array("a b".utf8))
        for text in ["%", "%4", "%zz", "%FF", "%4g", "x%CC%81".padding(31)] { #expect(PercentCoding.pathSegment(text) == nil) }
    }
}

extension String {
    /// The text with its last six characters repeated.
    fileprivate func padding(_ count: Int) -> String { self + String(repeating: String(suffix(6)), count: count) }
}
