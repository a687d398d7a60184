import TestSupport
import Testing
import XMLSecurity

@Suite("THREATS §5: what stands inside ds:Signature")
struct StructureTests {
    private let text: String
    private let signature: String
    private let signedInfo: String
    private let reference: String
    private let transforms: String

    init() throws {
        text = try SignedResponse().text()
        signature = text.element("ds:Signature")
        signedInfo = text.element("ds:SignedInfo")
        reference = text.element("ds:Reference")
        transforms = text.element("ds:Transforms")
    }

    private func refusal(_ part: String, _ other: String) throws -> String? {
        #expect(text.contains(part) && part != other)
        return try XMLSecurityTests.refusal(of: text.with(part, other))
    }

    @Test(
        "case 38: every reference that is not # and the parent's ID, without any I/O",
        arguments: [
            "", "#", "#xpointer(/)", "#xpointer(id('_assertion'))", "#_assertion') | id('_response", "?x#_assertion", "file:///etc/hostname",
            "/etc/hostname", "cid:x",
            "_assertion", " #_assertion", "#_assertion ", "##_assertion", "urn:x#_assertion", "#%5Fassertion",
        ])
    func references(_ uri: String) throws {
        #expect(try refusal("URI=\"#_assertion\"", "URI=\"\(uri)\"") == "reference_uri")
    }

    @Test("case 38: a reference without URI, or over http, where nobody is asked")
    func referenceToNetwork() throws {
        #expect(try refusal(" URI=\"#_assertion\"", "") == "reference_uri")
        let listener = try #require(SilentListener())
        #expect(try refusal("URI=\"#_assertion\"", "URI=\"http://127.0.0.1:\(listener.port)/x\"") == "reference_uri")
        #expect(!listener.wasReached)
    }

    @Test("case 39: two references, none, one to another ID")
    func referenceCount() throws {
        #expect(try refusal(reference, reference + reference) == "reference_count")
        #expect(try refusal(reference, "") == "reference_count")
        #expect(try refusal("URI=\"#_assertion\"", "URI=\"#_response\"") == "reference_mismatch")
        #expect(try refusal("URI=\"#_assertion\"", "URI=\"#_ASSERTION\"") == "reference_mismatch")
        // A mark behind the # makes one character of both, and is a byte of the reference.
        #expect(try refusal("URI=\"#_assertion\"", "URI=\"#\u{301}_assertion\"") == "reference_mismatch")
    }

