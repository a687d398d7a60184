package import Crypto
import Foundation
import OpenIDConnect
import Synchronization
import TokenVerifier
import WireFormats

/// Sign in with Apple, as Apple's REST documentation describes it.
///
/// - The client secret is a JWT that the developer signs with ES256: `kid` the key's ID, `iss` the team's, `sub` the client, `aud`
///   `https://appleid.apple.com`, `exp` not more than six months away.
/// - A request for name or e-mail must ask for `response_mode=form_post`.
/// - The form of the first sign-in has a field `user`, JSON with the name and the address as the person may have changed them; no later one has.
/// - `email_verified` and `is_private_email` are texts or booleans; there is no userinfo address.
package enum FakeApple {
    package static let teamID = "A1B2C3D4E5"
    package static let keyID = "F6G7H8J9K0"
    package static let clientID = "com.example.web"

    package static func make(_ key: P256.Signing.PublicKey) throws -> FakeOpenIDProvider {
        let provider = try FakeOpenIDProvider(
            issuer: "https://appleid.apple.com", clientID: clientID,
            addresses: .init(
                authorization: "https://appleid.apple.com/auth/authorize", token: "https://appleid.apple.com/auth/token",
                keys: "https://appleid.apple.com/auth/keys"))
        let known = Known()
        provider.change { behaviour in
            behaviour.clientAuthentication = .other
            behaviour.accepts = { request, form in
                form["client_id"] == clientID && request.header("authorization") == nil && isSecret(form["client_secret"] ?? "", of: key)
            }
            behaviour.claims = { $0.with(["nonce_supported": true]) }
            behaviour.refusal = { query in
                let asksForMore = (query["scope"] ?? "").split(separator: " ").contains { $0 == "name" || $0 == "email" }
                return asksForMore && query["response_mode"] != "form_post" ? "invalid_request" : nil
            }
            behaviour.answer = { fields, person in
                guard let subject = person.idToken["sub"]?.string, known.isNew(subject) else { return fields }
                return fields + [("user", #"{"name":{"firstName":"Jo","lastName":"Appleseed"},"email":"jo@privaterelay.appleid.com"}"#)]
            }
        }
        return provider
    }

    package static let person = FakeOpenIDProvider.Person(
        idToken: [
            "sub": "001234.0a1b2c3d4e5f.1234", "email": "jo@privaterelay.appleid.com", "email_verified": "true", "is_private_email": "true",
        ])

    private static func isSecret(_ secret: String, of key: P256.Signing.PublicKey) -> Bool {
        let parts = secret.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let bytes = Base64URL.decode(parts[2]),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: bytes), let members = try? JSONParser.parseObject(header),
            key.isValidSignature(signature, for: parts[0] + [UInt8(ascii: ".")] + parts[1])
        else { return false }
        let claims = FakeOpenIDProvider.payload(secret)
        guard members["alg"] == "ES256", members["kid"]?.string == keyID, let issued = claims["iat"]?.integer, let expires = claims["exp"]?.integer
        else { return false }
        return claims["iss"]?.string == teamID && claims["sub"]?.string == clientID && claims["aud"]?.string == "https://appleid.apple.com"
            && expires > issued && expires - issued <= 15_777_000
    }

    /// Who has agreed before.
    private final class Known: Sendable {
        private let subjects = Mutex<Set<String>>([])
        func isNew(_ subject: String) -> Bool { subjects.withLock { $0.insert(subject).inserted } }
    }
}
