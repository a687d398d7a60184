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

    /// Takes a key back that somebody else may have: what it signed is refused at once by all who look at the key set again.
    package func withdrawKey(
        _ kid: String, pool id: String
    ) async throws(AdministrationError) -> (withdrawal: KeyWithdrawal, keys: [SigningKey]) {
        let pool = try await pool(id)
        guard let key = SigningKey.ID(kid) else { throw .notFound(.key, name: kid, pool: pool.id) }
        let withdrawal: KeyWithdrawal
        do { withdrawal = try await keyRing.withdraw(key, of: pool, by: actor) } catch { throw .keys(error) }
        return (withdrawal, try await listKeys(pool: id))
    }

    /// Gives everything that is sealed to another master key, in one transaction.
    package func reseal(to new: Sealer) async throws(AdministrationError) -> (keys: Int, secrets: Int) {
        do {
            return try await Resealing(stores: stores, environment: environment).reseal(from: sealer, to: new, by: actor)
        } catch { throw .keys(error) }
    }
}