    @Test("case 40: every other choice of transforms")
    func otherTransforms() throws {
        func transform(_ algorithm: String) -> String { "<ds:Transform Algorithm=\"\(algorithm)\"/>" }
        let enveloped = transform("http://www.w3.org/2000/09/xmldsig#enveloped-signature")
        let exclusive = transform("http://www.w3.org/2001/10/xml-exc-c14n#")
        let others = [
            "http://www.w3.org/2001/10/xml-exc-c14n#withcomments", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", "http://www.w3.org/2006/12/xml-c14n11",
            "http://www.w3.org/TR/1999/REC-xpath-19991116", "http://www.w3.org/2002/06/xmldsig-filter2",
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
            "http://www.w3.org/2000/09/xmldsig#base64", "",
        ].map(transform)
        var choices = ["", exclusive, enveloped, exclusive + enveloped, enveloped + exclusive + exclusive, enveloped + enveloped + exclusive]
        for other in others { choices += [enveloped + other, other + exclusive, enveloped + other + exclusive, enveloped + exclusive + other] }
        for choice in choices { #expect(try refusal(transforms, "<ds:Transforms>\(choice)</ds:Transforms>") == "transforms") }
        #expect(try refusal(transforms, "") == "transforms")
        let xpath = enveloped.with("/>", "><ds:XPath>true()</ds:XPath></ds:Transform>")
        #expect(try refusal(enveloped, xpath) == "transforms")
    }

    private static let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>"

    private static func list(_ prefixes: String) -> String {
        "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"><ec:InclusiveNamespaces"
            + " xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"\(prefixes)\"/></ds:Transform>"
    }

    @Test("an InclusiveNamespaces list is understood, and bounded")
    func prefixLists() throws {
        // Well built, but not what was signed.
        for prefixes in ["", "xs", "xs #default", "a-b.c_d é"] {
            #expect(try refusal(Self.exclusive, Self.list(prefixes)) == "signature_invalid")
        }
        #expect(try refusal(Self.exclusive, Self.list((0..<16).map { "p\($0)" }.joined(separator: " "))) == "signature_invalid")
        #expect(try refusal(Self.exclusive, Self.list((0..<17).map { "p\($0)" }.joined(separator: " "))) == "too_complex")
        #expect(try refusal(Self.exclusive, Self.list(String(repeating: "p", count: 257))) == "too_complex")
        #expect(try refusal(Self.exclusive, Self.list("xs").with("PrefixList", "Prefixes")) == "unexpected_attribute")
        #expect(try refusal(Self.exclusive, Self.list("xs").with("ec:InclusiveNamespaces", "ec:Other")) == "transforms")
    }

    @Test(
        "case 126: a PrefixList with anything but prefixes between single spaces, above all what one splitter takes for one prefix and another for 84",
        arguments: [
            String(repeating: " \u{301}", count: 84), "a" + String(repeating: " \u{301}", count: 15), "xs  xsi", " xs", "xs ", " ", "xs&#9;xsi",
            "xs&#10;xsi", "xs,xsi", "xs:a", "1a", "-a", "#", "#other", "#Default", "#default#default", "xs\u{A0}xsi", "xs\u{2003}xsi",
            "xs\u{FE0F}xsi|",
        ])
    func hostilePrefixLists(_ prefixes: String) throws {
        #expect(try refusal(Self.exclusive, Self.list(prefixes)) == "signature_structure")
    }

    @Test("SAML Core §5.4.3 and §5.4.4: exclusive canonicalization with comments is the same one where no comment may be")
    func withComments() throws {
        let comments = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
        let method = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>"
        // Well built, but not what was signed: that such a signature is accepted is seen in the corpus.
        #expect(try refusal(method, method.with("#\"", "#WithComments\"")) == "signature_invalid")
        #expect(try refusal(Self.exclusive, Self.exclusive.with("#\"", "#WithComments\"")) == "signature_invalid")
        let inBoth = text.with("http://www.w3.org/2001/10/xml-exc-c14n#", comments)
        #expect(try XMLSecurityTests.refusal(of: inBoth.with("user@", "us<!-- c -->er@")) == "comment")
    }

    @Test("case 41: two SignedInfo, wrapped, two values, text between, values with elements")
    func shape() throws {
        let value = text.element("ds:SignatureValue")
        let digest = text.element("ds:DigestValue")
        for (part, other) in [
            (signedInfo, signedInfo + signedInfo), (signedInfo, "<ds:Object>\(signedInfo)</ds:Object>"), (signedInfo, "<x>\(signedInfo)</x>"),
            (signedInfo, ""),
            (value, value + value), (value, ""), (value, "x" + value), (digest, digest + digest), (digest, ""),
            (signedInfo, signedInfo.with("<ds:SignatureMethod", "text<ds:SignatureMethod")),
            (signedInfo, signedInfo.with("</ds:SignedInfo>", "<x/></ds:SignedInfo>")),
            (value, value.with("</", "<x/></")), (digest, digest.with("</", "<x>AAAA</x></")),
            (signature, signature.with("</ds:Signature>", "<ds:KeyInfo/></ds:Signature>")), (signature, signature.with("ds:KeyInfo", "ds:Keyinfo")),
            (signature, signature.with("</ds:Signature>", "<ds:Object/></ds:Signature>")),
            (signedInfo, signedInfo.with("ds:SignedInfo", "SignedInfo")),
        ] {
            #expect(try refusal(part, other) == "signature_structure")
        }
    }

    @Test("XML Schema §2.6: an instance's type and its schemas may stand on any element of a signature, KeyInfo's too; nothing else may")
    func instanceAttributes() throws {
        let instance = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        for name in ["ds:X509Data", "ds:X509Certificate"] {
            #expect(try refusal("<\(name)>", "<\(name) \(instance) xsi:type=\"x\" xsi:schemaLocation=\"a b\">") == nil)
            #expect(try refusal("<\(name)>", "<\(name) \(instance) xsi:nil=\"true\">") == "unexpected_attribute")
            #expect(try refusal("<\(name)>", "<\(name) Id=\"x\">") == "unexpected_attribute")
        }
    }

    @Test("case 13: a comment in DigestValue, SignatureValue, NameID, Issuer")
    func comments() throws {
        for name in ["ds:DigestValue", "ds:SignatureValue", "saml:NameID", "saml:Issuer"] {
            #expect(try refusal("</\(name)>", "<!-- c --></\(name)>") == "comment")
            #expect(try refusal("</\(name)>", "<?p not-?></\(name)>") == "processing_instruction")
        }
        // An entity that XML has and a CDATA section are text like any other: the canonical bytes are the same.
        #expect(try refusal("user@", "<![CDATA[user]]>&#64;") == nil)
    }

    @Test("cases 21 and 42: RetrievalMethod in KeyInfo and Manifest in an Object, without any I/O")
    func noRetrieval() throws {
        let listener = try #require(SilentListener())
        let data = text.element("ds:X509Data")
        for uri in ["http://127.0.0.1:\(listener.port)/x", "file:///etc/hostname", "#_response"] {
            #expect(try refusal(data, "<ds:RetrievalMethod URI=\"\(uri)\"/>") == "signature_structure")
            #expect(try refusal(data, "\(data)<ds:RetrievalMethod URI=\"\(uri)\"/>") == "signature_structure")
            let manifest = "<ds:Object><ds:Manifest>\(reference.with("#_assertion", uri))</ds:Manifest></ds:Object>"
            #expect(try refusal("</ds:KeyInfo>", "</ds:KeyInfo>\(manifest)") == "signature_structure")
        }
        #expect(!listener.wasReached)
    }

    @Test("case 43: HMACOutputLength and other children of methods")
    func parameters() throws {
        for length in ["0", "8"] {
            let truncated = "#rsa-sha256\"><ds:HMACOutputLength>\(length)</ds:HMACOutputLength></ds:SignatureMethod>"
            #expect(try refusal("#rsa-sha256\"/>", truncated) == "signature_structure")
            #expect(
                try refusal("2001/04/xmldsig-more#rsa-sha256\"/>", truncated.with("#rsa-sha256", "2000/09/xmldsig#hmac-sha1")) == "weak_algorithm")
        }
        #expect(try refusal("xmlenc#sha256\"/>", "xmlenc#sha256\"><x/></ds:DigestMethod>") == "signature_structure")
        #expect(try refusal("#rsa-sha256\"/>", "#rsa-sha256\" x=\"1\"/>") == "unexpected_attribute")
    }

