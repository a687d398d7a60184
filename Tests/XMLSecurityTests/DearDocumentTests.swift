import TestSupport
import Testing
import XMLSecurity

/// Documents that are inside every limit of their markup and made to be dear: deep, with many namespaces in scope, a long PrefixList.
/// What is not refused for what it would cost must not cost it: 50 ms of CPU in all, whatever the number of keys.
@Suite("THREATS case 127: the dearest documents")
struct DearDocumentTests {
    struct Document: Sendable, CustomTestStringConvertible {
        let name: String
        let content: String
        var prefixes = ""
        /// Whether what it costs is bounded by refusing it.
        var isTooComplex = false
        var testDescription: String { name }
    }

    static let documents: [Document] = [
        Document(name: "flat", content: "<a>\(String(repeating: "<b/>", count: 4_900))</a>"),
        Document(
            name: "flat, 16 prefixes over 60 namespaces",
            content: "<a\(declarations(60))>\(String(repeating: "<b/>", count: 4_800))</a>", prefixes: prefixes(of: "n"), isTooComplex: true),
        Document(
            name: "deep, 16 prefixes over 56 namespaces", content: nested(leaves: 4_700) { _ in "<b/>" }, prefixes: prefixes(of: "n"),
            isTooComplex: true),
        Document(
            name: "deep, 16 prefixes that nobody declared", content: nested(leaves: 4_700) { _ in "<b/>" }, prefixes: prefixes(of: "m"),
            isTooComplex: true),
        Document(
            name: "deep, every leaf with prefixed attributes",
            content: nested(leaves: 2_000, attributes: 8) { leaf in
                "<n\(leaf % 56):f\((0..<7).map { " n\((leaf * 8 + $0) % 56):q=\"1\"" }.joined())/>"
            }, isTooComplex: true),
        Document(
            name: "deep, every level with prefixed attributes", content: nested(leaves: 4_700, attributes: 8) { "<n\($0 % 56):f/>" },
            isTooComplex: true),
        Document(
            name: "deep, with texts between", content: nested(leaves: 4_700) { _ in "<b/> " }, isTooComplex: true),
        Document(
            name: "long namespaces, written again at each of many siblings",
            content: "<a\(declarations(56, length: 245))>"
                + String(repeating: "<b n1:a=\"\" n2:a=\"\" n3:a=\"\" n4:a=\"\" n5:a=\"\" n6:a=\"\" n7:a=\"\" n8:a=\"\"/>", count: 2_000) + "</a>",
            isTooComplex: true),
        Document(
            name: "many attributes",
            content: "<a>" + String(repeating: "<b\((0..<63).map { " a\($0)=\"\"" }.joined())/>", count: 240) + "</a>"),
        Document(
            name: "many declarations of which none is used",
            content: "<a>" + String(repeating: "<b\(declarations(50))/>", count: 150) + "</a>"),
        Document(name: "text that grows fourfold", content: "<a>\(String(repeating: ">", count: 250_000))</a>"),
        Document(name: "a megabyte of references", content: "<a>\(String(repeating: "&#13;", count: 50_000))</a>"),
    ]

    private static func declarations(_ count: Int, length: Int = 6) -> String {
        (0..<count).map { " xmlns:n\($0)=\"urn:\(String(repeating: "x", count: length))\($0)\"" }.joined()
    }

    private static func prefixes(of letter: String) -> String { (0..<16).map { "\(letter)\($0)" }.joined(separator: " ") }

    /// 56 namespaces in scope, 58 levels.
    private static func nested(leaves: Int, attributes: Int = 0, leaf: (Int) -> String) -> String {
        let levels = (0..<58).map { level in
            (name: attributes > 0 ? "n\(level % 56):e" : "e", attributes: (0..<attributes).map { " n\((level * 8 + $0) % 56):q=\"1\"" }.joined())
        }
        return "<a\(declarations(56))>" + levels.map { "<\($0.name)\($0.attributes)>" }.joined() + (0..<leaves).map(leaf).joined()
            + levels.reversed().map { "</\($0.name)>" }.joined() + "</a>"
    }

    /// The document as somebody makes it who has one message that the key signed: its SignedInfo fits, what it covers was exchanged.
    private func message(_ document: Document, signedBy key: TestKey) throws -> [UInt8] {
        var response = SignedResponse()
        response.key = key
        response.inAssertion = "<saml:Advice/>"
        let text = try response.text().with("<saml:Advice/>", document.content)
        guard !document.prefixes.isEmpty else { return Array(text.utf8) }
        let transform = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\""
        let list = "<e:InclusiveNamespaces xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"\(document.prefixes)\"/>"
        return Array(text.with(transform + "/>", "\(transform)>\(list)</ds:Transform>").utf8)
    }

    @Test("a stranger's signature: refused for less than 50 ms, and eight keys cost no more than one", arguments: documents)
    func stranger(_ document: Document) throws {
        let message = try message(document, signedBy: .somebodyElse)
        let key = try TestKey.identityProvider.trusted
        func cost(keys: Int) throws -> Double {
            var seconds = Double.infinity
            for _ in 0..<2 {
                seconds = min(
                    seconds,
                    try processorSeconds {
                        let code = try refusal(of: message, keys: Array(repeating: key, count: keys), judges: .both)
                        #expect(code == (document.isTooComplex ? "too_complex" : "signature_invalid"))
                    })
            }
            return seconds
        }
        let (one, eight) = (try cost(keys: 1), try cost(keys: 8))
        #expect(eight < cheap)
        #expect(eight < one * 1.5 + 0.01)
    }

    @Test("a pinned key's SignedInfo over other content: the one canonical form that is made is bounded too", arguments: documents)
    func stolenSignedInfo(_ document: Document) throws {
        let message = try message(document, signedBy: .identityProvider)
        let keys = try Array(repeating: TestKey.somebodyElse.trusted, count: 7) + [TestKey.identityProvider.trusted]
        let seconds = try processorSeconds {
            let code = try refusal(of: message, keys: keys, judges: .both)
            #expect(code == (document.isTooComplex ? "too_complex" : "signature_invalid"))
        }
        #expect(seconds < cheap)
    }
}
