import TestSupport
import Testing
import XMLSecurity

@Suite("THREATS §1.1 stage E: the bytes that a signature digested")
struct DigestedBytesTests {
    private func code(_ text: String, prefixes: String = "") -> String? {
        let bytes = DigestedBytes(Array(text.utf8), name: XMLName("urn:x", "a"), id: "_1", inclusivePrefixes: prefixes)
        return XMLSecurityTests.code { () throws(XMLSecurityError) in try bytes.read(limits: .digestedMessage) }
    }

    @Test("the canonical form of the element that was asked for is read")
    func accepted() {
        #expect(code("<x:a xmlns:x=\"urn:x\" ID=\"_1\" b=\"&quot;\"><x:c></x:c>&gt;</x:a>") == nil)
        #expect(code("<x:a xmlns:x=\"urn:x\" xmlns:y=\"urn:y\" ID=\"_1\"></x:a>", prefixes: "y") == nil)
    }

    @Test(
        "case 151: bytes that are not their own canonical form are refused, whoever digested them",
        arguments: [
            "<x:a xmlns:x=\"urn:x\" ID=\"_1\"/>", "<x:a ID=\"_1\" xmlns:x=\"urn:x\"></x:a>", "<x:a xmlns:x='urn:x' ID='_1'></x:a>",
            "<x:a xmlns:x=\"urn:x\" b=\"\" ID=\"_1\" ></x:a>", "<x:a xmlns:x=\"urn:x\" b=\"\" ID=\"_1\"></x:a>",
            "<x:a xmlns:x=\"urn:x\" xmlns:y=\"urn:y\" ID=\"_1\"></x:a>", "<x:a xmlns:x=\"urn:x\" ID=\"_1\">></x:a>",
            "<x:a xmlns:x=\"urn:x\" ID=\"_1\">&#65;</x:a>", "<x:a xmlns:x=\"urn:x\" ID=\"_1\"><![CDATA[b]]></x:a>",
            "<x:a xmlns:x=\"urn:x\" ID=\"_1\"><x:b xmlns:x=\"urn:x\"></x:b></x:a>", "<x:a xmlns:x=\"urn:x\" ID=\"_1\"></x:a>\n",
            "<x:a xmlns:x=\"urn:x\" ID=\"_1\">\r</x:a>", " <x:a xmlns:x=\"urn:x\" ID=\"_1\"></x:a>",
        ])
    func otherForm(_ text: String) {
        #expect(code(text) == "canonicalization")
    }

    @Test("another element, another ID, a comment, nothing")
    func otherContent() {
        #expect(code("<x:b xmlns:x=\"urn:x\" ID=\"_1\"></x:b>") == "unexpected_root")
        #expect(code("<x:a xmlns:x=\"urn:y\" ID=\"_1\"></x:a>") == "unexpected_root")
        #expect(code("<x:a xmlns:x=\"urn:x\" ID=\"_2\"></x:a>") == "reference_mismatch")
        #expect(code("<x:a xmlns:x=\"urn:x\" ID=\"_1\"><!-- c --></x:a>") == "comment")
        #expect(code("") == "canonicalization")
    }
}
