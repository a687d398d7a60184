import Gateway
import SAML
import UserPools
import WireFormats
import XMLSecurity

/// What an admin says of how a SAML provider's metadata keeps itself fresh; nil leaves it as it is.
package struct MetadataFollowingSettings: Sendable {
    package var isOn: Bool?
    /// Who must have signed the document: certificates or public keys in PEM; none takes the demand back.
    package var signers: [[UInt8]]?

    package init() {}

    /// - Parameter source: where the document is from, if it is given with this.
    func applied(to known: MetadataFollowing?, source: MetadataSource?, url: String?) throws(AdministrationError) -> MetadataFollowing? {
        let signers = try self.signers.map { signers throws(AdministrationError) in try signers.map(MetadataSigner.read) }
        guard isOn != true || url != nil else {
            throw .invalid(.followMetadata, "", "needs an address to follow", example: .give(.metadataURL, "https://idp.example.com/metadata"))
        }
        // Who gives an address wants what is there, also tomorrow.
        let isGiven = if case .url = source { true } else { false }
        guard isOn != nil || signers != nil || known != nil || isGiven else { return nil }
        return MetadataFollowing(isOn: isOn ?? known?.isOn ?? isGiven, signers: signers ?? known?.signers ?? [])
    }
}

/// The key that must have signed a document, as it is stored: a certificate, or a SubjectPublicKeyInfo (RFC 5280 §4.1), in DER and base64.
enum MetadataSigner {
    private static let labels = ["CERTIFICATE", "PUBLIC KEY"]

    /// PEM of one of the two.
    static func read(_ pem: [UInt8]) throws(AdministrationError) -> String {
        let text = String(decoding: pem, as: UTF8.self)
        for label in labels {
            guard let begin = text.firstRange(of: "-----BEGIN \(label)-----"), let end = text.firstRange(of: "-----END \(label)-----"),
                begin.upperBound <= end.lowerBound,
                let der = try? Base64.decode(String(decoding: text[begin.upperBound..<end.lowerBound].utf8.filter { $0 > 0x20 }, as: UTF8.self)),
                let key = key(der)
            else { continue }
            guard key.isAllowed(by: .strict) else {
                throw .invalid(.metadataSigner, key.description, "is a weak key", example: .words("a key of RSA with 2048 bits or more, or P-256"))
            }
            return Base64.encode(der)
        }
        throw .invalid(
            .metadataSigner, "", "is neither a certificate nor a public key in PEM",
            example: .words("openssl x509 -in signer.der -inform DER makes one of a certificate in DER"))
    }

    /// One that does not open must not become none, which would be no demand at all.
    static func keys(_ following: MetadataFollowing) throws(AdministrationError) -> [TrustedKey] { try keys(following.signers) }

    static func keys(_ signers: [String]) throws(AdministrationError) -> [TrustedKey] {
        try signers.map { text throws(AdministrationError) in
            guard let der = try? Base64.decode(text), let key = key(der) else {
                throw .store(.corrupt(what: "the signer of an identity provider's metadata"))
            }
            return key
        }
    }

    private static func key(_ der: [UInt8]) -> TrustedKey? { (try? TrustedKey(certificateDER: der)) ?? (try? TrustedKey(publicKeyDER: der)) }
}

extension SAMLConnection {
    /// Who must have signed the metadata. What was stored opens again.
    func metadataSigners() throws(AdministrationError) -> [TrustedKey] { try following.map(MetadataSigner.keys) ?? [] }
}
