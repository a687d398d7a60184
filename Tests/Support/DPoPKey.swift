import Crypto
package import FoundationEssentials
import Synchronization
package import WireFormats

/// An app's own key, by which a test proves anything of a request (RFC 9449 §4.2).
package struct DPoPKey: Sendable {
    /// The public half, as it stands in a proof.
    package let jwk: JSONObject
    private let algorithm: String
    private let signature: @Sendable ([UInt8]) throws -> [UInt8]
    private static let count = Mutex(0)

    package init(jwk: JSONObject, algorithm: String, signature: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        (self.jwk, self.algorithm, self.signature) = (jwk, algorithm, signature)
    }

    /// A new key of P-256.
    package init() {
        let key = P256.Signing.PrivateKey(), point = Array(key.publicKey.rawRepresentation)
        self.init(
            jwk: ["kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(point[..<32])), "y": .string(Base64URL.encode(point[32...]))],
            algorithm: "ES256"
        ) { Array(try key.signature(for: $0).rawRepresentation) }
    }

    package static func ed25519() -> DPoPKey {
        let key = Curve25519.Signing.PrivateKey()
        return DPoPKey(
            jwk: ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(Array(key.publicKey.rawRepresentation)))], algorithm: "EdDSA"
        ) { Array(try key.signature(for: $0)) }
    }

    /// RFC 7638 §3.
    package var thumbprint: String {
        let members = jwk.members.filter { ["crv", "e", "kty", "n", "x", "y"].contains($0.name) }.sorted { $0.name < $1.name }
        return Base64URL.encode(Array(SHA256.hash(data: JSONWriter.encode(JSONObject(members.map { ($0.name, $0.value) })))))
    }

    /// `ath`.
    package static func hash(of token: String) -> String { Base64URL.encode(Array(SHA256.hash(data: Array(token.utf8)))) }

    /// A good proof but for what is changed.
    /// - Parameters:
    ///   - header: parameters in place of the usual ones; nil leaves one out.
    ///   - claims: the same of claims.
    package func proof(
        _ method: String, _ url: String, at now: Date, token: String? = nil, nonce: String? = nil, header: [String: JSONValue?] = [:],
        _ claims: [String: JSONValue?] = [:]
    ) throws -> String {
        let number = Self.count.withLock {
            $0 += 1
            return $0
        }
        let usual: JSONObject = ["typ": "dpop+jwt", "alg": .string(algorithm), "jwk": .object(jwk)]
        var payload: JSONObject = [
            "jti": .string("proof-\(number)"), "htm": .string(method), "htu": .string(url), "iat": .integer(Int(now.timeIntervalSince1970)),
        ]
        payload.append("ath", ifPresent: token.map(Self.hash))
        payload.append("nonce", ifPresent: nonce)
        let input = [Self.changed(usual, header), Self.changed(payload, claims)].map { Base64URL.encode(JSONWriter.encode($0)) }.joined(
            separator: ".")
        return input + "." + Base64URL.encode(try signature(Array(input.utf8)))
    }

    private static func changed(_ object: JSONObject, _ changes: [String: JSONValue?]) -> JSONObject {
        var members = object.members.map { ($0.name, $0.value) }
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return JSONObject(members)
    }
}
