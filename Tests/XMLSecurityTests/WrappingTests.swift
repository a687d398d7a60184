import TestSupport
import Testing
import XMLSecurity

@Suite("THREATS §5: signature wrapping, duplicates and hidden assertions")
struct WrappingTests {
    private let text: String
    /// The signed assertion, its signature, and what is left of it without one.
    private let assertion: String
    private let signature: String
    private var original: String { assertion.without(signature) }
    private var forged: String {
        original.with("user@example.com", "admin@example.com").with("ID=\"_assertion\"", "ID=\"_evil\"")
    }

    init() throws {
        text = try SignedResponse().text()
        assertion = text.element("saml:Assertion")
        signature = text.element("ds:Signature")
    }

    private func replacingAssertion(with other: String) throws -> String? { try refusal(of: text.with(assertion, other)) }

    @Test("the parts are what the other tests take them for")
    func parts() throws {
        #expect(try refusal(of: text) == nil)
        #expect(text.contains(assertion) && assertion.contains(signature) && forged.contains("admin@") && !forged.contains("Signature"))
    }

    @Test("case 25: XSW1, a forged response around the signed one")
    func xsw1() throws {
        let signed = try SignedResponse(.response).text()
        let itsSignature = signed.element("ds:Signature")
        let evil = signed.with("ID=\"_response\"", "ID=\"_evil\"").with("ID=\"_assertion\"", "ID=\"_evil2\"").with("user@", "admin@")
        let inObject = itsSignature.with("</ds:Signature>", "<ds:Object>\(signed.without(itsSignature))</ds:Object></ds:Signature>")
        #expect(try refusal(of: evil.with(itsSignature, inObject)) == "signature_structure")
        #expect(try refusal(of: evil.without(itsSignature).with("</samlp:Response>", "\(signed)</samlp:Response>")) == "signature_position")
    }

    @Test("case 26: XSW2, the signed response detached beside")
    func xsw2() throws {
        let signed = try SignedResponse(.response).text()
        let itsSignature = signed.element("ds:Signature")
        let evil = signed.with("ID=\"_response\"", "ID=\"_evil\"").with("ID=\"_assertion\"", "ID=\"_evil2\"").with("user@", "admin@")
        let detached = evil.with(itsSignature, signed.without(itsSignature) + itsSignature)
        #expect(try refusal(of: detached) == "signature_position")
        #expect(try refusal(of: evil.with(itsSignature, itsSignature + signed.without(itsSignature))) == "reference_mismatch")
    }

    @Test("case 27: XSW3, a forged assertion before the signed one; and after it")
    func xsw3() throws {
        #expect(try replacingAssertion(with: forged + assertion) == "assertion_count")
        #expect(try replacingAssertion(with: assertion + forged) == "assertion_count")
    }

    @Test("case 28: XSW4, a forged assertion wraps the signed one")
    func xsw4() throws {
        #expect(try replacingAssertion(with: forged.with("</saml:Assertion>", "\(assertion)</saml:Assertion>")) == "assertion_count")
    }

    @Test("case 29: XSW5, the signature moved into a forged assertion")
    func xsw5() throws {
        let stolen = forged.with("</saml:Issuer>", "</saml:Issuer>\(signature)")
        #expect(try replacingAssertion(with: stolen + original) == "reference_mismatch")
        #expect(try replacingAssertion(with: stolen) == "reference_mismatch")
    }

    @Test("cases 30 and 32: XSW6 and XSW8, the original inside the signature, in a ds:Object")
    func xsw6() throws {
        for inside in [original, "<ds:Object>\(original)</ds:Object>"] {
            let wrapped = signature.with("</ds:Signature>", "\(inside)</ds:Signature>")
            #expect(try replacingAssertion(with: forged.with("</saml:Issuer>", "</saml:Issuer>\(wrapped)")) == "signature_structure")
        }
    }

    @Test("case 31: XSW7, a forged assertion with the same ID in the extensions")
    func xsw7() throws {
        let extensions = "<samlp:Extensions>\(forged.with("_evil", "_assertion"))</samlp:Extensions>"
        #expect(try replacingAssertion(with: extensions + assertion) == "duplicate_id")
        #expect(try replacingAssertion(with: extensions.with("ID=\"_assertion\"", "ID=\"_evil\"") + assertion) == "assertion_count")
    }

