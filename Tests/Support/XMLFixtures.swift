package import XMLSecurity

/// A small SAML response for tests of the signature layer, put together from parts so that a test can break exactly one.
/// Nothing in it is meant for a validator of meaning; it has the shape and no more.
package struct SignedResponse: Sendable {
    package enum Signed: Sendable { case assertion, response, both, neither }

    package var signed = Signed.assertion
    package var key = TestKey.identityProvider
    package var nameID = "user@example.com"
    package var responseAttributes = ""
    package var assertionAttributes = ""
    /// Put before the assertion, and after it, inside the response.
    package var beforeAssertion = ""
    package var afterAssertion = ""
    /// Put at the end of the assertion.
    package var inAssertion = ""
    /// Encrypts the assertion, after it was signed itself and before the response is.
    package var encryption: Encryption?
    package var responseID = "_response"
    package var assertionID = "_assertion"

    package init(_ signed: Signed = .assertion) { self.signed = signed }

    package var assertion: String {
        "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"\(assertionID)\" Version=\"2.0\""
            + " IssueInstant=\"2026-01-01T00:00:00Z\"\(assertionAttributes)><saml:Issuer>https://idp.example</saml:Issuer>"
            + "<saml:Subject><saml:NameID>\(nameID)</saml:NameID></saml:Subject>\(inAssertion)</saml:Assertion>"
    }

    package var unsigned: String { response(around: assertion) }

    private func response(around assertion: String) -> String {
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"\(responseID)\" Version=\"2.0\""
            + " IssueInstant=\"2026-01-01T00:00:00Z\"\(responseAttributes)>"
            + "<saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://idp.example</saml:Issuer>"
            + "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>"
            + beforeAssertion + assertion + afterAssertion + "</samlp:Response>"
    }

    /// Signed as `signed` says: the assertion first, then the response around it.
    package func text() throws -> String {
        let signer = try key.signer
        let issuer = XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer")
        if let encryption {
            var inner = Array(assertion.utf8)
            if signed == .assertion || signed == .both { inner = try signer.sign(inner, elementID: assertionID, afterChild: issuer) }
            let whole = response(around: encryption.wrap(String(decoding: inner, as: UTF8.self)))
            guard signed == .response || signed == .both else { return whole }
            return String(decoding: try signer.sign(Array(whole.utf8), elementID: responseID, afterChild: issuer), as: UTF8.self)
        }
        var document = Array(unsigned.utf8)
        if signed == .assertion || signed == .both { document = try signer.sign(document, elementID: assertionID, afterChild: issuer) }
        if signed == .response || signed == .both { document = try signer.sign(document, elementID: responseID, afterChild: issuer) }
        return String(decoding: document, as: UTF8.self)
    }

    package func bytes() throws -> [UInt8] { Array(try text().utf8) }
}

extension SignatureVerifier {
    /// Trusts the tests' identity provider, strictly. Both judges see everything.
    package static var trusting: SignatureVerifier {
        get throws { try trusting(decryption: .none) }
    }

    package static func trusting(decryption: Decryption) throws -> SignatureVerifier {
        SignatureVerifier(keys: [try TestKey.identityProvider.trusted], policy: .strict, judges: .bothAlways, decryption: decryption)
    }
}
