/// Somebody's name as the provider that signed them in gave it (saml:NameID, SAML Core §2.2.3): single logout speaks of them by it.
package struct UpstreamName: Sendable, Hashable, Codable {
    package let value: String
    package let format: String?
    package let nameQualifier: String?
    package let spNameQualifier: String?

    package init(value: String, format: String?, nameQualifier: String?, spNameQualifier: String?) {
        (self.value, self.format) = (value, format)
        (self.nameQualifier, self.spNameQualifier) = (nameQualifier, spNameQualifier)
    }

    /// `sub` of an OpenID provider (OpenID Connect Core §2). No format of a NameID is a word without a colon.
    package init(openID subject: String, issuer: String) {
        self.init(value: subject, format: "openid", nameQualifier: issuer, spNameQualifier: nil)
    }

    /// The same bytes for the same name of one provider, however it is written out. Only for a name whose qualifiers were validated: then an
    /// SPNameQualifier is ours, and a persistent or transient name's NameQualifier the provider's (§8.3.7, §8.3.8), also where they are left out.
    package var key: [UInt8] {
        let format = format ?? Self.unspecified
        let isQualifiedByIssuer = Self.qualifiedByIssuer.contains { $0.utf8.elementsEqual(format.utf8) }
        // XML has no NUL, so that no two names run together.
        return Array([format, isQualifiedByIssuer ? "" : nameQualifier ?? "", value].joined(separator: "\0").utf8)
    }

    private static let unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    private static let qualifiedByIssuer = ["persistent", "transient"].map { "urn:oasis:names:tc:SAML:2.0:nameid-format:" + $0 }
}
