import TestSupport
import Testing
import XMLSecurity

@Suite("An element lifted out of the document around it")
struct EnclosedElementTests {
    private let path = [XMLName("urn:e", "Envelope"), XMLName("urn:e", "Body"), XMLName("urn:m", "Message")]

    private func lift(_ document: String) throws(XMLSecurityError) -> String {
        String(decoding: try EnclosedElement.lift(path, from: Array(document.utf8), limits: .message), as: UTF8.self)
    }

    @Test("carries the namespaces that stood around it, the default one too, and nothing else")
    func namespaces() throws {
        let lifted = try lift(
            #"<e:Envelope xmlns:e="urn:e" xmlns:xs="urn:x" xmlns="urn:d"><e:Body><m:Message xmlns:m="urn:m" a="1"><c t="xs:y"/></m:Message></e:Body></e:Envelope>"#
        )
        #expect(lifted == #"<m:Message xmlns="urn:d" xmlns:e="urn:e" xmlns:m="urn:m" xmlns:xs="urn:x" a="1"><c t="xs:y"></c></m:Message>"#)
    }

    @Test("a signature in it verifies by itself, although its prefixes are declared around it")
    func signature() throws {
        let key = FakeIdentityProvider.Key.first
        let message = #"<e:Envelope xmlns:e="urn:e" xmlns:m="urn:m"><e:Body><m:Message ID="_1"><m:I/></m:Message></e:Body></e:Envelope>"#
        let signed = try key.signer.sign(Array(message.utf8), elementID: "_1", afterChild: XMLName("urn:m", "I"))
        let lifted = try EnclosedElement.lift(path, from: signed, limits: .message)
        let verifier = SignatureVerifier(keys: [try TrustedKey(certificateDER: key.certificateDER)], policy: .strict, judges: .both)
        let element = try verifier.verifyRoot(lifted, named: XMLName("urn:m", "Message"), issuer: XMLName("urn:m", "I"), limits: .message).element
        #expect(element.attribute("ID") == "_1")
        #expect(throws: XMLSecurityError.signatureInvalid(.content)) {
            var changed = String(decoding: lifted, as: UTF8.self)
            changed.replace("<m:I>", with: "<m:I>x")
            _ = try verifier.verifyRoot(Array(changed.utf8), named: XMLName("urn:m", "Message"), issuer: XMLName("urn:m", "I"), limits: .message)
        }
    }

    @Test("whatever is in it, what was signed verifies")
    func many() throws {
        let key = FakeIdentityProvider.Key.first
        let verifier = SignatureVerifier(keys: [try TrustedKey(certificateDER: key.certificateDER)], policy: .strict, judges: .both)
        for number in 0..<300 {
            let message = #"<m:Message xmlns:m="urn:m" ID="_1"><m:I/><c>\#(number)</c></m:Message>"#
            let signed = try key.signer.sign(Array(message.utf8), elementID: "_1", afterChild: XMLName("urn:m", "I"))
            let around = Array(#"<e:Envelope xmlns:e="urn:e"><e:Body>"#.utf8) + signed + Array("</e:Body></e:Envelope>".utf8)
            let lifted = try EnclosedElement.lift(path, from: around, limits: .message)
            let outcome = Result { () throws(XMLSecurityError) in
                try verifier.verifyEnclosing(lifted, named: XMLName("urn:m", "Message"), issuer: XMLName("urn:m", "I"), limits: .message)
            }
            if case .failure(let error) = outcome { Issue.record("\(number) \(error) \(String(decoding: signed, as: UTF8.self))") }
        }
    }

    @Test("it is the only one at its place; comments, duplicate IDs and another root are refused")
    func refused() throws {
        #expect(throws: XMLSecurityError.unexpectedContent("2 elements Message in Body")) {
            try lift(#"<e:Envelope xmlns:e="urn:e" xmlns:m="urn:m"><e:Body><m:Message/><m:Message/></e:Body></e:Envelope>"#)
        }
        #expect(throws: XMLSecurityError.unexpectedContent("0 elements Message in Body")) {
            try lift(#"<e:Envelope xmlns:e="urn:e" xmlns:m="urn:m"><e:Body><o><m:Message/></o></e:Body></e:Envelope>"#)
        }
        #expect(throws: XMLSecurityError.comment) {
            try lift(#"<e:Envelope xmlns:e="urn:e" xmlns:m="urn:m"><e:Body><m:Message>a<!---->b</m:Message></e:Body></e:Envelope>"#)
        }
        #expect(throws: XMLSecurityError.duplicateID("_1")) {
            try lift(#"<e:Envelope xmlns:e="urn:e" xmlns:m="urn:m" ID="_1"><e:Body><m:Message ID="_1"/></e:Body></e:Envelope>"#)
        }
        #expect(throws: XMLSecurityError.unexpectedRoot(expected: "{urn:e}Envelope", found: "{urn:f}Envelope")) {
            try lift(#"<e:Envelope xmlns:e="urn:f" xmlns:m="urn:m"><e:Body><m:Message/></e:Body></e:Envelope>"#)
        }
    }
}
