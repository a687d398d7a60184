import Crypto
import OpenIDConnect
import TokenVerifier

/// Facebook Login, as Meta's pages on the manual flow and on securing Graph calls describe it.
///
/// - OAuth 2.0 alone. Graph calls its JSON `text/javascript` to some callers; an error's `error` is an object.
/// - An app may demand `appsecret_proof`: HMAC-SHA256 of the access token under the app's secret, in hexadecimal.
/// - `/me` gives what `fields` names and nothing else; who signed up by telephone has no `email`; `picture` is nested.
package enum FakeFacebook {
    package static let secret = "0123456789abcdef0123456789abcdef"

    package static func make() throws -> FakeOpenIDProvider {
        let me = "https://graph.facebook.com/v23.0/me"
        let provider = try FakeOpenIDProvider(
            issuer: "https://www.facebook.com", clientID: "1234567890", clientSecret: secret,
            addresses: .init(
                authorization: "https://www.facebook.com/v23.0/dialog/oauth", token: "https://graph.facebook.com/v23.0/oauth/access_token",
                userInfo: me))
        provider.change { behaviour in
            behaviour.clientAuthentication = .post
            behaviour.isOpenID = false
            behaviour.accessTokenPrefix = "EAAG"
            behaviour.tokenAnswer = { $0.with(["token_type": "bearer"]) }
            behaviour.api[me] = { request, caller in
                let query = FakeOpenIDProvider.query(request.url)
                guard let caller, query["appsecret_proof"] == proof(of: caller.accessToken) else {
                    return FakeOpenIDProvider.json(["error": ["type": "GraphMethodException", "code": 100]], status: 400)
                }
                let fields = Set((query["fields"] ?? "id,name").split(separator: ",").map(String.init))
                let members = caller.person.userInfo.members.filter { fields.contains($0.name) }
                return FakeOpenIDProvider.json(
                    .object(JSONObject(members.map { ($0.name, $0.value) })), type: "text/javascript; charset=UTF-8")
            }
        }
        return provider
    }

    private static func proof(of token: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Array(token.utf8), using: SymmetricKey(data: Array(secret.utf8)))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    package static let person = FakeOpenIDProvider.Person(
        userInfo: [
            "id": "10158424", "name": "Ann Q. Other", "first_name": "Ann", "middle_name": "Q.", "last_name": "Other", "email": "ann@example.com",
            "picture": ["data": ["height": 50, "is_silhouette": false, "url": "https://platform-lookaside.fbsbx.com/x", "width": 50]],
            "birthday": "04/01/1990",
        ])
}

/// Login with Amazon, as its documentation for websites describes it.
///
/// - OAuth 2.0 alone; scope `profile`. Access tokens begin with `Atza|`, which is no letter of a token68.
/// - `/user/profile` answers with `user_id`, `name` and `email`; nothing says whether the address is verified.
package enum FakeAmazon {
    package static func make() throws -> FakeOpenIDProvider {
        let provider = try FakeOpenIDProvider(
            issuer: "https://www.amazon.com", clientID: "amzn1.application-oa2-client.1",
            addresses: .init(
                authorization: "https://www.amazon.com/ap/oa", token: "https://api.amazon.com/auth/o2/token",
                userInfo: "https://api.amazon.com/user/profile"))
        provider.change { behaviour in
            behaviour.clientAuthentication = .post
            behaviour.isOpenID = false
            behaviour.accessTokenPrefix = "Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR"
            behaviour.tokenAnswer = { $0.with(["token_type": "bearer", "refresh_token": "Atzr|IQEBLzAtAhUA"]) }
            behaviour.refusal = { query in query["scope"] == "profile" ? nil : "invalid_scope" }
        }
        return provider
    }

    package static let person = FakeOpenIDProvider.Person(
        userInfo: ["user_id": "amzn1.account.K2LI23KL2LK2", "email": "mhashimoto-04@example.com", "name": "Mork Hashimoto", "postal_code": "98052"])
}
