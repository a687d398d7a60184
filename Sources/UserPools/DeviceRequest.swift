package import FoundationEssentials

/// A device that waits until somebody lets it in with a browser (RFC 8628): what it asked for, and from where.
package struct DeviceRequest: Sendable, Hashable {
    /// SHA-256 of what the device polls with.
    package let deviceCode: SecretHash
    /// What stands for the code that a person types: with so few letters, a plain hash would be the code itself.
    package let userCode: SecretHash
    package let poolID: UserPool.ID
    package let clientID: AppClient.ID
    package let scopes: [String]
    package let resource: String?
    /// Where the device asked from, as far as that is known. Shown to whoever is to let it in.
    package let address: String?
    package let createdAt: Date
    package let expiresAt: Date

    package init(
        deviceCode: SecretHash, userCode: SecretHash, poolID: UserPool.ID, clientID: AppClient.ID, scopes: [String], resource: String?,
        address: String?, createdAt: Date, expiresAt: Date
    ) {
        (self.deviceCode, self.userCode, self.poolID, self.clientID) = (deviceCode, userCode, poolID, clientID)
        (self.scopes, self.resource, self.address, self.createdAt, self.expiresAt) = (scopes, resource, address, createdAt, expiresAt)
    }

    /// How long a person has: to fetch a telephone, to type the code and to sign in.
    package static let lifetime: TimeInterval = 900
    /// Seconds that a device waits between two questions; so many more are added each time that it did not (RFC 8628 §3.5).
    package static let interval = 5
    package static let longestInterval = 60
    /// How much longer a request is remembered, so that a device that asks late is told that it is late.
    package static let memory: TimeInterval = 3600
}
