import Foundation
import TestSupport
import Testing
import WireFormats

@testable import XMLSecurity

@Suite("THREATS S23, S24, cases 50 to 53: encrypted assertions")
struct EncryptionTests {
    private static let gcm = [Encryption.aes128GCM, Encryption()]
    private static let cbc = [Encryption.aes128CBC, Encryption.aes256CBC]

    /// The code of the refusal, or nil where the message was accepted.
    private func refusal(of text: String, keys: [TestKey] = [.serviceProvider], hidingCertificates: Bool = false, cbc: Bool = false) throws -> String?
    {
        let ours = try keys.map {
            try hidingCertificates ? DecryptionKey(privateKeyPEM: $0.privateKeyPEM) : $0.decryption
        }
        let verifier = try SignatureVerifier.trusting(decryption: Decryption(keys: ours, recipient: "https://sp.example", allowsCBC: cbc))
        return code { () throws(XMLSecurityError) in try verifier.verify(Array(text.utf8), as: .samlResponse) }
    }

    private func response(_ signed: SignedResponse.Signed = .assertion, _ encryption: Encryption = Encryption()) -> SignedResponse {
        var response = SignedResponse(signed)
        response.encryption = encryption
        return response
    }

    // MARK: what is accepted

    @Test(
        "AES-GCM with RSA-OAEP, SHA-1 and SHA-256 as digest and in the mask: the assertion is read from what was decrypted, and xmlsec decrypts the same"
    )
    func algorithms() throws {
        for var encryption in Self.gcm {
            for (transport, digest, mask) in [
                (KeyTransport.oaepMGF1P, nil, nil), (KeyTransport.oaepMGF1P, 160, nil), (KeyTransport.oaepMGF1P, 256, nil),
                (KeyTransport.oaep, nil, nil), (KeyTransport.oaep, 256, 256), (KeyTransport.oaep, 256, 160), (KeyTransport.oaep, 160, 256),
            ] as [(String, Int32?, Int32?)] {
                (encryption.transport, encryption.digestBits, encryption.maskBits) = (transport, digest, mask)
                let bytes = try response(.assertion, encryption).bytes()
                let verifier = try SignatureVerifier.trusting(
                    decryption: Decryption(keys: [try TestKey.serviceProvider.decryption], recipient: ""))
                let message = try verifier.verify(bytes, as: .samlResponse)
                #expect(
                    try message.inner.element.first(XMLName(Self.saml, "Subject"))?.first(XMLName(Self.saml, "NameID"))?.text() == "user@example.com")
                #expect(!message.envelopeIsSigned && message.envelope.elements(SignedMessageShape.samlResponse.encryptedInner).isEmpty)
                // xmlsec 1.2.37 knows neither the OAEP of XML Encryption 1.1 nor another digest than SHA-1.
                let plain = try Encryption.decryptedByXMLSec(bytes, privateKeyPEM: TestKey.serviceProvider.privateKeyPEM)
                #expect((plain != nil) == (transport == KeyTransport.oaepMGF1P && digest != 256))
                if let plain { #expect(String(decoding: plain, as: UTF8.self).contains("user@example.com")) }
            }
        }
    }

    @Test("byte for byte what xmlsec decrypts, whatever is inside and wherever the key stands", arguments: 0..<40)
    func bothDecrypt(_ length: Int) throws {
        var random = RandomXML(seed: 7_000 + UInt64(length))
        var encryption = random.one(of: Self.gcm + Self.cbc)
        encryption.placement = random.one(of: [.inside, .besideByRetrieval])
        encryption.namesCertificate = length % 2 == 0
        let text = "<a xmlns=\"urn:a\">" + String(repeating: "x", count: length) + random.element(depth: 2) + "</a>"
        let document = Array(encryption.wrap(text).utf8)
        let wrapper = try XMLDocument(parsing: document, limits: .message).root
        let ours = try Decryption(keys: [try TestKey.serviceProvider.decryption], recipient: "", allowsCBC: true).decrypt(wrapper, isSigned: true)
        #expect(ours == Array(text.utf8))
        #expect(try Encryption.decryptedByXMLSec(document, privateKeyPEM: TestKey.serviceProvider.privateKeyPEM) == ours)
    }

