internal import WireFormats

/// The parameter `claims` (OpenID Connect Core §5.5): single claims that the app asks for, beside those of its scopes. What we do not know is ignored.
package struct RequestedClaims: Sendable, Hashable {
    /// Names of claims that the UserInfo answer shall have.
    package let userInfo: [String]
    /// Names of claims that the ID token shall have.
    package let idToken: [String]
    /// Values of `acr` of the ID token, the most wanted first (§5.5.1.1).
    package let acrValues: [String]
    /// Whether one of these must be met: else the sign-in has failed.
    package let demandsACR: Bool
    /// The one person that may be signed in: `sub` of the ID token with a value (§5.5.1).
    package let subject: String?

    package static let maximumLength = 8192

    /// - Throws: `invalid_request` where it is no JSON object as §5.5 has it, or longer than 8 KiB (THREATS case 111).
    init(_ text: String) throws(OAuthError) {
        guard text.utf8.count <= Self.maximumLength, let object = try? JSONParser.parseObject(Array(text.utf8)) else { throw Self.refused() }
        let idTokenClaims = try Self.claims("id_token", in: object)
        userInfo = try Self.claims("userinfo", in: object).map(\.name)
        idToken = idTokenClaims.map(\.name)
        let acr = idTokenClaims.first { $0.name == "acr" }
        acrValues = try acr?.values() ?? []
        demandsACR = acr?.isEssential == true && !acrValues.isEmpty
        guard acrValues.count <= AuthorizationRequest.maximumACRValues else { throw Self.refused() }
        let subjects = try idTokenClaims.first { $0.name == "sub" }?.values() ?? []
        guard subjects.count <= 1 else { throw Self.refused() }
        subject = subjects.first
    }

    /// A claim and what is said of it (§5.5.1).
    private struct Claim {
        let name: String
        let request: JSONObject

        var isEssential: Bool { request["essential"]?.bool == true }

        /// `value` or `values`, as texts.
        func values() throws(OAuthError) -> [String] {
            if let value = request["value"] {
                guard let text = value.string else { throw RequestedClaims.refused() }
                return [text]
            }
            guard let values = request["values"] else { return [] }
            guard let texts = values.strings else { throw RequestedClaims.refused() }
            return texts
        }
    }

    private static func claims(_ member: String, in object: JSONObject) throws(OAuthError) -> [Claim] {
        guard let value = object[member], value != .null else { return [] }
        guard let claims = value.object else { throw refused() }
        var found: [Claim] = []
        for claim in claims.members {
            switch claim.value {
            case .null: found.append(Claim(name: claim.name, request: JSONObject()))
            case .object(let request):
                if let essential = request["essential"], essential.bool == nil { throw refused() }
                found.append(Claim(name: claim.name, request: request))
            default: throw refused()
            }
        }
        return found
    }

    private static func refused() -> OAuthError {
        OAuthError(.invalidRequest, "The claims parameter is not as OpenID Connect Core 5.5 has it.", parameter: "claims")
    }
}
