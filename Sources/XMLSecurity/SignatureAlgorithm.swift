internal import WireFormats

/// The signature methods that can be verified (RFC 6931, XML Signature §6.4), by their identifiers.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    case rsaSHA384 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
    case rsaSHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
    case ecdsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    case ecdsaSHA384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
    case ecdsaSHA512 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
    case rsaSHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
    case ecdsaSHA1 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"

    /// Known and refused in every configuration: broken digests, shared secrets, DSA.
    private static let refused: Set<String> = [
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2009/xmldsig11#dsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-md5",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha224",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-ripemd160",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160",
    ]

    /// From an Algorithm attribute. SHA-1 only passes when this provider's policy says so.
    package init(identifier: String, policy: SignaturePolicy) throws(XMLSecurityError) {
        guard let known = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: identifier) }) else {
            throw Self.refused.contains(identifier) ? .weakAlgorithm(identifier) : .unsupportedAlgorithm(identifier)
        }
        guard known.digestBits != 160 || policy.contains(.allowingSHA1) else { throw .sha1NotAllowed(identifier) }
        self = known
    }

    package var isRSA: Bool {
        switch self {
        case .rsaSHA256, .rsaSHA384, .rsaSHA512, .rsaSHA1: true
        case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512, .ecdsaSHA1: false
        }
    }

    var digestBits: Int32 {
        switch self {
        case .rsaSHA1, .ecdsaSHA1: 160
        case .rsaSHA256, .ecdsaSHA256: 256
        case .rsaSHA384, .ecdsaSHA384: 384
        case .rsaSHA512, .ecdsaSHA512: 512
        }
    }
}

/// The digests of a reference (XML Signature §6.2).
enum DigestAlgorithm: String, CaseIterable {
    case sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
    case sha384 = "http://www.w3.org/2001/04/xmldsig-more#sha384"
    case sha512 = "http://www.w3.org/2001/04/xmlenc#sha512"
    case sha1 = "http://www.w3.org/2000/09/xmldsig#sha1"

    private static let refused: Set<String> = [
        "http://www.w3.org/2001/04/xmldsig-more#md5", "http://www.w3.org/2001/04/xmlenc#ripemd160",
    ]

    init(identifier: String, policy: SignaturePolicy) throws(XMLSecurityError) {
        guard let known = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: identifier) }) else {
            throw Self.refused.contains(identifier) ? .weakAlgorithm(identifier) : .unsupportedAlgorithm(identifier)
        }
        guard known != .sha1 || policy.contains(.allowingSHA1) else { throw .sha1NotAllowed(identifier) }
        self = known
    }

    var bits: Int32 {
        switch self {
        case .sha1: 160
        case .sha256: 256
        case .sha384: 384
        case .sha512: 512
        }
    }
}
