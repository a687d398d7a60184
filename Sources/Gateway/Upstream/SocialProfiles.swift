import OpenIDConnect
import TokenVerifier
import UserPools
package import WireFormats

/// Facebook: a Graph API with names of its own, and a proof that the request comes from the holder of the app's secret.
enum Facebook {
    /// The profile's address with the fields that are read and `appsecret_proof`.
    static func address(_ url: String, _ exchange: TokenEndpointResponse, secret: [UInt8]?) -> String {
        var fields = [(name: "fields", value: "id,name,first_name,middle_name,last_name,email,picture")]
        if let secret { fields.append(("appsecret_proof", exchange.keyedHash(secret: secret).hexText)) }
        return FormCoding.append(fields, to: url)
    }

    /// Facebook does not say whether an address is verified, so none is.
    static func claims(of profile: UserProfile) -> UpstreamClaims {
        var made = JSONObject()
        made.append("given_name", ifPresent: profile.claims["first_name"]?.string)
        made.append("middle_name", ifPresent: profile.claims["middle_name"]?.string)
        made.append("family_name", ifPresent: profile.claims["last_name"]?.string)
        made.append("picture", ifPresent: profile.claims["picture"]?.object?["data"]?.object?["url"]?.string)
        return UpstreamClaims([made, profile.claims.without(["email_verified", "picture"])])
    }
}

/// Login with Amazon: `user_id`, `name`, `email`, `postal_code`. It says nothing of whether the address is verified.
enum Amazon {
    static func claims(of profile: UserProfile) -> UpstreamClaims { UpstreamClaims([profile.claims.without(["email_verified"])]) }
}

/// Sign in with Apple: the name stands beside the token, in what the browser posts, and only the first time.
enum Apple {
    private static let verified = ["email_verified", "is_private_email"]

    /// Apple writes booleans as texts now and then; its own documentation says so.
    static func claims(of token: VerifiedIDToken, user text: String?) -> UpstreamClaims {
        var told = token.claims.members.without(verified)
        for name in verified where token.claims[name] != nil {
            told.append(name, .bool(token.claims[name]?.bool == true || token.claims[name]?.string == "true"))
        }
        var claims = UpstreamClaims([told])
        // Only a name is taken from it, behind the token's claims: the browser could have written it, as the person could have at Apple.
        if let text, let name = (try? JSONParser.parseObject(Array(text.utf8)))?["name"]?.object {
            var told = JSONObject()
            let (given, family) = (name["firstName"]?.string ?? "", name["lastName"]?.string ?? "")
            if !given.isEmpty { told.append("given_name", .string(given)) }
            if !family.isEmpty { told.append("family_name", .string(family)) }
            let whole = [given, family].filter { !$0.isEmpty }.joined(separator: " ")
            if !whole.isEmpty { told.append("name", .string(whole)) }
            claims.append(told)
        }
        return claims
    }
}

extension JSONObject {
    package func without(_ names: [String]) -> JSONObject {
        JSONObject(members.filter { !names.contains(where: $0.name.hasSameBytes) }.map { ($0.name, $0.value) })
    }
}
