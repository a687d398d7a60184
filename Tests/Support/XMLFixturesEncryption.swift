import CReference
import Foundation
import WireFormats
package import XMLSecurity

extension TestKey {
    /// RSA 2048: ours, for which identity providers encrypt.
    package static let serviceProvider = TestKey(
        privateKeyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCTNotWb09DnS+Y
            NktR6JESmkT96p7rXyIABZPmaCwome2C+q/xXZMx2foB3FOBJxmbxyABIhVNRhNq
            Tqc9GBHJSm8ghH8fsqMnuvMZF48IRWfAB5/OSVwU3akDIiv6lTQswqwEqLFmnsoQ
            0AnruXwZgaKfQfgtg/pmoU77gNROpYGrrT1buOTe5DQTj04gilPHRL9QMun0CfU/
            oomVZdyVsZGOI8JBygfbxNZspCEK4KjMN3v2i4AUYd1/jup/pYK2KY0cr/2SrjYR
            8NFNLtGld4lem7EvzvUOjdY1AH1hc5TB8X3eUFJccQje+w1DJhlJymO6ZjSyhSxq
            tWkTPgfRAgMBAAECggEAFKBTVJiC/B/Ff+e3lPHnhbo8yXD6tFLfgi5F40YcTdIH
            b88tIL3yNk1q1KDoyFNQqL11NANxBaM4bDA6CXraXyBBQsadwzS13Ia6sfzVixyi
            ZUsMLoyjzL6kBC7hB5qpNU5PaNW0CYNdH47unOsfwrkhrnvBSKtRxdh7Jw0NcjlS
            66Kgf7J+KGFff9NgEVmH+NdWW05abs1nSI5C9E18C0EAMhWuFNs+iR/Lm61S/7fr
            sju0DXfFSo2Nm1TYkrTe6k1Yb46OwFQsD64j2aK7Ivvdg3/PhHcakWxCC9EOPYLs
            Fk6b34Es02ThlOFypImdK2eCwXfWT5O8z8vUm1rwWQKBgQDI4mkUYK956uSURnY2
            OmsvluPTcjr8WH9h627NLJTxYNvsmpFi1K0xHw6FozD/73AdX/0im5ThzlgPUEy6
            gEuw8ol4T7s3KxlzIoveSf1Oo6yMYbx6S6CRuhH2/4V+hRmmYTyr/V3/zYfIQopK
            JNqZagUSa72tv0DL4GUVAurpfQKBgQC7mmZvCCPknwIYSgcg0/ETeqBB157ACOpo
            VyfxXTE0HhkOtWB+DOgbxP86GBWsciHJ2o/1NXFnlGWbXTuG7E+cu7bdpP3a4o7a
            qhTLw9JoklUIIReAfAkOk6YcESMedblGZlGJiwy2/ae5I6AgznhIEtOLoYbB/Jdg
            WB0MJPfH5QKBgE5rlHnQBLCjcfgwSZWB2LYLQYUZ4sz//zpKnkaaUMqp9TC4Zmke
            fT3f0dt5iXdgEXRmNHt+IPDFjLrtrgZgbyv0gpXlCkDPInA/3Do6yBga7REgVmOn
            gldhPAIgXgy2CP1amETL9BYYNhmHYFTxbiTVroUyaimZr8HnJ468RNhBAoGBAKjR
            rYIXAi22hS0UWMvKzXMo81Os0/edTktsus3xfdiXiRb6UwW7WZe7s600hTR0VEGQ
            A+G2IQIDwVeJE4s71fyF024rDiHNpJ3TVflzk0F1BT3WgY6mj4PljCJPrZm4eGyI
            oLE0RtHY+viYvX0oL4c0IdfSGDEyu4oAYMtP7QWdAoGAcCCP1pNfi9vOunCljWU0
            X7TNUGbmt9lakQXVfuuK+7bAs8WsyIKtqk83CdwZqjGIoKA8NeDLpvzqm7jehkKd
            xBxuKg6wFFnPlGXfcn8fuG37IwUCMEPW+3AKu7ILOFhdUsY7cZAPI3NzirfN/60f
            2V8aphmnCcotSQE0rlvaczY=
            -----END PRIVATE KEY-----
            """,
        certificateBase64: """
            MIIDIzCCAgugAwIBAgIUQ/ewo95pmD16PBbe641kqlag7kYwDQYJKoZIhvcNAQELBQAwIDEeMBwGA1UEAwwVVGVzdCBzZXJ2aWNlIHByb3ZpZGVyMCAXDTI2
            MTEyODIxNTkxNVoYDzIxMjYxMTA0MjE1OTE1WjAgMR4wHAYDVQQDDBVUZXN0IHNlcnZpY2UgcHJvdmlkZXIwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK
            AoIBAQCTNotWb09DnS+YNktR6JESmkT96p7rXyIABZPmaCwome2C+q/xXZMx2foB3FOBJxmbxyABIhVNRhNqTqc9GBHJSm8ghH8fsqMnuvMZF48IRWfAB5/O
            SVwU3akDIiv6lTQswqwEqLFmnsoQ0AnruXwZgaKfQfgtg/pmoU77gNROpYGrrT1buOTe5DQTj04gilPHRL9QMun0CfU/oomVZdyVsZGOI8JBygfbxNZspCEK
            4KjMN3v2i4AUYd1/jup/pYK2KY0cr/2SrjYR8NFNLtGld4lem7EvzvUOjdY1AH1hc5TB8X3eUFJccQje+w1DJhlJymO6ZjSyhSxqtWkTPgfRAgMBAAGjUzBR
            MB0GA1UdDgQWBBQpqJqWz3TSa7FRvnb2i3yhxvEQbjAfBgNVHSMEGDAWgBQpqJqWz3TSa7FRvnb2i3yhxvEQbjAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3
            DQEBCwUAA4IBAQCSysD4QGVT273qHUbBlJbqpOv5n7jbGrQmTvdxim2Ynxdq3X+6rBHD+gFQZB/sEE8rGO3QLlLwHRiULDgWH9G12N7rIKSEQip1+kbsZq3w
            0YYEJf1LW9gZz17ooYuerIBKRQPeY1VUWU1iJS9XwB6xm7opjksfjMaG/DNCXcc38DmfPz1CmKDgMva1sDBK4Uy1sQGk/gRTZ26vE95Rp0O6cjoZ9taLC2ru
            kusjMytX1hN9ENp0EppmLxk0X2KmPCAeKWlOtNawB910kgwB0h/8XRO2wCRBR+iuoNwX2g+idtTmul1HVr405IHFutBdM4xtSJ6+bWsmNkeiyi6LeJad
            """)

    package var decryption: DecryptionKey { get throws { try DecryptionKey(privateKeyPEM: privateKeyPEM, certificateDER: certificateDER) } }
}

/// Encrypts an element as identity providers do, with every part open to be broken.
package struct Encryption: Sendable {
    /// Where the EncryptedKey stands.
    package enum Placement: Sendable { case inside, besideByRetrieval, besideByName, beside }

    package var key = TestKey.serviceProvider
    package var method = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    package var bits: Int32 = 256
    package var transport = KeyTransport.oaepMGF1P
    /// 160 or 256; nil says nothing, which is SHA-1. For RSA 1.5 both are 0.
    package var digestBits: Int32?
    package var maskBits: Int32?
    package var placement = Placement.inside
    package var recipient: String?
    /// Whether the EncryptedKey says for which certificate it is.
    package var namesCertificate = true
    /// The length of the session key, where it is not the cipher's.
    package var sessionKeyBytes: Int?

    package init() {}

    /// For a certificate that somebody published.
    package init(to certificateDER: [UInt8]) { key = TestKey(privateKeyPEM: "", certificateBase64: Base64.encode(certificateDER)) }

    package init(method: String, bits: Int32) { (self.method, self.bits) = (method, bits) }

    package static let aes128GCM = Encryption(method: "http://www.w3.org/2009/xmlenc11#aes128-gcm", bits: 128)
    package static let aes128CBC = Encryption(method: "http://www.w3.org/2001/04/xmlenc#aes128-cbc", bits: 128)
    package static let aes256CBC = Encryption(method: "http://www.w3.org/2001/04/xmlenc#aes256-cbc", bits: 256)

    /// `name` is EncryptedAssertion, EncryptedID or EncryptedAttribute.
    package func wrap(_ element: String, as name: String = "EncryptedAssertion") -> String {
        "<saml:\(name) xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">\(content(element))</saml:\(name)>"
    }

    private func content(_ element: String) -> String {
        let session = (0..<(sessionKeyBytes ?? Int(bits) / 8)).map { _ in UInt8.random(in: 0...255) }
        let encrypted = encryptedKey(session)
        let keyInfo =
            switch placement {
            case .inside: "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\(encrypted)</ds:KeyInfo>"
            case .besideByRetrieval:
                "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:RetrievalMethod Type=\"http://www.w3.org/2001/04/xmlenc#EncryptedKey\" URI=\"#_key\"/></ds:KeyInfo>"
            case .besideByName: "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:KeyName>the key</ds:KeyName></ds:KeyInfo>"
            case .beside: ""
            }
        return "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"_data\" Type=\"http://www.w3.org/2001/04/xmlenc#Element\">"
            + "<xenc:EncryptionMethod Algorithm=\"\(method)\"/>\(keyInfo)\(Self.cipherData(encrypt(Array(element.utf8), with: session)))</xenc:EncryptedData>"
            + (placement == .inside ? "" : encrypted)
    }

    private func encryptedKey(_ session: [UInt8]) -> String {
        func method(_ bits: Int32?, _ name: String, _ sha1: String, _ sha256: String) -> String {
            bits.map { $0 == 0 ? "" : "<\(name) Algorithm=\"\($0 == 160 ? sha1 : sha256)\"/>" } ?? ""
        }
        let digest = method(
            digestBits, "ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"", "http://www.w3.org/2000/09/xmldsig#sha1",
            "http://www.w3.org/2001/04/xmlenc#sha256")
        let mask = method(
            maskBits, "e:MGF xmlns:e=\"http://www.w3.org/2009/xmlenc11#\"", "http://www.w3.org/2009/xmlenc11#mgf1sha1",
            "http://www.w3.org/2009/xmlenc11#mgf1sha256")
        let certificate =
            namesCertificate
            ? "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>\(key.certificateBase64)</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            : ""
        let reference = placement == .besideByRetrieval ? "<xenc:ReferenceList><xenc:DataReference URI=\"#_data\"/></xenc:ReferenceList>" : ""
        let name = placement == .besideByName ? "<xenc:CarriedKeyName>the key</xenc:CarriedKeyName>" : ""
        let recipient = recipient.map { " Recipient=\"\($0)\"" } ?? ""
        return
            "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"_key\"\(recipient)><xenc:EncryptionMethod Algorithm=\"\(transport)\">"
            + "\(digest)\(mask)</xenc:EncryptionMethod>\(certificate)\(Self.cipherData(encrypt(session)))\(reference)\(name)</xenc:EncryptedKey>"
    }

    private static func cipherData(_ bytes: [UInt8]) -> String {
        "<xenc:CipherData><xenc:CipherValue>\(Base64.encode(bytes))</xenc:CipherValue></xenc:CipherData>"
    }

    private func encrypt(_ session: [UInt8]) -> [UInt8] {
        guard let der = try? key.certificateDER, let handle = creference_key_from_certificate(der, der.count) else { return [] }
        defer { creference_key_free(handle) }
        var count = 0
        return [UInt8](creference_encrypt_key(handle, digestBits ?? 160, maskBits ?? 160, session, session.count, &count), count)
    }

    private func encrypt(_ bytes: [UInt8], with session: [UInt8]) -> [UInt8] {
        let padded = session + [UInt8](repeating: 0, count: 32)
        var count = 0
        return [UInt8](creference_encrypt(padded, bits, method.hasSuffix("gcm"), bytes, bytes.count, &count), count)
    }

    /// What xmlsec decrypts; nil where it refuses.
    package static func decryptedByXMLSec(_ document: [UInt8], privateKeyPEM: String) throws -> [UInt8]? {
        try XMLSecurityLibrary.start()
        var count = 0
        return creference_decrypt(document, document.count, privateKeyPEM, &count).map { [UInt8]($0, count) }
    }
}

extension String {
    /// The first `saml:` element of that name encrypted, as a document of its own; the IDs in it are new each time.
    package func encrypting(_ name: String, as wrapper: String, _ encryption: Encryption) -> String {
        guard let start = range(of: "<saml:\(name)[ >]", options: .regularExpression),
            let end = range(of: "</saml:\(name)>", range: start.lowerBound..<endIndex)
        else { return self }
        let element = self[start.lowerBound..<end.upperBound].dropFirst("<saml:\(name)".count)
        let whole = "<saml:\(name) xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"" + element
        let id = UUID().uuidString
        let wrapped = encryption.wrap(whole, as: wrapper).replacingOccurrences(of: "_data\"", with: "_data\(id)\"")
            .replacingOccurrences(of: "_key\"", with: "_key\(id)\"")
        return replacingCharacters(in: start.lowerBound..<end.upperBound, with: wrapped)
    }
}

extension [UInt8] {
    /// Takes what C made.
    fileprivate init(_ pointer: UnsafeMutablePointer<UInt8>?, _ count: Int) {
        self = Array(UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
        free(pointer)
    }
}
