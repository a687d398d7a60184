import FoundationEssentials
import OpenIDConnect
import TokenVerifier
package import UserPools

/// What is peculiar to Microsoft Entra ID.
///
/// Users are known by `oid` within their tenant: `sub` is another one for each application. `email` is what the tenant's admin typed, and
/// proves nothing unless `xms_edov` says that the domain's owner is verified. Beyond 200 groups the claim is left out.
package enum Microsoft {
    package static let template = "https://login.microsoftonline.com/{tenantid}/v2.0"

    /// The issuer of one tenant.
    package static func issuer(ofTenant tenant: String, in template: String = template) -> String { template.replacing("{tenantid}", with: tenant) }
    static let graph = "https://graph.microsoft.com/v1.0"
    /// What an access token needs to ask for its own user's groups.
    package static let graphScope = "https://graph.microsoft.com/User.Read"

    /// The addresses that serve many tenants; their discovery document names no issuer that a token could have.
    package static func endpoints(ofTenant tenant: String) -> OIDCConnection.Endpoints {
        let base = "https://login.microsoftonline.com/" + tenant
        return OIDCConnection.Endpoints(
            authorization: base + "/oauth2/v2.0/authorize", token: base + "/oauth2/v2.0/token",
            userInfo: "https://graph.microsoft.com/oidc/userinfo", keys: base + "/discovery/v2.0/keys",
            endSession: base + "/oauth2/v2.0/logout")
    }

    /// A UUID in lower case, as `tid` has it.
    package static func isTenantID(_ text: String) -> Bool { IdentifierAlphabet.acceptsUUID(text) }

    /// Source of groups in a SAML assertion, and what stands in its place where they are too many.
    static let samlGroups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
    static let samlGroupsLink = "http://schemas.microsoft.com/claims/groups.link"

    /// The issuer of a token of a connection to many tenants. `tid` is not believed here: it picks whose signature and `iss` must then fit.
    static func issuer(of connection: OIDCConnection, claiming tenant: String?) throws(RelyingPartyError) -> String {
        guard !connection.tenants.isEmpty else { return connection.issuer }
        guard let tenant, connection.tenants.contains(tenant) else { throw .tenant(seen: tenant) }
        return issuer(ofTenant: tenant, in: connection.issuer)
    }

    /// The token's claims with `email_verified` as `xms_edov` has it, and in no other way.
    static func claims(of token: VerifiedIDToken) -> JSONObject {
        var claims = token.claims.members.without(["email_verified"])
        claims.append("email_verified", .bool(isEmailVerified(token.claims)))
        return claims
    }

    /// Whether the address is proven: by the verified owner of its domain.
    private static func isEmailVerified(_ claims: TokenClaims) -> Bool {
        switch claims["xms_edov"] {
        case .bool(let flag): flag
        // So older tenants write it.
        case .string("1"), .integer(1): true
        default: false
        }
    }

    /// Whether groups were left out (`hasgroups`, or `_claim_names` that names them).
    static func leftOutGroups(_ token: TokenClaims) -> Bool {
        if token["groups"] != nil { return false }
        if token["hasgroups"]?.bool == true || token["hasgroups"]?.string == "true" { return true }
        return token["_claim_names"]?.object?["groups"] != nil
    }

    /// The ids of all groups, roles and units of the token's user, also of groups within groups, as the claim would have them.
    static func groups(
        _ relyingParty: RelyingParty, _ exchange: TokenEndpointResponse, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> [String] {
        var request = HTTPTransportRequest(
            method: "POST", url: graph + "/me/getMemberObjects", headers: [("accept", "application/json"), ("content-type", "application/json")],
            body: Array(#"{"securityEnabledOnly":false}"#.utf8))
        var groups: [String] = []
        // 20 pages of at most 999: nobody is in more.
        for _ in 0..<20 {
            let page = try RelyingParty.object(
                try await relyingParty.ask(request, exchange, for: .groups, transport: transport), of: .groups)
            guard let ids = page["value"]?.strings else { throw .answer(.groups, problem: "it has no list of groups") }
            groups += ids
            guard let next = page["@odata.nextLink"]?.string else { return groups }
            guard next.utf8.starts(with: (graph + "/").utf8) else { throw .answer(.groups, problem: "its next page is at another address") }
            request = HTTPTransportRequest(url: next, headers: [("accept", "application/json")])
        }
        throw .answer(.groups, problem: "it has too many pages")
    }
}
