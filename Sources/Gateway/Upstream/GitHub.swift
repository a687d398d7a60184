import OpenIDConnect
import TokenVerifier
import UserPools

/// GitHub speaks OAuth 2.0 without OpenID Connect: the user, the addresses, organisations and teams come from its API.
package enum GitHub {
    static let accept = "application/vnd.github+json"
    /// The API's address is where the profile's is: for GitHub Enterprise `https://HOST/api/v3/user`.
    private static let pages = 10

    /// Names for the profile as OpenID Connect has them, and what the mapping wants beyond it.
    static func claims(
        of profile: UserProfile, wanting sources: Set<String>, _ relyingParty: RelyingParty, _ exchange: TokenEndpointResponse, at url: String,
        transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> UpstreamClaims {
        var made = JSONObject()
        if let login = profile.claims["login"]?.string {
            made.append("preferred_username", .string(login))
            // Many users have not told a name.
            made.append("name", .string(profile.claims["name"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? login))
        }
        made.append("picture", ifPresent: profile.claims["avatar_url"]?.string)
        made.append("profile", ifPresent: profile.claims["html_url"]?.string)
        if !sources.isDisjoint(with: ["email", "email_verified"]) {
            let addresses = try await list(url + "/emails", relyingParty, exchange, .profile, transport)
            // The address in the profile is the public one, which need not be verified.
            if let primary = addresses.first(where: { $0["primary"]?.bool == true }), let email = primary["email"]?.string {
                made.append("email", .string(email))
                made.append("email_verified", .bool(primary["verified"]?.bool == true))
            }
        }
        if sources.contains("groups") {
            let organisations = try await list(url + "/orgs", relyingParty, exchange, .groups, transport).compactMap { $0["login"]?.string }
            let teams = try await list(url + "/teams", relyingParty, exchange, .groups, transport).compactMap { team -> String? in
                guard let organisation = team["organization"]?.object?["login"]?.string, let slug = team["slug"]?.string else { return nil }
                return organisation + "/" + slug
            }
            made.append("groups", .array((organisations + teams).map(JSONValue.string)))
        }
        // The public address of the profile is never taken for the user's own.
        let rest = profile.claims.without(["email"])
        return UpstreamClaims([made, rest])
    }

    /// What an access token needs to see organisations and teams; without one of these GitHub answers with 403.
    package static let groupScopes: Set<String> = ["read:org", "write:org", "admin:org", "user"]

    /// All pages of a list. Only the `Link` header says whether one more comes: a page may be short where something was left out of it.
    private static func list(
        _ url: String, _ relyingParty: RelyingParty, _ exchange: TokenEndpointResponse, _ endpoint: RelyingPartyError.Endpoint,
        _ transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> [JSONObject] {
        var found: [JSONObject] = []
        for page in 1...pages {
            let response = try await relyingParty.get(
                url + "?per_page=100&page=\(page)", exchange, accept: accept, for: endpoint, transport: transport)
            guard let values = try RelyingParty.json(response, of: endpoint).array else { throw .answer(endpoint, problem: "it is no list") }
            found += values.compactMap(\.object)
            guard response.header("link")?.contains("rel=\"next\"") == true else { return found }
        }
        // Never a part of the groups for all of them.
        throw .answer(endpoint, problem: "it has more than \(pages) pages")
    }
}
