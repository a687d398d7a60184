import Foundation
import TestSupport
import Testing
import WireFormats
import XMLSecurity

@Suite("THREATS §5: who signed it, and with what")
struct SignatureTests {
    @Test(
        "a signed assertion, a signed response and both are accepted, and read from the signed bytes",
        arguments: [
            SignedResponse.Signed.assertion, .response, .both,
        ])
    func accepted(_ signed: SignedResponse.Signed) throws {
        let message = try SignatureVerifier.trusting.verify(SignedResponse(signed).bytes(), as: .samlResponse)
        let saml = "urn:oasis:names:tc:SAML:2.0:assertion"
        #expect(message.inner.element.name == XMLName(saml, "Assertion"))
        #expect(try message.inner.element.first(XMLName(saml, "Subject"))?.first(XMLName(saml, "NameID"))?.text() == "user@example.com")
        #expect(message.inner.element.first(XMLName("http://www.w3.org/2000/09/xmldsig#", "Signature")) == nil)
        #expect(message.envelope.attribute("ID") == "_response")
        #expect(message.envelope.elements.map(\.name.localName) == ["Issuer", "Status"])
        #expect(message.envelopeIsSigned == (signed != .assertion))
        #expect(try message.signingKey == TestKey.identityProvider.trusted)
        let opening = signed == .response ? "<samlp:Response " : "<saml:Assertion "
        #expect(message.inner.bytes.starts(with: opening.utf8))
    }

    @Test("P-256 keys sign and verify; of several trusted keys the right one is named")
    func ellipticCurve() throws {
        var response = SignedResponse(.both)
        response.key = .ellipticCurve
        let keys = try [TestKey.identityProvider.trusted, TestKey.somebodyElse.trusted, TestKey.ellipticCurve.trusted]
        let message = try SignatureVerifier(keys: keys, policy: .strict, judges: .bothAlways).verify(response.bytes(), as: .samlResponse)
        #expect(message.signingKey == keys[2])
    }

    @Test("case 16: no signature at all")
    func unsigned() throws {
        #expect(try refusal(of: SignedResponse(.neither).text()) == "unsigned")
    }