    @Test("case 33: a forged assertion in StatusDetail, Advice, AttributeValue and KeyInfo")
    func hidden() throws {
        for (start, end) in [("<samlp:StatusDetail>", "</samlp:StatusDetail>")] {
            #expect(try refusal(of: text.with("</samlp:Status>", "\(start)\(forged)\(end)</samlp:Status>")) == "assertion_count")
        }
        for name in ["Advice", "AttributeValue"] {
            var response = SignedResponse()
            response.inAssertion = "<saml:\(name)>\(forged)</saml:\(name)>"
            #expect(try refusal(of: response.text()) == "assertion_count")
        }
        let inKeyInfo = signature.with("<ds:X509Data>", "\(forged)<ds:X509Data>")
        #expect(try refusal(of: text.with(signature, inKeyInfo)) == "signature_structure")
        let inKeyName = signature.with("<ds:X509Data>", "<ds:KeyName>\(forged)</ds:KeyName><ds:X509Data>")
        #expect(try refusal(of: text.with(signature, inKeyName)) == "signature_structure")
    }

    @Test("cases 34 and 35: signed metadata or a signed logout request of the identity provider, wrapped")
    func otherDocuments() throws {
        let metadata =
            "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_m\" entityID=\"https://idp.example\"><md:x/></md:EntityDescriptor>"
        let logout = "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_m\" Version=\"2.0\"/>"
        for document in [metadata, logout] {
            let signed = String(
                decoding: try TestKey.identityProvider.signer.sign(Array(document.utf8), elementID: "_m", afterChild: nil), as: UTF8.self)
            #expect(try replacingAssertion(with: original + signed) == "signature_position")
            #expect(try replacingAssertion(with: signed + original) == "signature_position")
            #expect(try refusal(of: signed) == "unexpected_root")
        }
    }

    @Test("case 36: duplicate IDs before and behind, in every spelling; xml:id; a DTD's ID")
    func duplicates() throws {
        for attribute in ["ID", "Id", "id", "samlp:ID"] {
            let other = "<samlp:Extensions><x \(attribute)=\"_assertion\"/></samlp:Extensions>"
            #expect(try replacingAssertion(with: other + assertion) == "duplicate_id")
            #expect(try replacingAssertion(with: assertion + other) == "duplicate_id")
        }
        for value in ["_assertion", "_other"] {
            #expect(try replacingAssertion(with: "<x xml:id=\"\(value)\"/>" + assertion) == "duplicate_id")
        }
        #expect(try refusal(of: "<!DOCTYPE x [<!ATTLIST saml:NameID Format ID #IMPLIED>]>" + text) == "doctype")
        #expect(try replacingAssertion(with: "<x ID=\"1\"/>" + assertion) == "malformed")
    }

    @Test("case 37: an ID by an entity reference")
    func entityID() throws {
        #expect(try refusal(of: "<!DOCTYPE x [<!ENTITY e \"_assertion\">]>" + text.with("ID=\"_assertion\"", "ID=\"&e;\"")) == "doctype")
    }

    @Test("case 48: two signatures on one element, inside the subject, at the end of the document")
    func positions() throws {
        let twice = text.with(signature, signature + signature)
        #expect(try refusal(of: twice) == "signature_position")
        #expect(try refusal(of: twice, policy: .anySignatureOrder) == "signature_position")
        #expect(try replacingAssertion(with: original.with("<saml:NameID>", "\(signature)<saml:NameID>")) == "signature_position")
        #expect(try replacingAssertion(with: original + signature) == "signature_position")
        #expect(try replacingAssertion(with: original.with("<saml:Issuer>", "\(signature)<saml:Issuer>")) == "signature_position")
        #expect(try replacingAssertion(with: original.with("</saml:Assertion>", "\(signature)</saml:Assertion>")) == "signature_position")
    }

