import Foundation
import TestSupport
import Testing
import XMLSecurity

@Suite("THREATS §1.1 stages A and B: bytes, markup, parsing")
struct DocumentTests {
    private func code(_ text: String, limits: XMLLimits = .message) -> String? { code(Array(text.utf8), limits: limits) }

    private func code(_ bytes: [UInt8], limits: XMLLimits = .message) -> String? {
        XMLSecurityTests.code { () throws(XMLSecurityError) in try XMLDocument(parsing: bytes, limits: limits) }
    }

    @Test("case 3: the size cap plus one byte is refused before parsing, the cap itself is not")
    func size() {
        let around = "<a></a>".utf8.count
        #expect(code("<a>" + String(repeating: "x", count: 256 * 1024 - around) + "</a>") == nil)
        #expect(code("<a>" + String(repeating: "x", count: 256 * 1024 - around + 1) + "</a>") == "too_large")
        #expect(code("") == "malformed")
    }

    @Test("case 4: a DEFLATE bomb is cut off at the cap")
    func bomb() throws {
        let bomb = Deflate.deflate([UInt8](repeating: 0x20, count: 100_000_000))
        let seconds = processorSeconds {
            #expect(XMLSecurityTests.code { () throws(XMLSecurityError) in try Deflate.inflate(bomb, limit: 128 * 1024) } == "too_large")
        }
        #expect(seconds < cheap)
    }

