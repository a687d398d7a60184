internal import TokenVerifier

/// `acr` and `amr`: how the person was authenticated (OpenID Connect Core §2, RFC 9068 §2.2.1).
package struct ContextClaims: Sendable {
    let acr: String?
    let methods: [String]

    /// - Parameters:
    ///   - acr: as the app knows it; nil where nothing is known that means something to apps.
    ///   - methods: names of RFC 8176.
    package init(acr: String? = nil, methods: [String] = []) { (self.acr, self.methods) = (acr, methods) }

    func append(to claims: inout JSONObject) {
        claims.append("acr", ifPresent: acr)
        if !methods.isEmpty { claims.append("amr", .array(methods.map(JSONValue.string))) }
    }
}
