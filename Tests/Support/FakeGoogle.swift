import OpenIDConnect
import TokenVerifier

/// Google, as its OpenID Connect guide describes it.
///
/// - Its addresses are on several hosts; `iss` of the ID token is `https://accounts.google.com`, signed with RS256.
/// - `prompt` takes `none`, `consent` and `select_account`; a request with another word gets an error page. `max_age` is not known, and no
///   `auth_time` comes.
/// - `hd` in the request picks the accounts that are offered and can be changed by the person; the claim `hd` is there for accounts of an
///   organisation, and is what counts.
/// - `azp` is the client; `email_verified` is a JSON boolean.
package enum FakeGoogle {
    package static func make() throws -> FakeOpenIDProvider {
        let provider = try FakeOpenIDProvider(
            issuer: "https://accounts.google.com", clientID: "1234-abc.apps.googleusercontent.com",
            addresses: .init(
                authorization: "https://accounts.google.com/o/oauth2/v2/auth", token: "https://oauth2.googleapis.com/token",
                keys: "https://www.googleapis.com/oauth2/v3/certs", userInfo: "https://openidconnect.googleapis.com/v1/userinfo"),
            algorithm: .RS256)
        provider.change { behaviour in
            behaviour.clientAuthentication = .post
            behaviour.claims = { $0.with(["auth_time": nil, "azp": "1234-abc.apps.googleusercontent.com"]) }
            behaviour.accessTokenPrefix = "ya29.a0"
            behaviour.refusal = { query in
                let known: Set<String> = ["none", "consent", "select_account"]
                return (query["prompt"] ?? "").split(separator: " ").allSatisfy { known.contains(String($0)) } ? nil : "invalid_request"
            }
        }
        return provider
    }

    package static let person = FakeOpenIDProvider.Person(
        idToken: [
            "sub": "110169484474386276334", "email": "ann@example.com", "email_verified": true, "name": "Ann Other", "given_name": "Ann",
            "family_name": "Other", "picture": "https://lh3.googleusercontent.com/a/x=s96-c", "hd": "example.com",
        ], userInfo: ["sub": "110169484474386276334"])
}
