import Foundation
import TestSupport
import Testing
import XMLSecurity

@Suite("threads, damaged messages, writing and signing")
struct RobustnessTests {
    @Test("8 threads, good and tampered messages mixed: every verdict is right")
    func threads() async throws {
        let good = try SignedResponse(.both).bytes()
        let tampered = Array(String(decoding: good, as: UTF8.self).with("user@", "admin@").utf8)
        var other = SignedResponse()
        other.key = .somebodyElse
        let foreign = try other.bytes()
        let verifier = try SignatureVerifier.trusting
        let wrong = await withTaskGroup(of: Int.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread.detachNewThread {
                            var wrong = 0
                            for round in 0..<60 {
                                let kind = (round + thread) % 3
                                let message = kind == 0 ? good : kind == 1 ? tampered : foreign
                                let accepted = (try? verifier.verify(message, as: .samlResponse)) != nil
                                if accepted != (kind == 0) { wrong += 1 }
                            }
                            continuation.resume(returning: wrong)
                        }
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test("2,000 damaged messages: never accepted with other content, never a crash", arguments: [SignedResponse.Signed.assertion, .response])
    func damaged(_ signed: SignedResponse.Signed) throws {
        let good = try SignedResponse(signed).bytes()
        let verifier = try SignatureVerifier.trusting
        let proven = try verifier.verify(good, as: .samlResponse).inner
        var generator = SystemRandomNumberGenerator()
        for round in 0..<1000 {
            var bytes = good
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            switch round % 5 {
            case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.removeSubrange(position...)
            case 3: bytes.remove(at: position)
            default:
                let length = Int.random(in: 1...60, using: &generator)
                bytes.insert(contentsOf: good[position..<min(position + length, good.count)], at: Int.random(in: 0..<good.count, using: &generator))
            }
            do {
                let message = try verifier.verify(bytes, as: .samlResponse)
                #expect(message.inner.element == proven.element, "accepted: \(Data(bytes).base64EncodedString())")
            } catch {
                #expect(error.code != "verifiers_disagree", "\(Data(bytes).base64EncodedString())")
            }
        }
    }

    @Test("a message signed in any place of the reader's tree keeps the same content after signing: nothing but the signature is added")
    func signing() throws {
        let response = SignedResponse(.both)
        let before = try XMLDocument(parsing: Array(response.unsigned.utf8), limits: .message).root
        let message = try SignatureVerifier.trusting.verify(response.bytes(), as: .samlResponse)
        let assertion = try #require(before.first(message.inner.element.name))
        #expect(message.inner.element.children == assertion.children)
        #expect(Set(message.inner.element.attributes) == Set(assertion.attributes))
    }

    @Test("signing needs an ID, the child to follow, a readable key and the certificate of that key")
    func signerErrors() throws {
        let signer = try TestKey.identityProvider.signer
        let document = Array("<a ID=\"_1\"><b/></a>".utf8)
        #expect(code { () throws(XMLSecurityError) in try signer.sign(document, elementID: "_2", afterChild: nil) } == "signing_failed")
        #expect(code { () throws(XMLSecurityError) in try signer.sign(document, elementID: "_1", afterChild: XMLName("", "c")) } == "signing_failed")
        #expect(code { () throws(XMLSecurityError) in try signer.sign(document, elementID: "_1", afterChild: XMLName("", "b")) } == nil)
        #expect(code { () throws(XMLSecurityError) in try XMLSigner(privateKeyPEM: "", certificateDER: nil) } == "invalid_key")
        let other = try TestKey.somebodyElse.certificateDER
        #expect(
            code { () throws(XMLSecurityError) in try XMLSigner(privateKeyPEM: TestKey.identityProvider.privateKeyPEM, certificateDER: other) }
                == "invalid_key")
    }

    @Test("a whole document is verified by its root's signature: metadata with comments and inner signatures, a logout request")
    func wholeDocuments() throws {
        let signer = try TestKey.identityProvider.signer
        let md = "urn:oasis:names:tc:SAML:2.0:metadata"
        let inner = "<md:EntityDescriptor ID=\"_e\" entityID=\"https://idp.example\"><md:x><!-- c --></md:x></md:EntityDescriptor>"
        let outer = Array("<md:EntitiesDescriptor xmlns:md=\"\(md)\" ID=\"_all\">\(inner)</md:EntitiesDescriptor>".utf8)
        let signed = try signer.sign(signer.sign(outer, elementID: "_e", afterChild: nil), elementID: "_all", afterChild: nil)
        let root = XMLName(md, "EntitiesDescriptor")
        let verifier = try SignatureVerifier.trusting
        let element = try verifier.verifyRoot(signed, named: root, issuer: nil, limits: .metadata)
        #expect(element.element.elements.map(\.name.localName) == ["EntityDescriptor"])
        let altered = Array(String(decoding: signed, as: UTF8.self).with("https://idp.example", "https://evil.example").utf8)
        #expect(
            code { () throws(XMLSecurityError) in try verifier.verifyRoot(altered, named: root, issuer: nil, limits: .metadata) }
                == "signature_invalid")
        #expect(code { () throws(XMLSecurityError) in try verifier.verifyRoot(outer, named: root, issuer: nil, limits: .metadata) } == "unsigned")
        let onlyInner = try signer.sign(outer, elementID: "_e", afterChild: nil)
        #expect(code { () throws(XMLSecurityError) in try verifier.verifyRoot(onlyInner, named: root, issuer: nil, limits: .metadata) } == "unsigned")

        let samlp = "urn:oasis:names:tc:SAML:2.0:protocol"
        let issuer = XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer")
        let logout = Array(
            "<samlp:LogoutRequest xmlns:samlp=\"\(samlp)\" ID=\"_l\"><a:Issuer xmlns:a=\"\(issuer.namespace)\">i</a:Issuer></samlp:LogoutRequest>"
                .utf8)
        let name = XMLName(samlp, "LogoutRequest")
        let request = try signer.sign(logout, elementID: "_l", afterChild: issuer)
        #expect(try verifier.verifyRoot(request, named: name, issuer: issuer, limits: .message).element.first(issuer)?.text() == "i")
        #expect(
            code { () throws(XMLSecurityError) in try verifier.verifyRoot(request, named: root, issuer: nil, limits: .message) } == "unexpected_root")
        let first = try signer.sign(logout, elementID: "_l", afterChild: nil)
        #expect(
            code { () throws(XMLSecurityError) in try verifier.verifyRoot(first, named: name, issuer: issuer, limits: .message) }
                == "signature_position")
    }

    @Test("S35: what is written is read back, whatever the value; what XML cannot hold is refused")
    func writing() throws {
        let values = ["", "plain", "<&>\"'", "]]>", "a\tb\nc\r\nd", "\u{E4}\u{1F600}", "--><x/>", "\" onload=\"x", "&amp;"]
        for value in values {
            var writer = XMLWriter()
            try writer.element("p:a", ["xmlns:p": "urn:p", "v": value, "absent": nil]) { writer throws(XMLSecurityError) in
                try writer.element("p:b", text: value)
                try writer.element("p:c")
            }
            let root = try XMLDocument(parsing: writer.bytes, limits: .message).root
            #expect(root.attribute("v") == value && root.attribute("absent") == nil)
            #expect(try root.first(XMLName("urn:p", "b"))?.text() == value)
            #expect(root.elements.count == 2)
        }
        for value in ["\u{0}", "a\u{1B}b", "\u{FFFE}"] {
            var writer = XMLWriter()
            let text = #expect(throws: XMLSecurityError.self) { try writer.element("a", text: value) }
            let attribute = #expect(throws: XMLSecurityError.self) { try writer.element("a", ["b": value]) }
            #expect(text?.code == "unwritable" && attribute?.code == "unwritable")
        }
    }

    @Test("every error has a code, a message and a remedy, and shows at most 200 characters of what was seen")
    func errors() {
        let long = String(repeating: "x", count: 1000)
        for error in [
            XMLSecurityError.duplicateID(long), .referenceURI(long), .unexpectedRoot(expected: long, found: long), .transforms([long, long]),
        ] {
            #expect(!error.code.isEmpty && !error.message.isEmpty && !error.remedy.isEmpty)
            #expect((error.seen ?? "").count <= 200 && (error.expected ?? "").count <= 200)
        }
        #expect(XMLSecurityError.duplicateID("a\nb\u{1B}").seen == "a\u{FFFD}b\u{FFFD}")
    }
}
