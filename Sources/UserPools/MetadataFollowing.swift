package import FoundationEssentials

/// How a SAML provider's metadata keeps itself fresh.
package struct MetadataFollowing: Sendable, Hashable, Codable {
    /// Whether servers fetch the document again by themselves.
    package var isOn: Bool
    /// Who must have signed the document, each a certificate or SubjectPublicKeyInfo in DER and base64; empty where it need not be signed.
    package var signers: [String]

    package init(isOn: Bool, signers: [String] = []) { (self.isOn, self.signers) = (isOn, signers) }
}

extension IdentityProvider {
    /// Of what servers fetch again by themselves the address, of an OpenID provider the issuer; nil where they fetch nothing.
    package var followed: String? {
        guard enabled else { return nil }
        switch kind {
        case .saml(let connection): return connection.following?.isOn == true ? connection.metadataURL : nil
        case .oidc(let connection): return connection.followsDiscovery == true && connection.isDiscovered ? connection.issuer : nil
        // One whose members are asked for one at a time has no document, and one that came as a file no address.
        case .federation(let connection):
            return connection.source == .aggregate && !connection.metadataURL.isEmpty ? connection.metadataURL : nil
        }
    }
}

/// What servers know of a document that they fetch again by themselves. It stands apart from the provider, so that a look that finds nothing
/// new changes no configuration.
package struct FollowedDocument: Sendable, Hashable {
    package let poolID: UserPool.ID
    package let provider: IdentityProvider.Name
    /// `IdentityProvider.followed`.
    package let address: String
    /// When somebody looks next.
    package var dueAt: Date
    /// When it was had last; nil before the first time.
    package var checkedAt: Date?
    /// What the copy that was had last says of itself.
    package var validUntil: Date?
    package var cacheDuration: TimeInterval?
    /// The copy that was had last (RFC 9110 §8.8), and the document of the provider that it was found to say the same as: hex of its SHA-256.
    package var version = DocumentVersion()
    package var sameAs: String?
    /// For how long the server said just now that nobody need ask again; not kept.
    package var freshFor: TimeInterval?
    /// Tries that failed one after the other, and the code of the last one's error.
    package var failures = 0
    package var lastError: String?

    package init(poolID: UserPool.ID, provider: IdentityProvider.Name, address: String, dueAt: Date) {
        (self.poolID, self.provider, self.address, self.dueAt) = (poolID, provider, address, dueAt)
    }
}

/// What a server calls one version of a document (RFC 9110 §8.8): `ETag` and `Last-Modified`, as they came.
package struct DocumentVersion: Sendable, Hashable {
    package var etag: String?
    package var lastModified: String?
    /// For how long the server says that nobody need ask again (RFC 9111 §4.2); not kept.
    package var freshFor: TimeInterval?

    package init(etag: String? = nil, lastModified: String? = nil) { (self.etag, self.lastModified) = (etag, lastModified) }
}
