import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

// How a client proves who it is: by a secret, one way or both, or by a key of which we know the public half. Never by both.

extension ClientSettings {
    private static let maximumKeySetLength = 64 << 10

    /// What is given of it, on a client that has its secret already, if it is to have one.
    func setAuthentication(_ client: inout AppClient) throws(AdministrationError) {
        let given = try keySet()
        let method = try method() ?? (given == nil ? client.authentication : .privateKey)
        switch method {
        case .privateKey:
            guard let keys = given ?? client.keys else {
                throw .invalid(
                    .authMethod, "private_key_jwt", "needs the public keys of the client",
                    example: .give(.jwksURL, "https://app.example.com/jwks.json"))
            }
            // One method in all (THREATS P5): what its secret was counts no more.
            (client.authentication, client.keys, client.secrets) = (.privateKey, keys, [])
        case .secretBasic?, .secretPost?:
            guard given == nil else {
                throw .invalid(.authMethod, method?.rawValue ?? "", "is not by a key", example: .give(.authMethod, "private_key_jwt"))
            }
            guard !client.secrets.isEmpty else {
                throw .invalid(
                    .authMethod, method?.rawValue ?? "", "is for a client with a secret, which this one does not have",
                    example: .words("make a confidential client"))
            }
            client.authentication = method
        case nil: break
        }
    }

    private func method() throws(AdministrationError) -> ClientAuthentication? {
        guard let text = authentication else { return nil }
        guard let method = ClientAuthentication(rawValue: text) else {
            throw .invalid(.authMethod, text, "is not a way to authenticate", example: .give(.authMethod, "client_secret_basic"))
        }
        return method
    }

    private func keySet() throws(AdministrationError) -> ClientKeySet? {
        switch keys {
        case nil: return nil
        case .url(let url)?:
            guard let address = WebAddress(url), address.isHTTPS || address.isThisMachine else {
                throw .invalid(.jwksURL, url, "is no https address", example: .give(.jwksURL, "https://app.example.com/jwks.json"))
            }
            return .url(url)
        case .document(let bytes)?:
            guard bytes.count <= Self.maximumKeySetLength, let text = String(validating: bytes, as: UTF8.self) else {
                throw .invalid(.jwks, "", "is longer than 64 KiB, or no text", example: .words("a JSON Web Key Set (RFC 7517 §5)"))
            }
            do { _ = try JSONWebKeySet(json: text) } catch {
                throw .invalid(
                    .jwks, "", "is refused: \(error.seen ?? error.message)", example: .words("a JSON Web Key Set of public keys (RFC 7517 §5)"))
            }
            return .document(text)
        }
    }
}