    @Test("case 17: the signed part altered: text, attribute, white space, an element more", arguments: [SignedResponse.Signed.assertion, .response])
    func altered(_ signed: SignedResponse.Signed) throws {
        let text = try SignedResponse(signed).text()
        for (part, other) in [
            ("user@example.com", "admin@example.com"), ("2026-01-01T00:00:00Z\"><saml:Issuer", "2027-01-01T00:00:00Z\"><saml:Issuer"),
            ("</saml:Subject>", " </saml:Subject>"), ("</saml:Subject>", "</saml:Subject><saml:Advice/>"),
        ] {
            #expect(try refusal(of: text.with(part, other)) == "signature_invalid")
        }
        #expect(throws: XMLSecurityError.signatureInvalid(.content)) {
            try SignatureVerifier.trusting.verify(Array(text.with("user@", "admin@").utf8), as: .samlResponse)
        }
    }

    @Test("cases 18 and 19: signed by a key that is not trusted, whose certificate is in KeyInfo")
    func otherKey() throws {
        var response = SignedResponse(.both)
        response.key = .somebodyElse
        #expect(try response.text().contains(TestKey.somebodyElse.certificateBase64.without("\n")))
        #expect(throws: XMLSecurityError.signatureInvalid(.key)) { try SignatureVerifier.trusting.verify(response.bytes(), as: .samlResponse) }
        response.key = .ellipticCurve
        #expect(try refusal(of: response.text()) == "signature_invalid")
    }

    @Test("case 20: a KeyValue of the attacker")
    func keyValue() throws {
        var response = SignedResponse()
        response.key = .somebodyElse
        let text = try response.text()
        let keyValue =
            "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue>"
            + "</ds:KeyValue></ds:KeyInfo>"
        #expect(try refusal(of: text.with(text.element("ds:KeyInfo"), keyValue)) == "signature_invalid")
        let own = try SignedResponse().text()
        #expect(try refusal(of: own.with(own.element("ds:KeyInfo"), keyValue)) == nil)
        #expect(try refusal(of: own.without(own.element("ds:KeyInfo"))) == nil)
    }

    @Test("cases 22, 23 and 24: algorithms that are weak or not known")
    func algorithms() throws {
        let text = try SignedResponse().text()
        let method = SignatureAlgorithm.rsaSHA256.rawValue
        let ds = "http://www.w3.org/2000/09/xmldsig#"
        let more = "http://www.w3.org/2001/04/xmldsig-more#"
        for weak in ["\(ds)hmac-sha1", "\(more)hmac-sha256", "\(ds)rsa-sha1", "\(more)rsa-md5", "\(ds)dsa-sha1", "\(more)ecdsa-sha1"] {
            #expect(try refusal(of: text.with(method, weak)) == "weak_algorithm")
        }
        for unknown in [
            "", "\(more)rsa-sha224", "http://www.w3.org/2007/05/xmldsig-more#rsa-pss", "\(more)rsa-sha256 ", "urn:x", "\(more)eddsa-ed25519",
        ] {
            #expect(try refusal(of: text.with(method, unknown)) == "unsupported_algorithm")
        }
        #expect(try refusal(of: text.with(" Algorithm=\"\(method)\"", "")) == "unsupported_algorithm")
        let digest = "http://www.w3.org/2001/04/xmlenc#sha256"
        for weak in ["\(ds)sha1", "\(more)md5"] { #expect(try refusal(of: text.with(digest, weak)) == "weak_algorithm") }
        #expect(try refusal(of: text.with(digest, "urn:x")) == "unsupported_algorithm")
    }

    @Test("case 22: a secret never becomes a key: HMAC stays refused where SHA-1 is allowed")
    func legacyAlgorithms() throws {
        let text = try SignedResponse().text()
        for method in ["http://www.w3.org/2000/09/xmldsig#hmac-sha1", "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"] {
            #expect(try refusal(of: text.with(SignatureAlgorithm.rsaSHA256.rawValue, method), policy: .allowingSHA1) == "weak_algorithm")
        }
        // rsa-sha1 is then looked at, and the altered SignedInfo does not verify.
        #expect(
            try refusal(of: text.with(SignatureAlgorithm.rsaSHA256.rawValue, SignatureAlgorithm.rsaSHA1.rawValue), policy: .allowingSHA1)
                == "signature_invalid")
    }

    @Test("case 23: an RSA key of 1024 bits, a small exponent, curves and kinds that are not known")
    func weakKeys() throws {
        let short = try TestKey.shortRSA.trusted
        let text = try SignedResponse().text()
        #expect(short.description == "RSA 1024" && !short.isAllowed(by: .strict) && short.isAllowed(by: .allowingSHA1))
        #expect(try refusal(of: text, keys: [short]) == "weak_algorithm")
        #expect(try refusal(of: text, keys: [short], policy: .allowingSHA1) == "signature_invalid")
        for der in [UnusableKey.smallExponent, UnusableKey.otherCurve, UnusableKey.edwards] {
            let key = try TrustedKey(publicKeyDER: Base64.decodeFolded(der))
            #expect(!key.isAllowed(by: .strict) && !key.isAllowed(by: .allowingSHA1))
            #expect(try refusal(of: text, keys: [key], policy: .allowingSHA1) == "weak_algorithm")
        }
        // A weak key beside a sound one does no harm.
        #expect(try refusal(of: text, keys: [short, TestKey.identityProvider.trusted]) == nil)
        #expect(
            code { () throws(XMLSecurityError) in try XMLSigner(privateKeyPEM: TestKey.shortRSA.privateKeyPEM, certificateDER: nil) }
                == "weak_algorithm")
    }

    @Test("case 23: a signature of a weak key that would verify is refused all the same")
    func weakSignatures() throws {
        // PKCS #1 signatures have no randomness: these two were made over the SignedInfo that `SignedResponse()` always has.
        let short =
            "SpPiFpC5l4ZNNABrtFfkIhtFwu9PV6xDEXpdv3PmB1KWVwKfbYPzrqt6gBVdBdf1z1iR1NPHApt3Zzs+K++QqoXSPRqJpbUaVO+NfIZmcW2kfC"
            + "ZlSqwnLa0DnQRLaFLhvJyKZmEcPS8W12Feb6EqIye7UuCgSTThEkLC1j97YVo="
        let smallExponent =
            "gXtZG9T8oKn/dJ8+DgbZECdONZ6kme5TVHjlY5Gbg+l5j7UO3lA9rwK+wmeFVtQTmpD/63+cGU7vLgzrbCKI5QdXyFVKkNH7KPE3BzWJdVIAF0"
            + "L05RQHnnbBOvwUNaQnifqff+ptB+MCbQmb5cjXa+qEU3YyjDYOkaCPZStrv2qQ4+XbkgnavvPALS9xAeUxmU5Oj5G0pd95KFln9mYFMi4zJGL6"
            + "LGXZUXBl2JPDGAiUcB0iZejrH+R4gVd+Nxh5d6jyvvOPSww1/SvqgpVTlP0bgNTyZileTR9h6FZokyjwPDUY7c4jLvBRSFpf19YLwABG3fnXSl"
            + "2EvoZedM2JEg=="
        let text = try SignedResponse().text()
        func signed(_ value: String) -> String { text.with(text.element("ds:SignatureValue"), "<ds:SignatureValue>\(value)</ds:SignatureValue>") }
        let shortKey = try TestKey.shortRSA.trusted
        #expect(try refusal(of: signed(short), keys: [shortKey]) == "weak_algorithm")
        #expect(try refusal(of: signed(short), keys: [shortKey, TestKey.identityProvider.trusted]) == "weak_algorithm")
        #expect(try refusal(of: signed(short), keys: [shortKey], policy: .allowingSHA1) == nil)
        let exponentKey = try TrustedKey(publicKeyDER: Base64.decodeFolded(UnusableKey.smallExponent))
        #expect(try refusal(of: signed(smallExponent), keys: [exponentKey], policy: .allowingSHA1) == "weak_algorithm")
    }

    @Test("case 47: both signed, one of them bad")
    func oneBad() throws {
        let both = try SignedResponse(.both).text()
        // The response's signature covers the assertion's: take the assertion signed by somebody else and sign the response around it.
        var other = SignedResponse(.assertion)
        other.key = .somebodyElse
        let issuer = XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer")
        let signed = try TestKey.identityProvider.signer.sign(Array(other.text().utf8), elementID: "_response", afterChild: issuer)
        #expect(try refusal(of: signed) == "signature_invalid")
        #expect(try refusal(of: both.with("status:Success", "status:Failure")) == "signature_invalid")
        let good = both.element("ds:SignatureValue")
        #expect(!good.isEmpty)
        // Reverse: a response signature of somebody else around a good assertion.
        let reverse = try TestKey.somebodyElse.signer.sign(Array(SignedResponse(.assertion).text().utf8), elementID: "_response", afterChild: issuer)
        #expect(try refusal(of: reverse) == "signature_invalid")
    }

    @Test("no key, too many keys, bytes that are no key")
    func keys() throws {
        let text = try SignedResponse().text()
        let key = try TestKey.identityProvider.trusted
        #expect(try refusal(of: text, keys: []) == "no_keys")
        #expect(try refusal(of: text, keys: Array(repeating: key, count: 9)) == "too_many_keys")
        let certificate = try TestKey.identityProvider.certificateDER
        for bytes in [[], [0x30], Array(certificate.dropLast()), certificate + [0]] {
            #expect(code { () throws(XMLSecurityError) in try TrustedKey(certificateDER: bytes) } == "invalid_key")
            #expect(code { () throws(XMLSecurityError) in try TrustedKey(publicKeyDER: bytes) } == "invalid_key")
        }
        #expect(key.description == "RSA 2048" && key.sha256.count == 64)
        #expect(try #require(key.notAfter) > Date(timeIntervalSince1970: 4_000_000_000))
    }

    @Test("Bindings §3.4.4.1: signatures over octets")
    func octets() throws {
        for key in [TestKey.identityProvider, .ellipticCurve] {
            let signer = try key.signer
            let octets = Array("SAMLRequest=abc&RelayState=x&SigAlg=y".utf8)
            let signature = try signer.signature(over: octets)
            let algorithm = signer.algorithm.rawValue
            try key.trusted.verify(signature, over: octets, algorithm: algorithm, policy: .strict)
            func refusal(_ signature: [UInt8], _ octets: [UInt8], _ algorithm: String, _ key: TestKey) throws -> String? {
                let trusted = try key.trusted
                return code { () throws(XMLSecurityError) in try trusted.verify(signature, over: octets, algorithm: algorithm, policy: .strict) }
            }
            #expect(try refusal(signature, octets + [0], algorithm, key) == "signature_invalid")
            #expect(try refusal([], octets, algorithm, key) == "signature_invalid")
            #expect(try refusal(signature, octets, algorithm, .somebodyElse) == "signature_invalid")
            #expect(try refusal(signature, octets, SignatureAlgorithm.rsaSHA1.rawValue, key) == "weak_algorithm")
            #expect(try refusal(signature, octets, "", key) == "unsupported_algorithm")
        }
    }
}
