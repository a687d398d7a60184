import Administration
import OpenIDConnect
import TokenVerifier

/// Okta, as its pages on the org authorization server describe it: beside an access token the ID token is thin, with `name` and
/// `preferred_username` of the profile alone; the rest, groups included, is at userinfo. `client_secret_basic`.
package enum FakeOkta {
    package static func make() throws -> FakeOpenIDProvider {
        let base = "https://example.okta.com/oauth2/v1/"
        return try FakeOpenIDProvider(
            issuer: "https://example.okta.com", clientID: "0oa1b2c3d4e5f6",
            addresses: .init(authorization: base + "authorize", token: base + "token", keys: base + "keys", userInfo: base + "userinfo"))
    }

    package static let person = FakeOpenIDProvider.Person(
        idToken: [
            "sub": "00uid4BxXw6I6TV4m0g3", "ver": 1, "jti": "ID.nxGEO3NgjBF9W5pl", "amr": ["pwd"], "idp": "00o5ivsvqlJSJVBme0g3",
            "auth_time": 1_794_999_990, "name": "John Doe", "preferred_username": "john.doe@example.com",
        ],
        userInfo: [
            "sub": "00uid4BxXw6I6TV4m0g3", "name": "John Doe", "preferred_username": "john.doe@example.com", "given_name": "John",
            "family_name": "Doe", "email": "john.doe@example.com", "email_verified": true, "zoneinfo": "America/Los_Angeles",
            "updated_at": 1_311_280_970, "groups": ["Everyone", "Engineering"],
        ])
}

/// Auth0, as its documentation describes it: the issuer ends with a slash; custom claims have names that are URLs; `updated_at` is a text.
package enum FakeAuth0 {
    package static func make() throws -> FakeOpenIDProvider {
        let base = "https://example.eu.auth0.com/"
        let provider = try FakeOpenIDProvider(
            issuer: base, clientID: "W5cVbF3kL",
            addresses: .init(
                authorization: base + "authorize", token: base + "oauth/token", keys: base + ".well-known/jwks.json", userInfo: base + "userinfo"))
        provider.change { $0.clientAuthentication = .post }
        return provider
    }

    package static let person = FakeOpenIDProvider.Person(
        idToken: [
            "sub": "auth0|5f7c8ec7c33c6c004bbafe82", "nickname": "j+smith", "name": "j+smith@example.com", "picture": "https://s.gravatar.com/x",
            "updated_at": "2026-01-01T00:00:00.000Z", "email": "j+smith@example.com", "email_verified": true, "given_name": "Jo",
            "family_name": "Smith", "https://example.com/roles": ["editor", "auditor"],
        ])
}

/// Keycloak, as its server administration guide describes it: a realm is an issuer, its answers carry `iss` (RFC 9207), the group mapper writes
/// full paths with a slash in front, roles stand in `realm_access.roles`, `azp` is the client, the payload has a `typ` of its own.
package enum FakeKeycloak {
    package static func make() throws -> FakeOpenIDProvider {
        let base = "https://keycloak.example.com/realms/staff/protocol/openid-connect/"
        let provider = try FakeOpenIDProvider(
            issuer: "https://keycloak.example.com/realms/staff", clientID: "countersign",
            addresses: .init(authorization: base + "auth", token: base + "token", keys: base + "certs", userInfo: base + "userinfo"))
        provider.change { behaviour in
            behaviour.sendsIssuer = true
            behaviour.claims = { $0.with(["azp": "countersign", "typ": "ID"]) }
        }
        return provider
    }

    package static let person = FakeOpenIDProvider.Person(
        idToken: [
            "sub": "f7b0e4a2-5c1d-4e8f-9a3b-2d6c8e1f0a4b", "sid": "0e8a8d4c-0b0b-4b5e-8d8e-8a3c1f6e4f1b", "acr": "1", "email_verified": true,
            "name": "Jane Doe", "preferred_username": "jane", "given_name": "Jane", "family_name": "Doe", "email": "jane@example.com",
            "groups": ["/staff", "/staff/admins"], "realm_access": ["roles": ["offline_access", "uma_authorization", "user"]],
        ])
}

/// GitLab, as its page on OpenID Connect describes it: the ID token has `sub`, `sub_legacy`, the address and `groups_direct`; name, nickname and
/// all `groups`, those by an ancestor too, are at userinfo.
package enum FakeGitLab {
    package static func make() throws -> FakeOpenIDProvider {
        let base = "https://gitlab.com/oauth/"
        return try FakeOpenIDProvider(
            issuer: "https://gitlab.com", clientID: "8b1a9953c4611296",
            addresses: .init(
                authorization: base + "authorize", token: base + "token", keys: base + "discovery/keys", userInfo: base + "userinfo"))
    }

    package static let person = FakeOpenIDProvider.Person(
        idToken: [
            "sub": "1573", "sub_legacy": "3a0d1b2c", "auth_time": 1_794_999_990, "email": "dev@example.com", "email_verified": true,
            "groups_direct": ["tools/ci"],
        ],
        userInfo: [
            "sub": "1573", "name": "Dev Eloper", "nickname": "dev", "preferred_username": "dev", "email": "dev@example.com", "email_verified": true,
            "profile": "https://gitlab.com/dev", "picture": "https://gitlab.com/uploads/x.png", "groups": ["tools", "tools/ci"],
        ])
}
