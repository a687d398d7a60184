import CReference
import Foundation
import TestSupport
import Testing

@testable import XMLSecurity

/// Our exclusive canonical form beside libxml2's own, of the same documents: the same bytes, whatever the gate lets through.
@Suite("Exclusive XML Canonicalization 1.0 and Canonical XML 1.0: ours and libxml2's")
struct CanonicalFormTests {
    private func ours(_ text: String, _ name: String?, less omitted: String?, _ prefixes: String, comments: Bool) throws -> [UInt8] {
        let limits = XMLLimits(bytes: 1024 * 1024, prefixedAttributesPerTag: 64, allowsComments: true)
        return try ParsedDocument(Array(text.utf8), limits: limits).read { root throws(XMLSecurityError) in
            let top = root.elements.first { $0.name.localName == name } ?? root
            return try top.canonicalForm(
                omitting: top.elements.first { $0.name.localName == omitted }, inclusivePrefixes: prefixes, withComments: comments, expectedCount: 0)
        }
    }

    private func theirs(_ text: String, _ name: String?, less omitted: String?, _ prefixes: String, comments: Bool) -> [UInt8]? {
        var count = 0
        let bytes = Array(text.utf8)
        guard let result = creference_canonicalize(bytes, bytes.count, name, omitted, prefixes, comments, &count) else { return nil }
        defer { free(result) }
        return Array(UnsafeBufferPointer(start: result, count: count))
    }

    private func expectSame(_ text: String, _ name: String? = nil, less omitted: String? = nil, _ prefixes: String = "") throws {
        for comments in [false, true] {
            let (ours, theirs) = (
                try ours(text, name, less: omitted, prefixes, comments: comments), theirs(text, name, less: omitted, prefixes, comments: comments)
            )
            #expect(ours == theirs, "[\(prefixes)] of \(text):\n\(String(decoding: ours, as: UTF8.self))")
        }
    }

    @Test("2,500 generated documents, and of each a part less another part, with prefix lists and comments", arguments: 0..<10)
    func generated(_ part: Int) throws {
        var random = RandomXML(seed: UInt64(part))
        random.comments = true
        for _ in 0..<250 {
            let depth = random.one(of: [1, 2, 3, 5])
            let scope = ["": "urn:outer", "a": "urn:a", "q": "urn:q"]
            let omitted = random.element(depth: 1, in: scope, name: "omitted")
            let wanted = "<wanted x=\"1\">\(random.element(depth: depth, in: scope))\(omitted)\(random.element(depth: 1, in: scope))</wanted>"
            let text = "<q:root xmlns=\"urn:outer\" xmlns:a=\"urn:a\" xmlns:q=\"urn:q\"><!-- c -->\(wanted)</q:root>"
            try expectSame(text, "wanted", less: "omitted", random.prefixList())
            try expectSame(random.element(depth: depth), random.prefixList())
            try expectSame(text, "wanted", less: "omitted", "#all")
            try expectSame(random.element(depth: depth), "#all")
        }
    }

    @Test(
        "each rule alone",
        arguments: [
            "<a xmlns=\"urn:x\"><b xmlns=\"\"/><c/><d xmlns=\"urn:y\"><e xmlns=\"\"><f xmlns=\"\"/></e></d></a>",
            "<p:a xmlns:p=\"urn:x\" xmlns:q=\"urn:x\"><q:b p:x=\"1\" q:y=\"2\"/><p:c xmlns:p=\"urn:y\"/><p:d/></p:a>",
            "<a z:a=\"1\" b=\"2\" y:b=\"3\" a=\"4\" xml:lang=\"de\" B=\"5\" xmlns:z=\"urn:1\" xmlns:y=\"urn:2\"/>",
            "<a b='\"' c='&lt;>&amp;&#9;&#10;&#13;' d='\t\n'>\"'&lt;&gt;&amp;&#13;\t\n\r]]&gt;</a>", "<a><![CDATA[<&>\r]]>b<![CDATA[]]></a>",
            "<a \u{E9}=\"\u{1F600}\" e=\"&#x10FFFF;\">\u{10FFFF}\u{E4}</a>", "<a><!-- a > b & c --><b/></a>", "<a b=\"\"/>",
            "<a:b xmlns:a=\"urn:a\" xmlns:unused=\"urn:u\"><b xmlns:unused2=\"urn:u\"/></a:b>",
            "<a>\(String(repeating: "<b xmlns:n=\"urn:n\"><n:c>", count: 30))\(String(repeating: "</n:c></b>", count: 30))</a>",
        ])
    func rules(_ text: String) throws {
        for prefixes in ["", "#default", "p q", "z y xml", "unused unused2 #default", "#all"] { try expectSame(text, prefixes) }
    }

    @Test("Canonical XML 1.0 §2.4: where xml:lang would be taken over from outside, there is no form")
    func inherited() throws {
        for (text, isMade) in [("<r xml:lang=\"de\"><wanted/></r>", false), ("<r><wanted xml:lang=\"de\"/></r>", true)] {
            #expect(((try? ours(text, "wanted", less: nil, "#all", comments: false)) != nil) == isMade)
        }
    }

    @Test("a real product's answer is canonicalized as libxml2 does it: all of the corpora", .enabled(if: Corpus.isPresent, "\(Corpus.hint)"))
    func corpora() throws {
        var count = 0
        let names = try #require(FileManager.default.enumerator(atPath: Corpus.folder.path)).compactMap { $0 as? String }
        for name in names.sorted() {
            guard let captured = try? Corpus.bytes(name), captured.count < 400_000 else { continue }
            let isText = captured.first == UInt8(ascii: "<")
            guard let bytes = isText ? captured : Data(base64Encoded: Data(captured), options: .ignoreUnknownCharacters).map({ [UInt8]($0) }),
                let text = String(validating: bytes, as: UTF8.self), let ours = try? ours(text, nil, less: nil, "", comments: false),
                // Where it makes none, neither may we: the gate has seen to it before.
                let theirs = theirs(text, nil, less: nil, "", comments: false)
            else { continue }
            count += 1
            #expect(ours == theirs, "\(name)")
        }
        #expect(count > 500)
    }
}
