package import WireFormats

/// The request to the token endpoint (RFC 6749 §3.2): what all grants have in common. What is a grant's own, the grant reads.
package struct TokenRequest: Sendable, CustomStringConvertible, CustomReflectable {
    /// `grant_type`, not known to be one of ours.
    package let grantType: String
    /// `scope` (RFC 6749 §3.3).
    package let scope: Scope?
    /// `resource` (RFC 8707 §2.2).
    package let resource: String?
    package let parameters: Parameters

    private static let maximumSecretLength = 1024

    /// - Parameter form: the parameters of the body, never of the query.
    package init(_ form: Parameters) throws(OAuthError) {
        grantType = try form.required("grant_type", limit: 128)
        scope = try form.single("scope").map { text throws(OAuthError) in try Scope(text) }
        resource = try ResourceIndicator.asked(in: form)
        parameters = form
    }

    /// A code or a refresh token, which must be there. One that is too long cannot be one of ours, which `invalid_grant` says.
    package func secret(_ name: String) throws(OAuthError) -> SecretBytes {
        guard let value = try parameters.single(name) else { throw OAuthError(.invalidRequest, "A parameter is missing.", parameter: name) }
        guard value.utf8.count <= Self.maximumSecretLength else { throw OAuthError(.invalidGrant, "The grant is not valid.", parameter: name) }
        return SecretBytes(value)
    }

    /// Its parameters are secret.
    package var description: String { "grant_type=\(grantType)" }
    package var customMirror: Mirror { Mirror(self, children: ["grantType": grantType]) }
}