    @Test("DEFLATE gives back what was put in, up to the cap and not a byte more")
    func deflate() throws {
        for count in [1, 100, 128 * 1024] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
            #expect(try Deflate.inflate(Deflate.deflate(bytes), limit: count) == bytes)
            #expect(
                XMLSecurityTests.code { () throws(XMLSecurityError) in try Deflate.inflate(Deflate.deflate(bytes), limit: count - 1) } == "too_large")
        }
        #expect(try Deflate.inflate(Deflate.deflate([]), limit: 0).isEmpty)
        let good = Deflate.deflate(Array("<a/>".utf8))
        for bad in [[], Array(good.dropLast()), good + [0], [0xFF, 0xFF, 0xFF], Array("<a/>".utf8)] {
            #expect(XMLSecurityTests.code { () throws(XMLSecurityError) in try Deflate.inflate(bad, limit: 1000) } == "malformed")
        }
    }

    @Test("case 5: compressed data where XML must be")
    func compressed() { #expect(code(Deflate.deflate(Array("<a>some text, some text</a>".utf8))) == "malformed") }

    @Test(
        "cases 6 and 7: DOCTYPE in every form, external entities, parameter entities",
        arguments: [
            "<!DOCTYPE a><a/>", "<!doctype a><a/>", "<!DOCTYPE a []><a/>", "<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><a/>",
            "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><a>&e;</a>",
            "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/\"> %p;]><a/>",
            "<a><![CDATA[<!DOCTYPE b>]]></a>", "<a><![CDATA[<!eNtItY b>]]></a>", "<a><!ELEMENT b ANY></a>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE a><a/>",
        ])
    func doctype(_ text: String) { #expect(code(text) == "doctype") }

    @Test("case 7: an external entity opens no connection")
    func externalEntity() throws {
        let listener = try #require(SilentListener())
        let url = "http://127.0.0.1:\(listener.port)/x"
        for text in ["<!DOCTYPE a SYSTEM \"\(url)\"><a/>", "<!DOCTYPE a [<!ENTITY e SYSTEM \"\(url)\">]><a>&e;</a>"] {
            #expect(code(text) == "doctype")
        }
        #expect(!listener.wasReached)
    }

    @Test("case 8: billion laughs in text and attribute, quadratic blow-up, in less than 50 ms")
    func laughs() {
        var entities = "<!ENTITY a0 \"lol\">"
        for level in 1..<10 { entities += "<!ENTITY a\(level) \"" + String(repeating: "&a\(level - 1);", count: 10) + "\">" }
        let quadratic =
            "<!DOCTYPE a [<!ENTITY q \"" + String(repeating: "A", count: 60_000) + "\">]><a>" + String(repeating: "&q;", count: 9_000) + "</a>"
        for text in ["<!DOCTYPE a [\(entities)]><a>&a9;</a>", "<!DOCTYPE a [\(entities)]><a b=\"&a9;\"/>", quadratic] {
            let seconds = processorSeconds { #expect(code(text) == "doctype") }
            #expect(seconds < cheap)
        }
    }

    @Test("case 9: other encodings, by their bytes or by declaration")
    func encodings() throws {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE a><a/>"
        for encoding in [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32, .utf32LittleEndian, .utf32BigEndian] {
            #expect(code([UInt8](try #require(text.data(using: encoding)))) == "encoding")
        }
        for name in ["UTF-7", "ISO-8859-1", "UTF-16", "EBCDIC-CP-US", "US-ASCII", "utf8"] {
            #expect(code("<?xml version=\"1.0\" encoding=\"\(name)\"?><a/>") == "encoding")
        }
        #expect(code(Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>".utf8) + [0xE9] + Array("</a>".utf8)) == "encoding")
    }

    @Test(
        "a UTF-8 mark and an XML declaration for UTF-8 are accepted",
        arguments: [
            "\u{FEFF}<a/>", "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>",
            "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<a/>\n",
        ])
    func declaration(_ text: String) { #expect(code(text) == nil) }

    @Test("case 10: NUL inside and after the root, overlong UTF-8, lone surrogates, bytes that are no UTF-8")
    func utf8() {
        let opening = Array("<a>".utf8)
        let closing = Array("</a>".utf8)
        for bytes in [[0], [0xC0, 0xBC], [0xE0, 0x80, 0xBC], [0xED, 0xA0, 0x80], [0xE9], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            #expect(code(opening + bytes + closing) == "malformed")
        }
        #expect(code(opening + closing + [0] + Array("<b/>".utf8)) == "malformed")
    }

    @Test(
        "case 11: what is not well formed",
        arguments: [
            "<a/><b/>", "<a/>text", "text<a/>", "<a>", "<a", "<a b", "<a b=", "<a b=\"", "<a b=\"<\"/>", "</a>", "<a></b>", "<a b='1' b='2'/>",
            "<a>&unknown;</a>",
            "<a b=\"&unknown;\"/>", "<x:a/>", "<a x:b=\"\"/>", "<", "<>", "<a><![CDATA[", "<a>]]></a>", "<a>\u{1}</a>", "<a b=c/>",
            "<?xml version=\"1.1\"?><a/>",
            "<?xml encoding=\"UTF-8\"", "<a xmlns:b=\"\"/>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<?xml version=\"1.0\" other=\"1\"?><a/>",
        ])
    func wellFormed(_ text: String) { #expect(code(text) == "malformed") }

    @Test("case 12: attributes, namespaces, depth and tags without end, in less than 50 ms")
    func complexity() {
        let wide = XMLLimits(bytes: 16 * 1024 * 1024)
        let attributes = "<a " + (0..<30_000).map { "a\($0)=\"1\"" }.joined(separator: " ") + "/>"
        let namespaces = "<a>" + (0..<10_000).map { "<b xmlns:a\($0)=\"urn:\($0)\"/>" }.joined() + "</a>"
        let depth = String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300)
        let tags = "<a>" + String(repeating: "<b/>", count: 250_000) + "</a>"
        let uri = "<a xmlns=\"urn:" + String(repeating: "x", count: 100_000) + "\"/>"
        for text in [attributes, namespaces, depth, tags, uri] {
            let bytes = Array(text.utf8)
            let seconds = processorSeconds { #expect(code(bytes, limits: wide) == "too_complex") }
            #expect(seconds < cheap)
        }
        let text = Array(("<a>" + String(repeating: "x", count: 10_000_000) + "</a>").utf8)
        let seconds = processorSeconds { #expect(code(text) == "too_large") }
        #expect(seconds < cheap)
    }

    @Test("the limits themselves are not too much")
    func limits() {
        #expect(code("<a " + (0..<64).map { "a\($0)=\"1\"" }.joined(separator: " ") + "/>") == nil)
        #expect(code("<a " + (0..<65).map { "a\($0)=\"1\"" }.joined(separator: " ") + "/>") == "too_complex")
        #expect(code(String(repeating: "<a>", count: 64) + String(repeating: "</a>", count: 64)) == nil)
        #expect(code(String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65)) == "too_complex")
        #expect(code("<a>" + String(repeating: "<b c='>'/>", count: 4_999) + "</a>") == nil)
        #expect(code("<a>" + String(repeating: "<b c='>'/>", count: 5_000) + "</a>") == "too_complex")
        let crowdedTag = "<b " + (0..<60).map { "a\($0)=''" }.joined(separator: " ") + "/>"
        #expect(code("<a>" + String(repeating: crowdedTag, count: 273) + "</a>") == nil)
        #expect(code("<a>" + String(repeating: crowdedTag, count: 274) + "</a>") == "too_complex")
        // As Keycloak declares them: two namespaces on each of a thousand values.
        #expect(code("<a>" + String(repeating: "<b xmlns:xs='urn:a' xmlns:xsi='urn:b' xsi:type='xs:string'>v</b>", count: 1_000) + "</a>") == nil)
        #expect(code("<a>" + String(repeating: "<b xmlns:x='urn:a'>", count: 63) + String(repeating: "</b>", count: 63) + "</a>") == nil)
        let crowded = "<a " + (0..<40).map { "xmlns:n\($0)='urn:n\($0)'" }.joined(separator: " ") + ">"
        #expect(code(crowded + crowded + "</a></a>") == "too_complex")
        #expect(code("<a xmlns:p='urn:p' " + (0..<9).map { "p:a\($0)='1'" }.joined(separator: " ") + "/>") == "too_complex")
    }

    @Test(
        "cases 13 and 14: a comment or a processing instruction anywhere in a message",
        arguments: ["<a>x<!-- c -->y</a>", "<!-- c --><a/>", "<a/><!---->"])
    func comments(_ text: String) {
        #expect(code(text) == "comment")
        for instruction in ["<?p?>", "<?xml-stylesheet href='x'?>"] {
            #expect(code("<a>admin\(instruction)</a>") == "processing_instruction")
            #expect(code("<a/>\(instruction)") == "processing_instruction")
            #expect(code("\(instruction)<a/>") == "processing_instruction")
        }
    }

    @Test("metadata may have comments between elements and none inside a value")
    func metadataComments() {
        #expect(code("<a><!-- c -->\n<b>x</b><!-- d --></a>", limits: .metadata) == nil)
        #expect(code("<a><b>x<!-- c -->y</b></a>", limits: .metadata) == "comment")
        #expect(code("<a><b><!-- <!DOCTYPE x> --></b></a>", limits: .metadata) == "doctype")
        #expect(code("<a><?p?></a>", limits: .metadata) == "processing_instruction")
    }

    @Test("an element keeps names, attributes and text; entities that XML itself has are resolved")
    func element() throws {
        let text = "<a xmlns='urn:1' xmlns:p='urn:2' ID='1' p:ID='2' v='&lt;&amp;&#65;\u{E4}'>x&amp;<![CDATA[<y>]]><p:b/>\u{1F600}</a>"
        let root = try XMLDocument(parsing: Array(text.utf8), limits: .message).root
        #expect(root.name == XMLName("urn:1", "a"))
        #expect(root.attribute("ID") == "1")
        #expect(root.attribute("v") == "<&A\u{E4}")
        #expect(root.attributes.map(\.name) == [XMLName("", "ID"), XMLName("urn:2", "ID"), XMLName("", "v")])
        #expect(root.elements(XMLName("urn:2", "b")).count == 1)
        #expect(root.first(XMLName("urn:1", "b")) == nil)
        #expect(throws: XMLSecurityError.unexpectedContent("{urn:2}b")) { try root.text() }
        #expect(root.children == [.text("x&"), .text("<y>"), .element(try #require(root.elements.first)), .text("\u{1F600}")])
    }

    @Test("an element and a proof show nothing of their content when printed")
    func description() throws {
        let message = try SignatureVerifier.trusting.verify(SignedResponse().bytes(), as: .samlResponse)
        #expect(!"\(message)".contains("user@example.com") && !String(reflecting: message).contains("user@example.com"))
        var dumped = ""
        dump(message, to: &dumped)
        #expect(!dumped.contains("user@example.com"))
    }
}
