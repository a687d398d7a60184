/// What a SAML provider is asked, and how: all that an admin chose, nil where the default stands.
package struct SAMLRequestSettings: Sendable, Hashable, Codable {
    package enum Signing: String, Sendable, Hashable, Codable, CaseIterable {
        case always, never
        /// Where the provider's metadata says WantAuthnRequestsSigned.
        case metadata
    }

    /// SAML Bindings §3.4 and §3.5.
    package enum Binding: String, Sendable, Hashable, Codable, CaseIterable { case redirect, post }

    /// How answers come: SAML Bindings §3.5 and §3.6.
    package enum ResponseBinding: String, Sendable, Hashable, Codable, CaseIterable { case post, artifact }

    /// RequestedAuthnContext/@Comparison, SAML Core §3.3.2.2.1.
    package enum Comparison: String, Sendable, Hashable, Codable, CaseIterable { case exact, minimum, maximum, better }

    /// nil is `metadata`.
    package var signing: Signing?
    /// nil is what the provider has: Redirect, else POST.
    package var binding: Binding?
    /// nil is `post`.
    package var responseBinding: ResponseBinding?
    /// NameIDPolicy/@Format.
    package var nameIDFormat: String?
    /// Whether everybody is authenticated anew, whatever session they have there.
    package var forcesAuthn: Bool?
    /// AuthnContextClassRef of each class that will do.
    package var authnContext: [String]?
    /// nil is `exact`.
    package var authnContextComparison: Comparison?
    package var providerName: String?
    /// Whether the provider is told who is expected (`login_hint`).
    package var sendsSubject: Bool?
    /// Whether it is asked without a page where the app asks so (`prompt=none`) and the browser has no session of ours.
    package var asksPassively: Bool?
    package var scoping: SAMLScoping?

    package init() {}
}
