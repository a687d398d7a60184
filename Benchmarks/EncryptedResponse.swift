import CReference
import Glibc
import WireFormats

/// A response whose signed assertion is encrypted as identity providers do it today: AES-256-GCM, its key by RSA-OAEP for our certificate.
enum EncryptedResponse {
    static func make(of response: [UInt8], for certificate: [UInt8]) throws -> [UInt8] {
        let text = String(decoding: response, as: UTF8.self)
        let name = "<saml:Assertion "
        guard let start = text.firstRange(of: name), let end = text.firstRange(of: "</saml:Assertion>") else {
            throw Failure("there is no assertion")
        }
        // A document of its own; the exclusive canonical form stays what it was.
        let saml = "xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\""
        let assertion = name + saml + " " + text[start.upperBound..<end.upperBound]
        let session = (0..<32).map { _ in UInt8.random(in: 0...255) }
        guard let key = creference_key_from_certificate(certificate, certificate.count) else { throw Failure("the certificate has no key") }
        defer { creference_key_free(key) }
        let wrapped = bytes { creference_encrypt_key(key, 160, 160, session, session.count, &$0) }
        let content = bytes { creference_encrypt(session, 256, true, Array(assertion.utf8), assertion.utf8.count, &$0) }
        func cipher(_ bytes: [UInt8]) -> String { "<xenc:CipherData><xenc:CipherValue>\(Base64.encode(bytes))</xenc:CipherValue></xenc:CipherData>" }
        let encrypted =
            "<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Type=\"http://www.w3.org/2001/04/xmlenc#Element\">"
            + "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
            + "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"/>\(cipher(wrapped))</xenc:EncryptedKey>"
            + "</ds:KeyInfo>\(cipher(content))</xenc:EncryptedData></saml:EncryptedAssertion>"
        return Array((text[..<start.lowerBound] + encrypted + text[end.upperBound...]).utf8)
    }

    private static func bytes(_ make: (inout Int) -> UnsafeMutablePointer<UInt8>?) -> [UInt8] {
        var count = 0
        guard let made = make(&count) else { return [] }
        defer { free(made) }
        return Array(UnsafeBufferPointer(start: made, count: count))
    }
}
