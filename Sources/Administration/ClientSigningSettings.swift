import TokenVerifier
import UserPools

// What a client signs: its requests (RFC 9101).

extension ClientSettings {
    func setSignedRequests(_ client: inout AppClient) throws(AdministrationError) {
        if case .set(let name) = requestObjectSigningAlg {
            guard let algorithm = TokenAlgorithm(rawValue: name), TokenAlgorithm.recommended.contains(algorithm) else {
                throw .invalid(
                    .requestObjectSigningAlg, name, "is not RS256, PS256, ES256 or EdDSA", example: .give(.requestObjectSigningAlg, "PS256"))
            }
        }
        client.metadata.requestObjectSigningAlg = requestObjectSigningAlg.applied(to: client.metadata.requestObjectSigningAlg)
        if let requiresSignedRequests { client.metadata.requireSignedRequestObject = requiresSignedRequests ? true : nil }
        guard client.metadata.requireSignedRequestObject != true || client.keys != nil else {
            throw .invalid(
                .requireSignedRequestObject, "", "needs the public keys of the client",
                example: .give(.jwksURL, "https://app.example.com/jwks.json"))
        }
    }
}
