import Crypto
import TokenVerifier
package import UserPools
import WireFormats

/// The provider with which this browser signed in last, and of a federation the member, as a cookie's value: nothing of a person, and signed, so that no one but us
/// decides what a sign-in page shows first.
package struct LastChoice: Sendable {
    private let key: SymmetricKey

    package init(sealer: Sealer) { key = SymmetricKey(data: sealer.deriveKey(for: "last choice").reveal()) }

    /// The name and its signature, both in base64url. A member of a long name is not remembered.
    package func value(_ name: IdentityProvider.Name, member: String? = nil, pool: UserPool.ID) -> String {
        let chosen = Array(name.text.utf8) + (member.map { $0.utf8.count <= Self.longestMember ? [0] + Array($0.utf8) : [] } ?? [])
        let code = Array(HMAC<SHA256>.authenticationCode(for: Self.bound(pool, chosen), using: key))
        return chosen.base64URLText + "." + code.base64URLText
    }

    /// nil for what we did not sign for this pool.
    package func name(_ value: String?, pool: UserPool.ID) -> IdentityProvider.Name? { choice(value, pool: pool)?.name }

    package func choice(_ value: String?, pool: UserPool.ID) -> (name: IdentityProvider.Name, member: String?)? {
        guard let value, value.utf8.count <= Self.longestValue, let mark = value.firstIndex(of: "."),
            let name = Base64URL.decode(String(value[..<mark])),
            let code = Base64URL.decode(String(value[value.index(after: mark)...])),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.bound(pool, name), using: key)
        else { return nil }
        // No name has a NUL.
        let parts = name.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard let text = String(validating: parts[0], as: UTF8.self), let name = IdentityProvider.Name(text) else { return nil }
        return (name, parts.count > 1 ? String(validating: parts[1], as: UTF8.self) : nil)
    }

    private static let longestMember = 255
    /// A name has at most 128 bytes, and there is one between the two.
    package static let longestValue = 556

    private static func bound(_ pool: UserPool.ID, _ name: [UInt8]) -> [UInt8] { Array(pool.text.utf8) + [0] + name }
}
