import CXMLSec
package import FoundationEssentials

/// An identity provider's public key, pinned: from its metadata or from an admin. No chain, no dates, no revocation; the pin is the trust.
package struct TrustedKey: Sendable, Hashable {
    let handle: KeyHandle
    /// Lower-case hex of SHA-256 over the certificate, or over the SubjectPublicKeyInfo when there was no certificate.
    package let sha256: String
    /// The certificate's end, for people who plan a change of keys. It does not make the key invalid.
    package let notAfter: Date?

    package init(certificateDER: [UInt8]) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        guard let handle = KeyHandle(certificateDER.withUnsafeBufferPointer { cxs_key_from_certificate($0.baseAddress, $0.count) }) else {
            throw .invalidKey("it is not an X.509 certificate in DER")
        }
        self.init(handle, of: certificateDER)
    }

    /// Whether it may verify without an exception: RSA of 2048 bits and more, or one of the three curves.
    package var isSound: Bool { handle.strength == .sound }

    /// DER of a SubjectPublicKeyInfo (RFC 5280 §4.1).
    package init(publicKeyDER: [UInt8]) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        guard let handle = KeyHandle(publicKeyDER.withUnsafeBufferPointer { cxs_key_from_public_key($0.baseAddress, $0.count) }) else {
            throw .invalidKey("it is not a SubjectPublicKeyInfo in DER")
        }
        self.init(handle, of: publicKeyDER)
    }

    /// For the self-test as well, which is a part of the start that the others wait for.
    init(_ handle: KeyHandle, of der: [UInt8]) {
        self.handle = handle
        sha256 = SHA256Digest.hexadecimal(der)
        notAfter = handle.expiry.map { Date(timeIntervalSince1970: TimeInterval($0)) }
    }

    /// "RSA 2048", "P-256".
    package var description: String { handle.description }

    /// Why the key may not be used where its policy says no.
    var weakness: XMLSecurityError { handle.strength == .shortRSA ? .sha1NotAllowed(description) : .weakAlgorithm(description) }

    /// Whether the key may be used under that policy.
    package func isAllowed(by policy: SignaturePolicy) -> Bool {
        switch handle.strength {
        case .sound: true
        case .shortRSA: policy.contains(.allowingSHA1)
        case .unusable: false
        }
    }

    package static func == (one: TrustedKey, other: TrustedKey) -> Bool { one.sha256 == other.sha256 }
    package func hash(into hasher: inout Hasher) { hasher.combine(sha256) }

    /// Verifies a signature over octets (SAML Bindings §3.4.4.1: the query string of the HTTP-Redirect binding, as it was received).
    package func verify(
        _ signature: [UInt8], over octets: [UInt8], algorithm identifier: String, policy: SignaturePolicy
    ) throws(XMLSecurityError) {
        let algorithm = try SignatureAlgorithm(identifier: identifier, policy: policy)
        guard isAllowed(by: policy) else { throw weakness }
        guard algorithm.isRSA == handle.isRSA, handle.verify(signature, over: octets, digestBits: algorithm.digestBits) else {
            throw .signatureInvalid(.key)
        }
    }
}

/// A key of OpenSSL and xmlsec. Immutable after `init`, and both libraries only count references when they use it, so it may be shared.
final class KeyHandle: @unchecked Sendable {
    enum Strength { case sound, shortRSA, unusable }

    let pointer: OpaquePointer
    let isRSA: Bool
    /// Found once: OpenSSL makes a number of the exponent for it.
    let strength: Strength

    /// nil for nil, so that a failed C call and this initialiser read as one.
    init?(_ pointer: OpaquePointer?) {
        guard let pointer else { return nil }
        self.pointer = pointer
        isRSA = Int(cxs_key_kind(pointer)) == Int(CXS_KEY_RSA)
        strength = Self.strength(of: pointer)
    }

    deinit { cxs_key_free(pointer) }

    var bits: Int { Int(cxs_key_bits(pointer)) }
    var expiry: Int64? { cxs_key_has_expiry(pointer) ? cxs_key_expiry(pointer) : nil }

    /// THREATS §1.1 "Keys": RSA of 2048 to 8192 bits with an odd exponent of at least 65537; P-256, P-384, P-521.
    private static func strength(of key: OpaquePointer) -> Strength {
        let (kind, bits) = (Int(cxs_key_kind(key)), cxs_key_bits(key))
        if kind == Int(CXS_KEY_EC) { return Int(cxs_key_curve(key)) == Int(CXS_CURVE_NONE) ? .unusable : .sound }
        guard kind == Int(CXS_KEY_RSA), cxs_key_exponent_is_sound(key), (1024...8192).contains(bits) else { return .unusable }
        return bits >= 2048 ? .sound : .shortRSA
    }

    var description: String {
        if isRSA { return cxs_key_exponent_is_sound(pointer) ? "RSA \(bits)" : "RSA \(bits) with a small exponent" }
        guard Int(cxs_key_kind(pointer)) == Int(CXS_KEY_EC) else { return "a key that is neither RSA nor elliptic curve" }
        let curve = Int(cxs_key_curve(pointer))
        return curve == Int(CXS_CURVE_NONE) ? "another curve of \(bits) bits" : "P-\(curve)"
    }

    func isSameKey(as other: KeyHandle) -> Bool { cxs_key_is_same(pointer, other.pointer) }

    func verify(_ signature: [UInt8], over octets: [UInt8], digestBits: Int32) -> Bool {
        octets.withUnsafeBufferPointer { data in
            signature.withUnsafeBufferPointer { value in
                cxs_verify_octets(pointer, digestBits, data.baseAddress, data.count, value.baseAddress, value.count)
            }
        }
    }

    /// The same for a SignatureValue, in which an ECDSA signature is written otherwise.
    func madeValue(_ signatureValue: [UInt8], over octets: [UInt8], digestBits: Int32) -> Bool {
        octets.withUnsafeBufferPointer { data in
            signatureValue.withUnsafeBufferPointer { value in
                cxs_verify_signature_value(pointer, digestBits, data.baseAddress, data.count, value.baseAddress, value.count)
            }
        }
    }
}

enum SHA256Digest {
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        bytes.withUnsafeBufferPointer { cxs_sha256($0.baseAddress, $0.count, &digest) }
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
