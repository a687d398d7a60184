package import Foundation
import OpenIDConnect
package import WireFormats

extension ClientSigner {
    /// A request object by RFC 9101 §4.
    /// - Parameter changes: claims in place of the usual ones; nil leaves one out.
    package func requestObject(
        _ parameters: [(name: String, value: String)], of clientID: String, for audience: String, at now: Date, type: String = "oauth-authz-req+jwt",
        _ changes: [String: JSONValue?] = [:]
    ) throws -> String {
        let time = Int(now.timeIntervalSince1970)
        var claims: [(String, JSONValue?)] = parameters.map { ($0.name, .string($0.value)) }
        claims += [
            ("iss", .string(clientID)), ("aud", .string(audience)), ("iat", .integer(time)), ("nbf", .integer(time)), ("exp", .integer(time + 60)),
        ]
        for (name, value) in changes {
            claims.removeAll { $0.0 == name }
            claims.append((name, value))
        }
        return try key.sign(header: type, claims: JSONObject(claims.compactMap { name, value in value.map { (name, $0) } }))
    }
}
