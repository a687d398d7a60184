package import FoundationEssentials

/// An authorization request that a client gave to us itself, before it sends the browser (RFC 9126): by its name the browser brings no more than that.
package struct PushedRequest: Sendable {
    package struct Parameter: Sendable, Hashable, Codable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// SHA-256 of the part of `request_uri` that nobody can guess.
    package let hash: SecretHash
    package let poolID: UserPool.ID
    package let clientID: AppClient.ID
    /// As the client sent them, without what proves who it is.
    package let parameters: [Parameter]
    package let createdAt: Date
    /// Until when the browser must come with it.
    package let expiresAt: Date

    package init(
        hash: SecretHash, poolID: UserPool.ID, clientID: AppClient.ID, parameters: [Parameter], createdAt: Date, expiresAt: Date
    ) {
        (self.hash, self.poolID, self.clientID) = (hash, poolID, clientID)
        (self.parameters, self.createdAt, self.expiresAt) = (parameters, createdAt, expiresAt)
    }

    /// How long a client has to send the browser (RFC 9126 §2.2).
    package static let lifetime: TimeInterval = 90
    /// How long the person may take from then on.
    package static let presentedLifetime: TimeInterval = 3600
}