    @Test("any order of the signature among its siblings is accepted only where the policy says so")
    func anyOrder() throws {
        let atEnd = text.with(assertion, original.with("</saml:Assertion>", "\(signature)</saml:Assertion>"))
        #expect(throws: XMLSecurityError.signatureOrder) {
            try SignatureVerifier(keys: [TestKey.identityProvider.trusted], policy: .strict, judges: .bothAlways).verify(
                Array(atEnd.utf8), as: .samlResponse)
        }
        #expect(try refusal(of: atEnd, policy: .anySignatureOrder) == nil)
        let inSubject = text.with(assertion, original.with("<saml:NameID>", "\(signature)<saml:NameID>"))
        #expect(try refusal(of: inSubject, policy: .anySignatureOrder) == "signature_position")
    }

    @Test("case 49: prefixed doubles and attributes that the schema does not know")
    func attributes() throws {
        let x = " xmlns:x=\"urn:x\""
        for attribute in ["x:Destination=\"https://a.example\"", "x:ID=\"_second\"", "foo=\"bar\"", "xml:lang=\"en\""] {
            var response = SignedResponse()
            response.assertionAttributes = "\(x) \(attribute)"
            #expect(try refusal(of: response.text()) == "unexpected_attribute")
            response = SignedResponse(.both)
            response.responseAttributes = "\(x) \(attribute)"
            #expect(try refusal(of: response.text()) == "unexpected_attribute")
            #expect(try refusal(of: text.with("<ds:Signature ", "<ds:Signature\(x) \(attribute) ")) == "unexpected_attribute")
        }
        #expect(try refusal(of: text.with("<ds:Signature ", "<ds:Signature Id=\"_s\" ")) == nil)
        // XML Schema §2.6: these two may stand on any element, and say nothing here.
        let xsi = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"x:y\" xsi:schemaLocation=\"urn:x x.xsd\""
        var response = SignedResponse(.both)
        (response.assertionAttributes, response.responseAttributes) = (xsi, xsi)
        #expect(try refusal(of: response.text()) == nil)
        #expect(try refusal(of: text.with("<ds:Signature ", "<ds:Signature\(xsi) ")) == nil)
        #expect(try refusal(of: text.with("<ds:Signature ", "<ds:Signature\(xsi.with("xsi:type", "xsi:nil")) ")) == "unexpected_attribute")
        // A second default namespace changes names, and names are compared with their namespace.
        #expect(
            try replacingAssertion(with: assertion.with("urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:1.0:assertion"))
                == "signature_position")
    }

    @Test(
        "case 15: a root of another kind, another namespace, an assertion alone",
        arguments: [
            ("samlp:Response", "samlp:AuthnRequest"), ("samlp:Response", "samlp:LogoutResponse"), ("samlp:Response", "samlp:response"),
            ("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.0:protocol"),
        ])
    func roots(_ from: String, _ to: String) throws {
        #expect(try refusal(of: text.with(from, to)) == "unexpected_root")
        #expect(try refusal(of: assertion) == "unexpected_root")
    }

    @Test("a response without an assertion is refused, and can be peeked at for its status")
    func noAssertion() throws {
        let status = text.without(assertion).with("status:Success", "status:Responder")
        #expect(throws: XMLSecurityError.assertionCount(0)) { try SignatureVerifier.trusting.verify(Array(status.utf8), as: .samlResponse) }
        let samlp = "urn:oasis:names:tc:SAML:2.0:protocol"
        let names: Set<XMLName> = [XMLName(samlp, "Status"), XMLName(samlp, "StatusCode")]
        let peeked = try UnprovenMessage.peek(Array(status.utf8), at: names)
        #expect(peeked.elements.map(\.name.localName) == ["Status"])
        #expect(
            peeked.first(XMLName(samlp, "Status"))?.first(XMLName(samlp, "StatusCode"))?.attribute("Value")
                == "urn:oasis:names:tc:SAML:2.0:status:Responder")
        #expect(
            code { () throws(XMLSecurityError) in
                try UnprovenMessage.peek(
                    Array(status.with("<samlp:Status>", "<samlp:Status id=\"_response\">").utf8), at: names)
            } == "duplicate_id")
    }
}