    @Test("case 44: a relative namespace inside the assertion, where canonicalization fails")
    func relativeNamespace() throws {
        for uri in ["a/b", "../x", "x"] {
            #expect(try refusal("<saml:NameID>", "<saml:NameID xmlns:x=\"\(uri)\">") == "canonicalization")
        }
    }

    @Test("case 45: the digest of nothing over a target that is missing")
    func emptyDigest() throws {
        let digest = text.element("ds:DigestValue")
        let empty = text.with(digest, "<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ds:DigestValue>")
        #expect(try XMLSecurityTests.refusal(of: empty) == "signature_invalid")
        #expect(try XMLSecurityTests.refusal(of: empty.with("#_assertion", "#_missing")) == "reference_mismatch")
        #expect(try XMLSecurityTests.refusal(of: empty.with(" ID=\"_assertion\"", "")) == "reference_mismatch")
    }

    @Test(
        "case 46: other canonicalizations of SignedInfo",
        arguments: [
            "http://www.w3.org/2001/10/xml-exc-c14n#withcomments", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            "http://www.w3.org/TR/1999/REC-xslt-19991116", "urn:x", "",
        ])
    func canonicalization(_ algorithm: String) throws {
        let part = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\""
        #expect(try refusal(part, "<ds:CanonicalizationMethod Algorithm=\"\(algorithm)\"") == "transforms")
    }
}
