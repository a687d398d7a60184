import Crypto
import TokenVerifier
package import UserPools
import WireFormats

/// The provider with which this browser signed in last, as a cookie's value: nothing of a person, and signed, so that no one but us
/// decides what a sign-in page shows first.
package struct LastChoice: Sendable {
    private let key: SymmetricKey

    package init(sealer: Sealer) { key = SymmetricKey(data: sealer.deriveKey(for: "last choice").reveal()) }

    /// The name and its signature, both in base64url.
    package func value(_ name: IdentityProvider.Name, pool: UserPool.ID) -> String {
        let code = Array(HMAC<SHA256>.authenticationCode(for: Self.bound(pool, Array(name.text.utf8)), using: key))
        return Array(name.text.utf8).base64URLText + "." + code.base64URLText
    }

    /// nil for what we did not sign for this pool.
    package func name(_ value: String?, pool: UserPool.ID) -> IdentityProvider.Name? {
        // A name has at most 128 bytes.
        guard let value, value.utf8.count <= 215, let mark = value.firstIndex(of: "."), let name = Base64URL.decode(String(value[..<mark])),
            let code = Base64URL.decode(String(value[value.index(after: mark)...])),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.bound(pool, name), using: key)
        else { return nil }
        return String(validating: name, as: UTF8.self).flatMap { IdentityProvider.Name($0) }
    }

    private static func bound(_ pool: UserPool.ID, _ name: [UInt8]) -> [UInt8] { Array(pool.text.utf8) + [0] + name }
}
