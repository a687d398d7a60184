import Crypto
import TokenVerifier
package import UserPools
package import WireFormats

/// Proves that a form was posted from a page which this browser got from us (login CSRF, case 115): another site can make a browser post
/// to us, with its cookies, but cannot know what belongs to them.
package struct FormToken: Sendable {
    private let key: SymmetricKey
    /// The code of nothing: the key's part in a code is half of the work.
    private let begun: HMAC<SHA256>

    package init(sealer: Sealer) {
        key = SymmetricKey(data: sealer.deriveKey(for: "form token").reveal())
        begun = HMAC(key: key)
    }

    /// For the hidden field of a form; `binding` is the browser's cookie.
    package func text(pool: UserPool.ID, binding: SecretBytes) -> String {
        var code = begun
        code.update(data: Self.bound(pool, binding))
        return Array(code.finalize()).base64URLText
    }

    /// Compares in a time that says nothing of the right token.
    package func accepts(_ text: String?, pool: UserPool.ID, binding: SecretBytes?) -> Bool {
        guard let text, text.utf8.count == 43, let code = Base64URL.decode(text), let binding else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.bound(pool, binding), using: key)
    }

    private static func bound(_ pool: UserPool.ID, _ binding: SecretBytes) -> [UInt8] { Array(pool.text.utf8) + [0] + binding.reveal() }
}