    @Test("SAML Core §6: the EncryptedKey inside, beside, named by RetrievalMethod and DataReference, by CarriedKeyName, or by nothing")
    func placements() throws {
        for placement in [Encryption.Placement.inside, .beside, .besideByRetrieval, .besideByName] {
            var encryption = Encryption()
            encryption.placement = placement
            #expect(try refusal(of: response(.assertion, encryption).text()) == nil)
        }
    }

    @Test("several recipients: the key that is addressed to us, or for our certificate; where nothing is said each of ours is tried")
    func recipients() throws {
        var foreign = Encryption()
        (foreign.key, foreign.placement, foreign.recipient) = (.somebodyElse, .beside, "https://other.example")
        let other = foreign.wrap("<x/>").element("xenc:EncryptedKey").with("Id=\"_key\"", "Id=\"_other\"")
        for recipient in ["https://sp.example", "anything", nil] {
            for namesCertificate in [true, false] {
                var ours = Encryption()
                (ours.recipient, ours.namesCertificate, ours.placement) = (recipient, namesCertificate, .beside)
                let text = try response(.assertion, ours).text()
                #expect(try refusal(of: text.with("</xenc:EncryptedData>", "</xenc:EncryptedData>\(other)")) == nil)
                #expect(try refusal(of: text.with("</saml:EncryptedAssertion>", "\(other)</saml:EncryptedAssertion>")) == nil)
                #expect(try refusal(of: text, keys: [.somebodyElse, .serviceProvider]) == nil)
                #expect(try refusal(of: text, keys: [.somebodyElse, .serviceProvider], hidingCertificates: true) == nil)
            }
        }
    }

    // MARK: whose signature it is

    @Test("S23, case 50: decrypted is not signed; a signature inside, over what was encrypted, or both")
    func signatures() throws {
        #expect(try refusal(of: response(.neither).text()) == "unsigned")
        for signed in [SignedResponse.Signed.assertion, .response, .both] { #expect(try refusal(of: response(signed).text()) == nil) }
        for signed in [SignedResponse.Signed.assertion, .response, .both] {
            var other = response(signed)
            other.key = .somebodyElse
            #expect(try refusal(of: other.text()) == "signature_invalid")
        }
    }

    @Test("a signature that is there must hold: a bad one inside a signed response, and a bad one around a good one")
    func bothMustHold() throws {
        var inside = SignedResponse(.assertion)
        inside.key = .somebodyElse
        let foreign = try inside.text().element("saml:Assertion")
        let altered = try SignedResponse(.assertion).text().element("saml:Assertion").with("user@", "admin@")
        for bad in [foreign, altered] {
            let unsigned = SignedResponse(.neither)
            let text = unsigned.unsigned.with(unsigned.assertion, Encryption().wrap(bad))
            let issuer = XMLName(Self.saml, "Issuer")
            let signed = try TestKey.identityProvider.signer.sign(Array(text.utf8), elementID: "_response", afterChild: issuer)
            #expect(try refusal(of: String(decoding: signed, as: UTF8.self)) == "signature_invalid")
            #expect(try refusal(of: text) == "signature_invalid")
        }
        let text = try response(.both).text()
        #expect(
            try refusal(of: text.with("Version=\"2.0\" IssueInstant=\"2026-01-01", "Version=\"2.0\" IssueInstant=\"2027-01-01"))
                == "signature_invalid")
    }

