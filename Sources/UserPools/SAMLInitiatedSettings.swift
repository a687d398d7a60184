/// Where a sign-in goes that a SAML provider began.
package struct SAMLInitiatedSettings: Sendable, Hashable, Codable {
    /// The app, by its `client_id`, that begins a sign-in of its own then.
    package var clientID: String

    package init(clientID: String) { self.clientID = clientID }
}
