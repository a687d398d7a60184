internal import WireFormats

/// A logout request to an OpenID provider: the parameters of its `end_session_endpoint` (OpenID Connect RP-Initiated Logout 1.0 §2).
package struct EndSessionRequest: Sendable {
    let endpoint: String
    /// The provider's own ID token of the session that is to end; nil where none was kept: then the provider asks the person.
    let idTokenHint: String?
    let clientID: String
    let postLogoutRedirectURI: String
    let state: String

    package init(endpoint: String, idTokenHint: String?, clientID: String, postLogoutRedirectURI: String, state: String) {
        (self.endpoint, self.idTokenHint, self.clientID) = (endpoint, idTokenHint, clientID)
        (self.postLogoutRedirectURI, self.state) = (postLogoutRedirectURI, state)
    }

    /// A request line that every server takes; the shortest limit that is in use is 4,096 bytes with the method.
    private static let longestURL = 3_500

    private var parameters: [(name: String, value: String)] {
        [
            idTokenHint.map { ("id_token_hint", $0) }, ("client_id", clientID), ("post_logout_redirect_uri", postLogoutRedirectURI),
            ("state", state),
        ].compactMap(\.self)
    }

    /// By GET; nil where it would be too long for that.
    package var url: String? {
        let url = FormCoding.append(parameters, to: endpoint)
        return url.utf8.count <= Self.longestURL ? url : nil
    }

    /// By POST, which a provider must take as well: the action of a form, and its fields.
    package var form: (action: String, fields: [(name: String, value: String)]) { (endpoint, parameters) }
}
