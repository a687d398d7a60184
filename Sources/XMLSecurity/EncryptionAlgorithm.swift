internal import WireFormats

/// What content may be encrypted with (XML Encryption 1.1 §5.2). Triple DES is in no list, nor is a key length that nobody uses.
package enum ContentEncryption: String, Sendable, CaseIterable {
    case aes128GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
    case aes256GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    /// CBC notices no change: who may send what we decrypt can read what others were sent, by our answers (THREATS S24, finding 9).
    case aes128CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    case aes256CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"

    /// What we ask identity providers for, in this order.
    package static let published: [ContentEncryption] = [.aes256GCM, .aes128GCM]

    init(identifier: String) throws(XMLSecurityError) {
        guard let known = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: identifier) }) else { throw .unsupportedEncryption(identifier) }
        self = known
    }

    var isAuthenticated: Bool { self == .aes128GCM || self == .aes256GCM }
    var bits: Int32 { self == .aes128GCM || self == .aes128CBC ? 128 : 256 }
    /// Of the shortest content: nonce and tag, or initialization vector and block.
    var smallest: Int { isAuthenticated ? 12 + 16 : 16 + 16 }
}

/// RSA-OAEP, how a session key may be encrypted (XML Encryption 1.1 §5.5.2). RSA 1.5 is in no list.
package struct KeyTransport: Sendable, Hashable {
    /// The mask generation is always SHA-1.
    package static let oaepMGF1P = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
    package static let oaep = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
    /// What we ask identity providers for, in this order.
    package static let published = [oaep, oaepMGF1P]

    let digestBits: Int32
    let maskBits: Int32

    /// An EncryptionMethod with at most one DigestMethod and, for `oaep`, one MGF; SHA-1 is the default of both.
    init(reading method: XMLElement) throws(XMLSecurityError) {
        let parameters = try method.encryptionStructure(attributes: ["Algorithm"])
        let algorithm = method.attribute("Algorithm") ?? ""
        guard [Self.oaepMGF1P, Self.oaep].contains(where: algorithm.hasSameBytes) else { throw .unsupportedEncryption(algorithm) }
        let digests = parameters.filter { $0.name == .ds("DigestMethod") }
        let masks = parameters.filter { $0.name == XMLName(Self.namespace, "MGF") }
        guard digests.count <= 1, masks.count <= (algorithm.hasSameBytes(as: Self.oaep) ? 1 : 0), digests.count + masks.count == parameters.count
        else {
            throw .encryptionStructure("the EncryptionMethod of the key has parameters that are not known")
        }
        digestBits = try Self.bits(of: digests.first, among: [(DigestAlgorithm.sha1.rawValue, 160), (DigestAlgorithm.sha256.rawValue, 256)])
        maskBits = try Self.bits(of: masks.first, among: [(Self.namespace + "mgf1sha1", 160), (Self.namespace + "mgf1sha256", 256)])
    }

    private static let namespace = "http://www.w3.org/2009/xmlenc11#"

    private static func bits(of method: XMLElement?, among known: [(identifier: String, bits: Int32)]) throws(XMLSecurityError) -> Int32 {
        guard let method else { return 160 }
        let algorithm = method.attribute("Algorithm") ?? ""
        guard try method.encryptionStructure(attributes: ["Algorithm"]).isEmpty,
            let found = known.first(where: { $0.identifier.hasSameBytes(as: algorithm) })
        else { throw .unsupportedEncryption(algorithm) }
        return found.bits
    }
}
