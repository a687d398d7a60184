package import Foundation
package import OpenIDConnect
import TokenVerifier
package import WireFormats

/// A client's own key, with which a test says anything of the client.
package struct ClientSigner: Sendable {
    package let key: TokenSigningKey

    package init(_ algorithm: SigningAlgorithm = .ES256) throws { key = try TokenSigningKey.generate(algorithm) }

    /// RFC 7517 §5, with the public half.
    package var keySet: String { String(decoding: PublishedKeySet([key.publicJWK]).encoded(), as: UTF8.self) }

    /// An assertion by RFC 7523 §3.
    /// - Parameter changes: claims in place of the usual ones; nil leaves one out.
    package func assertion(
        of clientID: String, for audience: String, at now: Date, type: String = "JWT", _ changes: [String: JSONValue?] = [:]
    ) throws -> String {
        let time = Int(now.timeIntervalSince1970)
        var claims: [(String, JSONValue?)] = [
            ("iss", .string(clientID)), ("sub", .string(clientID)), ("aud", .string(audience)), ("jti", .string(UUID().uuidString)),
            ("iat", .integer(time)), ("exp", .integer(time + 60)),
        ]
        for (name, value) in changes {
            claims.removeAll { $0.0 == name }
            claims.append((name, value))
        }
        return try key.sign(header: type, claims: JSONObject(claims.compactMap { name, value in value.map { (name, $0) } }))
    }
}
