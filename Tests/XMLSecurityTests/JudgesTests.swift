import Foundation
import TestSupport
import Testing

@testable import XMLSecurity

/// The direct judge and xmlsec. Every test of this target, of SAMLTests and of the corpora has both judge everything; here is what they agree on in
/// documents that nobody wrote by hand, and that a disagreement is noticed.
@Suite("Two judges of a signature")
struct JudgesTests {
    private static let transform = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\""

    @Test("300 generated documents, signed by xmlsec: both accept them, with the same bytes; altered, both refuse", arguments: 0..<6)
    func generated(_ part: Int) throws {
        var random = RandomXML(seed: 1_000 + UInt64(part))
        let signed: SignedResponse.Signed = [.assertion, .response, .both][part % 3]
        for _ in 0..<50 {
            var response = SignedResponse(signed)
            response.inAssertion = random.element(depth: 3) + random.element(depth: 1)
            let text = try response.text()
            try #require(try refusal(of: text) == nil, "\(text)")
            #expect(try refusal(of: text.with("user@", "admin@")) == "signature_invalid")
            // A prefix list that nobody signed is another SignedInfo.
            let list = "<e:InclusiveNamespaces xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"a b\"/>"
            let altered = text.with(Self.transform + "/>", "\(Self.transform)>\(list)</ds:Transform>")
            #expect(try refusal(of: altered) == "signature_invalid")
        }
    }

    @Test("1,000 times one byte of the signed part or of its signature is another: both say the same", arguments: 0..<4)
    func damaged(_ part: Int) throws {
        var random = RandomXML(seed: 2_000 + UInt64(part))
        var response = SignedResponse(part % 2 == 0 ? .assertion : .both)
        response.inAssertion = random.element(depth: 3)
        let good = try response.bytes()
        for _ in 0..<250 {
            var bytes = good
            bytes[random.number(below: bytes.count)] = random.one(of: Array(" <>&\"'=:/#aZ0-\r\n".utf8))
            #expect(try refusal(of: bytes) != "verifiers_disagree", "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("a namespace with an ampersand has no canonical form that all agree on")
    func ampersand() throws {
        var response = SignedResponse()
        response.inAssertion = "<a xmlns=\"urn:a\"/>"
        #expect(try refusal(of: response.text().with("urn:a\"", "urn:a?b&amp;c\"")) == "canonicalization")
    }

    @Test("what counts of SignedInfo is what was signed: text that is added in a section of its own is noticed")
    func signedInfo() throws {
        let text = try SignedResponse().text()
        for (old, new) in [
            ("<ds:DigestValue>", "<ds:DigestValue><![CDATA[AAAA]]>"), ("</ds:DigestValue>", "<![CDATA[AAAA]]></ds:DigestValue>"),
            ("<ds:Reference ", "<ds:Reference Id=\"x\" "), ("<ds:SignedInfo>", "<ds:SignedInfo xmlns:xsi=\"urn:x\" Id=\"y\">"),
        ] { #expect(try refusal(of: text.with(old, new)) == "signature_invalid") }
        // Written otherwise, the same octets.
        #expect(try refusal(of: text.with("<ds:DigestValue>", "<ds:DigestValue ><![CDATA[]]>")) == nil)
    }

    @Test("the base64 of a SignatureValue is strict: with a bit set that no byte takes it is another text, and no signature (RFC 4648 §3.5)")
    func unusedBits() throws {
        var text = try SignedResponse().text()
        let padding = try #require(text.range(of: "=="))
        let last = text.index(before: padding.lowerBound)
        let next = try #require(["A": "B", "Q": "R", "g": "h", "w": "x"][String(text[last])])
        text.replaceSubrange(last...last, with: next)
        #expect(try refusal(of: text) == "signature_invalid")
    }

    @Test("what the message says of SignedInfo and what was signed must be the same, whoever misread it: the octets alone do not count")
    func claimed() throws {
        let judge = DirectJudge(keys: [try TestKey.identityProvider.trusted], policy: .strict)
        var other = SignedResponse()
        other.nameID = "admin@example.com"
        let claims = try structure(of: other) { $0.claimed }
        try structure(of: SignedResponse()) { structure in
            #expect(code { () throws(XMLSecurityError) in try judge.judge([structure]) } == nil)
            var misread = structure
            misread.claimed = claims
            #expect(code { () throws(XMLSecurityError) in try judge.judge([misread]) } == "canonicalization")
        }
    }

    /// The signature of the assertion, as the gate reads it.
    private func structure<R>(of response: SignedResponse, _ body: (SignatureStructure) -> R) throws -> R {
        try ParsedDocument(response.bytes(), limits: .message).read { root throws(XMLSecurityError) in
            guard let inner = try StructuralGate.inspect(root, as: .samlResponse, limits: .message, policy: .strict).inner else { throw .unsigned }
            return body(inner)
        }
    }

    @Test("both must agree: in the verdict, in the bytes and in whose signature it is")
    func agreement() throws {
        func found(_ text: String, _ key: TestKey = .identityProvider) throws -> [Digested] {
            [Digested(content: DigestedBytes(Array(text.utf8), name: .signature, id: "a", inclusivePrefixes: ""), key: try key.trusted)]
        }
        func outcome(_ direct: Result<[Digested], XMLSecurityError>, _ xmlsec: Result<[Digested], XMLSecurityError>) -> String? {
            code { () throws(XMLSecurityError) in try SignatureJudges.agreed(direct, xmlsec) }
        }
        let good = Result<[Digested], XMLSecurityError>.success(try found("<a></a>"))
        #expect(outcome(good, good) == nil)
        #expect(outcome(good, .success(try found("<b></b>"))) == "verifiers_disagree")
        #expect(outcome(good, .success(try found("<a></a>", .somebodyElse))) == "verifiers_disagree")
        #expect(outcome(good, .success(try found("<a></a>") + found("<a></a>"))) == "verifiers_disagree")
        for refusal in [XMLSecurityError.signatureInvalid(.key), .signatureInvalid(.content), .canonicalization] {
            #expect(outcome(good, .failure(refusal)) == "verifiers_disagree")
            #expect(outcome(.failure(refusal), good) == "verifiers_disagree")
            #expect(outcome(.failure(refusal), .failure(refusal)) == refusal.code)
        }
        #expect(outcome(.failure(.canonicalization), .failure(.signatureInvalid(.key))) == "verifiers_disagree")
        #expect(outcome(.failure(.weakAlgorithm("")), .failure(.signatureInvalid(.content))) == "weak_algorithm")
    }

    @Test("who asks for both gets both, and what the first refuses costs nothing more")
    func whoIsAsked() throws {
        let text = try SignedResponse(.both).text()
        for judges in [SignatureJudges.direct, .both, .bothAlways] {
            #expect(try refusal(of: Array(text.utf8), judges: judges) == nil)
            #expect(try refusal(of: Array(text.with("user@", "admin@").utf8), judges: judges) == "signature_invalid")
        }
    }
}
