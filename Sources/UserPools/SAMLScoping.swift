/// Through whom a SAML provider that is a proxy itself may have people authenticated (SAML Core §3.4.1.2).
package struct SAMLScoping: Sendable, Hashable, Codable {
    package var proxyCount: Int?
    /// By their entity IDs; nil is anybody.
    package var identityProviders: [String]?

    package init() {}
}