    @Test("the signature of a response covers what was encrypted: another ciphertext in it is noticed before any key is used")
    func covered() throws {
        let text = try response(.response).text()
        #expect(
            try refusal(of: text.with(text.element("saml:EncryptedAssertion"), Encryption().wrap(SignedResponse().assertion))) == "signature_invalid")
        #expect(
            try refusal(of: text.with(text.element("saml:EncryptedAssertion"), Encryption().wrap(SignedResponse().assertion)), keys: [])
                == "signature_invalid")
    }

    @Test("case 51: exactly one assertion, encrypted or not, also inside of what was encrypted")
    func exactlyOne() throws {
        let text = try response().text()
        let encrypted = text.element("saml:EncryptedAssertion")
        let signed = try SignedResponse().text().element("saml:Assertion")
        let second = encrypted.with("_data", "_data2").with("_key", "_key2")
        for both in [encrypted + signed, signed + encrypted, encrypted + second] {
            #expect(try refusal(of: text.with(encrypted, both)) == "assertion_count")
        }
        #expect(try refusal(of: text.with(encrypted, "<samlp:Extensions>\(encrypted)</samlp:Extensions>")) == "assertion_count")
        for hidden in [second, signed.with("_assertion", "_other")] {
            var response = response()
            response.inAssertion = "<saml:Advice>\(hidden)</saml:Advice>"
            #expect(["assertion_count", "signature_position"].contains(try refusal(of: response.text())))
        }
    }

    @Test("what was encrypted must be an Assertion, and a document of its own")
    func content() throws {
        let text = try response().text()
        let assertion = try SignedResponse().text().element("saml:Assertion")
        func outcome(_ content: String) throws -> String? {
            try refusal(of: text.with(text.element("saml:EncryptedAssertion"), Encryption().wrap(content)))
        }
        #expect(try outcome(assertion) == nil)
        #expect(try outcome(try SignedResponse().text()) == "unexpected_root")
        #expect(try outcome(assertion + assertion) == "malformed")
        #expect(try outcome("text") == "malformed")
        #expect(try outcome(assertion.with(" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"", "")) == "malformed")
        #expect(try outcome("<!DOCTYPE a>" + assertion) == "doctype")
        #expect(try outcome(assertion.with("user@", "<!---->user@")) == "comment")
        #expect(try outcome(assertion.with("<saml:Subject>", "<saml:Subject ID=\"_assertion\">")) == "duplicate_id")
    }

    // MARK: what is told before a key is used

    @Test("case 52: other algorithms are named, whichever keys there are", arguments: [[TestKey.serviceProvider], []])
    func otherAlgorithms(_ keys: [TestKey]) throws {
        for old in ["tripledes-cbc", "aes192-cbc"] {
            #expect(
                try refusal(of: response(.both, Encryption(method: "http://www.w3.org/2001/04/xmlenc#\(old)", bits: 192)).text(), keys: keys)
                    == "unsupported_encryption")
        }
        var pkcs1 = Encryption()
        (pkcs1.transport, pkcs1.digestBits, pkcs1.maskBits) = ("http://www.w3.org/2001/04/xmlenc#rsa-1_5", 0, 0)
        #expect(try refusal(of: response(.both, pkcs1).text(), keys: keys) == "unsupported_encryption")
        let text = try response().text()
        #expect(try refusal(of: text, keys: []) == "encryption_not_supported")
        for (old, new) in [
            (" Algorithm=\"\(KeyTransport.oaepMGF1P)\"", ""), (KeyTransport.oaepMGF1P, "urn:x"),
            (
                "\(KeyTransport.oaepMGF1P)\">",
                "\(KeyTransport.oaep)\"><e:MGF xmlns:e=\"http://www.w3.org/2009/xmlenc11#\" Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha512\"/>"
            ),
            (
                "\(KeyTransport.oaepMGF1P)\">",
                "\(KeyTransport.oaepMGF1P)\"><ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\"/>"
            ),
        ] { #expect(try refusal(of: text.with(old, new)) == "unsupported_encryption") }
    }

    @Test("finding 9: AES-CBC needs an exception, and then a signature that covers it, so that nobody but its signer chose the ciphertext")
    func chained() throws {
        for encryption in Self.cbc {
            for signed in [SignedResponse.Signed.assertion, .response, .both] {
                let text = try response(signed, encryption).text()
                #expect(try refusal(of: text) == "unsupported_encryption")
                #expect(try refusal(of: text, cbc: true) == (signed == .assertion ? "unsupported_encryption" : nil))
            }
        }
        let told = [XMLSecurityError.cbcNotAllowed("x"), .cbcNotSigned("x")].map(\.remedy)
        #expect(told[0].contains("until a date") && told[1].contains("sign the whole response"))
    }

    @Test("a key for another certificate is told as such; where no certificate is named it just does not open")
    func another() throws {
        let text = try response().text()
        #expect(try refusal(of: text, keys: [.somebodyElse]) == "encryption_key")
        #expect(try refusal(of: text, keys: [.somebodyElse], hidingCertificates: true) == "decryption_failed")
        var nameless = Encryption()
        nameless.namesCertificate = false
        #expect(try refusal(of: response(.assertion, nameless).text(), keys: [.somebodyElse]) == "decryption_failed")
    }

    @Test("case 53: what would be fetched, transformed or looked up, and what belongs to nothing")
    func structure() throws {
        let text = try response().text()
        let method = "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/>"
        let key = text.element("xenc:EncryptedKey")
        let data = "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"_data\""
        let reference = "<xenc:CipherReference URI=\"http://127.0.0.1:9/\"><xenc:Transforms/></xenc:CipherReference>"
        let retrieval = "<ds:RetrievalMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" URI=\"#_key\"/>"
        let value = key.element("xenc:CipherValue")
        func beside(_ list: String) -> String { text.with("</xenc:EncryptedKey>", "\(list)</xenc:EncryptedKey>") }
        let broken: [(String, String)] = [
            (
                "CipherReference in the data",
                text.with("</xenc:CipherData></xenc:EncryptedData>", "\(reference)</xenc:CipherData></xenc:EncryptedData>")
            ),
            ("CipherReference in the key", text.with(value, reference)),
            ("transforms", text.with(value, value + "<xenc:Transforms/>")),
            ("RetrievalMethod in the key", text.with("<ds:X509Data>", retrieval + "<ds:X509Data>")),
            ("RetrievalMethod to nothing", text.with(key, key + retrieval.with("#_key", "#_none"))),
            ("RetrievalMethod elsewhere", text.with(key, key + retrieval.with("#_key", "http://127.0.0.1:9/"))),
            ("RetrievalMethod to a file", text.with(key, key + retrieval.with("#_key", "file:///etc/passwd"))),
            ("RetrievalMethod with transforms", text.with(key, key + retrieval.with("/>", "><ds:Transforms/></ds:RetrievalMethod>"))),
            ("AgreementMethod", text.with(key, "<xenc:AgreementMethod xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Algorithm=\"urn:x\"/>")),
            ("no key at all", text.with(key, "")),
            ("a DataReference to other data", beside("<xenc:ReferenceList><xenc:DataReference URI=\"#_response\"/></xenc:ReferenceList>")),
            ("a KeyReference", beside("<xenc:ReferenceList><xenc:KeyReference URI=\"#_data\"/></xenc:ReferenceList>")),
            ("properties", text.with("</xenc:EncryptedData>", "<xenc:EncryptionProperties/></xenc:EncryptedData>")),
            ("a label", text.with("\(KeyTransport.oaepMGF1P)\">", "\(KeyTransport.oaepMGF1P)\"><xenc:OAEPparams>AAAA</xenc:OAEPparams>")),
            ("a parameter of the cipher", text.with(method, method.with("/>", "><xenc:KeySize>256</xenc:KeySize></xenc:EncryptionMethod>"))),
            ("two methods", text.with(method, method + method)), ("no method", text.with(method, "")),
            ("content and not an element", text.with("xmlenc#Element\"", "xmlenc#Content\"")),
            ("text between", text.with(method, method + "x")),
            ("no base64", text.with("<xenc:CipherValue>", "<xenc:CipherValue>!")),
            ("too short", text.with(value, "<xenc:CipherValue></xenc:CipherValue>")),
            ("100 keys", text.with(key, (0..<100).map { key.with("_key", "_key\($0)") }.joined())),
            (
                "9 keys beside",
                text.with("</saml:EncryptedAssertion>", (0..<9).map { key.with("_key", "_key\($0)") }.joined() + "</saml:EncryptedAssertion>")
            ),
            (
                "two contents",
                text.with(
                    "</saml:EncryptedAssertion>",
                    text.element("xenc:EncryptedData").with("_data", "_data2").with("_key", "_key2") + "</saml:EncryptedAssertion>")
            ),
            ("something else beside", text.with("</saml:EncryptedAssertion>", "<saml:Issuer/></saml:EncryptedAssertion>")),
        ]
        #expect(try refusal(of: text) == nil && text.contains(data))
        for (what, document) in broken {
            let code = try refusal(of: document)
            #expect(code == "encryption_structure", "\(what): \(code ?? "accepted")")
            #expect(document != text, "\(what)")
        }
        for attribute in ["Encoding=\"urn:x\"", "MimeType=\"text/xml\"", "x:Type=\"y\" xmlns:x=\"urn:x\""] {
            #expect(try refusal(of: text.with(data, "\(data) \(attribute)")) == "unexpected_attribute")
        }
        #expect(try refusal(of: text.with(data, "\(data) ID=\"_response\"")) == "duplicate_id")
        #expect(try refusal(of: text.with("<saml:EncryptedAssertion ", "<saml:EncryptedAssertion ID=\"_x\" ")) == "unexpected_attribute")
    }

    @Test("a stranger may make us open eight keys for one message, and no more")
    func bounded() throws {
        var encryption = Encryption()
        encryption.namesCertificate = false
        let text = try response(.assertion, encryption).text()
        let key = text.element("xenc:EncryptedKey")
        func keys(_ count: Int) -> String { text.with(key, key + (1..<count).map { key.with("_key", "_key\($0)") }.joined()) }
        #expect(try refusal(of: keys(4), keys: [.serviceProvider, .somebodyElse]) == nil)
        #expect(try refusal(of: keys(5), keys: [.serviceProvider, .somebodyElse]) == "too_complex")
    }

    // MARK: one error

    @Test("case 52: whatever is altered of key and content, it is one error with one text")
    func oneError() throws {
        let text = try response().text()
        let key = text.element("xenc:EncryptedKey").element("xenc:CipherValue")
        let content =
            String(text.element("xenc:EncryptedData").dropFirst(0)).components(separatedBy: "</ds:KeyInfo>").last?.element("xenc:CipherValue") ?? ""
        func altered(_ value: String, _ change: (inout [UInt8]) -> Void) throws -> String {
            var bytes = try Base64.decode(value.with("<xenc:CipherValue>", "").with("</xenc:CipherValue>", ""))
            change(&bytes)
            return "<xenc:CipherValue>\(Base64.encode(bytes))</xenc:CipherValue>"
        }
        var refusals: Set<String?> = []
        for place in stride(from: 0, to: 256, by: 17) { refusals.insert(try refusal(of: text.with(key, altered(key) { $0[place] ^= 1 }))) }
        for value in [key, content] {
            refusals.insert(try refusal(of: text.with(value, altered(value) { $0.removeLast() })))
            refusals.insert(try refusal(of: text.with(value, altered(value) { $0.append(0) })))
            refusals.insert(try refusal(of: text.with(value, altered(value) { for place in $0.indices { $0[place] = 0xFF } })))
        }
        let size = try Base64.decode(content.with("<xenc:CipherValue>", "").with("</xenc:CipherValue>", "")).count
        for place in [0, 11, 12, 13, size / 2, size - 17, size - 16, size - 1] {
            refusals.insert(try refusal(of: text.with(content, altered(content) { $0[place] ^= 0x80 })))
        }
        // A session key of another length, encrypted rightly.
        for count in [0, 1, 16, 31, 33] {
            var encryption = Encryption()
            encryption.sessionKeyBytes = count
            refusals.insert(try refusal(of: response(.assertion, encryption).text()))
        }
        #expect(refusals == ["decryption_failed"])
    }

    @Test("case 52: a key that does not open costs as much as one that does")
    func oneTime() throws {
        let ours = Decryption(keys: [try TestKey.serviceProvider.decryption], recipient: "")
        func wrapper(_ change: (String) -> String) throws -> XMLElement {
            try XMLDocument(parsing: Array(change(Encryption().wrap("<a/>")).utf8), limits: .message).root
        }
        let key = Encryption().wrap("<a/>").element("xenc:EncryptedKey").element("xenc:CipherValue")
        let good = try wrapper { $0 }
        // A ciphertext of another message: it opens, and not the content.
        let otherKey = try wrapper { $0.with($0.element("xenc:EncryptedKey").element("xenc:CipherValue"), key) }
        let noKey = try wrapper { text in
            let value = text.element("xenc:EncryptedKey").element("xenc:CipherValue")
            return text.with(value, "<xenc:CipherValue>\(Base64.encode([UInt8](repeating: 1, count: 256)))</xenc:CipherValue>")
        }
        #expect(code { () throws(XMLSecurityError) in try ours.decrypt(good, isSigned: false) } == nil)
        var times: [[Double]] = [[], []]
        for _ in 0..<60 {
            for (index, element) in [otherKey, noKey].enumerated() {
                times[index].append(
                    processorSeconds {
                        #expect(code { () throws(XMLSecurityError) in try ours.decrypt(element, isSigned: false) } == "decryption_failed")
                    })
            }
        }
        let medians = times.map { $0.sorted()[30] }
        #expect(medians[0] < medians[1] * 1.5 && medians[1] < medians[0] * 1.5, "\(medians)")
    }

    // MARK: keys and small elements

    @Test("PKCS #8 in PEM and in DER; nothing but RSA; never printed")
    func keys() throws {
        let key = TestKey.serviceProvider
        let der = try Base64.decodeFolded(key.privateKeyPEM.components(separatedBy: "-----")[2])
        let both = [try key.decryption, try DecryptionKey(privateKeyPKCS8: SecretBytes(der), certificateDER: key.certificateDER)]
        #expect(both[0] == both[1] && both[0].description == "RSA 2048")
        #expect(both[0] != (try TestKey.somebodyElse.decryption))
        var dumped = ""
        dump(both, to: &dumped)
        #expect(!"\(both) \(String(reflecting: both[0])) \(dumped)".contains("handle"))
        func refused(_ make: () throws(XMLSecurityError) -> DecryptionKey) -> String? { code(make) }
        #expect(refused { () throws(XMLSecurityError) in try DecryptionKey(privateKeyPEM: TestKey.ellipticCurve.privateKeyPEM) } == "invalid_key")
        #expect(refused { () throws(XMLSecurityError) in try DecryptionKey(privateKeyPEM: "no key") } == "invalid_key")
        #expect(refused { () throws(XMLSecurityError) in try DecryptionKey(privateKeyPKCS8: SecretBytes(der + [0])) } == "invalid_key")
        let certificate = try TestKey.somebodyElse.certificateDER
        #expect(
            refused { () throws(XMLSecurityError) in try DecryptionKey(privateKeyPKCS8: SecretBytes(der), certificateDER: certificate) }
                == "invalid_key")
    }

    @Test("SAML Core §2.2.4: what an EncryptedID holds is opened as a document of its own, and nothing else is")
    func opened() throws {
        let ours = Decryption(keys: [try TestKey.serviceProvider.decryption], recipient: "")
        let name = XMLName(Self.saml, "NameID")
        func outcome(_ content: String) throws -> String? {
            let wrapper = try XMLDocument(parsing: Array(Encryption().wrap(content, as: "EncryptedID").utf8), limits: .message).root
            return code { () throws(XMLSecurityError) in
                guard try ours.open(wrapper, expecting: name).text() == "ada" else { throw .decryptionFailed }
            }
        }
        #expect(try outcome("<NameID xmlns=\"\(Self.saml)\">ada</NameID>") == nil)
        #expect(try outcome("<BaseID xmlns=\"\(Self.saml)\">ada</BaseID>") == "unexpected_root")
        #expect(try outcome("<saml:NameID>ada</saml:NameID>") == "malformed")
        #expect(try outcome("<NameID xmlns=\"\(Self.saml)\">a<!---->da</NameID>") == "comment")
    }

    private static let saml = "urn:oasis:names:tc:SAML:2.0:assertion"
}
