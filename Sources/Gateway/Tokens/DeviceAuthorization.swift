import Crypto
import FoundationEssentials
package import OpenIDConnect
package import UserPools
import WireFormats

/// What stands in the database for codes that people type. With 34 bits a plain hash would give them away to whoever reads a backup.
struct UserCodeKey: Sendable {
    private let key: SymmetricKey

    init(sealer: Sealer) { key = SymmetricKey(data: sealer.deriveKey(for: "user codes of devices").reveal()) }

    func hash(_ code: UserCode, in pool: UserPool.ID) throws(StoreError) -> SecretHash {
        let bytes = Array(HMAC<SHA256>.authenticationCode(for: Array(pool.text.utf8) + [0] + code.letters, using: key))
        guard let hash = SecretHash(bytes) else { throw .corrupt(what: "user code") }
        return hash
    }
}

extension Tokens {
    /// RFC 8628 §3.1: a device begins. What would be refused later is refused here.
    /// - Parameter page: where its person types the code.
    package func authorizeDevice(
        _ parameters: Parameters, credentials: ClientCredentials, pool: UserPool, page: String, from address: String? = nil
    ) async throws(OAuthError) -> DeviceAuthorizationResponse {
        let client = try await authenticate(credentials, in: pool)
        guard client.app.signsDevicesIn else { throw OAuthError(.unauthorizedClient, "The client is not registered for this grant.") }
        let resource = try client.policy.resource(try ResourceIndicator.asked(in: parameters))
        let asked = try parameters.single("scope").map { text throws(OAuthError) in try Scope(text) }
        let scope = try client.policy.grant(asked, for: resource)
        // Every one is a row for an hour and a quarter; a public client is whoever says so.
        let pusher = Pusher(client: client.app.id, network: address.flatMap { ClientNetwork($0) })
        guard client.app.isConfidential || (deviceRequests.take(pusher) && deviceRequestsOfAll.take(client.app.id)) else {
            throw OAuthError(.temporarilyUnavailable, "The client asked for too many devices; try again in a minute.")
        }
        let (secret, now) = (SecretBytes(environment.random(32).base64URLText), environment.now())
        do {
            var tries = 3
            while true {
                tries -= 1
                let code = UserCode(random: environment.random)
                do {
                    try await stores.devices.insert(
                        DeviceRequest(
                            deviceCode: SecretHash(of: secret.reveal()), userCode: try userCodeKey.hash(code, in: pool.id), poolID: pool.id,
                            clientID: client.app.id, scopes: scope.names, resource: resource, address: address, createdAt: now,
                            expiresAt: now.addingTimeInterval(DeviceRequest.lifetime)))
                } catch StoreError.conflict where tries > 0 { continue }
                return DeviceAuthorizationResponse(
                    deviceCode: secret, userCode: code, verificationURI: page, expiresIn: Int(DeviceRequest.lifetime),
                    interval: DeviceRequest.interval)
            }
        } catch { throw OAuthError(refusing: error as any Error) }
    }

    /// How many a public client may begin at once from one address, and from all; and in which time all of them come back.
    static let maximumDeviceRequests = 200
    static let deviceRequestsComeBack = Duration.seconds(900)
    static let maximumDeviceRequestsOfAll = 20_000
    static let deviceRequestsOfAllComeBack = Duration.seconds(3_600)
}
