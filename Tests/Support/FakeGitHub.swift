import OpenIDConnect
package import TokenVerifier

/// GitHub, as its pages on OAuth apps and its REST API describe it.
///
/// - OAuth 2.0 alone: no nonce, no ID token, no expiry of the token. With `accept: application/json` the answer is JSON, else a form; an error
///   comes with status 200.
/// - Its authorization answers carry `iss`, `https://github.com/login/oauth` (RFC 9207; documented by clients that broke when it began, 2026).
/// - A user is known by the numeric `id`; `login` may change hands. `email` of the profile is the public one, or null.
/// - `/user/emails` wants `user:email`; `/user/orgs` and `/user/teams` want `read:org` or `user`, else 403. Lists come in pages of up to 100 with
///   a `Link` header that alone says whether another follows.
package enum FakeGitHub {
    package struct Contents: Sendable {
        package var emails: [JSONObject] = [
            ["email": "octocat@users.noreply.github.com", "primary": false, "verified": true, "visibility": .null],
            ["email": "octocat@example.com", "primary": true, "verified": true, "visibility": "private"],
        ]
        package var organisations: [String] = ["github", "octo-org"]
        package var teams: [(organisation: String, slug: String)] = [("octo-org", "justice-league")]
        /// How many of a page are left out of it, as where an organisation demands another sign-in.
        package var leftOut = 0
        package init() {}
    }

    package static func make(_ contents: Contents = Contents()) throws -> FakeOpenIDProvider {
        let provider = try FakeOpenIDProvider(
            issuer: "https://github.com/login/oauth", clientID: "Iv1.8a61f9b3a7aba766",
            addresses: .init(
                authorization: "https://github.com/login/oauth/authorize", token: "https://github.com/login/oauth/access_token",
                userInfo: "https://api.github.com/user"))
        provider.change { behaviour in
            behaviour.clientAuthentication = .post
            behaviour.isOpenID = false
            behaviour.sendsIssuer = true
            behaviour.errorStatus = 200
            behaviour.accessTokenPrefix = "gho_"
            behaviour.accepts = { request, _ in request.header("accept") == "application/json" }
            behaviour.tokenAnswer = { $0.with(["token_type": "bearer", "expires_in": nil, "scope": "read:user,user:email"]) }
            behaviour.refusal = { ($0["prompt"] ?? "select_account") == "select_account" ? nil : "invalid_request" }
            serve("emails", contents.emails, oneOf: ["user:email", "user"], contents, &behaviour)
            serve("orgs", contents.organisations.map { ["login": .string($0), "id": 1] }, oneOf: ["read:org", "user"], contents, &behaviour)
            serve(
                "teams", contents.teams.map { ["slug": .string($0.slug), "organization": ["login": .string($0.organisation)]] },
                oneOf: ["read:org", "user", "repo"], contents, &behaviour)
        }
        return provider
    }

    private static func serve(
        _ list: String, _ all: [JSONObject], oneOf scopes: Set<String>, _ contents: Contents, _ behaviour: inout FakeOpenIDProvider.Behaviour
    ) {
        let url = "https://api.github.com/user/" + list
        behaviour.api[url] = { request, caller in
            guard let caller else { return FakeOpenIDProvider.json(["message": "Requires authentication"], status: 401) }
            guard request.header("accept") == "application/vnd.github+json", !scopes.isDisjoint(with: caller.scopes) else {
                return FakeOpenIDProvider.json(["message": "You need at least another scope."], status: 403)
            }
            let query = FakeOpenIDProvider.query(request.url)
            let (size, page) = (min(Int(query["per_page"] ?? "30") ?? 30, 100), Int(query["page"] ?? "1") ?? 1)
            let rest = all.dropFirst((page - 1) * size)
            var response = FakeOpenIDProvider.json(.array(rest.prefix(size).dropFirst(contents.leftOut).map { .object($0) }))
            if rest.count > size {
                let link = "<\(url)?per_page=\(size)&page=\(page + 1)>; rel=\"next\", <\(url)?per_page=\(size)&page=9>; rel=\"last\""
                response = HTTPTransportResponse(status: 200, headers: response.headers + [("link", link)], body: response.body)
            }
            return response
        }
    }

    package static let person = FakeOpenIDProvider.Person(
        userInfo: [
            "login": "octocat", "id": 583_231, "node_id": "MDQ6VXNlcjU4MzIzMQ==", "avatar_url": "https://avatars.githubusercontent.com/u/583231",
            "html_url": "https://github.com/octocat", "name": "The Octocat", "email": "public@example.org",
        ])
}
