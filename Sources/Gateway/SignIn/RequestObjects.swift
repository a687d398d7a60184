import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

/// Requests that clients sign (RFC 9101).
struct RequestObjects: Sendable {
    let verifiers: ClientAssertionVerifiers

    /// What the object says, where the client signed it.
    /// - Parameter audience: our issuer.
    func read(_ text: String, of client: AppClient, for audience: String) async throws(OAuthError) -> Parameters {
        guard let keys = client.keys else { throw RequestObject.notSupported }
        let object: VerifiedRequestObject
        do throws(TokenError) {
            object = try await verifiers.verifier(of: client, keys: keys, audience: audience)
                .verify(requestObject: text, demandsTimes: client.metadata.requireSignedRequestObject == true)
        } catch { throw RequestObject.refused(error) }
        if let registered = client.metadata.requestObjectSigningAlg, registered != object.algorithm.rawValue {
            throw RequestObject.refused(.algorithm(expected: [registered], seen: object.algorithm.rawValue))
        }
        return try RequestObject(object).parameters
    }
}

extension OAuthError {
    /// RFC 9101 §10.5: of a client that signs its requests nobody else makes one.
    static let requestNotSigned = OAuthError(.invalidRequest, "This client must sign its requests.", parameter: "request")
}
