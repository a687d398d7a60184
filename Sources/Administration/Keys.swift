import FoundationEssentials
package import Gateway
package import OpenIDConnect
import SAML
package import UserPools

extension Administration {
    /// One step of a key rotation, and the pool's keys after it.
    ///
    /// - Parameters:
    ///   - algorithm: of the key that is to sign; nil leaves the pool's as it is.
    ///   - atOnce: without waiting until whoever keeps the key set has seen the new key.
    package func rotateKey(
        pool id: String, algorithm: SigningAlgorithm? = nil, atOnce: Bool = false
    ) async throws(AdministrationError) -> (step: RotationStep, keys: [SigningKey]) {
        let pool = try await pool(id)
        let step: RotationStep
        do { step = try await keyRing.rotate(pool, to: algorithm, atOnce: atOnce, by: actor) } catch { throw .keys(error) }
        return (step, try await listKeys(pool: id))
    }
}
