import OpenIDConnect
import Synchronization
package import TokenVerifier
import WireFormats

/// Microsoft Entra ID, version 2.0, as Microsoft's pages on ID tokens, optional claims and group claims describe it.
///
/// - Each tenant is an issuer of its own, `https://login.microsoftonline.com/TENANT-ID/v2.0`; `organizations` and `common` are addresses for
///   users of any tenant, whose tokens have the issuer of the user's tenant and that tenant in `tid`.
/// - `sub` is another one for each application, `oid` the same for all of them within a tenant. There is no `at_hash` in this flow.
/// - `email` is what an administrator typed into the directory. The optional claim `xms_edov` says whether the owner of its domain is verified.
/// - A user of more than 200 groups gets `_claim_names` in place of `groups`, and from the implicit flow's days `hasgroups`.
/// - Graph gives the signed-in user's memberships for the permission `User.Read`, in pages with `@odata.nextLink`.
package enum FakeMicrosoft {
    package static let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    package static let otherTenant = "11111111-2222-4333-8444-555555555555"
    package static let graph = "https://graph.microsoft.com/v1.0/me/getMemberObjects"
    private static let clientID = "6731de76-14a6-49ae-97bc-6eba6914391e"

    /// - Parameter path: a tenant's ID, `organizations` or `common`.
    package static func make(_ path: String = tenant) throws -> FakeOpenIDProvider {
        let base = "https://login.microsoftonline.com/" + path
        let provider = try FakeOpenIDProvider(
            issuer: base + "/v2.0", clientID: clientID,
            addresses: .init(
                authorization: base + "/oauth2/v2.0/authorize", token: base + "/oauth2/v2.0/token", keys: base + "/discovery/v2.0/keys",
                userInfo: "https://graph.microsoft.com/oidc/userinfo"))
        provider.change { behaviour in
            behaviour.clientAuthentication = .post
            behaviour.accessTokenPrefix = "EwB4A8l6BAAU"
            behaviour.claims = { claims in
                let tid = claims["tid"]?.string ?? ""
                return claims.with(["iss": .string("https://login.microsoftonline.com/\(tid)/v2.0"), "ver": "2.0", "at_hash": nil])
            }
        }
        return provider
    }

    package static func person(
        tenant: String = tenant, oid: String = "690222be-ff1a-4d56-abd1-7e4f7d38e474", sub: String = "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
        _ more: JSONObject = [:]
    ) -> FakeOpenIDProvider.Person {
        var claims: JSONObject = [
            "sub": .string(sub), "oid": .string(oid), "tid": .string(tenant), "name": "Abe Lincoln", "preferred_username": "abeli@example.com",
            "email": "abeli@example.com",
        ]
        for member in more.members { claims.append(member.name, member.value) }
        return FakeOpenIDProvider.Person(idToken: claims, userInfo: ["sub": .string(sub), "given_name": "Abe", "family_name": "Lincoln"])
    }

    /// What stands in the place of too many groups.
    package static let overage: JSONObject = [
        "_claim_names": ["groups": "src1"],
        "_claim_sources": ["src1": ["endpoint": .string("https://graph.windows.net/\(tenant)/users/690222be/getMemberObjects")]],
    ]

    /// Graph, with so many groups in pages of 100.
    package static func serveGroups(_ count: Int, _ provider: FakeOpenIDProvider, next: String = graph) {
        provider.change { behaviour in
            behaviour.api[graph] = { request, caller in
                guard let caller else { return HTTPTransportResponse(status: 401) }
                guard caller.scopes.contains("https://graph.microsoft.com/User.Read") else {
                    return FakeOpenIDProvider.json(["error": ["code": "Authorization_RequestDenied"]], status: 403)
                }
                let start = Int(FakeOpenIDProvider.query(request.url)["$skiptoken"] ?? "0") ?? 0
                if start == 0 {
                    let body = try? JSONParser.parseObject(request.body)
                    guard request.method == "POST", request.header("content-type") == "application/json", body?["securityEnabledOnly"]?.bool != nil
                    else { return FakeOpenIDProvider.json(["error": ["code": "Request_BadRequest"]], status: 400) }
                }
                let end = min(start + 100, count)
                var page: JSONObject = ["value": .array((start..<end).map { .string("group-\($0)") })]
                if end < count { page.append("@odata.nextLink", .string("\(next)?%24skiptoken=\(end)")) }
                return FakeOpenIDProvider.json(page)
            }
        }
    }
}
