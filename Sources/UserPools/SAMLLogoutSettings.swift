/// Single logout with one SAML provider.
package struct SAMLLogoutSettings: Sendable, Hashable, Codable {
    /// nil is on, where the provider's metadata has a single logout service.
    package var isEnabled: Bool?

    package init(isEnabled: Bool? = nil) { self.isEnabled = isEnabled }
}
